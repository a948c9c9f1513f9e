//! The law: the life of one batch of claimed changes, from top to bottom. Nothing here can be left out or reordered by a connector.
//!
//! ```text
//! judge    map -> contract -> ownership -> loops        pure; what fails is an exception or an echo
//! plan     staleness, what has not changed, what may have landed before (probe)
//! apply    per kind of object, dependencies first       [intent] -> sink, no transaction open
//! conclude what becomes of each message                 retry, exception, done; with its audit rows
//! ```
//!
//! Admission and the first transaction are before it ([`admit`](crate::runtime)), the last transaction, fused with the next claim, is
//! after it.

mod apply;
mod attempts;
mod conclude;
mod effects;
mod hung;
mod job;
mod judge;
mod notes;
mod pacing;
mod plan;
mod turns;
mod verdict;

use std::sync::Arc;

pub(crate) use attempts::Attempts;
pub(crate) use hung::Hung;

use crate::context::Context;
use crate::contract::{Delivered, Manifest, Provenance, Sink, Source};
use crate::governance::{Flow, Ownership};
use crate::inflight::{Held, InFlight};
use crate::retry::{Budget, Pace};
use crate::store::{Settled, Store, StoreError};

/// What the law needs to know for one flow.
pub(crate) struct Law {
    pub(crate) flow: Flow,
    pub(crate) ownership: Ownership,
    /// Digest of the governance in force.
    pub(crate) policy: String,
    pub(crate) provenance: Arc<Provenance>,
    pub(crate) source: Arc<dyn Source>,
    pub(crate) source_manifest: Manifest,
    pub(crate) sink: Arc<dyn Sink>,
    pub(crate) sink_manifest: Manifest,
    /// Bound to the target's manifest.
    pub(crate) cx: Context,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) inflight: Arc<InFlight>,
    pub(crate) budget: Budget,
    pub(crate) hung: Hung,
    pub(crate) pace: Arc<dyn Pace>,
}

/// What a batch came to.
pub(crate) struct Ran {
    /// One entry for each message.
    pub(crate) results: Vec<Settled>,
    /// The target could not be reached at all, or does not know us.
    pub(crate) away: bool,
    /// The target was called.
    pub(crate) called: bool,
    /// How long the target asks to be left alone.
    pub(crate) asked: Option<std::time::Duration>,
    /// Keeps other batches off the same effects; to be dropped once the results are settled.
    pub(crate) held: Held,
}

/// Runs a batch through the law. It fails before the target is called to apply anything, or not at all: what is known of an effect must not be
/// forgotten for a failure of the store.
pub(crate) async fn run(
    law: &Law,
    epoch: i64,
    messages: Vec<Delivered>,
    attempts: &Attempts,
) -> Result<Ran, StoreError> {
    let mut jobs: Vec<job::Job> = messages.into_iter().map(|message| judge::judge(law, message)).collect();
    let (held, mut called) = plan::plan(law, epoch, &mut jobs).await?;
    for object in &law.flow.objects {
        called |= apply::apply(law, epoch, *object, &mut jobs, attempts).await;
    }
    let away = job::target_is_away(&jobs);
    let asked = job::asked_to_wait(&jobs);
    let pacing = pacing::Pacing::of(law, &jobs);
    let ages = effects::ages(&jobs);
    let results = jobs.into_iter().map(|job| conclude::conclude(law, &pacing, &ages, job)).collect();
    Ok(Ran { results, away, called, asked, held })
}
