//! Webhooks: the signature over the raw bytes first, then everything else.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use connector_core::canonical::ObjectKind;
use connector_core::context::{Context, SecretError};
use connector_core::contract::{Change, Dedup, Operation, ReceiveError, WebhookRequest};
use hmac::{Hmac, KeyInit, Mac};
use http::HeaderMap;
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

use crate::config::{Config, Ordering};
use crate::wire::{self, FORMAT_REST, Head, Node};

const SIGNATURE: &str = "x-shopify-hmac-sha256";
const TOPIC: &str = "x-shopify-topic";
const SHOP: &str = "x-shopify-shop-domain";
const DELIVERY: &str = "x-shopify-webhook-id";
const TRIGGERED: &str = "x-shopify-triggered-at";

/// Topics whose body is a whole order. Others are acknowledged and let go.
const TOPICS: [&str; 5] =
    ["orders/create", "orders/updated", "orders/paid", "orders/edited", "orders/cancelled"];

pub(crate) fn receive(
    cx: &Context,
    config: &Config,
    request: &WebhookRequest,
) -> Result<Vec<Change>, ReceiveError> {
    let secret = |name: &str| cx.secret(name);
    authenticate(config, secret, request)?;
    changes(config, &request.headers, &request.body)
}

/// Whether one of the secrets signed the body. Compared in constant time; says nothing of the secrets.
fn authenticate(
    config: &Config,
    secret: impl Fn(&str) -> Result<SecretString, SecretError>,
    request: &WebhookRequest,
) -> Result<(), ReceiveError> {
    let unauthorized = |why: &str| ReceiveError::Unauthorized(why.to_owned());
    let signature =
        only(&request.headers, SIGNATURE).map_err(|why| ReceiveError::Unauthorized(why.to_owned()))?;
    let signature = STANDARD.decode(signature).map_err(|_| unauthorized("the header is not base64"))?;
    let current = secret(&config.webhook_secret);
    let old = secret(&config.webhook_secret_old);
    let signed_by = |secret: &SecretString| {
        // An empty secret would let everybody sign.
        let bytes = secret.expose_secret().as_bytes();
        !bytes.is_empty() && verifies(bytes, &request.body, &signature)
    };
    let (now, before) = (current.as_ref().map(signed_by), old.as_ref().map(signed_by));
    match (now, before) {
        (Ok(true), _) | (_, Ok(true)) => Ok(()),
        // It might have been signed with the secret that cannot be had.
        (Err(error), _) => Err(ReceiveError::NotReady(error.to_string())),
        _ => Err(unauthorized("the body was not signed with the webhook secret")),
    }
}

fn verifies(secret: &[u8], body: &[u8], signature: &[u8]) -> bool {
    match Hmac::<Sha256>::new_from_slice(secret) {
        Ok(mac) => mac.chain_update(body).verify_slice(signature).is_ok(),
        Err(_) => false,
    }
}

fn changes(config: &Config, headers: &HeaderMap, body: &Bytes) -> Result<Vec<Change>, ReceiveError> {
    let malformed = |why: &str| ReceiveError::Malformed(why.to_owned());
    // The headers are not signed: the shop's is checked against ours, and the rest decides nothing about the order.
    let shop = only(headers, SHOP).map_err(malformed)?;
    if !shop.eq_ignore_ascii_case(&config.shop) {
        return Err(ReceiveError::Unauthorized("the webhook is of another shop".into()));
    }
    let topic = only(headers, TOPIC).map_err(malformed)?;
    if !TOPICS.contains(&topic) {
        return Ok(Vec::new());
    }
    let delivery = match headers.get(DELIVERY) {
        Some(_) => Some(only(headers, DELIVERY).map_err(malformed)?.to_owned()),
        None => None,
    };
    let head = Node::root(body)
        .and_then(|node| wire::head(FORMAT_REST, &node))
        .map_err(|e| ReceiveError::Malformed(e.to_string()))?;
    let mut change = change(config, head, FORMAT_REST, body.clone());
    change.delivery_id = delivery;
    let triggered = headers.get(TRIGGERED).and_then(|value| value.to_str().ok());
    change.occurred_at = triggered.and_then(|text| text.parse().ok()).or(change.occurred_at);
    Ok(vec![change])
}

