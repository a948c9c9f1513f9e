//! How many calls may be under way at once: as many as are good for the server.
//!
//! Additive increase, multiplicative decrease: one more for each round of answers that come fast, half as many after a failure or a slow one.

use std::time::Duration;

#[derive(Debug)]
pub(super) struct Limit {
    most: f64,
    current: f64,
    /// Answers to calls that were started before this say nothing new about a limit that was lowered then.
    lowered_at: Duration,
}

/// What an answer says about the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Load {
    Fine,
    TooMuch,
}

impl Limit {
    pub(super) fn new(most: usize) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "nobody has 2^52 calls under way")]
        let most = most.max(1) as f64;
        // Starting in the middle, it finds its place from either side.
        Self { most, current: (most / 2.0).max(1.0), lowered_at: Duration::ZERO }
    }

    /// How many may be under way now.
    pub(super) fn allows(&self, under_way: usize) -> bool {
        #[expect(clippy::cast_precision_loss, reason = "nobody has 2^52 calls under way")]
        let under_way = under_way as f64;
        under_way < self.current.floor()
    }

    pub(super) fn learn(&mut self, load: Load, started: Duration, now: Duration) {
        match load {
            Load::Fine => self.current = (self.current + 1.0 / self.current).min(self.most),
            Load::TooMuch if started >= self.lowered_at => {
                self.current = (self.current / 2.0).max(1.0);
                self.lowered_at = now;
            }
            Load::TooMuch => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grows_by_rounds_and_halves_once_per_round() {
        let at = Duration::from_secs;
        let mut limit = Limit::new(8);
        assert!(limit.allows(3) && !limit.allows(4));
        for _ in 0..100 {
            limit.learn(Load::Fine, at(0), at(1));
        }
        assert!(limit.allows(7) && !limit.allows(8));
        // Eight that were under way together fail together: that is one sign, not eight.
        for _ in 0..8 {
            limit.learn(Load::TooMuch, at(1), at(2));
        }
        assert!(limit.allows(3) && !limit.allows(4));
        for round in 2..20 {
            limit.learn(Load::TooMuch, at(round), at(round + 1));
        }
        assert!(limit.allows(0) && !limit.allows(1));
    }
}
