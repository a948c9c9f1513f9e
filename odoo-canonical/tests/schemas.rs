//! The committed schemas are those of the code, and say what they must.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

use odoo_canonical::{ObjectKind, schema::object_schema, schemas};
use serde_json::Value;
use std::{collections::BTreeSet, fs, path::Path};

const RENEW: &str = "renew with: cargo run -p odoo-canonical --example export-schemas";

#[test]
fn committed_schemas_are_those_of_the_code() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/v1");
    let mut expected = BTreeSet::new();
    for file in schemas() {
        let name = format!("{}.json", file.name);
        let committed =
            fs::read_to_string(folder.join(&name)).unwrap_or_else(|_| panic!("{name} is missing; {RENEW}"));
        assert!(committed == file.to_text(), "{name} is stale; {RENEW}");
        assert!(expected.insert(name), "two schemas are named {}", file.name);
    }
    let found: BTreeSet<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(found, expected, "a schema file belongs to no type: delete it");
}

#[test]
fn every_schema_is_valid_and_has_its_id_at_the_root_only() {
    for file in schemas() {
        jsonschema::draft202012::meta::validate(&file.json)
            .unwrap_or_else(|error| panic!("{}: {error}", file.name));
        let id = format!("https://schemas.odoo-connector.dev/odoo-canonical/v1/{}.json", file.name);
        assert_eq!(file.json["$id"], id.as_str());
        assert_eq!(file.to_text().matches("\"$id\"").count(), 1, "{}", file.name);
    }
}

#[test]
fn every_field_of_every_object_has_its_data_class_and_domain() {
    let classes = ["none", "contact", "financial", "tax-id", "free-text"];
    let domains = ["party", "sales", "product", "logistics", "finance"];
    let mut fields = 0;
    for kind in ObjectKind::ALL {
        let file = object_schema(*kind);
        let definitions = file.json["$defs"].as_object().unwrap();
        let choices =
            definitions.values().flat_map(|schema| schema["oneOf"].as_array().into_iter().flatten());
        let mut with_fields: Vec<&Value> = definitions.values().chain(choices).collect();
        with_fields.push(&file.json);
        for schema in with_fields {
            let Some(properties) = schema["properties"].as_object() else { continue };
            assert_eq!(schema["additionalProperties"], false, "{kind}: {schema:#}");
            for (name, field) in properties {
                // A choice carries the marks for its one field.
                let marked = if field["x-data-class"].is_null() { schema } else { field };
                let class = marked["x-data-class"]
                    .as_str()
                    .unwrap_or_else(|| panic!("{kind}: {name} has no data class"));
                let domain =
                    marked["x-domain"].as_str().unwrap_or_else(|| panic!("{kind}: {name} has no domain"));
                assert!(classes.contains(&class), "{kind}: {name} has the data class {class}");
                assert!(domains.contains(&domain), "{kind}: {name} has the domain {domain}");
                fields += 1;
            }
        }
    }
    assert!(fields > 100, "only {fields} fields were looked at");
}

#[test]
fn no_amount_may_be_a_json_number() {
    fn fraction_allowed(schema: &Value) -> bool {
        match schema {
            Value::Object(map) => {
                let types = &schema["type"];
                types == "number"
                    || types.as_array().is_some_and(|types| types.contains(&"number".into()))
                    || map.values().any(fraction_allowed)
            }
            Value::Array(items) => items.iter().any(fraction_allowed),
            _ => false,
        }
    }
    for file in schemas() {
        assert!(!fraction_allowed(&file.json), "{} has a JSON number", file.name);
        if matches!(file.name.as_str(), "decimal" | "percentage") {
            assert_eq!(file.json["type"], "string");
        }
    }
}

#[test]
fn the_data_classes_of_personal_fields_are_those_that_redaction_relies_on() {
    let party = object_schema(ObjectKind::Party).json;
    for field in ["name", "trade_name", "email", "phone", "addresses"] {
        assert_eq!(party["properties"][field]["x-data-class"], "contact", "{field}");
    }
    assert_eq!(party["properties"]["tax_ids"]["x-data-class"], "tax-id");
    let order = object_schema(ObjectKind::SalesOrder).json;
    assert_eq!(order["properties"]["note"]["x-data-class"], "free-text");
    assert_eq!(order["$defs"]["PartyRef"]["properties"]["name"]["x-data-class"], "contact");
}
