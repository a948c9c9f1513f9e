//! A runtime whose parts do not fit is not built, and says everything that is wrong at once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

mod common;

use std::sync::Arc;

use async_trait::async_trait;
use common::*;
use connector_core::Runtime;
use connector_core::context::Context;
use connector_core::contract::{Connector, Health, IdempotencyClass, Manifest, Sink, Source};
use connector_core::governance::{Governance, Guarantee};
use odoo_canonical::ObjectKind;

/// Declares, and gives nothing.
struct Paper(Manifest);

#[async_trait]
impl Connector for Paper {
    fn manifest(&self) -> &Manifest {
        &self.0
    }
    async fn check(&self, _cx: &Context) -> Health {
        Health::default()
    }
    fn source(&self, _object: ObjectKind) -> Option<Arc<dyn Source>> {
        None
    }
    fn sink(&self) -> Option<Arc<dyn Sink>> {
        None
    }
}

fn faults(governance: Governance, manifests: [Manifest; 2]) -> Vec<String> {
    let mut builder = Runtime::builder(governance);
    for manifest in manifests {
        builder = builder.connector(Arc::new(Paper(manifest)));
    }
    let Err(error) = builder.build() else { panic!("it was built") };
    error.faults.into_iter().map(|fault| format!("{}: {}", fault.place, fault.problem)).collect()
}

fn good() -> [Manifest; 2] {
    [shop_manifest(), erp_manifest(IdempotencyClass::RemoteKey)]
}

#[test]
fn each_missing_part_is_named_with_its_place() {
    type Break = fn(&mut Governance, &mut [Manifest; 2]);
    let cases: [(Break, &str); 16] = [
        (|_, m| m[0].owner.clear(), "manifest connector-shop: owner: is empty"),
        (|_, m| m[0].region.clear(), "manifest connector-shop: region: is empty"),
        (
            |_, m| m[0].region = "eu".into(),
            "manifest connector-shop: region: is `eu`, but this runtime is bound to `na`",
        ),
        (|_, m| m[0].mapping_version.clear(), "manifest connector-shop: mapping_version"),
        (|_, m| m[0].reads[0].ordering_key.clear(), "reads[0].ordering_key: is empty"),
        (|_, m| m[1].writes.clear(), "manifest connector-erp: reads"),
        (|_, m| m[1].writes.truncate(0), "flow orders: target: `erp` does not declare that it writes party"),
        (|_, m| m[1].system = "shop".into(), "another connector is `shop` too"),
        (|g, _| g.flows[0].owner.clear(), "flow orders: owner: is empty"),
        (|g, _| g.flows[0].high_water = 0, "flow orders: high_water: is 0"),
        (|g, _| g.flows[0].objects.clear(), "flow orders: objects: is empty"),
        (|g, _| g.flows[0].target = "nowhere".into(), "flow orders: target: no connector is `nowhere`"),
        (|g, _| g.flows.push(g.flows[0].clone()), "flow orders: name: is used twice"),
        (|g, _| g.flows.clear(), "governance: flows: is empty"),
        (|g, _| drop(g.ownership.rules.remove(1)), "does not say who owns sales_order"),
        (
            |g, _| g.ownership.rules[1].owner = "erp".into(),
            "sales_order belongs to `erp`, so `shop` cannot be its source",
        ),
    ];
    for (breaks, expected) in cases {
        let (mut governance, mut manifests) = (governance(), good());
        breaks(&mut governance, &mut manifests);
        let faults = faults(governance, manifests);
        assert!(faults.iter().any(|fault| fault.contains(expected)), "{expected}\nnot in {faults:#?}");
    }
}

#[test]
fn what_is_declared_must_be_there() {
    let faults = faults(governance(), good());
    for expected in [
        "`shop` declares that it reads sales_order but gives no source",
        "`erp` has no sink",
        "store: is missing",
    ] {
        assert!(faults.iter().any(|fault| fault.contains(expected)), "{expected}\nnot in {faults:#?}");
    }
}

#[tokio::test]
async fn the_guarantee_follows_from_the_parts() {
    for (class, guarantee) in [
        (IdempotencyClass::NaturalKeyUpsert, Guarantee::EffectivelyOnce),
        (IdempotencyClass::NonIdempotent, Guarantee::OnceOrInDoubt),
    ] {
        let bench = World { class, ..World::default() }.start();
        let all = bench.runtime.guarantees();
        assert_eq!(
            all,
            [
                (FLOW.to_owned(), ObjectKind::Party, guarantee),
                (FLOW.to_owned(), ObjectKind::SalesOrder, guarantee)
            ]
        );
        bench.finish().await;
    }
}
