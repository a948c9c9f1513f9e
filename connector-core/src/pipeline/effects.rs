//! What is known of an effect after an attempt, for the store's effect table.

use std::collections::HashMap;

use super::Law;
use super::job::{Draft, Fate, Job};
use super::verdict::class_of;
use crate::contract::EffectKey;
use crate::retry::Delivery;
use crate::store::{EffectChange, EffectState, HowNew};

/// How new each effect is that is in the target after a batch.
pub(crate) type Ages = HashMap<EffectKey, HowNew>;

/// Several messages of a batch may bring one effect in the same state, and a cancellation may be older than what it calls off: the newest of
/// all counts, and of what was there before.
pub(crate) fn ages(jobs: &[Job]) -> Ages {
    let mut ages = Ages::new();
    for draft in jobs.iter().flat_map(|job| &job.drafts) {
        if matches!(draft.fate, Fate::Landed { .. } | Fate::Unchanged) {
            let before = draft.before.as_ref().map(|before| before.how_new()).unwrap_or_default();
            let age = ages.entry(draft.cleared.key().clone()).or_insert(before);
            *age = age.and(draft.cleared.how_new());
        }
    }
    ages
}

pub(super) fn effect_of(law: &Law, ages: &Ages, draft: &Draft) -> Option<EffectChange> {
    let (cleared, before) = (&draft.cleared, draft.before.as_ref());
    let change = |state, digest: &[u8; 32], age: HowNew| EffectChange {
        key: cleared.key().clone(),
        state,
        version: age.version,
        digest: *digest,
        remote: None,
        position: age.position,
        cancelled: before.is_some_and(|before| before.cancelled),
    };
    let applied = || {
        let age = ages.get(cleared.key()).copied().unwrap_or(cleared.how_new());
        change(EffectState::Applied, &cleared.digest, age)
    };
    let intended = || change(EffectState::Intended, &cleared.digest, cleared.how_new());
    // A refused attempt does not make forget what the target had before.
    let refused = || match before {
        Some(before) if before.state == EffectState::Applied => {
            change(EffectState::Applied, &before.digest, before.how_new())
        }
        before => {
            let had = before.map(|before| before.had).unwrap_or_default();
            change(EffectState::Absent, &cleared.digest, had)
        }
    };
    match &draft.fate {
        Fate::Landed { remote, .. } => {
            Some(EffectChange { remote: remote.clone(), cancelled: cleared.cancel, ..applied() })
        }
        // The target has it under this newer version too; older ones are stale from now on.
        Fate::Unchanged => Some(applied()),
        // It may have landed: whatever comes next must not take the state before for what the target has.
        Fate::Failed(failure) if failure.delivery == Delivery::Unknown => Some(intended()),
        Fate::Hung { .. } | Fate::Panicked | Fate::InDoubt(_) => Some(intended()),
        // It is known not to be there, so the intent must not make the next attempt ask.
        Fate::Failed(_) | Fate::Rejected(_) if class_of(law, draft).needs_intent() => Some(refused()),
        _ => None,
    }
}
