//! AsyncAPI documents, held to the meta-schema of AsyncAPI 3.0 and to the messages that they describe.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

mod common;

use common::canonical;
use odoo_canonical_cli::asyncapi::{Flows, Schemas, asyncapi};
use serde_json::{Value, json};

const FLOWS: &str = include_str!("data/flows.toml");

fn document(schemas: Schemas) -> Value {
    asyncapi("flows.toml", &Flows::parse("flows.toml", FLOWS).unwrap(), schemas).unwrap()
}

#[test]
fn documents_conform_to_the_meta_schema() {
    let meta: Value = serde_json::from_str(include_str!("data/asyncapi-3.0.0.json")).unwrap();
    let meta = jsonschema::validator_for(&meta).unwrap();
    for schemas in [Schemas::Embedded, Schemas::Referenced] {
        let document = document(schemas);
        let errors: Vec<String> =
            meta.iter_errors(&document).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{schemas:?}: {errors:#?}");
    }
    // The judge does judge.
    let mut wrong = document(Schemas::Embedded);
    wrong["operations"]["shop.send.orders"]["action"] = json!("shout");
    assert!(!meta.is_valid(&wrong));
}

#[test]
fn every_reference_leads_somewhere() {
    let document = document(Schemas::Embedded);
    let mut references = Vec::new();
    collect(&document, &mut references);
    assert!(references.len() > 100);
    for reference in references {
        let pointer = reference.strip_prefix('#').unwrap_or_else(|| panic!("{reference} leads out"));
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
}

fn collect(value: &Value, references: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, references)),
        Value::Object(map) => {
            references.extend(map.get("$ref").and_then(Value::as_str).map(str::to_owned));
            map.values().for_each(|value| collect(value, references));
        }
        _ => {}
    }
}

#[test]
fn payloads_take_the_events_of_their_flow_and_no_others() {
    let document = document(Schemas::Embedded);
    let payload = |flow: &str| {
        let schema = json!({
            "$schema": "http://json-schema.org/draft-07/schema#",
            "allOf": [document["components"]["messages"][flow]["payload"]],
            "components": document["components"],
        });
        jsonschema::validator_for(&schema).unwrap()
    };
    let (orders, stock) = (payload("orders"), payload("stock"));
    for seed in ["1", "2", "3"] {
        let ran = canonical(&["sample", "sales_order", "--seed", seed, "--envelope"]);
        assert_eq!(ran.code, 0, "{}", ran.errors);
        let mut event: Value = serde_json::from_str(&ran.out).unwrap();
        assert!(orders.is_valid(&event));
        assert!(!stock.is_valid(&event));
        event["data"]["not_there_yet"] = json!("consumers pass over it");
        assert!(orders.is_valid(&event));
        event["data"]["currency"] = json!("euro");
        assert!(!orders.is_valid(&event));
    }
    for flow in ["orders", "stock"] {
        let message = &document["components"]["messages"][flow];
        assert!(payload(flow).is_valid(&message["examples"][0]["payload"]), "{flow}");
    }
}

#[test]
fn who_sends_and_who_receives_is_said() {
    let document = document(Schemas::Referenced);
    assert_eq!(document["channels"]["orders"]["address"], "eu.sales.orders");
    assert_eq!(document["channels"]["stock"]["address"], "inventory_level.upserted.v1");
    assert_eq!(document["operations"]["shop.send.orders"]["action"], "send");
    assert_eq!(document["operations"]["erp.receive.orders"]["action"], "receive");
    let tags = &document["operations"]["erp.receive.orders"]["tags"];
    assert_eq!(tags, &json!([{ "name": "erp" }, { "name": "owner:sales-integration" }]));
    let payload = &document["components"]["messages"]["stock"]["payload"];
    assert_eq!(payload["schemaFormat"], "application/schema+json;version=draft-2020-12");
}

#[test]
fn flows_that_cannot_be_used_say_where_and_why() {
    let changed = |from: &str, to: &str| {
        let text = FLOWS.replacen(from, to, 1);
        assert_ne!(text, FLOWS);
        let flows = Flows::parse("flows.toml", &text);
        flows.and_then(|flows| asyncapi("flows.toml", &flows, Schemas::Embedded)).unwrap_err().to_string()
    };
    assert!(
        changed("sales_order", "sock")
            .starts_with("flows.toml: flow 1 (orders): object: sock: no business object")
    );
    assert_eq!(changed("\"stock\"", "\"orders\""), "flows.toml: flow 2 (orders): the name stands twice");
    assert_eq!(
        changed("[\"eu\"]", "[\"us\"]"),
        "flows.toml: flow 1 (orders): servers: there is no server us"
    );
    assert_eq!(
        changed("\"shop\"", "\"the shop\""),
        "flows.toml: flow 1 (orders): from: must have letters, digits, _ and - only"
    );
    assert!(
        changed("owner", "ownr").starts_with("flows.toml: line 16: unknown field `ownr`"),
        "{}",
        changed("owner", "ownr")
    );
    assert!(changed("version = ", "schemas = \"v9\"\nversion = ").contains("v9: no such file or folder"));
    let json = Flows::parse("flows.json", "{\"title\": 1}").unwrap_err().to_string();
    assert!(json.starts_with("flows.json: line 1, column 11: invalid type"), "{json}");
    let none = Flows { flows: Vec::new(), ..Flows::parse("flows.toml", FLOWS).unwrap() };
    assert!(asyncapi("f", &none, Schemas::Embedded).unwrap_err().to_string().contains("there is none"));
}
