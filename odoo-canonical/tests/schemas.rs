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
    schema::{SCHEMA_BASE, object_schema, object_schema_for, parse_schema_url, schemas_for},
    schemas,
};
use serde_json::Value;
use std::{collections::BTreeSet, fs, path::Path};

/// What is to be done when the types make another schema than the one in the tree.
fn what_to_do(version: &str) -> String {
    let released =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/released.txt")).unwrap();
    if !released.contains(&format!("  {version}/")) {
        return "renew with: cargo run -p odoo-canonical --example export-schemas".to_owned();
    }
    format!(
        "{version} was released and never changes, not by a word. Take the change to the type back, or let the types make the next \
         version: where `canonical diff` calls every change full, end SCHEMA_BASE in the next minor version (v1.1), else raise \
         MAJOR and write an upcaster; then run cargo run -p odoo-canonical --example export-schemas. See \"Versions\" in README.md"
    )
}

#[test]
fn committed_schemas_are_those_of_the_code() {
    let version = SCHEMA_BASE.trim_end_matches('/').rsplit('/').next().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas").join(version);
    let todo = what_to_do(version);
    for flavour in Flavour::ALL {
        let folder = root.join(flavour.folder());
        let mut expected = BTreeSet::new();
        for file in schemas_for(flavour) {
            let name = format!("{}.json", file.name);
            let committed = fs::read_to_string(folder.join(&name))
                .unwrap_or_else(|_| panic!("{name} is missing; {todo}"));
            assert!(committed == file.to_text(), "{flavour:?} {name} is not what the types make; {todo}");
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
    // What a later minor version writes is read by this one.
    for (version, major) in
        [("v1.1", Some(1)), ("v2", Some(2)), ("v2.14", Some(2)), ("v1.", None), ("v1.x", None), ("v+1", None)]
    {
        let url = format!("https://schemas.odoo-connector.dev/odoo-canonical/{version}/open/item.json");
        assert_eq!(parse_schema_url(&url), major.map(|major| (ObjectKind::Item, major)), "{url}");
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

/// Every field that a schema names, with its place in the schema: those of records, of choices, and those that a map allows.
fn fields<'a>(schema: &'a Value, place: &str, found: &mut Vec<(String, &'a Value)>) {
    match schema {
        Value::Object(map) => {
            for (name, field) in map.get("properties").and_then(Value::as_object).into_iter().flatten() {
                found.push((format!("{place}/properties/{name}"), field));
            }
            // An attribute that only extensions have; vendor data has the mark of the field that it is in.
            if map.contains_key("properties") && map.get("additionalProperties").is_some_and(Value::is_object)
            {
                found.extend(
                    map.get("additionalProperties")
                        .map(|field| (format!("{place}/additionalProperties"), field)),
                );
            }
            for (keyword, below) in
                map.iter().filter(|(keyword, _)| !matches!(keyword.as_str(), "examples" | "default"))
            {
                fields(below, &format!("{place}/{keyword}"), found);
            }
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, item)| fields(item, &format!("{place}/{at}"), found));
        }
        _ => {}
    }
}

#[test]
fn every_field_of_every_schema_has_its_data_class_and_domain() {
    let classes = ["none", "contact", "financial", "tax-id", "free-text"];
    let domains = ["party", "sales", "product", "logistics", "finance", "integration"];
    let (mut seen, mut missing) = (0, Vec::new());
    for file in Flavour::ALL.into_iter().flat_map(schemas_for) {
        let mut found = Vec::new();
        fields(&file.json, "", &mut found);
        for (place, field) in found {
            let marked =
                |name: &str, of: &[&str]| field[name].as_str().is_some_and(|mark| of.contains(&mark));
            if !marked("x-data-class", &classes) || !marked("x-domain", &domains) {
                missing.push(format!("{:?} {}: {place}", file.flavour, file.name));
            }
            seen += 1;
        }
    }
    assert!(missing.is_empty(), "without data class or domain:\n{}", missing.join("\n"));
    assert!(seen > 3000, "only {seen} fields were looked at");
}

#[test]
fn every_record_that_producers_write_is_closed() {
    for file in [Flavour::Strict, Flavour::Draft07].into_iter().flat_map(schemas_for) {
        // CloudEvents asks that extensions pass.
        if file.name == "envelope" {
            continue;
        }
        let mut open = Vec::new();
        records(&file.json, &mut open);
        assert!(
            open.iter().all(|record| record["additionalProperties"] == false),
            "{}: {open:#?}",
            file.name
        );
    }
}

fn records<'a>(schema: &'a Value, found: &mut Vec<&'a Value>) {
    match schema {
        Value::Object(map) => {
            if map.contains_key("properties") {
                found.push(schema);
            }
            map.values().for_each(|below| records(below, found));
        }
        Value::Array(items) => items.iter().for_each(|item| records(item, found)),
        _ => {}
    }
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
