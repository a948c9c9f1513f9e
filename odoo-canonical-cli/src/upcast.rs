//! Documents of older major versions, brought to this one.

use crate::{language::stated, validate::Finding};
use odoo_canonical::{
    Envelope, ObjectKind,
    schema::{MAJOR, schema_url},
    upcast,
};
use serde_json::{Value, error::Category};

use crate::unique::Unique;

/// What is known of a document from outside.
#[derive(Debug, Clone, Copy)]
pub struct Given {
    /// What a bare document is.
    pub object: Option<ObjectKind>,
    /// The major version of a bare document.
    pub from: Option<u32>,
}

/// Brings a document to this version: a bare one, or the data of an envelope, whose `dataschema` is renewed. The result is not validated.
///
/// # Errors
/// What stands in the way, as a finding.
pub fn document(text: &[u8], given: Given) -> Result<Value, Box<Finding>> {
    let Unique(document) = serde_json::from_slice(text).map_err(|error| match error.classify() {
        Category::Data => boxed("", "duplicate_field", error.to_string()),
        _ => {
            boxed("", "syntax", format!("line {}, column {}: this is not JSON", error.line(), error.column()))
        }
    })?;
    if document.get("specversion").is_some() {
        return event(text, document, given);
    }
    let (Some(kind), Some(from)) = (given.object, given.from) else {
        let message = "it is no envelope (no `specversion`): --object and --from must say what it is";
        return Err(boxed("", "kind", message));
    };
    raised(kind, from, document, "")
}

fn event(text: &[u8], mut document: Value, given: Given) -> Result<Value, Box<Finding>> {
    let envelope =
        Envelope::from_json(text).map_err(|error| boxed(&error.path, error.rule.as_str(), error.detail))?;
    let said = stated(&envelope);
    let (kind, from) =
        match (said.map(|said| said.kind).or(given.object), said.map(|said| said.major).or(given.from)) {
            (Some(kind), Some(from)) => (kind, from),
            _ => {
                let message =
                    "neither `dataschema` nor `type` says what the data is: --object and --from must";
                return Err(boxed("", "kind", message));
            }
        };
    let data = document.get_mut("data").map(Value::take);
    let data = data.ok_or_else(|| boxed("", "missing_field", "missing field `data`"))?;
    let data = raised(kind, from, data, "/data")?;
    if let Some(map) = document.as_object_mut() {
        map.insert("data".to_owned(), data);
        // They are of the data that was.
        for stale in ["dataref", "datadigest"] {
            map.remove(stale);
        }
        map.insert("dataschema".to_owned(), Value::from(schema_url(kind)));
        let renewed =
            map.get("type").and_then(Value::as_str).and_then(|name| name.strip_suffix(&format!(".v{from}")));
        if let Some(renewed) = renewed.map(|name| format!("{name}.v{MAJOR}")) {
            map.insert("type".to_owned(), Value::from(renewed));
        }
    }
    Ok(document)
}

fn raised(kind: ObjectKind, from: u32, document: Value, prefix: &str) -> Result<Value, Box<Finding>> {
    upcast(kind, from, document)
        .map_err(|error| boxed(&format!("{prefix}{}", error.path), "upcast", error.detail))
}

fn boxed(path: &str, rule: &str, message: impl Into<String>) -> Box<Finding> {
    Box::new(Finding::of(path, rule, message))
}
