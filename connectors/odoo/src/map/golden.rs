//! Golden files: an object and the rows that it becomes, in `tests/golden`. `UPDATE_GOLDEN=1` writes them anew; read the difference.

use std::path::PathBuf;

use connector_core::canonical::{Object, ObjectKind};
use odoo_rpc::Version;
use serde_json::{Value, json};

use super::{Articles, Mapper, Record, Skus, Stage};
use crate::config::Config;
use crate::fields::FieldMap;
use crate::load::Table;
use crate::refs;
use crate::xid::Namespace;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

fn table(record: &Record) -> Value {
    let table = Table::of(&[record]);
    json!({ "columns": table.columns, "rows": table.rows })
}

fn mapped(case: &Value) -> Value {
    let kind: ObjectKind = case["kind"].as_str().unwrap().parse().unwrap();
    let object = Object::from_json(kind, case["object"].to_string().as_bytes()).unwrap();
    assert!(object.check().is_empty(), "{:?}", object.check());
    let major = u16::try_from(case["series"].as_u64().unwrap()).unwrap();
    let fields = FieldMap::of(Some(&Version { major, minor: 0, saas: false, enterprise: false })).unwrap();
    let mut config = Config::new("https://h", "d", "l", "odoo-na", "shop-na");
    config.warehouse_id = Some(1);
    let (names, refs, skus) = (Namespace::of("shop-na"), refs::tests::refs(), Skus::new());
    let mapper = Mapper {
        config: &config,
        names: &names,
        fields,
        refs: &refs,
        skus: &skus,
        articles: &Articles::new(),
    };
    match &object {
        Object::Party(party) => match mapper.party(party) {
            Ok(record) => {
                json!({ "record": table(&record), "parent": mapper.parent(party).as_ref().map(table) })
            }
            Err(rejection) => json!({ "code": rejection.code, "path": rejection.path }),
        },
        Object::Item(item) => match mapper.item(item) {
            Ok(record) => json!({ "record": table(&record) }),
            Err(rejection) => json!({ "code": rejection.code, "path": rejection.path }),
        },
        Object::SalesOrder(order) => match mapper.order(order) {
            Ok(mapped) => json!({
                "open": table(&mapped.record(Stage::Open, &[])),
                "confirmed_columns": Table::of(&[&mapped.record(Stage::Confirmed, &[])]).columns,
                "addresses": mapped.addresses.iter().map(|address| json!({ "party": address.party, "line": address.line })).collect::<Vec<_>>(),
            }),
            Err(rejection) => json!({ "code": rejection.code, "path": rejection.path }),
        },
        other => panic!("no mapping for {}", other.kind()),
    }
}

#[test]
fn objects_become_the_rows_in_the_golden_files() {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort_unstable();
    assert!(files.len() >= 8, "the golden files are gone: {files:?}");
    for file in files {
        let mut case: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        let found = mapped(&case);
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            case["load"] = found;
            std::fs::write(&file, format!("{:#}\n", case)).unwrap();
        } else {
            assert_eq!(
                found,
                case["load"],
                "{} is stale; run with UPDATE_GOLDEN=1 and read the difference",
                file.display()
            );
        }
    }
}

#[test]
fn every_address_of_an_order_has_a_name_of_its_own() {
    let case = |street: &str| {
        let mut order: Value = serde_json::from_str(ObjectKind::SalesOrder.example()).unwrap();
        order["ship_to"] = json!({"lines": [street], "country": "US"});
        order["bill_to"] = Value::Null;
        order.as_object_mut().unwrap().remove("bill_to");
        json!({"kind": "sales_order", "series": 19, "object": order})
    };
    let name = |street: &str| mapped(&case(street)).pointer("/addresses/0/line/0/1").cloned();
    let (one, other) = (name("Street 1"), name("Street 2"));
    // Whatever else the example needs that these references lack would show as no address at all.
    if one.is_some() {
        assert_ne!(one, other);
        assert_eq!(one, name("Street 1"));
    }
}
