//! Webhooks: nothing is believed before the signature, and the signature is over every bit.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

mod common;

use bytes::Bytes;
use common::*;
use connector_core::canonical::Object;
use connector_core::context::StaticSecrets;
use connector_core::store::State;
use connector_shopify::Config;
use connector_shopify::testkit::{Customer, DOMAIN, Shop, WEBHOOK_SECRET, signed_webhook};
use http::{HeaderMap, HeaderValue};
use serde_json::{Value, json};

const HMAC: &str = "x-shopify-hmac-sha256";

/// A bench that talks to nobody: webhooks do no IO.
fn bench_with(secrets: StaticSecrets) -> Bench {
    start(Config::new("shopify-na", "na", "integration", DOMAIN), secrets, false)
}

fn bench() -> Bench {
    bench_with(StaticSecrets::default().with("shopify-webhook", WEBHOOK_SECRET))
}

fn signed() -> (HeaderMap, Bytes) {
    signed_webhook(&order(1).line("LAMP", 1, 1000).build().rest(), "orders/create", WEBHOOK_SECRET)
}

fn refused(outcome: Result<usize, String>, words: &str) {
    let error = outcome.expect_err("must be refused");
    assert!(error.contains(words), "{error}");
}

#[tokio::test]
async fn every_flipped_bit_of_the_body_is_found() {
    let bench = bench();
    let (headers, body) = signed();
    for at in 0..body.len() {
        for bit in 0..8 {
            let mut flipped = body.to_vec();
            flipped[at] ^= 1 << bit;
            refused(bench.webhook(headers.clone(), flipped.into()).await, "signature");
        }
    }
    refused(bench.webhook(headers.clone(), body.slice(..body.len() - 1)).await, "signature");
    refused(bench.webhook(headers.clone(), Bytes::new()).await, "signature");
    assert_eq!(bench.states(ORDERS).await, []);
    assert_eq!(bench.store.open_messages(ORDERS).await.unwrap(), 0, "nothing of them was stored");
    assert_eq!(bench.webhook(headers, body).await, Ok(1));
    bench.until(ORDERS, 1).await;
    bench.finish().await;
}

#[tokio::test]
async fn a_signature_that_is_missing_doubled_cut_or_of_another_secret_is_refused() {
    let bench = bench();
    let (headers, body) = signed();
    let good = headers[HMAC].clone();
    let with = |values: &[HeaderValue]| {
        let mut headers = headers.clone();
        headers.remove(HMAC);
        values.iter().for_each(|value| {
            headers.append(HMAC, value.clone());
        });
        headers
    };
    let text = |text: &str| HeaderValue::from_str(text).unwrap();
    for values in [
        vec![],
        vec![good.clone(), good.clone()],
        vec![text("AAAA"), good.clone()],
        vec![text("")],
        vec![text("not base64!")],
        vec![text(&good.to_str().unwrap()[..20])],
        vec![text(&good.to_str().unwrap().to_lowercase())],
        vec![HeaderValue::from_bytes(b"\xff\xfe").unwrap()],
    ] {
        refused(bench.webhook(with(&values), body.clone()).await, "signature");
    }
    for secret in ["", "other", "pretend-webhook-secre"] {
        let value = order(1).line("LAMP", 1, 1000).build().rest();
        let (headers, body) = signed_webhook(&value, "orders/create", secret);
        refused(bench.webhook(headers, body).await, "signature");
    }
    bench.finish().await;
}

#[tokio::test]
async fn during_a_rotation_both_secrets_are_good() {
    let secrets = || StaticSecrets::default().with("shopify-webhook", "new");
    let both = bench_with(secrets().with("shopify-webhook-old", WEBHOOK_SECRET));
    let (headers, body) = signed();
    assert_eq!(both.webhook(headers.clone(), body.clone()).await, Ok(1));
    let paid = order(2).line("LAMP", 1, 1000).build().rest();
    let (new_headers, new_body) = signed_webhook(&paid, "orders/create", "new");
    assert_eq!(both.webhook(new_headers.clone(), new_body.clone()).await, Ok(1));
    both.until(ORDERS, 2).await;
    both.finish().await;
    let after = bench_with(secrets());
    refused(after.webhook(headers.clone(), body.clone()).await, "signature");
    assert_eq!(after.webhook(new_headers, new_body).await, Ok(1));
    after.until(ORDERS, 1).await;
    after.finish().await;
    // An empty old secret is no secret.
    let empty = bench_with(secrets().with("shopify-webhook-old", ""));
    let (forged, forged_body) = signed_webhook(&paid, "orders/create", "");
    refused(empty.webhook(forged, forged_body).await, "signature");
    empty.finish().await;
    // Without the secret nobody can say whether the sender is right: they shall come again.
    let none = bench_with(StaticSecrets::default());
    refused(none.webhook(headers, body).await, "not ready");
    none.finish().await;
}

