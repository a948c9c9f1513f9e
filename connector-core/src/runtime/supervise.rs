//! Supervision: a task that panics is started again, after a wait, and it is known that it was.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use tokio::sync::watch;

use crate::context::Clock;

/// Wait before the first new start; doubles up to [`LONGEST`].
const SHORTEST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(60);
/// A task that ran that long before it fell starts with a short wait again.
const RECOVERED: i64 = 300_000_000;

/// Tasks that fell, and were started again.
#[derive(Debug, Default)]
pub(super) struct Falls(Mutex<BTreeMap<String, Fall>>);

/// How often a task of the runtime fell, by a panic of a connector, a store or ours, and was started again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fall {
    /// The task, for example `worker of flow na-orders`.
    pub task: String,
    /// How often, since the runtime was built.
    pub times: u32,
    /// When last, in microseconds since 1970.
    pub last_at: i64,
}

impl Falls {
    pub(super) fn all(&self) -> Vec<Fall> {
        self.lock().values().cloned().collect()
    }

    fn count(&self, task: &str, now: i64) {
        let mut falls = self.lock();
        let fall = falls.entry(task.to_owned()).or_insert_with(|| Fall {
            task: task.to_owned(),
            times: 0,
            last_at: now,
        });
        fall.times = fall.times.saturating_add(1);
        fall.last_at = now;
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Fall>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs a task until it ends of itself; starts it again when it falls.
pub(super) async fn supervise<T: Future<Output = ()>>(
    task: String,
    falls: Arc<Falls>,
    clock: Arc<dyn Clock>,
    mut stopped: watch::Receiver<bool>,
    start: impl Fn() -> T,
) {
    let mut wait = SHORTEST;
    loop {
        let began = clock.monotonic();
        // Not even the making of the task may take its supervisor along.
        if AssertUnwindSafe(async { start().await }).catch_unwind().await.is_ok() {
            return;
        }
        falls.count(&task, clock.now());
        if clock.monotonic().saturating_sub(began) > RECOVERED {
            wait = SHORTEST;
        }
        tracing::error!(task, ?wait, "a task of the runtime panicked; it is started again");
        if *stopped.borrow() {
            return;
        }
        tokio::select! {
            () = clock.sleep(wait) => {}
            _ = stopped.changed() => {}
        }
        wait = wait.saturating_mul(2).min(LONGEST);
    }
}
