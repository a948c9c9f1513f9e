//! Time and chance, handed in so that a test can hold them.

use std::time::Duration;

use async_trait::async_trait;

/// Where a client takes time and chance from.
///
/// # Contract
/// [`now`](Self::now) never goes back, whatever happens to the clock on the wall.
#[async_trait]
pub trait Clock: Send + Sync {
    /// The time since some fixed moment.
    fn now(&self) -> Duration;

    /// The seconds since 1970, for what is written down: dates of keys.
    fn unix_seconds(&self) -> i64;

    /// Waits.
    async fn sleep(&self, time: Duration);

    /// A number out of `0.0..1.0`.
    fn chance(&self) -> f64;
}

/// The system's own, by tokio.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock {
    start: tokio::time::Instant,
}

impl SystemClock {
    /// A clock that starts now.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is where the time comes from")]
    pub fn new() -> Self {
        Self { start: tokio::time::Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Clock for SystemClock {
    fn now(&self) -> Duration {
        self.start.elapsed()
    }

    #[expect(clippy::disallowed_methods, reason = "this is where the time comes from")]
    fn unix_seconds(&self) -> i64 {
        jiff::Timestamp::now().as_second()
    }

    #[expect(clippy::disallowed_methods, reason = "this is where the waiting is done")]
    async fn sleep(&self, time: Duration) {
        tokio::time::sleep(time).await;
    }

    fn chance(&self) -> f64 {
        fastrand::f64()
    }
}
