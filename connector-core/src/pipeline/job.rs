//! A message on its way through the law.

use std::time::Duration;

use crate::contract::{Cleared, Delivered, Rejection};
use crate::retry::{Cause, Delivery, Failure};
use crate::store::{AuditEntry, AuditEvent, EffectRecord, ExceptionDraft, State};

/// A message, and what is known of it so far.
pub(crate) struct Job {
    pub(crate) message: Delivered,
    /// Its effects, dependencies first. Empty when it ended early.
    pub(crate) drafts: Vec<Draft>,
    /// Set when it goes no further.
    pub(crate) end: Option<End>,
    pub(crate) audit: Vec<AuditEntry>,
}

/// Why a message goes no further.
pub(crate) enum End {
    /// Settled without any effect.
    Done(State),
    Exception(ExceptionDraft),
}

/// One effect of a message.
pub(crate) struct Draft {
    pub(crate) cleared: Cleared,
    pub(crate) fate: Fate,
    /// What was known of the effect before.
    pub(crate) before: Option<EffectRecord>,
}

/// What became of an effect.
#[derive(Clone)]
pub(crate) enum Fate {
    /// Not tried yet.
    Pending,
    /// The target has this version already.
    Unchanged,
    /// The target has a newer version.
    Stale,
    /// The batch tries another state of it; this one waits for what becomes of that.
    Behind,
    /// An earlier attempt at it may have landed, and nobody may try again; this one was not tried.
    Blocked(EffectRecord),
    /// It was not tried, for this reason.
    Untried(&'static str),
    /// It is in the target now; `first` if this attempt put it there.
    Landed { remote: Option<String>, first: bool },
    /// It did not work.
    Failed(Failure),
    /// No answer in time, to a call that others shared or to one of its own.
    Hung { failure: Failure, with_others: bool },
    /// The connector panicked over it.
    Panicked,
    /// The target refuses it.
    Rejected(Rejection),
    /// The answer to this attempt was lost, and nobody may try again.
    InDoubt(Failure),
}

impl Job {
    pub(crate) fn new(message: Delivered) -> Self {
        Job { message, drafts: Vec::new(), end: None, audit: Vec::new() }
    }

    /// Whether some effect of it failed, so that those that depend on it must not be tried.
    pub(crate) fn is_stuck(&self) -> bool {
        self.end.is_some()
            || self.drafts.iter().any(|draft| {
                matches!(
                    draft.fate,
                    Fate::Behind
                        | Fate::Blocked(_)
                        | Fate::Untried(_)
                        | Fate::Failed(_)
                        | Fate::Hung { .. }
                        | Fate::Panicked
                        | Fate::Rejected(_)
                        | Fate::InDoubt(_)
                )
            })
    }

    pub(crate) fn note(&mut self, event: AuditEvent, subject: String, detail: serde_json::Value) {
        self.audit.push(AuditEntry { event, subject, detail: detail.to_string() });
    }

    /// What the audit names the message by.
    pub(crate) fn subject(&self) -> String {
        format!("{}:{}", self.message.object.as_str(), self.message.key)
    }
}

/// Whether every effect that was tried failed before anything was sent: the target is away, and asking again at once is no use.
pub(crate) fn target_is_away(jobs: &[Job]) -> bool {
    let mut tried = 0;
    for draft in jobs.iter().flat_map(|job| &job.drafts) {
        match &draft.fate {
            Fate::Failed(failure) if failure.cause == Cause::Auth => tried += 1,
            Fate::Failed(f) if f.delivery == Delivery::NotSent && f.cause == Cause::Transient => tried += 1,
            Fate::Landed { .. }
            | Fate::Failed(_)
            | Fate::Hung { .. }
            | Fate::Panicked
            | Fate::Rejected(_)
            | Fate::InDoubt(_) => {
                return false;
            }
            Fate::Pending
            | Fate::Unchanged
            | Fate::Stale
            | Fate::Behind
            | Fate::Blocked(_)
            | Fate::Untried(_) => {}
        }
    }
    tried > 0
}

/// How long the target asks to be left alone, if it does.
pub(crate) fn asked_to_wait(jobs: &[Job]) -> Option<Duration> {
    let drafts = jobs.iter().flat_map(|job| &job.drafts);
    let asked = drafts.filter_map(|draft| match &draft.fate {
        Fate::Failed(failure) if failure.cause == Cause::Throttled => {
            Some(failure.after.unwrap_or(Duration::from_secs(1)))
        }
        _ => None,
    });
    asked.max()
}