#[tokio::test]
async fn another_shop_is_refused_and_other_topics_are_let_go() {
    let bench = bench();
    let (headers, body) = signed();
    let with = |name: &'static str, value: Option<&str>| {
        let mut headers = headers.clone();
        headers.remove(name);
        if let Some(value) = value {
            headers.insert(name, HeaderValue::from_str(value).unwrap());
        }
        headers
    };
    let shop = "x-shopify-shop-domain";
    refused(bench.webhook(with(shop, Some("evil.myshopify.com")), body.clone()).await, "signature");
    refused(bench.webhook(with(shop, None), body.clone()).await, "malformed");
    refused(bench.webhook(with("x-shopify-topic", None), body.clone()).await, "malformed");
    for topic in ["orders/delete", "products/update", "app/uninstalled", "customers/redact"] {
        assert_eq!(bench.webhook(with("x-shopify-topic", Some(topic)), body.clone()).await, Ok(0));
    }
    let mut doubled = headers.clone();
    doubled.append("x-shopify-topic", HeaderValue::from_static("products/update"));
    refused(bench.webhook(doubled, body.clone()).await, "malformed");
    assert_eq!(bench.webhook(with(shop, Some("ACME.myshopify.com")), body).await, Ok(1));
    bench.until(ORDERS, 1).await;
    bench.finish().await;
}

#[tokio::test]
async fn a_signed_body_that_is_no_order_is_malformed_and_one_that_cannot_be_mapped_is_kept() {
    let bench = bench();
    for value in [
        json!(null),
        json!([]),
        json!({}),
        json!({ "id": 1 }),
        json!({ "id": "x", "updated_at": "2026-11-24T08:00:00Z" }),
    ] {
        let (headers, body) = signed_webhook(&value, "orders/create", WEBHOOK_SECRET);
        refused(bench.webhook(headers, body).await, "malformed");
    }
    let mut value = order(3).line("LAMP", 1, 1000).build().rest();
    value["line_items"][0]["price"] = json!("12,5O");
    value["line_items"][0]["price_set"] = Value::Null;
    let (headers, body) = signed_webhook(&value, "orders/create", WEBHOOK_SECRET);
    assert_eq!(bench.webhook(headers, body.clone()).await, Ok(1));
    bench.until(ORDERS, 1).await;
    let exception = bench.exceptions().await.remove(0);
    assert_eq!(
        (exception.draft.path.as_str(), exception.draft.code.as_str()),
        ("line_items[0].price", "number")
    );
    assert!(!exception.draft.detail.contains("12,5O"), "errors do not repeat values");
    assert_eq!(bench.states(ORDERS).await, [(State::Exception, 1)]);
    bench.finish().await;
}

#[tokio::test]
async fn a_second_delivery_under_another_id_is_the_same_change() {
    let bench = bench();
    let (mut headers, body) = signed();
    assert_eq!(bench.webhook(headers.clone(), body.clone()).await, Ok(1));
    headers.insert("x-shopify-webhook-id", HeaderValue::from_static("another"));
    headers.insert("x-shopify-topic", HeaderValue::from_static("orders/updated"));
    assert_eq!(bench.webhook(headers, body).await, Ok(0));
    bench.until(ORDERS, 1).await;
    bench.finish().await;
}

/// What cannot be mapped is kept all the same: an e-mail is no reason to lose an order.
#[tokio::test]
async fn a_guests_unreadable_email_is_no_reason_to_refuse_the_order() {
    let bench = bench();
    let mut value = order(1009).line("LAMP", 1, 1000).build().rest();
    value.as_object_mut().unwrap().remove("customer");
    value["email"] = json!("x".repeat(1100));
    let (headers, body) = signed_webhook(&value, "orders/create", WEBHOOK_SECRET);
    assert_eq!(bench.webhook(headers, body.clone()).await, Ok(1));
    bench.until(ORDERS, 1).await;
    let exceptions = bench.exceptions().await;
    assert_eq!((exceptions[0].draft.path.as_str(), exceptions[0].payload.as_slice()), ("email", &body[..]));
    bench.finish().await;
}

