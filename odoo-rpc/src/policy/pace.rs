//! How many calls may be started per second: a token bucket.

use std::time::Duration;

#[derive(Debug)]
pub(super) struct Pace {
    per_second: f64,
    burst: f64,
    tokens: f64,
    at: Duration,
}

impl Pace {
    pub(super) fn new(per_second: f64, burst: u32, now: Duration) -> Self {
        let burst = f64::from(burst.max(1));
        Self { per_second: per_second.max(0.001), burst, tokens: burst, at: now }
    }

    /// Takes a place and says how long to wait for it. Places are given in the order in which they are asked for.
    pub(super) fn take(&mut self, now: Duration) -> Duration {
        let passed = now.saturating_sub(self.at).as_secs_f64();
        self.at = self.at.max(now);
        self.tokens = (self.tokens + passed * self.per_second).min(self.burst) - 1.0;
        if self.tokens >= 0.0 {
            Duration::ZERO
        } else {
            Duration::from_secs_f64(-self.tokens / self.per_second)
        }
    }

    /// Gives back a place that was not used.
    pub(super) fn give_back(&mut self) {
        self.tokens = (self.tokens + 1.0).min(self.burst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_then_one_per_second() {
        let at = |ms| Duration::from_millis(ms);
        let mut pace = Pace::new(1.0, 2, at(0));
        assert_eq!(
            [pace.take(at(0)), pace.take(at(0)), pace.take(at(0)), pace.take(at(0))],
            [at(0), at(0), at(1000), at(2000)]
        );
        assert_eq!(pace.take(at(2000)), at(1000));
        pace.give_back();
        assert_eq!(pace.take(at(3000)), at(0));
        assert_eq!(pace.take(at(100_000)), at(0));
        assert_eq!(pace.take(at(100_000)), at(0));
        assert_eq!(pace.take(at(100_000)), at(1000));
    }
}
