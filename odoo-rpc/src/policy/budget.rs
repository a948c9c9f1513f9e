//! How many repetitions there may be. A server that fails for everybody would else be called several times as often as when it works.

/// Fractions of a repetition, saved up by calls.
#[derive(Debug)]
pub(super) struct Budget {
    ratio: f64,
    saved: f64,
}

/// What can be saved at most, so that a quiet day does not pay for a storm; and what a client starts with, so that a program of a single call
/// can repeat it.
const MOST: f64 = 10.0;

impl Budget {
    pub(super) fn new(ratio: f64) -> Self {
        Self { ratio: ratio.max(0.0), saved: MOST }
    }

    pub(super) fn earn(&mut self) {
        self.saved = (self.saved + self.ratio).min(MOST);
    }

    pub(super) fn spend(&mut self) -> bool {
        let enough = self.saved >= 1.0;
        if enough {
            self.saved -= 1.0;
        }
        enough
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_the_long_run_repetitions_are_a_share_of_the_calls() {
        let mut budget = Budget::new(0.1);
        let spent = (0..1000).filter(|_| {
            budget.earn();
            budget.spend()
        });
        let spent = spent.count();
        assert!((100..=111).contains(&spent), "{spent}");
    }
}
