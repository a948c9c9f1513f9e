//! How long a message waits before it comes again.

use std::time::Duration;

use super::Law;
use super::job::{Draft, Fate, Job};
use crate::retry::Delivery;

/// How much longer a retry waits that finds no budget.
const OVER_BUDGET: u32 = 8;

/// What the failures of one batch have in common: they were one call and come again together, so that a batch does not fall apart into as
/// many calls as it has records.
pub(crate) struct Pacing {
    random: f64,
    within_budget: bool,
}

impl Pacing {
    pub(crate) fn of(law: &Law, jobs: &[Job]) -> Self {
        let reached = |draft: &Draft| match &draft.fate {
            Fate::Failed(failure) => failure.delivery != Delivery::NotSent,
            Fate::Hung { .. } | Fate::Panicked => true,
            _ => false,
        };
        let failed = jobs.iter().flat_map(|job| &job.drafts).any(reached);
        Pacing { random: law.cx.random().unit(), within_budget: !failed || law.budget.spend() }
    }

    pub(super) fn wait(&self, law: &Law, attempt: u32, asked: Option<Duration>) -> Duration {
        let wait = law.pace.delay(attempt, self.random).max(asked.unwrap_or_default());
        wait.saturating_mul(if self.within_budget { 1 } else { OVER_BUDGET })
    }
}

/// The moment after this wait.
pub(super) fn due_in(law: &Law, wait: Duration) -> i64 {
    law.cx.clock().now().saturating_add(i64::try_from(wait.as_micros()).unwrap_or(i64::MAX))
}
