//! The envelope is CloudEvents, read strictly and written back as it came.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

use odoo_canonical::{
    ContractRule, Envelope, Object, ObjectKind, envelope::ExtensionValue, idempotency_key,
    schema::envelope_schema,
};
use serde_json::{Value, json};

fn full() -> Value {
    json!({
        "specversion": "1.0",
        "id": "0193568c-0000-7000-8000-000000000001",
        "source": "//acme/eu/production/shop",
        "type": "com.acme.sales.order.placed.v1",
        "subject": "gid://shop/Order/7001",
        "time": "2026-11-23T08:15:00.000000Z",
        "datacontenttype": "application/json",
        "dataschema": "https://schemas.odoo-connector.dev/odoo-canonical/v1/sales_order.json",
        "correlationid": "c-1",
        "causationid": "e-0",
        "partitionkey": "gid://shop/Order/7001",
        "sequence": "0000000003",
        "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "tracestate": "vendor=1",
        "recordedtime": "2026-11-23T08:15:01.000000Z",
        "dataclassification": "confidential",
        "tenant": "acme",
        "region": "eu",
        "environment": "production",
        "datadomain": "sales",
        "residency": "eu",
        "idempotencykey": "2eb7f439d5e7a102f12f93da1b55cf18abc8c2ef72cb0cef6443734d14364cff",
        "connector": "shop",
        "connectorversion": "1.4.0",
        "origins": "shop,hub",
        "data": { "key": "x" },
        "odoodb": "eu1",
        "expirytime": "2026-12-01T00:00:00.000000Z",
        "priority": 7,
        "replayed": false
    })
}

fn read(document: &Value) -> Result<Envelope, odoo_canonical::ContractError> {
    Envelope::from_json(&serde_json::to_vec(document).unwrap())
}

fn schema_accepts(document: &Value) -> bool {
    let options = jsonschema::options().should_validate_formats(true);
    options.build(&envelope_schema(odoo_canonical::Flavour::Strict).json).unwrap().is_valid(document)
}

#[test]
fn everything_survives_a_round_trip() {
    let envelope = read(&full()).unwrap();
    assert!(schema_accepts(&full()));
    let written: Value = serde_json::from_slice(&envelope.to_json().unwrap()).unwrap();
    assert_eq!(written, full());
    assert_eq!(envelope.extensions.get("odoodb"), Some(&ExtensionValue::String("eu1".into())));
    assert_eq!(envelope.extensions.get("priority"), Some(&ExtensionValue::Integer(7)));
    assert_eq!(envelope.extensions.iter().count(), 3);
}

