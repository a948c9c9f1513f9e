//! Which fields to ask for: a list of names, or the tree that `web_read` takes.

use serde_json::{Map, Value, json};

use super::FieldDef;
use crate::error::{Delivery, Error, ErrorKind};

/// How deep models may nest. A struct that holds itself would nest without end.
const MAX_NESTING: usize = 8;

/// Whether records inside records are wanted.
pub(crate) fn is_nested(fields: &[FieldDef]) -> bool {
    fields.iter().any(|field| field.nested.is_some())
}

/// The names alone.
pub(crate) fn names(fields: &[FieldDef]) -> Vec<&'static str> {
    fields.iter().map(|field| field.name).collect()
}

/// The tree of fields for `web_read` and `web_search_read`.
pub(crate) fn specification(model: &str, fields: &[FieldDef]) -> Result<Map<String, Value>, Error> {
    tree(fields, 0).ok_or_else(|| {
        let message = format!("its fields nest deeper than {MAX_NESTING} models: does it hold itself?");
        Error::new(ErrorKind::BadArguments, Delivery::NotSent, model, message)
    })
}

fn tree(fields: &[FieldDef], depth: usize) -> Option<Map<String, Value>> {
    if depth >= MAX_NESTING {
        return None;
    }
    let one = |field: &FieldDef| {
        let value = match field.nested {
            Some(nested) => json!({"fields": tree(nested(), depth + 1)?}),
            None if field.named => json!({"fields": {"display_name": {}}}),
            None => json!({}),
        };
        Some((field.name.to_owned(), value))
    };
    fields.iter().map(one).collect()
}
