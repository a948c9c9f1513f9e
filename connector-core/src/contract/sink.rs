//! A sink: where effects land.

use async_trait::async_trait;

use super::{Cleared, Outcome, Probe};
use crate::context::Context;

/// Where effects land.
///
/// # Contract
/// - [`apply`](Sink::apply) gets records of one kind, each with another key, and answers with one outcome per record, in order. A record
///   that the target refuses must not keep its neighbours from being applied.
/// - What the manifest claims as idempotency class holds: applied again under the same key, nothing happens twice.
/// - An answer that was lost is [`Outcome::InDoubt`] or a [`Outcome::Retry`] whose failure says so; it is never guessed.
///
/// # Cancellation
/// The runtime drops `apply` when the deadline has passed and treats every record of the batch as in doubt.
#[async_trait]
pub trait Sink: Send + Sync {
    /// Applies the batch to the target.
    async fn apply(&self, cx: &Context, batch: &[Cleared]) -> Vec<Outcome>;

    /// Asks the target what became of effects whose outcome was lost: one answer per record, in order. Called before a second attempt
    /// where the idempotency class asks for it. The records are those that would be sent now; what was sent then may have been an
    /// older version of them.
    async fn probe(&self, _cx: &Context, batch: &[Cleared]) -> Vec<Probe> {
        vec![Probe::Unknown; batch.len()]
    }
}