#[test]
fn data_is_kept_to_the_byte() {
    // A float would be 1234567890123456.8, and keys would be sorted.
    let data = r#"{"total": 1234567890123456.789, "b":1.10,  "a":[1e2]}"#;
    let text = format!(r#"{{"specversion":"1.0","id":"1","source":"s","type":"t","data":{data}}}"#);
    let envelope = Envelope::from_json(text.as_bytes()).unwrap();
    assert_eq!(envelope.data.as_ref().unwrap().as_str(), data);
    assert_eq!(String::from_utf8(envelope.to_json().unwrap()).unwrap(), text);
}

#[test]
fn null_attributes_count_as_absent() {
    let mut document = full();
    for name in ["subject", "time", "odoodb", "data", "origins"] {
        document[name] = Value::Null;
    }
    let envelope = read(&document).unwrap();
    assert!(schema_accepts(&document));
    assert!(envelope.subject.is_none() && envelope.time.is_none() && envelope.data.is_none());
    assert_eq!(envelope.extensions.get("odoodb"), None);
}

#[test]
fn what_breaks_the_contract_is_refused_by_decoder_and_schema() {
    let mut surprises = Vec::new();
    for (name, value) in [
        ("specversion", json!("0.3")),
        ("specversion", json!(1.0)),
        ("id", json!("")),
        ("source", json!("a b")),
        ("type", json!(null)),
        ("time", json!("2026-11-23 08:15:00")),
        ("tenant", json!("a b")),
        ("traceparent", json!("00-00000000000000000000000000000000-00f067aa0ba902b7-01")),
        ("idempotencykey", json!("ABC")),
        ("origins", json!("shop, hub")),
        ("odoo_db", json!("x")),
        ("OdooDb", json!("x")),
        ("nested", json!({ "a": 1 })),
        ("list", json!([1])),
        ("fraction", json!(0.5)),
        ("large", json!(3_000_000_000_u64)),
        ("control", json!("a\u{0}b")),
        ("data_base64", json!("AAE=")),
        ("data_base64", json!("AAE")),
    ] {
        let mut document = full();
        document[name] = value.clone();
        if schema_accepts(&document) {
            surprises.push(format!("{name} {value}: accepted by the schema"));
        }
        if read(&document).is_ok() {
            surprises.push(format!("{name} {value}: accepted by the decoder"));
        }
    }
    for name in ["specversion", "id", "source", "type"] {
        let mut document = full();
        document.as_object_mut().unwrap().remove(name);
        assert!(!schema_accepts(&document), "{name}");
        assert_eq!(read(&document).unwrap_err().rule, ContractRule::MissingField, "{name}");
    }
    assert!(surprises.is_empty(), "{surprises:#?}");
}

#[test]
fn an_attribute_that_stands_twice_is_refused() {
    for twice in [r#""tenant":"a","tenant":"b""#, r#""odoodb":"a","odoodb":"b""#] {
        let text = format!(r#"{{"specversion":"1.0","id":"1","source":"s","type":"t",{twice}}}"#);
        assert!(Envelope::from_json(text.as_bytes()).is_err(), "{twice}");
    }
}

#[test]
fn an_error_in_an_attribute_has_its_path() {
    let mut document = full();
    document["tenant"] = json!("a b");
    assert_eq!(read(&document).unwrap_err().path, "/tenant");
}

#[test]
fn an_error_in_the_object_has_its_path_from_the_envelope_on() {
    let mut document = full();
    document["data"] = serde_json::from_str(ObjectKind::SalesOrder.example()).unwrap();
    document["data"]["lines"][1]["net"] = json!(60.0);
    let error = read(&document).unwrap().object(ObjectKind::SalesOrder).unwrap_err();
    assert_eq!((error.path.as_str(), error.rule), ("/data/lines/1/net", ContractRule::Type));
    document.as_object_mut().unwrap().remove("data");
    assert!(read(&document).unwrap().object(ObjectKind::SalesOrder).is_err());
}

#[test]
fn binary_data_travels_in_base64() {
    let mut document = full();
    document.as_object_mut().unwrap().remove("data");
    document["data_base64"] = json!("AAH/");
    let envelope = read(&document).unwrap();
    assert!(schema_accepts(&document));
    assert_eq!(envelope.data_base64.unwrap().as_bytes(), [0, 1, 255]);
}

#[test]
fn an_object_brings_its_schema_and_key() {
    for kind in ObjectKind::ALL.iter().copied() {
        let object = Object::from_json(kind, kind.example().as_bytes()).unwrap();
        let mut envelope = Envelope::new("1".parse().unwrap(), "s".parse().unwrap(), "t".parse().unwrap());
        envelope.set_object(&object).unwrap();
        let payload = object.to_canonical_json().unwrap();
        envelope.idempotencykey = Some(idempotency_key("shop", kind, object.key(), "upsert", None, &payload));
        let written: Value = serde_json::from_slice(&envelope.to_json().unwrap()).unwrap();
        assert!(schema_accepts(&written));
        assert_eq!(written["dataschema"].as_str().unwrap(), odoo_canonical::schema::schema_url(kind));
        assert_eq!(written["partitionkey"].as_str(), Some(object.key().as_str()));
        assert_eq!(envelope.object(kind).unwrap(), object);
    }
}

/// A receiver without the data would fetch the one before, and hold it against a digest that fits it.
#[test]
fn what_was_said_of_other_data_goes_with_it() {
    let mut envelope = Envelope::new("1".parse().unwrap(), "s".parse().unwrap(), "t".parse().unwrap());
    envelope.set_object(&odoo_canonical::sample(ObjectKind::Party, 1).unwrap()).unwrap();
    envelope.check_in::<()>(0, |_, _| Ok("store:1".parse().unwrap())).unwrap();
    envelope.dataclassification = "none".parse().ok();
    assert!(envelope.datadigest.is_some());
    envelope.set_object(&odoo_canonical::sample(ObjectKind::Party, 2).unwrap()).unwrap();
    assert_eq!((envelope.dataref, envelope.datadigest, envelope.dataclassification), (None, None, None));
}

/// The JSON schema of CloudEvents itself (cloudevents/spec, Apache-2.0).
#[test]
fn every_event_conforms_to_the_schema_of_cloudevents() {
    let schema = serde_json::from_str(include_str!("data/cloudevents.schema.json")).unwrap();
    let schema = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let mut documents = vec![full()];
    for kind in ObjectKind::ALL.iter().copied() {
        let mut event =
            Envelope::new("1".parse().unwrap(), "//acme/eu/test/x".parse().unwrap(), "t.v1".parse().unwrap());
        event.set_object(&odoo_canonical::sample(kind, 3).unwrap()).unwrap();
        documents.push(serde_json::from_slice(&event.to_json().unwrap()).unwrap());
        event.check_in::<()>(0, |_, _| Ok("store:1".parse().unwrap())).unwrap();
        documents.push(serde_json::from_slice(&event.to_json().unwrap()).unwrap());
    }
    for document in documents {
        assert!(schema.is_valid(&document), "{document}: {:?}", schema.iter_errors(&document).next());
    }
    for (field, value) in [("id", json!("")), ("source", json!(1)), ("specversion", json!(null))] {
        let mut document = full();
        document[field] = value;
        assert!(!schema.is_valid(&document) && read(&document).is_err(), "{field}");
    }
}
