//! One document: what it is, whether it has the shape of that, and whether it makes sense.

use super::Finding;
use crate::language::{Stated, stated};
use odoo_canonical::{ContractError, Envelope, Object, ObjectKind, Violation, schema::MAJOR, versions};
use serde::{Deserialize, de::IgnoredAny};

/// What came of one document.
#[derive(Default)]
pub(super) struct Checked {
    pub(super) findings: Vec<Finding>,
    /// Whether its data is elsewhere.
    pub(super) by_reference: bool,
}

/// What an envelope has and no object has.
#[derive(Deserialize)]
struct Marks {
    specversion: Option<IgnoredAny>,
}

pub(super) fn check(text: &[u8], object: Option<ObjectKind>) -> Checked {
    // What cannot be looked into is read as what it should be, which says why it cannot.
    let is_envelope = serde_json::from_slice::<Marks>(text).map(|marks| marks.specversion.is_some());
    match (is_envelope, object) {
        (Ok(true) | Err(_), None) | (Ok(true), Some(_)) => envelope(text, object),
        (Ok(false) | Err(_), Some(kind)) => bare(text, kind),
        (Ok(false), None) => {
            let message = "what the document is cannot be told: it is no envelope (no `specversion`), and --object is not given";
            Checked { findings: vec![Finding::of("", "kind", message)], by_reference: false }
        }
    }
}

fn bare(text: &[u8], kind: ObjectKind) -> Checked {
    let findings = match Object::from_json(kind, text) {
        Ok(object) => meaning(&object, ""),
        Err(error) => vec![shape(error)],
    };
    Checked { findings, by_reference: false }
}

fn envelope(text: &[u8], object: Option<ObjectKind>) -> Checked {
    let envelope = match Envelope::from_json(text) {
        Ok(envelope) => envelope,
        Err(error) => return Checked { findings: vec![shape(error)], by_reference: false },
    };
    let kind = match kind(&envelope, object) {
        Ok(kind) => kind,
        Err(finding) => return Checked { findings: vec![*finding], by_reference: false },
    };
    if envelope.data.is_none() && names_its_data(text) {
        return Checked { findings: Vec::new(), by_reference: true };
    }
    let findings = match envelope.object(kind) {
        Ok(object) => meaning(&object, "/data"),
        Err(error) => vec![shape(error)],
    };
    Checked { findings, by_reference: false }
}

/// Which object an envelope holds: what it says itself, else what the user says.
fn kind(envelope: &Envelope, object: Option<ObjectKind>) -> Result<ObjectKind, Box<Finding>> {
    match (stated(envelope), object) {
        (Some(Stated { kind, path, .. }), Some(wanted)) if kind != wanted => {
            Err(Box::new(Finding::of(path, "kind", format!("this is a {kind}, and a {wanted} is wanted"))))
        }
        (Some(Stated { kind, major, path }), _) if major != MAJOR => {
            let message = if versions(kind).contains(&major) {
                format!(
                    "version {major}, and documents are validated in version {MAJOR}; `canonical upcast` brings it there"
                )
            } else {
                format!("version {major} of {kind} is not known; known are {:?}", versions(kind))
            };
            Err(Box::new(Finding::of(path, "version", message)))
        }
        (Some(Stated { kind, .. }), _) | (None, Some(kind)) => Ok(kind),
        (None, None) => {
            let message = "which object the data is cannot be told: neither `dataschema` nor `type` names one, and --object is not given";
            Err(Box::new(Finding::of("", "kind", message)))
        }
    }
}

/// The extension `dataref` (claim check): the data is elsewhere.
fn names_its_data(text: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Reference {
        dataref: Option<IgnoredAny>,
    }
    serde_json::from_slice::<Reference>(text).is_ok_and(|reference| reference.dataref.is_some())
}

fn shape(error: ContractError) -> Finding {
    Finding::of(&error.path, error.rule.as_str(), error.detail)
}

fn meaning(object: &Object, prefix: &str) -> Vec<Finding> {
    let finding = |violation: Violation| {
        let rule = object.kind().rules().find(|rule| rule.id == violation.rule);
        Finding {
            expected: Some(violation.expected),
            found: Some(violation.found),
            ..Finding::of(
                &format!("{prefix}{}", violation.path),
                violation.rule,
                rule.map_or("an invariant", |rule| rule.text),
            )
        }
    };
    object.check().into_iter().map(finding).collect()
}
