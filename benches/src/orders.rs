//! Orders for the governed benchmark: a source and a sink that cost as little as possible, so that what is measured is the law and the store.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use connector_core::canonical::{Object, ObjectKind};
use connector_core::context::Context;
use connector_core::contract::{
    Change, Cleared, Connector, Cursor, Dedup, Delivered, Health, IdempotencyClass, Manifest, MapError,
    Operation, Outcome, Page, Reads, Sink, Source, SyncPattern, Writes,
};
use connector_core::governance::{Flow, Governance, Ownership, OwnershipRule};
use connector_core::retry::Failure;

/// The flow's name.
pub const FLOW: &str = "orders";

/// A source whose payloads are canonical orders.
pub struct Orders(Manifest);

/// A sink that has everything at once.
pub struct Nowhere(Manifest);

fn manifest(system: &str) -> Manifest {
    Manifest {
        name: format!("bench-{system}"),
        version: "1".into(),
        system: system.into(),
        region: "na".into(),
        owner: "bench".into(),
        reads: vec![],
        writes: vec![],
        sync: SyncPattern::Webhook,
        data_classes: vec![],
        hosts: vec![],
        secrets: vec![],
        mapping_version: "1".into(),
    }
}

/// The two connectors.
pub fn connectors() -> [Arc<dyn Connector>; 2] {
    let object = ObjectKind::SalesOrder;
    let reads = vec![Reads { object, ordering_key: "customer".into() }];
    let writes = vec![Writes { object, idempotency: IdempotencyClass::NaturalKeyUpsert }];
    [
        Arc::new(Orders(Manifest { reads, ..manifest("shop") })),
        Arc::new(Nowhere(Manifest { writes, ..manifest("erp") })),
    ]
}

/// One flow of orders.
pub fn governance(batch: usize) -> Governance {
    let mut flow = Flow::new(FLOW, "shop", "erp", &[ObjectKind::SalesOrder], "bench");
    flow.batch = batch;
    flow.poll_every = Duration::from_secs(3600);
    Governance {
        tenant: "bench".into(),
        environment: "bench".into(),
        region: "na".into(),
        ownership: Ownership {
            rules: vec![OwnershipRule {
                object: ObjectKind::SalesOrder,
                owner: "shop".into(),
                fields: vec![],
            }],
        },
        flows: vec![flow],
    }
}

/// An order of about 1 KiB with five lines.
pub fn change(n: usize, keys: usize) -> Change {
    let lines: Vec<serde_json::Value> = (1..=5)
        .map(|line| {
            serde_json::json!({
                "line_id": line.to_string(), "item": { "key": format!("variant-{line}"), "sku": format!("SKU-{line:05}") },
                "quantity": { "value": "2", "unit": "C62" }, "price": { "amount": "10.00" }, "net": "20.00",
            })
        })
        .collect();
    let order = serde_json::json!({
        "key": format!("{n}"), "number": format!("#{n}"), "status": "submitted", "ordered_at": "2026-11-23T08:15:00Z", "currency": "USD",
        "buyer": { "key": format!("customer-{}", n % keys), "name": "A customer with a name of usual length" },
        "note": "Please ring at gate three, and leave the parcel with the porter if nobody is there.",
        "lines": lines,
        "totals": { "lines": "100.00", "net": "100.00", "tax": "0.00", "gross": "100.00", "payable": "100.00" },
    });
    Change {
        object: ObjectKind::SalesOrder,
        key: n.to_string(),
        operation: Operation::Upsert,
        version: 1,
        ordering_key: format!("customer-{}", n % keys),
        delivery_id: Some(format!("delivery-{n}")),
        occurred_at: None,
        format: "bench".into(),
        payload: Bytes::from(order.to_string()),
        dedup: Dedup::State,
        origins: vec![],
    }
}

struct Decode;

#[async_trait]
impl Source for Decode {
    async fn poll(&self, _cx: &Context, _cursor: Option<&Cursor>, _limit: usize) -> Result<Page, Failure> {
        Ok(Page::default())
    }

    fn map(&self, delivered: &Delivered) -> Result<Vec<Object>, MapError> {
        let object = Object::from_json(ObjectKind::SalesOrder, &delivered.payload);
        object.map(|object| vec![object]).map_err(|e| MapError::new(e.path, e.rule.as_str(), e.detail))
    }
}

struct Accept;

#[async_trait]
impl Sink for Accept {
    async fn apply(&self, _cx: &Context, batch: &[Cleared]) -> Vec<Outcome> {
        batch
            .iter()
            .map(|record| Outcome::Applied { remote: Some(format!("sale.order,{}", record.key().key)) })
            .collect()
    }
}

#[async_trait]
impl Connector for Orders {
    fn manifest(&self) -> &Manifest {
        &self.0
    }
    async fn check(&self, _cx: &Context) -> Health {
        Health::default()
    }
    fn source(&self, _object: ObjectKind) -> Option<Arc<dyn Source>> {
        Some(Arc::new(Decode))
    }
}

#[async_trait]
impl Connector for Nowhere {
    fn manifest(&self) -> &Manifest {
        &self.0
    }
    async fn check(&self, _cx: &Context) -> Health {
        Health::default()
    }
    fn sink(&self) -> Option<Arc<dyn Sink>> {
        Some(Arc::new(Accept))
    }
}
