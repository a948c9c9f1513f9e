//! The schemas of messages, in the document or by reference.

use super::Schemas;
use crate::{SchemaSet, export::open};
use odoo_canonical::schema::{Flavour, schemas_for};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The payload of a message: the envelope, which holds this object and says so.
pub(super) fn payload(object: &str, event_type: &str, set: &SchemaSet, schemas: Schemas) -> Value {
    let id =
        |name: &str| set.schemas.get(name).and_then(|schema| schema.get("$id")).cloned().unwrap_or_default();
    let refers = |name: &str| match schemas {
        Schemas::Embedded => json!({ "$ref": format!("#/components/schemas/{name}") }),
        Schemas::Referenced => json!({ "$ref": id(name) }),
    };
    let payload = json!({
        "allOf": [
            refers("envelope"),
            {
                "type": "object",
                "required": ["data"],
                "properties": {
                    "type": { "const": event_type },
                    "dataschema": { "const": id(object) },
                    "data": refers(object),
                },
            },
        ],
    });
    match schemas {
        Schemas::Embedded => payload,
        // A schema of another draft is no schema of AsyncAPI and says which draft it is.
        Schemas::Referenced => {
            json!({ "schemaFormat": "application/schema+json;version=draft-2020-12", "schema": payload })
        }
    }
}

/// Schemas and their definitions, side by side, as consumers read them. Definitions of one name are one definition in all of them; one that is not
/// has the name of its schema before its own.
pub(super) fn embedded<'a>(names: impl Iterator<Item = &'a str>) -> Map<String, Value> {
    let schemas = schemas_for(Flavour::Draft07);
    let mut all: BTreeMap<String, Value> = BTreeMap::new();
    for name in names {
        let Some(schema) = schemas.iter().find(|schema| schema.name == name) else { continue };
        let mut schema = open(&schema.json);
        let Some(map) = schema.as_object_mut() else { continue };
        let definitions = map.remove("definitions");
        let definitions: Map<String, Value> =
            definitions.and_then(|all| all.as_object().cloned()).unwrap_or_default();
        map.remove("$id");
        map.remove("$schema");
        let mut own_names = BTreeMap::new();
        for (definition, shape) in &definitions {
            let same = all.get(definition).is_none_or(|there| *there == moved(shape, &BTreeMap::new()));
            let own = if same { definition.clone() } else { format!("{name}.{definition}") };
            own_names.insert(definition.clone(), own);
        }
        for (definition, shape) in &definitions {
            let own = own_names.get(definition).unwrap_or(definition);
            all.insert(own.clone(), moved(shape, &own_names));
        }
        all.insert(name.to_owned(), moved(&schema, &own_names));
    }
    all.into_iter().collect()
}

/// References lead to the components of the document.
fn moved(value: &Value, names: &BTreeMap<String, String>) -> Value {
    match value {
        Value::Array(items) => items.iter().map(|item| moved(item, names)).collect(),
        Value::Object(map) => {
            let entry = |(key, value): (&String, &Value)| match value.as_str() {
                Some(target) if key == "$ref" => {
                    let name = target.trim_start_matches("#/definitions/");
                    let name = names.get(name).map_or(name, String::as_str);
                    (key.clone(), json!(format!("#/components/schemas/{name}")))
                }
                _ => (key.clone(), moved(value, names)),
            };
            map.iter().map(entry).collect()
        }
        other => other.clone(),
    }
}
