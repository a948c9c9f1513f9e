//! What is known of each effect already: staleness, what has not changed, what may have landed in an attempt whose answer was lost.

use std::collections::HashMap;

use super::Law;
use super::job::{Draft, Fate, Job};
use super::turns::put_off;
use super::verdict::class_of;
use crate::contract::{Cleared, EffectKey, IdempotencyClass, Probe};
use crate::inflight::Held;
use crate::store::{EffectRecord, EffectState, StoreError};

/// A wait of up to so many microseconds is within the time that a lease has to spare.
const SPARE: i64 = 10_000_000;

type Known = HashMap<EffectKey, EffectRecord>;

/// Takes hold of all effects of the batch, looks up what is known of them, and decides what need not be tried. Held before it is looked at:
/// what another batch is changing meanwhile must not be decided by its old state. Held to the end, since what has not changed is written too.
///
/// Says too whether the target was called, for a probe.
pub(crate) async fn plan(law: &Law, epoch: i64, jobs: &mut [Job]) -> Result<(Held, bool), StoreError> {
    let held = hold(law, epoch, pending_keys(jobs)).await?;
    let known = look_up(law, jobs).await?;
    decide(law, jobs, &known);
    let probed = probe(law, jobs, &known).await;
    Ok((held, probed))
}

/// Waits until nobody else is at any of these. The lease goes on meanwhile, and has its time for the calls afterwards; if it is gone, so is
/// the right to call.
async fn hold(law: &Law, epoch: i64, keys: Vec<EffectKey>) -> Result<Held, StoreError> {
    let (clock, lease) = (law.cx.clock(), law.flow.lease());
    let renew = || law.store.renew(epoch, clock.monotonic(), lease);
    let began = clock.monotonic();
    let mut waiting = std::pin::pin!(law.inflight.hold(keys));
    let held = loop {
        tokio::select! {
            biased;
            held = &mut waiting => break held,
            () = clock.sleep(lease / 3) => renew().await?,
        }
    };
    if clock.monotonic().saturating_sub(began) > SPARE {
        renew().await?;
    }
    Ok(held)
}

async fn look_up(law: &Law, jobs: &[Job]) -> Result<Known, StoreError> {
    let keys = pending_keys(jobs);
    let records = law.store.effects(keys.clone()).await?;
    Ok(keys.into_iter().zip(records).filter_map(|(key, record)| Some((key, record?))).collect())
}

fn pending(jobs: &mut [Job]) -> impl Iterator<Item = &mut Draft> {
    let going = jobs.iter_mut().filter(|job| !job.is_stuck());
    going.flat_map(|job| &mut job.drafts).filter(|draft| matches!(draft.fate, Fate::Pending))
}

fn pending_keys(jobs: &[Job]) -> Vec<EffectKey> {
    let drafts = jobs.iter().flat_map(|job| &job.drafts).filter(|draft| matches!(draft.fate, Fate::Pending));
    let mut keys: Vec<EffectKey> = drafts.map(|draft| draft.cleared.key().clone()).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn decide(law: &Law, jobs: &mut [Job], known: &Known) {
    for draft in pending(jobs) {
        let cleared = &draft.cleared;
        draft.before = known.get(cleared.key()).cloned();
        let Some(record) = &draft.before else { continue };
        // A happening of its own is done whenever it comes, but nothing is called off twice for one that is older.
        let again = cleared.cancel && record.state == EffectState::Applied && record.cancelled;
        if (!cleared.each || again) && cleared.how_new().is_older(record.how_new()) {
            draft.fate = Fate::Stale;
        }
    }
    // What comes with an old state is old too.
    for job in jobs.iter_mut().filter(|job| matches!(job.drafts.last().map(|d| &d.fate), Some(Fate::Stale))) {
        job.drafts.iter_mut().for_each(|draft| draft.fate = Fate::Stale);
    }
    put_off(jobs);
    for draft in pending(jobs) {
        // What is intended is written down before the call or it is not; if not, a death leaves no trace at the effect.
        let sure = |record: &EffectRecord| record.sure || class_of(law, draft).needs_intent();
        let same = |record: &&EffectRecord| {
            record.state == EffectState::Applied && record.digest == draft.cleared.digest && sure(record)
        };
        if !draft.cleared.each && draft.before.as_ref().filter(same).is_some() {
            draft.fate = Fate::Unchanged;
        }
    }
}

/// An intent that was never settled may have landed. Where the class allows it the target is asked; where not, a person is. Whether the
/// target was asked.
async fn probe(law: &Law, jobs: &mut [Job], known: &Known) -> bool {
    let mut open: Vec<Cleared> = Vec::new();
    for draft in pending(jobs) {
        let key = draft.cleared.key();
        let Some(record) = known.get(key).filter(|record| record.state == EffectState::Intended) else {
            continue;
        };
        match law.sink_manifest.writes(key.object).map(|writes| writes.idempotency) {
            Some(IdempotencyClass::NonIdempotent) => draft.fate = Fate::Blocked(record.clone()),
            // What the target says of this delta says nothing of the other one, whose doubt must not be covered up.
            Some(class)
                if class.needs_intent()
                    && draft.cleared.is_delta()
                    && record.position != draft.cleared.position =>
            {
                draft.fate = Fate::Blocked(record.clone());
            }
            Some(class) if class.needs_intent() && !open.iter().any(|other| other.key() == key) => {
                open.push(draft.cleared.clone());
            }
            _ => {}
        }
    }
    if open.is_empty() {
        return false;
    }
    let answers = super::apply::probe(law, &open).await;
    let answers: HashMap<EffectKey, Probe> =
        open.into_iter().map(|cleared| cleared.key).zip(answers).collect();
    for draft in pending(jobs) {
        let Some(record) = known.get(draft.cleared.key()) else { continue };
        match answers.get(draft.cleared.key()) {
            // What landed is the version that was intended; another one is still to be applied.
            Some(Probe::Landed { remote })
                if record.digest == *draft.cleared.digest()
                    && (!draft.cleared.each || record.position == draft.cleared.position) =>
            {
                draft.fate = Fate::Landed { remote: remote.clone(), first: false };
            }
            Some(Probe::Unknown) => draft.fate = Fate::Blocked(record.clone()),
            Some(Probe::Landed { .. } | Probe::Absent) | None => {}
        }
    }
    true
}
