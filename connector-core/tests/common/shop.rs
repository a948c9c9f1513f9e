//! The shop: payloads, changes, and a source that does as a test tells it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use connector_core::context::Context;
use connector_core::contract::*;
use connector_core::retry::Failure;
use odoo_canonical::{Object, ObjectKind};
use serde_json::{Value, json};

/// A valid order of one line; `quantity` changes its content.
pub fn order(key: &str, customer: &str, quantity: i64) -> Value {
    let net = format!("{quantity}0.00");
    json!({
        "key": key, "number": format!("#{key}"), "status": "submitted", "ordered_at": "2026-11-23T08:15:00Z", "currency": "USD",
        "buyer": { "key": customer },
        "lines": [{
            "line_id": "1", "item": { "key": "lamp" }, "quantity": { "value": quantity.to_string(), "unit": "C62" },
            "price": { "amount": "10.00" }, "net": net,
        }],
        "totals": { "lines": net, "net": net, "tax": "0.00", "gross": net, "payable": net },
    })
}

pub fn party(key: &str) -> Value {
    json!({ "key": key, "kind": "person", "name": format!("Customer {key}") })
}

/// A payload that the test source maps: a list of kinds and objects.
pub fn payload(objects: &[(&str, Value)]) -> Bytes {
    let list: Vec<Value> =
        objects.iter().map(|(kind, object)| json!({ "kind": kind, "object": object })).collect();
    Bytes::from(serde_json::to_vec(&list).unwrap())
}

/// An order of a customer as a change, with its customer before it.
pub fn change(key: &str, customer: &str, version: i64, quantity: i64) -> Change {
    change_of(
        key,
        customer,
        version,
        payload(&[("party", party(customer)), ("sales_order", order(key, customer, quantity))]),
    )
}

pub fn change_of(key: &str, customer: &str, version: i64, payload: Bytes) -> Change {
    Change {
        object: ObjectKind::SalesOrder,
        key: key.into(),
        operation: Operation::Upsert,
        version,
        ordering_key: customer.into(),
        delivery_id: None,
        occurred_at: None,
        format: "test".into(),
        payload,
        dedup: Dedup::State,
        origins: vec![],
    }
}

/// An order by itself, in any lane.
pub fn single(key: &str, lane: &str, version: i64, quantity: i64) -> Change {
    change_of(key, lane, version, payload(&[("sales_order", order(key, "c", quantity))]))
}

/// An order with a customer that others share, whose e-mail address tells states apart.
pub fn with_mail(key: &str, lane: &str, version: i64, mail: &str) -> Change {
    let mut shared = party("shared");
    shared["email"] = json!(format!("{mail}@example.com"));
    change_of(key, lane, version, payload(&[("party", shared), ("sales_order", order(key, "shared", 1))]))
}

/// What the shop answers to polls.
pub type Pages = Arc<Mutex<VecDeque<Result<Page, Failure>>>>;

/// A source that maps payloads of [`payload`]'s form, and takes webhooks whose header `x-signature` is `good`.
pub struct Shop {
    pub manifest: Manifest,
    pub pages: Pages,
}

struct ShopSource(Pages);

#[async_trait]
impl Source for ShopSource {
    async fn poll(&self, _cx: &Context, _cursor: Option<&Cursor>, _limit: usize) -> Result<Page, Failure> {
        let page = self.0.lock().unwrap().pop_front().unwrap_or_else(|| Ok(Page::default()));
        match page.as_ref().err().map(|failure| failure.code.as_str()) {
            Some("panic") => panic!("as the test asked"),
            Some("hang") => std::future::pending().await,
            _ => page,
        }
    }

    fn receive(&self, _cx: &Context, request: &WebhookRequest) -> Result<Vec<Change>, ReceiveError> {
        if request.headers.get("x-signature").is_none_or(|s| s != "good") {
            return Err(ReceiveError::Unauthorized("x-signature is not good".into()));
        }
        if request.body == "panic" {
            panic!("as the test asked");
        }
        let body: Value =
            serde_json::from_slice(&request.body).map_err(|e| ReceiveError::Malformed(e.to_string()))?;
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        Ok(vec![change_of(
            &text("key"),
            &text("customer"),
            1,
            payload(&[("sales_order", body["order"].clone())]),
        )])
    }

    fn map(&self, delivered: &Delivered) -> Result<Vec<Object>, MapError> {
        if delivered.payload == "panic" {
            panic!("as the test asked");
        }
        let list: Vec<Value> = serde_json::from_slice(&delivered.payload)
            .map_err(|e| MapError::new("", "json", e.to_string()))?;
        let object = |(index, entry): (usize, &Value)| {
            let kind: ObjectKind = entry["kind"].as_str().unwrap().parse().unwrap();
            Object::from_json(kind, entry["object"].to_string().as_bytes())
                .map_err(|e| MapError::new(format!("[{index}].object{}", e.path), e.rule.as_str(), e.detail))
        };
        list.iter().enumerate().map(object).collect()
    }
}

#[async_trait]
impl Connector for Shop {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }
    async fn check(&self, _cx: &Context) -> Health {
        Health::default()
    }
    fn source(&self, _object: ObjectKind) -> Option<Arc<dyn Source>> {
        Some(Arc::new(ShopSource(self.pages.clone())))
    }
}