/// The change that an order's payload stands for: its state, called off or not. A cancellation is no operation of its own: each later state
/// of the order has it too, so an older one says nothing that the newer one does not.
pub(crate) fn change(config: &Config, head: Head, format: &str, payload: Bytes) -> Change {
    Change {
        object: ObjectKind::SalesOrder,
        operation: Operation::Upsert,
        version: head.version(),
        ordering_key: match config.ordering {
            Ordering::Customer => head.buyer,
            Ordering::Order => head.id.clone(),
        },
        key: head.id,
        delivery_id: None,
        occurred_at: Some(head.updated_at),
        format: format.to_owned(),
        payload,
        dedup: Dedup::State,
        origins: Vec::new(),
    }
}

/// The one value of a header. Two of them could be read differently by two readers.
fn only<'a>(headers: &'a HeaderMap, name: &str) -> Result<&'a str, &'static str> {
    let mut values = headers.get_all(name).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return Err("a header of Shopify's is missing or stands twice");
    };
    value.to_str().map_err(|_| "a header of Shopify's is not text")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_known_answer_of_rfc_4231() {
        let key = [0x0b; 20];
        let expected = "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7";
        let bytes: Vec<u8> =
            (0..32).map(|at| u8::from_str_radix(&expected[2 * at..2 * at + 2], 16).unwrap()).collect();
        assert!(verifies(&key, b"Hi There", &bytes));
        assert!(!verifies(&key, b"Hi There", &bytes[..31]));
        assert!(!verifies(&key, b"Hi There!", &bytes));
        assert!(!verifies(&key, b"Hi There", b""));
    }

    /// The change of a body that counts as signed.
    fn change_of(topic: &str, body: &str) -> Change {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            (SHOP, "acme.myshopify.com"),
            (TOPIC, topic),
            (DELIVERY, "d-1"),
            (TRIGGERED, "2026-11-24T08:00:03.5Z"),
        ] {
            headers.insert(name, value.parse().unwrap());
        }
        let config = Config::new("s", "na", "me", "acme.myshopify.com");
        changes(&config, &headers, &Bytes::copy_from_slice(body.as_bytes())).unwrap().remove(0)
    }

    #[test]
    fn a_change_says_what_must_be_known_before_anything_is_mapped() {
        let open =
            r#"{"id":7,"updated_at":"2026-11-24T09:00:02+01:00","customer":{"id":42},"email":"a@b.c"}"#;
        let change = change_of("orders/updated", open);
        assert_eq!((change.key.as_str(), change.ordering_key.as_str()), ("7", "42"));
        assert_eq!(change.version, 1_795_507_202_000_000);
        assert_eq!(change.operation, Operation::Upsert);
        assert_eq!(change.delivery_id.as_deref(), Some("d-1"));
        assert_eq!(change.occurred_at.unwrap().as_microseconds(), 1_795_507_203_500_000);
        assert_eq!(change.payload, open.as_bytes());
        let cancelled =
            r#"{"id":7,"updated_at":"2026-11-24T08:00:02Z","cancelled_at":"2026-11-24T08:00:02Z"}"#;
        let change = change_of("orders/updated", cancelled);
        assert_eq!((change.operation, change.ordering_key.as_str()), (Operation::Upsert, "order:7"));
    }

    #[test]
    fn the_topic_decides_nothing_about_the_order() {
        let body = r#"{"id":7,"updated_at":"2026-11-24T08:00:02Z"}"#;
        let cancelled =
            r#"{"id":7,"updated_at":"2026-11-24T08:00:02Z","cancelled_at":"2026-11-24T08:00:02Z"}"#;
        let said = |topic: &str, body: &str| {
            let change = change_of(topic, body);
            (change.operation, change.version, change.key, change.ordering_key, change.payload)
        };
        for topic in TOPICS {
            assert_eq!(said(topic, body), said("orders/create", body), "{topic}");
            assert_eq!(said(topic, cancelled), said("orders/create", cancelled), "{topic}");
        }
        // Of two states within one second, the one that is called off is the later.
        assert!(said("orders/updated", cancelled).1 > said("orders/updated", body).1);
    }
}
