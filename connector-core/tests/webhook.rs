//! The door: signature first, then the store, then the answer.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

mod common;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use common::*;
use connector_core::contract::Outcome;
use serde_json::json;
use tower::ServiceExt;

async fn post(
    bench: &Bench,
    flow: &str,
    signature: &str,
    body: impl Into<Body>,
) -> (StatusCode, Option<String>) {
    let request = Request::post(format!("/webhooks/{flow}"))
        .header("x-signature", signature)
        .body(body.into())
        .unwrap();
    let response = connector_core::router(bench.runtime.clone()).oneshot(request).await.unwrap();
    let retry = response.headers().get("retry-after").map(|v| v.to_str().unwrap().to_owned());
    (response.status(), retry)
}

fn body(key: &str) -> String {
    json!({ "key": key, "customer": "c", "order": order(key, "c", 1) }).to_string()
}

#[tokio::test]
async fn each_way_of_being_wrong_has_its_answer_and_stores_nothing() {
    let bench = World::default().start();
    assert_eq!(post(&bench, FLOW, "bad", body("1")).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(
        post(&bench, FLOW, "bad", "{broken").await.0,
        StatusCode::UNAUTHORIZED,
        "the signature comes first"
    );
    assert_eq!(post(&bench, FLOW, "good", "{broken").await.0, StatusCode::BAD_REQUEST);
    assert_eq!(post(&bench, FLOW, "good", "panic").await.0, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(post(&bench, "nothing", "good", body("1")).await.0, StatusCode::NOT_FOUND);
    assert_eq!(post(&bench, FLOW, "good", vec![b' '; (2 << 20) + 1]).await.0, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(bench.tally().await.received, 0);
    assert!(bench.audit().await.is_empty());
    // Neither in the database nor in its log, where it would stand first.
    let stands = |word: &[u8]| {
        ["store.db", "store.db-wal"].iter().any(|file| {
            let bytes = std::fs::read(bench.dir.path().join(file)).unwrap();
            bytes.windows(word.len()).any(|w| w == word)
        })
    };
    assert!(!stands(b"{broken"));
    assert_eq!(post(&bench, FLOW, "good", body("found-if-stored")).await.0, StatusCode::OK);
    assert!(stands(b"found-if-stored"), "what is stored is found by this");
    bench.settled().await;
    bench.finish().await;
}

#[tokio::test]
async fn what_is_answered_with_200_is_in_the_store_even_if_it_cannot_be_used() {
    let bench = World::default().start();
    assert_eq!(post(&bench, FLOW, "good", body("1")).await.0, StatusCode::OK);
    let useless = json!({ "key": "2", "customer": "c", "order": { "key": "2" } }).to_string();
    assert_eq!(post(&bench, FLOW, "good", useless).await.0, StatusCode::OK);
    assert_eq!(post(&bench, FLOW, "good", body("1")).await.0, StatusCode::OK, "a second delivery is fine");
    bench.settled().await;
    assert_eq!(bench.erp.orders(), [("1".into(), 1)]);
    assert_eq!(bench.exceptions().await.len(), 1);
    assert_eq!(bench.tally().await.duplicates, 1);
    bench.finish().await;
}

#[tokio::test]
async fn a_full_flow_asks_to_come_back() {
    let mut world = World::default();
    world.governance.flows[0].high_water = 1;
    let bench = world.start();
    bench
        .erp
        .faults
        .lock()
        .unwrap()
        .insert("1".into(), || Outcome::Retry(connector_core::retry::Failure::unreachable("away")));
    assert_eq!(post(&bench, FLOW, "good", body("1")).await.0, StatusCode::OK);
    let (status, retry) = post(&bench, FLOW, "good", body("2")).await;
    assert_eq!((status, retry.as_deref()), (StatusCode::TOO_MANY_REQUESTS, Some("30")));
    assert_eq!(bench.tally().await.received, 1);
    bench.erp.faults.lock().unwrap().clear();
    bench.settled().await;
    bench.finish().await;
}
