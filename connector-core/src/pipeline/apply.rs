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

/// Tries all pending effects of one kind whose message is not stuck; whether the target was called.
pub(crate) async fn apply(
    law: &Law,
    epoch: i64,
    object: ObjectKind,
    jobs: &mut [Job],
    attempts: &Attempts,
) -> bool {
    // One record per key: the others of the same version share its fate.
    let mut batch: Vec<Cleared> = Vec::new();
    let mut place: HashMap<EffectKey, usize> = HashMap::new();
    let mut intents: Vec<Intent> = Vec::new();
    let now = law.cx.clock().now();
    for job in jobs.iter().filter(|job| !job.is_stuck()) {
        for draft in job.drafts.iter().filter(|draft| matches!(draft.fate, Fate::Pending)) {
            let (key, cleared) = (draft.cleared.key(), &draft.cleared);
            if key.object != object {
                continue;
            }
            // What else is pending under this key has the same content; one of them is sent.
            if !place.contains_key(key) {
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
    let intended =
        match law.sink_manifest.writes(object).is_some_and(|writes| writes.idempotency.needs_intent()) {
            true => law.store.intend(epoch, intents.clone()).await,
            false => Ok(()),
        };
    let called = intended.is_ok();
    let fates = match intended {
        Ok(()) => {
            law.budget.earn(1);
            attempts.add(intents);
            call(law, &batch).await
        }
        // What is known of the effects before these is kept.
        Err(error) => {
            tracing::error!(flow = law.flow.name, %error, "intents could not be written; their effects are not tried now");
            vec![Fate::Unwritten; batch.len()]
        }
    };
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

async fn call(law: &Law, batch: &[Cleared]) -> Vec<Fate> {
    let work = AssertUnwindSafe(async { law.sink.apply(&law.cx, batch).await }).catch_unwind();
    let outcomes = tokio::select! {
        outcomes = work => outcomes,
        () = law.cx.clock().sleep(law.flow.deadline) => {
            let failure = Failure::lost("deadline", format!("the sink did not answer within {:?}", law.flow.deadline));
            return vec![Fate::Failed(failure); batch.len()];
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
