//! From documents of an older major version to those of this one.

use crate::{object::ObjectKind, schema::MAJOR};
use serde_json::Value;

/// One step from a major version to the next, as a pure function on JSON.
#[derive(Debug, Clone, Copy)]
pub struct Upcaster {
    /// The major version that the step takes.
    pub from: u32,
    /// The step: it gets a document of version `from` and gives one of version `from + 1`, or says what it could not bring over.
    pub apply: fn(Value) -> Result<Value, UpcastError>,
}

/// A document of an older version could not be brought to this one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("cannot bring {} to the next version: {detail}", if .path.is_empty() { "the document" } else { .path })]
pub struct UpcastError {
    /// Where in the older document, as a JSON Pointer.
    pub path: String,
    /// What stands in the way. Does not repeat values of the document.
    pub detail: String,
}

impl UpcastError {
    /// An error at a place.
    pub fn new(path: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { path: path.into(), detail: detail.into() }
    }
}

/// Brings a document of a kind from an older major version to this one, step by step. What comes out has the shape of this
/// version only if what went in had that of its own; read it with [`Object::from_json`](crate::Object::from_json).
///
/// # Errors
/// When there is no way from that version, or a step finds something that it cannot bring over.
pub fn upcast(kind: ObjectKind, from: u32, mut document: Value) -> Result<Value, UpcastError> {
    for version in from..MAJOR {
        let step = kind.upcasters().iter().find(|step| step.from == version).ok_or_else(|| {
            UpcastError::new(
                "",
                format!("{kind} has no version {version}; the versions known are {:?}", versions(kind)),
            )
        })?;
        document = (step.apply)(document)?;
    }
    if from > MAJOR {
        return Err(UpcastError::new("", format!("version {from} is newer than {MAJOR}")));
    }
    Ok(document)
}

/// The major versions from which a kind can be brought to this one, this one included.
pub fn versions(kind: ObjectKind) -> Vec<u32> {
    kind.upcasters().iter().map(|step| step.from).chain([MAJOR]).collect()
}