/// The topic is not signed. Whoever has an old body with its signature (a log, a queue, a proxy) can say that it calls the order off, and
/// then it is never too old.
#[tokio::test]
async fn an_old_body_under_another_topic_does_not_undo_a_newer_state() {
    let shop = Shop::start().await.unwrap();
    let bench = start(config(&shop), shop.secrets(), false);
    let mut edited = order(1001).line("LAMP", 3, 1000).paid().build();
    let (mut headers, body) = signed_webhook(&edited.rest(), "orders/create", WEBHOOK_SECRET);
    assert_eq!(bench.webhook(headers.clone(), body.clone()).await, Ok(1));
    bench.until(ORDERS, 1).await;
    edited.take_off(0, 2, at(60));
    let (newer, newer_body) = signed_webhook(&edited.rest(), "orders/edited", WEBHOOK_SECRET);
    assert_eq!(bench.webhook(newer, newer_body).await, Ok(1));
    bench.until(ORDERS, 2).await;
    headers.insert("x-shopify-topic", HeaderValue::from_static("orders/cancelled"));
    let _stored = bench.webhook(headers, body).await;
    bench.until(ORDERS, 2).await;
    assert_eq!(
        bench.order("1001").lines[0].quantity.value,
        "1".parse().unwrap(),
        "one lamp is left of three"
    );
    bench.finish().await;
}

/// Of a cancelled order, a state that comes late goes over a newer one.
#[tokio::test]
async fn of_a_cancelled_order_too_the_newer_state_stands() {
    let shop = Shop::start().await.unwrap();
    let bench = start(config(&shop), shop.secrets(), false);
    let mut off = order(1001).line("LAMP", 3, 1000).paid().build();
    off.cancel(at(60));
    let (headers, body) = signed_webhook(&off.rest(), "orders/cancelled", WEBHOOK_SECRET);
    let mut later = off.clone();
    later.note = Some("refunded by hand".into());
    later.updated_at = at(120);
    let (newer, newer_body) = signed_webhook(&later.rest(), "orders/updated", WEBHOOK_SECRET);
    assert_eq!(bench.webhook(newer, newer_body).await, Ok(1));
    bench.until(ORDERS, 1).await;
    assert_eq!(bench.webhook(headers, body).await, Ok(1));
    bench.until(ORDERS, 2).await;
    assert_eq!(bench.order("1001").note.unwrap().as_str(), "refunded by hand");
    bench.finish().await;
}

/// The older order comes late, and with it the customer as they were then.
#[tokio::test]
async fn a_late_order_brings_no_older_customer_over_a_newer_one() {
    let bench = bench();
    let told = |id: u64, updated_at: &str, name: &str| {
        let customer = Customer {
            id: 42,
            first_name: "Ada".into(),
            last_name: name.into(),
            email: "ada@example.com".into(),
        };
        let mut value = order(id).line("LAMP", 1, 1000).paid().customer(customer).build().rest();
        value["customer"]["updated_at"] = json!(updated_at);
        signed_webhook(&value, "orders/create", WEBHOOK_SECRET)
    };
    for (settled, (headers, body)) in
        [(1, told(1002, "2026-11-24T09:00:00Z", "Newer")), (2, told(1001, "2026-11-24T08:00:00Z", "Older"))]
    {
        assert_eq!(bench.webhook(headers, body).await, Ok(1));
        bench.until(ORDERS, settled).await;
    }
    assert_eq!(bench.orders(), ["1002", "1001"]);
    let applied = bench.erp.applied.lock().unwrap().clone();
    let names: Vec<String> = applied
        .iter()
        .filter_map(|(_, object)| match object {
            Object::Party(party) => Some(party.name.to_string()),
            _ => None,
        })
        .collect();
    assert_eq!(names.len(), 1, "{names:?}");
    assert!(names[0].ends_with("Newer"), "{names:?}");
    bench.finish().await;
}
