//! Asking for work, and getting it.

use std::time::Duration;

use super::Intent;
use crate::contract::Delivered;

/// Asks for work.
#[derive(Debug, Clone)]
pub struct ClaimRequest {
    /// The flow.
    pub flow: String,
    /// At most this many messages.
    pub limit: usize,
    /// Microseconds since 1970.
    pub now: i64,
    /// [`Clock::monotonic`](crate::context::Clock::monotonic): leases go by it, since the wall clock can be set.
    pub monotonic: i64,
    /// How long the lease lasts; longer than the calls of a batch.
    pub lease: Duration,
}

/// Leased messages.
#[derive(Debug, Clone, Default)]
pub struct Claim {
    /// Names the lease; 0 when there is nothing.
    pub epoch: i64,
    /// The messages, one a lane.
    pub messages: Vec<Delivered>,
    /// When the next waiting message is due, if the claim came back empty.
    pub next_due: Option<i64>,
}

/// A claim on its way back, unsettled.
#[derive(Debug, Clone, Default)]
pub struct GiveBack {
    /// The lease.
    pub epoch: i64,
    /// Whether its worker crashed over it.
    pub crashed: bool,
    /// Effects that were attempted, with an outcome that is not known, or not settled.
    pub attempted: Vec<Intent>,
    /// Microseconds since 1970.
    pub now: i64,
}
