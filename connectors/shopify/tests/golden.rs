//! What payloads map to, whole. A change of the mapping shows here as a difference that somebody has to look at.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

mod common;

use std::path::{Path, PathBuf};

use common::*;
use connector_core::canonical::{Object, canonical_json};
use connector_shopify::{FORMAT_GRAPHQL, FORMAT_REST, map_payload};
use serde_json::{Value, json};

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name)
}

fn mapped(name: &str, format: &str) -> Vec<Object> {
    let objects = map_payload(format, &std::fs::read(file(name)).unwrap()).unwrap();
    assert_eq!(violations(&objects), [], "{name}");
    objects
}

/// With `UPDATE_GOLDEN=1` the file is written anew, for `git diff` to show.
fn check(name: &str, objects: &[Object]) {
    let found: Vec<Value> =
        objects.iter().map(|object| json!({ "kind": object.kind(), "object": object })).collect();
    let path = file(name);
    #[expect(
        clippy::disallowed_methods,
        reason = "whoever runs the test decides whether the files are renewed"
    )]
    if std::env::var("UPDATE_GOLDEN").is_ok_and(|value| value == "1") {
        std::fs::write(&path, serde_json::to_string_pretty(&found).unwrap() + "\n").unwrap();
    }
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    let stored: Value = serde_json::from_str(&text).unwrap_or_default();
    assert_eq!(
        String::from_utf8(canonical_json(&found).unwrap()).unwrap(),
        String::from_utf8(canonical_json(&stored).unwrap()).unwrap(),
        "{name} is not what the payload maps to. If the change is meant, renew it with UPDATE_GOLDEN=1 and raise the mapping version"
    );
}

#[test]
fn an_edited_order_with_discounts_and_two_taxes_is_the_same_in_both_formats() {
    check("retail.canonical.json", &mapped("retail.rest.json", FORMAT_REST));
    check("retail.canonical.json", &mapped("retail.graphql.json", FORMAT_GRAPHQL));
}

#[test]
fn a_guest_order_with_tax_in_its_prices_and_prices_as_numbers() {
    check("german.canonical.json", &mapped("german.rest.json", FORMAT_REST));
}
