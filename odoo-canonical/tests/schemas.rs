//! The committed schemas are those of the code, and say what they must.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

use odoo_canonical::{
    Flavour, Object, ObjectKind,
    schema::{object_schema, object_schema_for, parse_schema_url, schemas_for},
    schemas,
};
use serde_json::Value;
use std::{collections::BTreeSet, fs, path::Path};

const RENEW: &str = "renew with: cargo run -p odoo-canonical --example export-schemas";

#[test]
fn committed_schemas_are_those_of_the_code() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/v1");
    for flavour in Flavour::ALL {
        let folder = root.join(flavour.folder());
        let mut expected = BTreeSet::new();
        for file in schemas_for(flavour) {
            let name = format!("{}.json", file.name);
            let committed = fs::read_to_string(folder.join(&name))
                .unwrap_or_else(|_| panic!("{name} is missing; {RENEW}"));
            assert!(committed == file.to_text(), "{flavour:?} {name} is stale; {RENEW}");
            assert!(expected.insert(name), "two schemas are named {}", file.name);
        }
        let files = fs::read_dir(folder).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_file());
        let found: BTreeSet<String> = files.map(|entry| entry.file_name().into_string().unwrap()).collect();
        assert_eq!(found, expected, "a schema file belongs to no type: delete it");
    }
}

#[test]
fn every_schema_is_valid_and_has_its_id_at_the_root_only() {
    for file in Flavour::ALL.into_iter().flat_map(schemas_for) {
        let valid = match file.flavour {
            Flavour::Draft07 => jsonschema::draft7::meta::validate(&file.json),
            _ => jsonschema::draft202012::meta::validate(&file.json),
        };
        valid.unwrap_or_else(|error| panic!("{:?} {}: {error}", file.flavour, file.name));
        let (folder, name) = (file.flavour.folder(), &file.name);
        let id = format!("https://schemas.odoo-connector.dev/odoo-canonical/v1/{folder}{name}.json");
        assert_eq!(file.json["$id"], id.as_str());
        assert_eq!(file.to_text().matches("\"$id\"").count(), 1, "{}", file.name);
        assert!(!file.json["description"].as_str().unwrap_or_default().is_empty(), "{name} is not described");
    }
    for kind in ObjectKind::ALL.iter().copied() {
        for flavour in Flavour::ALL {
            let id = object_schema_for(kind, flavour).json["$id"].as_str().unwrap().to_owned();
            assert_eq!(parse_schema_url(&id), Some((kind, 1)), "{id}");
        }
    }
    for url in [
        "",
        "https://example.org/v1/item.json",
        "https://schemas.odoo-connector.dev/odoo-canonical/v1/x.json",
    ] {
        assert_eq!(parse_schema_url(url), None, "{url}");
    }
}

#[test]
fn every_schema_has_an_example_that_it_accepts() {
    for file in Flavour::ALL.into_iter().flat_map(schemas_for) {
        let validator = jsonschema::options().should_validate_formats(true).build(&file.json).unwrap();
        let examples = file.json["examples"].as_array().cloned().unwrap_or_default();
        assert!(!examples.is_empty(), "{} has no example", file.name);
        for example in examples {
            assert!(validator.is_valid(&example), "{}: {example}", file.name);
        }
    }
}

#[test]
fn consumers_pass_over_what_producers_may_not_write() {
    for kind in ObjectKind::ALL.iter().copied() {
        let mut document: Value = serde_json::from_str(kind.example()).unwrap();
        document["field_of_a_later_version"] = Value::from("x");
        let accepts = |flavour| {
            jsonschema::validator_for(&object_schema_for(kind, flavour).json).unwrap().is_valid(&document)
        };
        assert!(!accepts(Flavour::Strict) && !accepts(Flavour::Draft07), "{kind}");
        assert!(accepts(Flavour::Open), "{kind}");
        let bytes = serde_json::to_vec(&document).unwrap();
        assert!(Object::from_json(kind, &bytes).is_err());
        let (object, passed_over) = Object::from_json_open(kind, &bytes).unwrap();
        assert_eq!(passed_over, ["/field_of_a_later_version"]);
        assert_eq!(object, Object::from_json(kind, kind.example().as_bytes()).unwrap());
    }
    // At depth, too; and what is wrong stays wrong.
    let order = ObjectKind::SalesOrder
        .example()
        .replace("\"amount\": \"19.95\"", "\"amount\": \"19.95\", \"new\": {\"a\": [1.5]}");
    let (_, passed_over) = Object::from_json_open(ObjectKind::SalesOrder, order.as_bytes()).unwrap();
    assert_eq!(passed_over, ["/lines/0/price/new"]);
    let error =
        Object::from_json_open(ObjectKind::SalesOrder, order.replace("\"19.95\"", "19.95").as_bytes())
            .unwrap_err();
    assert_eq!(error.path, "/lines/0/price/amount");
    let twice = order.replace("\"status\"", "\"number\": \"2\", \"status\"");
    assert!(Object::from_json_open(ObjectKind::SalesOrder, twice.as_bytes()).is_err());
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
