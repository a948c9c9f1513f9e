//! What is known of an effect after an attempt, for the store's effect table.

use super::Law;
use super::job::{Draft, Fate};
use super::verdict::class_of;
use crate::retry::Delivery;
use crate::store::{EffectChange, EffectState};

pub(super) fn effect_of(law: &Law, draft: &Draft) -> Option<EffectChange> {
    let change = |state, remote| EffectChange {
        key: draft.cleared.key().clone(),
        state,
        version: draft.cleared.version(),
        digest: *draft.cleared.digest(),
        remote,
        position: draft.cleared.position,
    };
    // A refused attempt does not make forget what the target had before.
    let refused = || match &draft.before {
        Some(before) if before.state == EffectState::Applied => EffectChange {
            version: before.version,
            digest: before.digest,
            position: before.position,
            ..change(EffectState::Applied, None)
        },
        _ => change(EffectState::Absent, None),
    };
    match &draft.fate {
        Fate::Landed { remote, .. } => Some(change(EffectState::Applied, remote.clone())),
        // The target has it under this newer version too; older ones are stale from now on.
        Fate::Unchanged => Some(change(EffectState::Applied, None)),
        // It may have landed: whatever comes next must not take the state before for what the target has.
        Fate::Failed(failure) if failure.delivery == Delivery::Unknown => {
            Some(change(EffectState::Intended, None))
        }
        Fate::Panicked | Fate::InDoubt(_) => Some(change(EffectState::Intended, None)),
        // It is known not to be there, so the intent must not make the next attempt ask.
        Fate::Failed(_) | Fate::Rejected(_) if class_of(law, draft).needs_intent() => Some(refused()),
        _ => None,
    }
}
