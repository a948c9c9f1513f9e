//! What is known of each effect already: staleness, what has not changed, what may have landed in an attempt whose answer was lost.

use std::collections::HashMap;

use super::Law;
use super::job::{Draft, Fate, Job};
use crate::contract::{EffectKey, IdempotencyClass, Probe};
use crate::inflight::Held;
use crate::retry::Failure;
use crate::store::{EffectRecord, EffectState, StoreError};

type Known = HashMap<EffectKey, EffectRecord>;

/// Decides what need not be tried, and takes hold of what will be, so that no other batch is at the same effect.
pub(crate) async fn plan(law: &Law, jobs: &mut [Job]) -> Result<Held, StoreError> {
    let known = look_up(law, jobs).await?;
    decide(jobs, &known);
    let wanted = pending_keys(jobs);
    let held = law.inflight.hold(wanted.clone()).await;
    // Another batch may have settled one of them between the look-up and the hold.
    let known = if held.waited() { look_up(law, jobs).await? } else { known };
    decide(jobs, &known);
    probe(law, jobs, &known).await;
    Ok(held)
}

async fn look_up(law: &Law, jobs: &[Job]) -> Result<Known, StoreError> {
    let keys = pending_keys(jobs);
    let records = law.store.effects(keys.clone()).await?;
    Ok(keys.into_iter().zip(records).filter_map(|(key, record)| Some((key, record?))).collect())
}

fn pending(jobs: &mut [Job]) -> impl Iterator<Item = &mut Draft> {
    jobs.iter_mut().flat_map(|job| &mut job.drafts).filter(|draft| matches!(draft.fate, Fate::Pending))
}

fn pending_keys(jobs: &[Job]) -> Vec<EffectKey> {
    let drafts = jobs.iter().flat_map(|job| &job.drafts).filter(|draft| matches!(draft.fate, Fate::Pending));
    let mut keys: Vec<EffectKey> = drafts.map(|draft| draft.cleared.key().clone()).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn decide(jobs: &mut [Job], known: &Known) {
    // Within the batch, the newest version of a key is tried and the others follow it.
    let mut newest: HashMap<EffectKey, i64> = HashMap::new();
    for draft in pending(jobs) {
        let version = newest.entry(draft.cleared.key().clone()).or_insert(i64::MIN);
        *version = (*version).max(draft.cleared.version());
    }
    for draft in pending(jobs) {
        let cleared = &draft.cleared;
        let older_than = |version: i64| cleared.version() != 0 && cleared.version() < version;
        if newest.get(cleared.key()).is_some_and(|version| older_than(*version)) {
            draft.fate = Fate::Stale;
        } else if let Some(record) =
            known.get(cleared.key()).filter(|record| record.state == EffectState::Applied)
        {
            if record.digest == *cleared.digest() {
                draft.fate = Fate::Unchanged;
            } else if older_than(record.version) {
                draft.fate = Fate::Stale;
            }
        }
    }
}

/// An intent that was never settled may have landed. Where the class allows it the target is asked; where not, a person is.
async fn probe(law: &Law, jobs: &mut [Job], known: &Known) {
    let mut open: Vec<EffectKey> = Vec::new();
    for draft in pending(jobs) {
        let key = draft.cleared.key();
        if !known.get(key).is_some_and(|record| record.state == EffectState::Intended) {
            continue;
        }
        match law.sink_manifest.writes(key.object).map(|writes| writes.idempotency) {
            Some(IdempotencyClass::NonIdempotent) => draft.fate = in_doubt(),
            Some(class) if class.needs_intent() && !open.contains(key) => open.push(key.clone()),
            _ => {}
        }
    }
    if open.is_empty() {
        return;
    }
    let answers = super::apply::probe(law, &open).await;
    let answers: HashMap<EffectKey, Probe> = open.into_iter().zip(answers).collect();
    for draft in pending(jobs) {
        match answers.get(draft.cleared.key()) {
            // What landed is the version that was intended; another one is still to be applied.
            Some(Probe::Landed { remote })
                if known.get(draft.cleared.key()).is_some_and(|r| r.digest == *draft.cleared.digest()) =>
            {
                draft.fate = Fate::Landed { remote: remote.clone(), first: false };
            }
            Some(Probe::Unknown) => draft.fate = in_doubt(),
            Some(Probe::Landed { .. } | Probe::Absent) | None => {}
        }
    }
}

fn in_doubt() -> Fate {
    Fate::InDoubt(Failure::lost(
        "in_doubt",
        "an earlier attempt was not settled and may have landed; look in the target before a replay",
    ))
}
