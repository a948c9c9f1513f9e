//! What the search of the site looks through.

use super::{
    html::{anchor, words},
    pages::is_value,
};
use crate::SchemaSet;
use odoo_canonical::ObjectKind;
use serde_json::{Value, json};

/// A script that holds the index, since a page that is opened from a disk may load nothing else. Entries: title, kind, address, text.
pub(super) fn index(set: &SchemaSet) -> String {
    let mut entries = Vec::new();
    for (name, schema) in &set.schemas {
        let text = schema.get("description").and_then(Value::as_str).unwrap_or_default();
        let (kind, address) = match name.parse::<ObjectKind>() {
            Ok(_) => ("object", format!("objects/{name}.html")),
            Err(_) if is_value(name) => ("value", format!("values.html#{}", anchor(name))),
            Err(_) => ("envelope", "envelope.html".to_owned()),
        };
        entries.push(json!([words(name), kind, address, plain(text)]));
        if is_value(name) {
            continue;
        }
        fields(&mut entries, schema, name, &address, "fields");
        for (part, definition) in schema.get("$defs").and_then(Value::as_object).into_iter().flatten() {
            fields(&mut entries, definition, &format!("{name} {part}"), &address, &anchor(part));
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    for rule in ObjectKind::ALL.iter().flat_map(|kind| kind.rules()).filter(|rule| seen.insert(rule.id)) {
        entries.push(json!([rule.id, "rule", format!("rules.html#{}", anchor(rule.id)), rule.text]));
    }
    format!("window.CATALOG = {};\n", Value::Array(entries))
}

fn fields(entries: &mut Vec<Value>, schema: &Value, of: &str, address: &str, id: &str) {
    for (name, field) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        let text = field.get("description").and_then(Value::as_str).unwrap_or_default();
        let title = format!("{name} ({of})");
        entries.push(json!([title, "field", format!("{address}#{id}"), plain(text)]));
    }
}

/// Without the marks of code.
fn plain(text: &str) -> String {
    text.replace('`', "")
}
