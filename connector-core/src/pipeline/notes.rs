//! The audit rows of a message: what landed, and why it did not end there.

use serde_json::json;

use super::Law;
use super::job::{Draft, Fate, Job};
use crate::hex::hex;
use crate::store::{AuditEvent, State, Verdict};

/// One row for each effect that is in the target because of this message.
pub(super) fn note_effect(law: &Law, job: &mut Job, draft: &Draft) {
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
pub(super) fn note_verdict(job: &mut Job, verdict: &Verdict, failed: Option<&str>, waits_for: &str) {
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
        Verdict::Later { counted: false, .. } if failed.is_none() => {
            job.note(AuditEvent::Deferred, subject, json!({ "why": waits_for }));
        }
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
