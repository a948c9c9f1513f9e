//! Counts.

use std::time::Duration;

use super::{Reason, State};

/// From the door to the target, for messages that were applied.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Latency {
    /// Half of them took no longer.
    pub p50: Duration,
    /// 99 of 100 took no longer.
    pub p99: Duration,
}

/// Counts for one flow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Messages in the inbox.
    pub received: u64,
    /// Deliveries that were already there.
    pub duplicates: u64,
    /// Messages by state, in the order of [`State`]'s codes.
    pub by_state: [u64; 7],
    /// Retries.
    pub retried: u64,
    /// Open exceptions by reason.
    pub exceptions: Vec<(Reason, u64)>,
    /// From the door to the target.
    pub latency: Latency,
}

impl Tally {
    /// Messages in this state.
    pub fn in_state(&self, state: State) -> u64 {
        self.by_state.get(state as usize).copied().unwrap_or(0)
    }
}
