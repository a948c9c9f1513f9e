//! What becomes of a message: done, back into its lane, or an exception.

use std::time::Duration;

use super::Law;
use super::job::{Draft, Fate, Job};
use super::pacing::{Pacing, due_in};
use crate::contract::IdempotencyClass;
use crate::retry::{Failure, Permission, permit};
use crate::store::{ExceptionDraft, Reason, State, Verdict};

/// Panics over one message after which it is an exception.
const POISON_AFTER: u32 = 3;
/// Before an effect has its turn that could not be tried.
const UNTRIED: Duration = Duration::from_secs(1);

pub(super) fn verdict(law: &Law, pacing: &Pacing, job: &Job, drafts: &[Draft]) -> Verdict {
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
            Fate::Failed(failure) => return after_failure(law, pacing, job, draft, failure, true),
            // Which of them it hung over is not known: an attempt of each is what each has for itself.
            Fate::Hung { failure, with_others } => {
                return after_failure(law, pacing, job, draft, failure, !with_others);
            }
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
            Fate::Blocked(record) => {
                let position = record.position;
                return exception(
                    Reason::InDoubt,
                    "in_doubt",
                    "",
                    format!(
                        "{key}: an earlier attempt (message at position {position}) may have landed; look in the target, resolve that, then replay this"
                    ),
                );
            }
            Fate::Untried(_) => {
                return Verdict::Later { due: due_in(law, UNTRIED), counted: false, crashed: false };
            }
            // Its turn is the next round, when it is known what became of the other state, which was tried: each round has one message less.
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

fn after_failure(
    law: &Law,
    pacing: &Pacing,
    job: &Job,
    draft: &Draft,
    failure: &Failure,
    counted: bool,
) -> Verdict {
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
    let made = if counted { attempts } else { 0 };
    match permit(failure, class_of(law, draft), made, age, law.flow.limits) {
        Permission::InDoubt => exception(Reason::InDoubt, format!("{key}: {failure}; it may have landed")),
        Permission::Permanent => exception(Reason::Rejected, format!("{key}: {failure}")),
        Permission::Exhausted => exception(
            Reason::Exhausted,
            format!("{key}: given up after {attempts} attempts; the last: {failure}"),
        ),
        // The intent that stands in the store makes the next attempt ask first.
        Permission::ProbeFirst | Permission::Again { counted: true } => {
            let wait = pacing.wait(law, attempts, failure.after).min(left);
            Verdict::Later { due: due_in(law, wait), counted, crashed: false }
        }
        // The target is away or asks for time: the flow's gate does the waiting, for all messages together.
        Permission::Again { counted: false } => {
            let due = due_in(law, failure.after.unwrap_or(Duration::ZERO).min(left));
            Verdict::Later { due, counted: false, crashed: false }
        }
    }
}

pub(super) fn class_of(law: &Law, draft: &Draft) -> IdempotencyClass {
    // The runtime is not built with a sink that does not declare it; the careful answer costs nothing.
    law.sink_manifest
        .writes(draft.cleared.key().object)
        .map_or(IdempotencyClass::NonIdempotent, |writes| writes.idempotency)
}
