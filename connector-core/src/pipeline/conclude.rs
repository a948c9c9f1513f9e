//! What becomes of a message: done, back into its lane, or an exception. With the audit rows that say why.

use std::time::Duration;

use serde_json::json;

use super::Law;
use super::job::{Draft, End, Fate, Job};
use crate::contract::IdempotencyClass;
use crate::retry::{Delivery, Failure, Permission, permit};
use crate::store::{
    AuditEvent, EffectChange, EffectState, ExceptionDraft, Reason, Settled, State, Verdict, hex,
};

/// Panics over one message after which it is an exception.
const POISON_AFTER: u32 = 3;
/// How much longer a retry waits that finds no budget.
const OVER_BUDGET: u32 = 8;

/// What the failures of one batch have in common: they were one call and come again together, so that a batch does not fall apart into as
/// many calls as it has records.
pub(crate) struct Pacing {
    random: f64,
    within_budget: bool,
}

impl Pacing {
    pub(crate) fn of(law: &Law, jobs: &[Job]) -> Self {
        let reached = |draft: &Draft| match &draft.fate {
            Fate::Failed(failure) => failure.delivery != Delivery::NotSent,
            Fate::Panicked => true,
            _ => false,
        };
        let failed = jobs.iter().flat_map(|job| &job.drafts).any(reached);
        Pacing { random: law.cx.random().unit(), within_budget: !failed || law.budget.spend() }
    }

    fn wait(&self, law: &Law, attempt: u32, asked: Option<Duration>) -> Duration {
        let wait = law.pace.delay(attempt, self.random).max(asked.unwrap_or_default());
        wait.saturating_mul(if self.within_budget { 1 } else { OVER_BUDGET })
    }
}

pub(crate) fn conclude(law: &Law, pacing: &Pacing, mut job: Job) -> Settled {
    let drafts = std::mem::take(&mut job.drafts);
    let effects = drafts.iter().filter_map(|draft| effect_of(law, draft)).collect();
    for draft in &drafts {
        note_effect(law, &mut job, draft);
    }
    let verdict = match job.end.take() {
        Some(End::Done(state)) => Verdict::Done(state),
        Some(End::Exception(draft)) => Verdict::Exception(draft),
        None => verdict(law, pacing, &job, &drafts),
    };
    let failed = drafts.iter().find_map(|draft| match &draft.fate {
        Fate::Failed(failure) => Some(failure.code.as_str()),
        Fate::Panicked => Some("panic"),
        _ => None,
    });
    note_verdict(&mut job, &verdict, failed);
    Settled {
        position: job.message.position,
        message: job.message.message,
        verdict,
        effects,
        audit: job.audit,
    }
}

fn verdict(law: &Law, pacing: &Pacing, job: &Job, drafts: &[Draft]) -> Verdict {
    let exception = |reason: Reason, code: &str, path: &str, detail: String| {
        let (code, path) = (code.to_owned(), path.to_owned());
        Verdict::Exception(ExceptionDraft { reason, code, path, detail, owner: law.flow.owner.clone() })
    };
    for draft in drafts {
        let key = draft.cleared.key();
        match &draft.fate {
            Fate::Rejected(rejection) => {
                let path = rejection.path.as_deref().unwrap_or_default();
                return exception(
                    Reason::Rejected,
                    &rejection.code,
                    path,
                    format!("{key}: {}", rejection.message),
                );
            }
            Fate::InDoubt(failure) => {
                return exception(Reason::InDoubt, &failure.code, "", format!("{key}: {}", failure.message));
            }
            Fate::Failed(failure) => return after_failure(law, pacing, job, draft, failure),
            Fate::Panicked => {
                let class = class_of(law, draft);
                if class == IdempotencyClass::NonIdempotent {
                    return exception(
                        Reason::InDoubt,
                        "panic",
                        "",
                        format!("{key}: the sink panicked; it may have landed"),
                    );
                }
                if job.message.crashes + 1 >= POISON_AFTER {
                    let times = job.message.crashes + 1;
                    return exception(
                        Reason::Poison,
                        "panic",
                        "",
                        format!("{key}: the sink panicked or died over it {times} times"),
                    );
                }
                let due = due_in(law, pacing.wait(law, job.message.crashes + 1, None));
                return Verdict::Later { due, counted: true, crashed: true };
            }
            // Its turn is the next round, when it is known what became of the newer state.
            Fate::Behind => return Verdict::Later { due: 0, counted: false, crashed: false },
            Fate::Pending | Fate::Unchanged | Fate::Stale | Fate::Landed { .. } => {}
        }
    }
    match drafts.last().map(|draft| &draft.fate) {
        Some(Fate::Stale) => Verdict::Done(State::Stale),
        // The message's own object had not changed; whether a dependency of it had makes no difference to it.
        Some(Fate::Unchanged) => Verdict::Done(State::Unchanged),
        Some(Fate::Landed { .. }) => Verdict::Done(State::Applied),
        // Nothing failed and yet its turn did not come: the flow lists its kind nowhere, which `judge` has refused before.
        _ => exception(Reason::Contract, "object", "", "no effect of this message was tried".into()),
    }
}

