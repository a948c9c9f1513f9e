//! Signs webhooks as Shopify does.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use http::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use sha2::Sha256;

use super::shop::DOMAIN;

/// Headers and body of a webhook of the pretend shop. The delivery id is the digest of the body.
pub fn signed_webhook(order: &Value, topic: &str, secret: &str) -> (HeaderMap, Bytes) {
    let body = Bytes::from(order.to_string());
    // HMAC takes keys of any length; an empty signature would be refused, and the test would say so.
    let signature = Hmac::<Sha256>::new_from_slice(secret.as_bytes())
        .map(|mac| STANDARD.encode(mac.chain_update(&body).finalize().into_bytes()))
        .unwrap_or_default();
    let delivery = STANDARD.encode(<Sha256 as sha2::Digest>::digest(&body));
    let mut headers = HeaderMap::new();
    for (name, value) in [
        ("content-type", "application/json"),
        ("x-shopify-hmac-sha256", &signature),
        ("x-shopify-topic", topic),
        ("x-shopify-shop-domain", DOMAIN),
        ("x-shopify-api-version", crate::API_VERSION),
        ("x-shopify-webhook-id", &delivery),
    ] {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    (headers, body)
}
