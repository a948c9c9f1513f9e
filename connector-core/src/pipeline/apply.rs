//! Calling the sink: deadline, panics, intents before, one call per kind of object.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use odoo_canonical::ObjectKind;

use super::job::{Fate, Job};
use super::{Attempts, Law};
use crate::contract::{Cleared, EffectKey, Outcome, Probe};
use crate::retry::Failure;
use crate::store::Intent;

/// Calls of one kind in a row that the target may hang over; if it hangs over everything, the rest of the batch need not wait for that.
const MOST_HUNG: usize = 2;

/// Tries all pending effects of one kind whose message is not stuck; whether the target was called.
pub(crate) async fn apply(
    law: &Law,
    epoch: i64,
    object: ObjectKind,
    jobs: &mut [Job],
    attempts: &Attempts,
) -> bool {
    let now = law.cx.clock().now();
    // One record per key: what else is pending under it has the same content, and shares its fate.
    let mut place: HashMap<EffectKey, usize> = HashMap::new();
    let (mut batch, mut intents) = (Vec::new(), Vec::new());
    for job in jobs.iter().filter(|job| !job.is_stuck()) {
        for draft in job.drafts.iter().filter(|draft| matches!(draft.fate, Fate::Pending)) {
            let (key, cleared) = (draft.cleared.key(), &draft.cleared);
            if key.object == object && !place.contains_key(key) {
                place.insert(key.clone(), batch.len());
                batch.push(cleared.clone());
                let (position, version, digest) =
                    (job.message.position, cleared.version(), *cleared.digest());
                intents.push(Intent { key: key.clone(), position, version, digest, now });
            }
        }
    }
    if batch.is_empty() {
        return false;
    }
    let (fates, called) = calls(law, epoch, object, &batch, &intents, attempts).await;
    for job in jobs.iter_mut().filter(|job| !job.is_stuck()) {
        for draft in job.drafts.iter_mut().filter(|draft| matches!(draft.fate, Fate::Pending)) {
            let Some(at) = place.get(draft.cleared.key()) else { continue };
            let sent = batch.get(*at).is_some_and(|sent| sent.position == draft.cleared.position);
            draft.fate = match fates.get(*at) {
                // One effect, one audit row: that of the message whose record was sent.
                Some(Fate::Landed { .. }) if !sent => Fate::Unchanged,
                Some(fate) => fate.clone(),
                None => continue,
            };
        }
    }
    called
}

/// Tries these in one call, or, if the target has hung over some of them, in several; their fates, and whether the target was called.
async fn calls(
    law: &Law,
    epoch: i64,
    object: ObjectKind,
    batch: &[Cleared],
    intents: &[Intent],
    attempts: &Attempts,
) -> (Vec<Fate>, bool) {
    let mut fates = vec![Fate::Untried("the target hung over others of its batch"); batch.len()];
    let (mut called, mut hung) = (false, 0);
    let keys: Vec<EffectKey> = batch.iter().map(|cleared| cleared.key.clone()).collect();
    for group in law.hung.calls(&keys) {
        if hung == MOST_HUNG {
            break;
        }
        // The lease has time for one call of each kind.
        if called && law.store.renew(epoch, law.cx.clock().monotonic(), law.flow.lease()).await.is_err() {
            break;
        }
        let of = |at: &usize| Some((batch.get(*at)?.clone(), intents.get(*at)?.clone()));
        let (records, intents): (Vec<Cleared>, Vec<Intent>) = group.iter().filter_map(of).unzip();
        let intended =
            match law.sink_manifest.writes(object).is_some_and(|writes| writes.idempotency.needs_intent()) {
                true => law.store.intend(epoch, intents.clone()).await,
                false => Ok(()),
            };
        // What is known of the effects before these is kept.
        if let Err(error) = intended {
            tracing::error!(flow = law.flow.name, %error, "intents could not be written; their effects are not tried now");
            let untried = Fate::Untried("its intent could not be written");
            group.iter().for_each(|at| put(&mut fates, *at, untried.clone()));
            continue;
        }
        called = true;
        law.budget.earn(1);
        attempts.add(intents);
        let outcomes = call(law, &records).await;
        let of: Vec<EffectKey> = records.into_iter().map(|cleared| cleared.key).collect();
        if matches!(outcomes.first(), Some(Fate::Hung { .. })) {
            hung += 1;
            law.hung.add(&of);
        } else {
            law.hung.forget(of.iter());
        }
        group.iter().zip(outcomes).for_each(|(at, fate)| put(&mut fates, *at, fate));
    }
    (fates, called)
}

fn put(fates: &mut [Fate], at: usize, fate: Fate) {
    if let Some(place) = fates.get_mut(at) {
        *place = fate;
    }
}

async fn call(law: &Law, batch: &[Cleared]) -> Vec<Fate> {
    let work = AssertUnwindSafe(async { law.sink.apply(&law.cx, batch).await }).catch_unwind();
    let outcomes = tokio::select! {
        outcomes = work => outcomes,
        () = law.cx.clock().sleep(law.flow.deadline) => {
            let failure = Failure::lost("deadline", format!("the sink did not answer within {:?}", law.flow.deadline));
            return vec![Fate::Hung { failure, with_others: batch.len() > 1 }; batch.len()];
        }
    };
    let Ok(outcomes) = outcomes else { return vec![Fate::Panicked; batch.len()] };
    if outcomes.len() != batch.len() {
        // Which outcome belongs to which record is not known, so none is believed.
        let detail = format!(
            "the sink gave {} outcomes for {} records; the connector is at fault",
            outcomes.len(),
            batch.len()
        );
        return vec![Fate::InDoubt(Failure::lost("outcomes", detail)); batch.len()];
    }
    outcomes.into_iter().map(fate_of).collect()
}

fn fate_of(outcome: Outcome) -> Fate {
    match outcome {
        Outcome::Applied { remote } => Fate::Landed { remote, first: true },
        Outcome::Duplicate { remote } => Fate::Landed { remote, first: false },
        Outcome::Retry(failure) => Fate::Failed(failure),
        Outcome::Rejected(rejection) => Fate::Rejected(rejection),
        Outcome::InDoubt(failure) => Fate::InDoubt(failure),
    }
}

/// Asks the sink what became of these effects. A sink that cannot answer in time, or at all, does not know.
pub(crate) async fn probe(law: &Law, batch: &[Cleared]) -> Vec<Probe> {
    let work = AssertUnwindSafe(async { law.sink.probe(&law.cx, batch).await }).catch_unwind();
    let answers = tokio::select! {
        answers = work => answers.unwrap_or_default(),
        () = law.cx.clock().sleep(law.flow.deadline) => Vec::new(),
    };
    match answers.len() == batch.len() {
        true => answers,
        false => vec![Probe::Unknown; batch.len()],
    }
}
