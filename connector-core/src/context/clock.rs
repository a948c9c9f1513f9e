//! Time, and waiting. The one place that asks the machine for it.

use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::Notify;

/// Gives the time and waits.
#[async_trait]
pub trait Clock: Send + Sync {
    /// Microseconds since 1970-01-01T00:00:00Z. It can be set: what must not jump goes by [`monotonic`](Clock::monotonic).
    fn now(&self) -> i64;

    /// Microseconds since some moment in the life of this process; goes forward only. The machine's unless the clock has its own.
    fn monotonic(&self) -> i64 {
        machine_monotonic()
    }

    /// Waits; may be dropped at any time.
    async fn sleep(&self, duration: Duration);
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine for the time")]
    fn now(&self) -> i64 {
        match std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_micros()).unwrap_or(i64::MAX),
            Err(before) => -i64::try_from(before.duration().as_micros()).unwrap_or(i64::MAX),
        }
    }

    #[expect(clippy::disallowed_methods, reason = "the one place that waits")]
    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that asks the machine for the time")]
fn machine_monotonic() -> i64 {
    // What it counts from; it says nothing and is never changed.
    static START: OnceLock<std::time::Instant> = OnceLock::new();
    let start = *START.get_or_init(std::time::Instant::now);
    i64::try_from(start.elapsed().as_micros()).unwrap_or(i64::MAX)
}

/// A clock that stands until it is moved: for tests.
#[derive(Debug)]
pub struct ManualClock {
    now: Mutex<Reading>,
    moved: Notify,
}

#[derive(Debug, Clone, Copy)]
struct Reading {
    wall: i64,
    monotonic: i64,
}

impl ManualClock {
    /// Stands at `now`, in microseconds since 1970.
    pub fn at(now: i64) -> Self {
        ManualClock { now: Mutex::new(Reading { wall: now, monotonic: 0 }), moved: Notify::new() }
    }

    /// Time passes; wakes who waits.
    pub fn advance(&self, by: Duration) {
        let by = micros(by);
        let mut now = self.lock();
        now.wall = now.wall.saturating_add(by);
        now.monotonic = now.monotonic.saturating_add(by);
        drop(now);
        self.moved.notify_waiters();
    }

    /// Somebody sets the wall clock; no time passes.
    pub fn set(&self, now: i64) {
        self.lock().wall = now;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Reading> {
        self.now.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[async_trait]
impl Clock for ManualClock {
    fn now(&self) -> i64 {
        self.lock().wall
    }

    fn monotonic(&self) -> i64 {
        self.lock().monotonic
    }

    async fn sleep(&self, duration: Duration) {
        let until = self.monotonic().saturating_add(micros(duration));
        loop {
            let moved = self.moved.notified();
            if self.monotonic() >= until {
                return;
            }
            moved.await;
        }
    }
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}
