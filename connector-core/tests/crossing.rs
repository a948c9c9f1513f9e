//! Messages of one batch that bring the same objects in different states: each batch ends with less to do.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

mod common;

use std::time::Duration;

use common::*;
use connector_core::store::*;
use serde_json::{Value, json};

fn customer(key: &str, revision: Option<i64>, mail: &str) -> (&'static str, Value) {
    let mut party = party(key);
    party["email"] = json!(format!("{mail}@example.com"));
    if let Some(revision) = revision {
        party["revision"] = json!(revision);
    }
    ("party", party)
}

/// Two orders, each with the newer state of one customer and the older state of another: each waits for the other, for ever.
#[tokio::test]
async fn two_orders_with_each_the_newer_of_two_customers_both_land() {
    let bench = World::default().start();
    let of = |key: &str, x: i64, y: i64| {
        let objects = [
            customer("x", Some(x), &format!("x{x}")),
            customer("y", Some(y), &format!("y{y}")),
            ("sales_order", order(key, "x", 1)),
        ];
        change_of(key, key, 1, payload(&objects))
    };
    bench.send(vec![of("1", 2, 1), of("2", 1, 2)]).await;
    let done = tokio::time::timeout(Duration::from_secs(5), bench.runtime.settled(FLOW)).await;
    let (orders, deferred) = (bench.erp.orders(), bench.events(AuditEvent::Deferred).await);
    assert!(done.is_ok(), "orders in the target: {orders:?}; put off {deferred} times in 5 s");
    bench.finish().await;
}

/// The same without a revision on one of them: by arrival one way, by revision the other.
#[tokio::test]
async fn two_orders_newer_by_arrival_and_by_revision_both_land() {
    let bench = World::default().start();
    let of = |key: &str, x: &str, y: i64| {
        let objects = [
            customer("x", None, x),
            customer("y", Some(y), &format!("y{y}")),
            ("sales_order", order(key, "x", 1)),
        ];
        change_of(key, key, 1, payload(&objects))
    };
    bench.send(vec![of("1", "one", 2), of("2", "two", 1)]).await;
    let done = tokio::time::timeout(Duration::from_secs(5), bench.runtime.settled(FLOW)).await;
    let (orders, deferred) = (bench.erp.orders(), bench.events(AuditEvent::Deferred).await);
    assert!(done.is_ok(), "orders in the target: {orders:?}; put off {deferred} times in 5 s");
    bench.finish().await;
}

/// Two versions of one order, the newer one delivered first, under two ordering keys (its buyer has changed); no revision anywhere.
#[tokio::test]
async fn two_versions_of_one_order_in_two_lanes_come_to_an_end() {
    let bench = World::default().start();
    let of = |lane: &str, version: i64, mail: &str| {
        let objects = [customer("x", None, mail), ("sales_order", order("1", "x", version))];
        change_of("1", lane, version, payload(&objects))
    };
    bench.send(vec![of("42", 2, "two"), of("email:a", 1, "one")]).await;
    let done = tokio::time::timeout(Duration::from_secs(5), bench.runtime.settled(FLOW)).await;
    let (orders, deferred) = (bench.erp.orders(), bench.events(AuditEvent::Deferred).await);
    assert!(done.is_ok(), "orders in the target: {orders:?}; put off {deferred} times in 5 s");
    bench.finish().await;
}
