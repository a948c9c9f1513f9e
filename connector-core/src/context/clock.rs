//! Time, and waiting. The one place that asks the machine for it.

use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::Notify;

/// Gives the time and waits.
#[async_trait]
pub trait Clock: Send + Sync {
    /// Microseconds since 1970-01-01T00:00:00Z.
    fn now(&self) -> i64;

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

/// A clock that stands until it is moved: for tests.
#[derive(Debug)]
pub struct ManualClock {
    now: Mutex<i64>,
    moved: Notify,
}

impl ManualClock {
    /// Stands at `now`, in microseconds since 1970.
    pub fn at(now: i64) -> Self {
        ManualClock { now: Mutex::new(now), moved: Notify::new() }
    }

    /// Moves on, and wakes who waits.
    pub fn advance(&self, by: Duration) {
        *self.lock() += i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
        self.moved.notify_waiters();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, i64> {
        self.now.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[async_trait]
impl Clock for ManualClock {
    fn now(&self) -> i64 {
        *self.lock()
    }

    async fn sleep(&self, duration: Duration) {
        let until = self.now().saturating_add(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX));
        loop {
            let moved = self.moved.notified();
            if self.now() >= until {
                return;
            }
            moved.await;
        }
    }
}
