//! The pure stages: map, contract, ownership, loops.

use std::panic::{AssertUnwindSafe, catch_unwind};

use odoo_canonical::{ContractError, Digest, Object, canonical_json};
use serde_json::json;

use super::Law;
use super::job::{Draft, End, Fate, Job};
use crate::contract::{Clearance, Cleared, Delivered, EffectKey, Operation};
use crate::governance::{Ruling, passed_through};
use crate::store::{AuditEvent, ExceptionDraft, Reason, State};

pub(crate) fn judge(law: &Law, message: Delivered) -> Job {
    let mut job = Job::new(message);
    match stages(law, &mut job) {
        Ok(()) => {}
        Err(end) => {
            job.drafts.clear();
            job.end = Some(end);
        }
    }
    job
}

fn stages(law: &Law, job: &mut Job) -> Result<(), End> {
    // A change that has come through the target says nothing new there; no need to look into it.
    if passed_through(&job.message.origins, &law.flow.target) {
        return Err(End::Done(State::Echo));
    }
    let objects = map(law, &job.message)?;
    let last = objects.len().saturating_sub(1);
    let mut places: Vec<usize> = Vec::new();
    for (index, object) in objects.into_iter().enumerate() {
        contract(law, &object)?;
        let object = ownership(law, job, object)?;
        let cleared = clear(law, &job.message, object, index == last)?;
        match job.drafts.iter().position(|draft| draft.cleared.key == cleared.key) {
            None => {
                job.drafts.push(Draft { cleared, fate: Fate::Pending, before: None });
                places.push(index);
            }
            Some(at) => once(law, job, at, cleared, (places.get(at).copied().unwrap_or(at), index))?,
        }
    }
    if job.drafts.is_empty() {
        return Err(exception(
            law,
            Reason::Contract,
            "empty",
            "",
            "the mapping made no object of this payload",
        ));
    }
    Ok(())
}

/// The payload gives one object twice, at these places. In one state it is one effect; which of two states holds, nobody can tell.
fn once(
    law: &Law,
    job: &mut Job,
    at: usize,
    again: Cleared,
    (first, second): (usize, usize),
) -> Result<(), End> {
    match job.drafts.get_mut(at) {
        Some(draft) if draft.cleared.digest == again.digest => {
            // The message's own object is the one at the end, with the message's version.
            if again.version > draft.cleared.version || again.each {
                let moved = Draft { cleared: again, fate: Fate::Pending, before: None };
                job.drafts.remove(at);
                job.drafts.push(moved);
            }
            Ok(())
        }
        _ => {
            let detail = format!(
                "the mapping gives {} twice, as object {first} and as object {second}, in two states; mend the payload or the mapping, then replay",
                again.key
            );
            Err(exception(law, Reason::Contract, "twice", &format!("[{second}]"), &detail))
        }
    }
}

fn map(law: &Law, message: &Delivered) -> Result<Vec<Object>, End> {
    match catch_unwind(AssertUnwindSafe(|| law.source.map(message))) {
        Ok(Ok(objects)) => Ok(objects),
        Ok(Err(e)) => Err(exception(law, Reason::Contract, &e.code, &e.path, &e.detail)),
        Err(_) => Err(exception(
            law,
            Reason::Poison,
            "panic",
            "",
            "the mapping panicked over this payload; mend it, then replay",
        )),
    }
}

/// The invariants of the object. Its shape holds by construction: the types are what the schemas are generated from.
fn contract(law: &Law, object: &Object) -> Result<(), End> {
    if !law.flow.objects.contains(&object.kind()) {
        let detail = format!(
            "flow `{}` does not carry {}; add it to the flow's objects",
            law.flow.name,
            object.kind().as_str()
        );
        return Err(exception(law, Reason::Contract, "object", "", &detail));
    }
    match object.check().first() {
        None => Ok(()),
        Some(violation) => {
            let detail = format!("expected {}, found {}", violation.expected, violation.found);
            Err(exception(law, Reason::Contract, violation.rule, &violation.path, &detail))
        }
    }
}

fn ownership(law: &Law, job: &mut Job, object: Object) -> Result<Object, End> {
    match law.ownership.judge(&law.flow.source, &object) {
        Ruling::Pass => Ok(object),
        Ruling::Stripped(object, fields) => {
            let subject = format!("{}:{}", object.kind(), object.key());
            job.note(AuditEvent::Stripped, subject, json!({ "fields": fields, "source": law.flow.source }));
            Ok(*object)
        }
        Ruling::Hold { path, detail } => Err(exception(law, Reason::Ownership, "owner", &path, &detail)),
    }
}

/// The message's version and operation are its own object's, the last one; a dependency is as new as it says itself, or as its arrival.
fn clear(law: &Law, message: &Delivered, object: Object, own: bool) -> Result<Cleared, End> {
    let revision = object.revision().and_then(|revision| i64::try_from(revision.get()).ok());
    let version = if own { message.version } else { revision.unwrap_or(0) };
    let kind = object.kind();
    let key = EffectKey {
        target: law.flow.target.clone(),
        source: law.flow.source.clone(),
        object: kind,
        key: object.key().as_str().to_owned(),
    };
    let clearance = Clearance {
        contract: format!("{kind}/v1"),
        mapping: law.source_manifest.mapping_version.clone(),
        policy: law.policy.clone(),
    };
    let digest = match content(&object) {
        Ok(digest) => *digest.as_bytes(),
        Err(e) => return Err(exception(law, Reason::Contract, e.rule.as_str(), &e.path, &e.detail)),
    };
    Ok(Cleared {
        object,
        key,
        message: message.message,
        position: message.position,
        ordering_key: message.ordering_key.clone(),
        version,
        each: own && (message.each || message.operation == Operation::Cancel),
        cancel: own && message.operation == Operation::Cancel,
        received_at: message.received_at,
        origins: message.origins.clone(),
        digest,
        clearance,
        provenance: law.provenance.clone(),
    })
}

/// What the object says, without how new it is: a customer who was saved again with nothing changed is not sent with every order.
fn content(object: &Object) -> Result<Digest, ContractError> {
    let whole = object.to_canonical_json()?;
    if object.revision().is_none() {
        return Ok(Digest::of(&whole));
    }
    match serde_json::from_slice(&whole) {
        Ok(serde_json::Value::Object(mut fields)) => {
            fields.remove("revision");
            Ok(Digest::of(&canonical_json(&fields)?))
        }
        // An object is an object; if not, its whole text is its content.
        _ => Ok(Digest::of(&whole)),
    }
}

fn exception(law: &Law, reason: Reason, code: &str, path: &str, detail: &str) -> End {
    End::Exception(ExceptionDraft {
        reason,
        code: code.to_owned(),
        path: path.to_owned(),
        detail: detail.to_owned(),
        owner: law.flow.owner.clone(),
    })
}
