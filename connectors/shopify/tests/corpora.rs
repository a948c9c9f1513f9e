//! Payloads of others: each maps, or says why not.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test may panic, and says when it skipped"
)]

mod common;

use std::path::{Path, PathBuf};

use common::*;
use connector_core::canonical::object::OrderStatus;
use connector_shopify::{Config, changes_from_file, map_payload};
use serde_json::Value;

fn folder() -> Option<PathBuf> {
    #[expect(
        clippy::disallowed_methods,
        reason = "where the samples are is for whoever runs the test to say"
    )]
    let root = std::env::var("CONNECTOR_CORPORA").ok()?;
    Some(Path::new(&root).join("shopify"))
}

fn config() -> Config {
    Config::new("shopify-na", "na", "integration", "acme.myshopify.com")
}

#[test]
fn every_sample_maps_or_says_why_not() {
    let Some(folder) = folder() else {
        eprintln!("skipped: CONNECTOR_CORPORA is not set");
        return;
    };
    let mut orders = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        match changes_from_file(&config(), &std::fs::read(&path).unwrap()) {
            Err(error) => {
                assert!(!error.detail.is_empty() && !error.code.is_empty(), "{name}: {error:?}");
                assert!(!name.starts_with("order.") && !name.starts_with("orders."), "{name}: {error}");
            }
            Ok(changes) => {
                for change in changes {
                    orders += 1;
                    match map_payload(&change.format, &change.payload) {
                        Err(error) => {
                            assert!(!error.path.is_empty() && !error.detail.is_empty(), "{name}: {error:?}")
                        }
                        // A cancelled test order: what was ordered adds up, and is told as cancelled.
                        Ok(objects) => {
                            assert_eq!(violations(&objects), [], "{name}");
                            let order = sales_order(&objects);
                            assert_eq!(order.status, OrderStatus::Cancelled, "{name}");
                            assert_eq!(order.totals.gross, "10.00".parse().unwrap(), "{name}");
                            assert_eq!(order.lines[1].allowances_charges[0].amount, "5.00".parse().unwrap());
                            assert_eq!(order.buyer.key.as_str(), "email:jon@doe.ca", "{name}");
                        }
                    }
                }
            }
        }
    }
    assert!(orders >= 3, "the samples have at least three orders, {orders} were found");
}

/// Fragments of others, in an order of ours.
#[test]
fn sample_lines_are_read() {
    let Some(folder) = folder() else {
        eprintln!("skipped: CONNECTOR_CORPORA is not set");
        return;
    };
    let read =
        |name: &str| serde_json::from_slice::<Value>(&std::fs::read(folder.join(name)).unwrap()).unwrap();
    for (sample, list) in
        [("orderlineitems_valid.json", "line_items"), ("shippinglines_valid.json", "shipping_lines")]
    {
        let mut value = order(1).line("LAMP", 1, 1000).shipping("Parcel", 490).build().rest();
        value[list][0] = read(sample);
        match map_rest(&value) {
            // The line's discount is in euros, the order in dollars.
            Err(error) => assert_eq!(error.code, "currency", "{sample}: {error}"),
            Ok(objects) => {
                let mapped = sales_order(&objects);
                let charge = &mapped.allowances_charges[0];
                assert_eq!((charge.amount, charge.taxes.len()), ("4.00".parse().unwrap(), 2));
                assert!(!violations(&objects).is_empty(), "{sample}: 26.00 of tax on 4.00");
            }
        }
    }
}