fn after_failure(law: &Law, pacing: &Pacing, job: &Job, draft: &Draft, failure: &Failure) -> Verdict {
    let key = draft.cleared.key();
    let exception = |reason: Reason, detail: String| {
        let (code, owner) = (failure.code.clone(), law.flow.owner.clone());
        Verdict::Exception(ExceptionDraft { reason, code, path: String::new(), detail, owner })
    };
    let attempts = job.message.attempts.saturating_add(1);
    let age = law.cx.clock().now().saturating_sub(job.message.age_from);
    let age = Duration::from_micros(u64::try_from(age).unwrap_or(0));
    // Nobody is told of a message that waits past its limit, so none does.
    let left = law.flow.limits.age.saturating_sub(age);
    match permit(failure, class_of(law, draft), attempts, age, law.flow.limits) {
        Permission::InDoubt => exception(Reason::InDoubt, format!("{key}: {failure}; it may have landed")),
        Permission::Permanent => exception(Reason::Rejected, format!("{key}: {failure}")),
        Permission::Exhausted => exception(
            Reason::Exhausted,
            format!("{key}: given up after {attempts} attempts; the last: {failure}"),
        ),
        // The intent that stands in the store makes the next attempt ask first.
        Permission::ProbeFirst | Permission::Again { counted: true } => {
            let wait = pacing.wait(law, attempts, failure.after).min(left);
            Verdict::Later { due: due_in(law, wait), counted: true, crashed: false }
        }
        // The target is away or asks for time: the flow's gate does the waiting, for all messages together.
        Permission::Again { counted: false } => {
            let due = due_in(law, failure.after.unwrap_or(Duration::ZERO).min(left));
            Verdict::Later { due, counted: false, crashed: false }
        }
    }
}

fn due_in(law: &Law, wait: Duration) -> i64 {
    law.cx.clock().now().saturating_add(i64::try_from(wait.as_micros()).unwrap_or(i64::MAX))
}

fn class_of(law: &Law, draft: &Draft) -> IdempotencyClass {
    // The runtime is not built with a sink that does not declare it; the careful answer costs nothing.
    law.sink_manifest
        .writes(draft.cleared.key().object)
        .map_or(IdempotencyClass::NonIdempotent, |writes| writes.idempotency)
}

fn effect_of(law: &Law, draft: &Draft) -> Option<EffectChange> {
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

/// One row for each effect that is in the target because of this message.
fn note_effect(law: &Law, job: &mut Job, draft: &Draft) {
    let Fate::Landed { remote, first } = &draft.fate else { return };
    let clearance = draft.cleared.clearance();
    let detail = json!({
        "version": draft.cleared.version(),
        "digest": hex(draft.cleared.digest()),
        "remote": remote,
        "already_there": !first,
        "contract": clearance.contract,
        "mapping": clearance.mapping,
        "policy": clearance.policy,
        "connector": law.sink_manifest.name,
    });
    job.note(AuditEvent::Applied, draft.cleared.key().to_string(), detail);
}

/// One row for a message that did not end as applied; what was applied has said so for each effect.
fn note_verdict(job: &mut Job, verdict: &Verdict, failed: Option<&str>) {
    let subject = job.subject();
    match verdict {
        Verdict::Done(State::Stale) => {
            job.note(AuditEvent::Stale, subject, json!({ "version": job.message.version }))
        }
        Verdict::Done(State::Echo) => {
            job.note(AuditEvent::Echo, subject, json!({ "origins": job.message.origins }))
        }
        Verdict::Done(State::Unchanged) => {
            job.note(AuditEvent::Unchanged, subject, json!({ "version": job.message.version }))
        }
        Verdict::Done(_) => {}
        // Waiting for another message of the same batch is no event.
        Verdict::Later { due: 0, .. } => {}
        Verdict::Later { due, counted, crashed } => {
            let detail = json!({ "why": failed, "due": due, "attempt": job.message.attempts + u32::from(*counted), "counted": counted, "crashed": crashed });
            job.note(AuditEvent::Retry, subject, detail);
        }
        Verdict::Exception(draft) => {
            let detail = json!({ "reason": draft.reason.as_str(), "code": draft.code, "path": draft.path, "owner": draft.owner });
            job.note(AuditEvent::Exception, subject, detail);
        }
    }
}
