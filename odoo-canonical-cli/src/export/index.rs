//! The index of an export: what there is, in which variants, and the digest of each file.

use crate::SchemaSet;
use odoo_canonical::{Digest, Flavour, ObjectKind};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

pub(super) fn index(set: &SchemaSet, files: &BTreeMap<String, String>) -> Value {
    let mut groups: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for (name, schema) in &set.schemas {
        let mut variants = Map::new();
        for flavour in Flavour::ALL {
            let folder = flavour.folder();
            let path = format!("{folder}{name}.json");
            let digest = files.get(&path).map(|text| Digest::of(text.as_bytes()).to_string());
            let variant = if folder.is_empty() { "strict" } else { folder.trim_end_matches('/') };
            variants.insert(variant.to_owned(), json!({ "path": path, "sha256": digest }));
        }
        let entry = json!({
            "name": name,
            "id": schema.get("$id"),
            "description": schema.get("description"),
            "variants": variants,
        });
        groups.entry(group(name)).or_default().push(entry);
    }
    json!({ "version": set.label, "schemas": groups })
}

/// What kind of thing a schema describes.
fn group(name: &str) -> &'static str {
    match name {
        "envelope" => "envelope",
        _ if name.parse::<ObjectKind>().is_ok() => "objects",
        _ => "values",
    }
}
