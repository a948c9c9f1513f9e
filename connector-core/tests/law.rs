//! The law, clause by clause: what lands, with what, and what does not.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

mod common;

use common::*;
use connector_core::governance::{FieldRule, OnViolation};
use connector_core::store::*;
use odoo_canonical::{Object, ObjectKind};
use serde_json::{Value, json};

#[tokio::test]
async fn a_change_lands_once_with_its_dependencies_first_and_is_audited() {
    let bench = World::default().start();
    bench.run(vec![change("1", "c", 1, 2)]).await;
    let applied: Vec<ObjectKind> =
        bench.erp.applied.lock().unwrap().iter().map(|(key, ..)| key.object).collect();
    assert_eq!(applied, [ObjectKind::Party, ObjectKind::SalesOrder]);
    let events: Vec<String> = bench.audit().await.into_iter().map(|row| row.event).collect();
    assert_eq!(events, ["received", "applied", "applied"]);
    assert_eq!(bench.audit().await[2].subject, "erp:shop:sales_order:1", "target, source, object, key");
    let detail: Value = serde_json::from_str(&bench.audit().await[2].detail).unwrap();
    assert_eq!(
        (&detail["remote"], &detail["mapping"], &detail["contract"]),
        (&json!("erp,1"), &json!("1"), &json!("sales_order/v1"))
    );
    assert_eq!(bench.tally().await.in_state(State::Applied), 1);
    bench.finish().await;
}

#[tokio::test]
async fn a_sink_can_pass_the_record_on_as_an_envelope() {
    let bench = World::default().start();
    bench.run(vec![change("1", "c", 7, 2)]).await;
    let sent = bench.erp.envelopes.lock().unwrap()[1].clone();
    let read = odoo_canonical::Envelope::from_json(&sent.to_json().unwrap()).unwrap();
    assert_eq!(read, sent);
    let wire: Value = serde_json::from_slice(&sent.to_json().unwrap()).unwrap();
    for (name, value) in [
        ("source", "//acme/na/test/shop"),
        ("type", "sales_order.upserted.v1"),
        ("subject", "1"),
        ("partitionkey", "c"),
        ("sequence", "00000000000000000001"),
        ("origins", "shop"),
        ("connector", "connector-shop"),
    ] {
        assert_eq!(wire[name], value, "{name}");
    }
    assert_eq!(wire["id"], wire["correlationid"]);
    assert_eq!(read.object(ObjectKind::SalesOrder).unwrap().key().as_str(), "1");
    bench.finish().await;
}

#[tokio::test]
async fn a_mapping_that_panics_fails_its_own_message_only() {
    let bench = World::default().start();
    bench.run(vec![change_of("1", "c", 1, "panic".into()), change("2", "c", 1, 2)]).await;
    let exceptions = bench.exceptions().await;
    assert_eq!((exceptions.len(), exceptions[0].draft.reason), (1, Reason::Poison));
    assert_eq!(bench.erp.orders(), [("2".into(), 1)]);
    bench.finish().await;
}

#[tokio::test]
async fn a_foreign_field_is_stripped_or_held_and_audited() {
    let mut rich = party("c");
    rich["payment_terms"] = json!("30 days");
    rich["email"] = json!("c@example.com");
    for (on_violation, landed) in [(OnViolation::Strip, 1), (OnViolation::Hold, 0)] {
        let mut world = World::default();
        let rule = FieldRule { field: "payment_terms".into(), owner: "erp".into(), on_violation };
        world.governance.ownership.rules[0].fields.push(rule);
        let bench = world.start();
        let objects = payload(&[("party", rich.clone()), ("sales_order", order("1", "c", 1))]);
        bench.run(vec![change_of("1", "c", 1, objects)]).await;
        assert_eq!(bench.erp.orders().len(), landed);
        if landed == 1 {
            let applied = bench.erp.applied.lock().unwrap()[0].2.clone();
            let Object::Party(party) = applied else { panic!("the customer comes first") };
            assert!(party.payment_terms.is_none() && party.email.is_some());
            assert_eq!(bench.events(AuditEvent::Stripped).await, 1);
        } else {
            let exceptions = bench.exceptions().await;
            assert_eq!(
                (exceptions[0].draft.reason, exceptions[0].draft.path.as_str()),
                (Reason::Ownership, "/payment_terms")
            );
        }
        bench.finish().await;
    }
}

#[tokio::test]
async fn a_change_that_came_through_the_target_does_not_go_back() {
    let bench = World::default().start();
    let mut echo = change("1", "c", 1, 2);
    echo.origins = vec!["erp".into()];
    bench.run(vec![echo]).await;
    assert!(bench.erp.applied.lock().unwrap().is_empty());
    assert_eq!(bench.tally().await.in_state(State::Echo), 1);
    assert_eq!(bench.events(AuditEvent::Echo).await, 1);
    bench.finish().await;
}

#[tokio::test]
async fn a_refused_dependency_keeps_what_depends_on_it_from_being_tried() {
    let bench = World::default().start();
    bench.erp.faults.lock().unwrap().insert("bad".into(), rejected);
    bench.run(vec![change("1", "bad", 1, 1), change("2", "good", 1, 1)]).await;
    assert_eq!(bench.erp.orders(), [("2".into(), 1)]);
    assert_eq!(bench.exceptions().await[0].key, "1");
    bench.finish().await;
}
