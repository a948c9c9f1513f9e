//! The law, clause by clause, on the SQLite store.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

mod common;

use std::sync::Arc;
use std::time::Duration;

use common::*;
use connector_core::context::{Clock, ManualClock};
use connector_core::contract::{IdempotencyClass, Outcome, Page, SyncPattern};
use connector_core::governance::{FieldRule, OnViolation};
use connector_core::retry::Failure;
use connector_core::store::{AuditEvent, Reason, State, StoreError};
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
async fn a_second_delivery_is_absorbed_and_audited() {
    let bench = World::default().start();
    bench.run(vec![change("1", "c", 1, 2)]).await;
    bench.run(vec![change("1", "c", 1, 2), change("1", "c", 1, 2)]).await;
    assert_eq!(bench.erp.orders(), [("1".into(), 1)]);
    let tally = bench.tally().await;
    assert_eq!((tally.received, tally.duplicates), (1, 2));
    assert_eq!(bench.events(AuditEvent::Duplicate).await, 2);
    bench.finish().await;
}

#[tokio::test]
async fn an_older_version_is_dropped_and_audited() {
    let bench = World::default().start();
    bench.run(vec![change("1", "c", 5, 2)]).await;
    bench.run(vec![change("1", "c", 4, 9)]).await;
    assert_eq!(bench.erp.orders(), [("1".into(), 5)]);
    assert_eq!(bench.tally().await.in_state(State::Stale), 1);
    bench.run(vec![change("1", "c", 6, 3)]).await;
    assert_eq!(bench.erp.orders(), [("1".into(), 5), ("1".into(), 6)]);
    bench.finish().await;
}

#[tokio::test]
async fn what_has_not_changed_is_not_sent_again() {
    let bench = World::default().start();
    bench.run(vec![change("1", "c", 1, 2)]).await;
    let calls = *bench.erp.calls.lock().unwrap();
    bench.run(vec![change("1", "c", 2, 2)]).await;
    assert_eq!(*bench.erp.calls.lock().unwrap(), calls, "neither the order nor its customer changed");
    assert_eq!(bench.tally().await.in_state(State::Unchanged), 1);
    bench.finish().await;
}

/// An order by itself.
fn single(key: &str, lane: &str, version: i64, quantity: i64) -> connector_core::Change {
    change_of(key, lane, version, payload(&[("sales_order", order(key, "c", quantity))]))
}

/// Quantities in the order in which they landed.
fn landed(bench: &Bench) -> Vec<String> {
    let applied = bench.erp.applied.lock().unwrap().clone();
    let quantity = |object: &Object| match object {
        Object::SalesOrder(order) => Some(order.lines[0].quantity.value.to_string()),
        _ => None,
    };
    applied.iter().filter_map(|(.., object)| quantity(object)).collect()
}

#[tokio::test]
async fn what_is_unchanged_under_a_newer_version_makes_older_ones_stale() {
    let bench = World::default().start();
    for (version, quantity) in [(1, 1), (5, 1), (3, 9)] {
        bench.run(vec![single("1", "a", version, quantity)]).await;
    }
    assert_eq!(landed(&bench), ["1"]);
    bench.finish().await;
}

#[tokio::test]
async fn a_replay_does_not_undo_a_later_arrival_of_the_same_version() {
    for version in [0, 7] {
        let bench = World::default().start();
        bench.erp.plans.lock().unwrap().push_back(Plan::Say { applied: false, outcome: rejected });
        bench.run(vec![single("1", "a", version, 1)]).await;
        bench.run(vec![single("1", "a", version, 2)]).await;
        bench.store.replay(vec![1], "ann".into(), 1).await.unwrap();
        bench.settled().await;
        assert_eq!(landed(&bench), ["2"], "version {version}");
        bench.finish().await;
    }
}

#[tokio::test]
async fn of_two_states_in_one_batch_one_is_sent_and_one_row_says_so() {
    let bench = World::default().start();
    bench.run(vec![single("1", "a", 7, 2), single("1", "b", 7, 3)]).await;
    assert_eq!(landed(&bench), ["3"]);
    assert_eq!(bench.events(AuditEvent::Applied).await, 1);
    bench.finish().await;
}

#[tokio::test]
async fn an_older_state_is_not_dropped_for_a_newer_one_that_is_refused() {
    let bench = World::default().start();
    bench.erp.faults.lock().unwrap().insert("bad".into(), rejected);
    let of = |customer: &str, version| {
        let objects = [("party", party(customer)), ("sales_order", order("1", customer, version))];
        change_of("1", customer, version, payload(&objects))
    };
    bench.run(vec![of("good", 1), of("bad", 2)]).await;
    assert_eq!(bench.exceptions().await.len(), 1);
    assert_eq!(landed(&bench), ["1"]);
    bench.finish().await;
}

#[tokio::test]
async fn what_may_have_landed_is_not_taken_for_what_was_there_before() {
    let bench = World::default().limits(1, Duration::from_secs(3600)).start();
    bench.run(vec![single("1", "a", 1, 1)]).await;
    bench.erp.plans.lock().unwrap().push_back(Plan::Say { applied: true, outcome: lost });
    bench.run(vec![single("1", "a", 2, 2)]).await;
    assert_eq!(bench.exceptions().await[0].draft.reason, Reason::Exhausted);
    bench.run(vec![single("1", "a", 3, 1)]).await;
    assert_eq!(landed(&bench), ["1", "2", "1"]);
    bench.finish().await;
}

#[tokio::test]
async fn a_refused_attempt_does_not_make_forget_what_was_applied() {
    let bench = World { class: IdempotencyClass::NonIdempotent, ..World::default() }.start();
    bench.run(vec![single("1", "a", 5, 5)]).await;
    bench.erp.plans.lock().unwrap().push_back(Plan::Say { applied: false, outcome: rejected });
    bench.run(vec![single("1", "a", 6, 6)]).await;
    bench.run(vec![single("1", "a", 4, 4)]).await;
    assert_eq!(landed(&bench), ["5"]);
    bench.finish().await;
}

#[tokio::test]
async fn two_equal_deltas_are_two_effects_and_a_cancel_is_one_of_its_own() {
    let bench = World::default().start();
    for id in [Some("d-1"), Some("d-2"), None, None] {
        let mut delta = single("1", "a", 0, 2);
        delta.dedup = connector_core::contract::Dedup::Delivery;
        delta.delivery_id = id.map(Into::into);
        bench.run(vec![delta]).await;
    }
    assert_eq!(landed(&bench).len(), 4);
    let mut cancel = single("1", "a", 0, 2);
    cancel.operation = connector_core::contract::Operation::Cancel;
    bench.run(vec![cancel]).await;
    assert_eq!(landed(&bench).len(), 5);
    bench.finish().await;
}

#[tokio::test]
async fn a_target_that_asks_for_less_is_left_alone() {
    let clock = Arc::new(ManualClock::at(1_000_000_000));
    let bench = World { clock: clock.clone(), ..World::default() }.start();
    let throttled = || {
        let cause = connector_core::retry::Cause::Throttled;
        Outcome::Retry(Failure::new(connector_core::retry::Delivery::Refused, cause, "429", "less"))
    };
    bench.erp.plans.lock().unwrap().push_back(Plan::Say { applied: false, outcome: throttled });
    bench.send(vec![single("1", "a", 1, 1)]).await;
    while bench.events(AuditEvent::Retry).await == 0 {
        tokio::task::yield_now().await;
    }
    for _ in 0..200 {
        tokio::task::yield_now().await;
    }
    assert_eq!(*bench.erp.calls.lock().unwrap(), 1, "the clock stands, so the second has not passed");
    settle_on(&clock, &bench).await;
    assert_eq!(landed(&bench), ["1"]);
    bench.finish().await;
}

#[tokio::test]
async fn of_one_version_the_later_in_the_inbox_wins() {
    // Sources with a coarse clock give two states one version; neither may be lost.
    let bench = World::default().start();
    bench.run(vec![change("1", "c", 1, 2)]).await;
    bench.run(vec![change("1", "c", 1, 3)]).await;
    assert_eq!(bench.erp.orders(), [("1".into(), 1), ("1".into(), 1)]);
    bench.finish().await;
}

#[tokio::test]
async fn broken_content_is_an_exception_that_keeps_everything() {
    let bench = World::default().start();
    let mut wrong_total = order("1", "c", 2);
    wrong_total["totals"]["gross"] = json!("99.00");
    let mut no_currency = order("2", "c", 2);
    no_currency.as_object_mut().unwrap().remove("currency");
    let payloads = [
        payload(&[("sales_order", wrong_total)]),
        payload(&[("sales_order", no_currency)]),
        "not json".into(),
        "[]".into(),
    ];
    let changes = payloads.iter().zip(["1", "2", "3", "4"]).map(|(p, key)| change_of(key, "c", 1, p.clone()));
    bench.run(changes.collect()).await;
    bench.run(vec![change("5", "c", 1, 2)]).await;
    let exceptions = bench.exceptions().await;
    let places: Vec<(&str, Reason)> =
        exceptions.iter().map(|e| (e.draft.path.as_str(), e.draft.reason)).collect();
    assert_eq!(places[0].0, "/totals/gross", "{exceptions:?}");
    assert!(places[1].0.starts_with("[0].object"), "{exceptions:?}");
    assert!(places.iter().all(|(_, reason)| *reason == Reason::Contract));
    for (exception, payload) in exceptions.iter().zip(&payloads) {
        assert_eq!(exception.payload, *payload, "byte for byte");
        assert_eq!(exception.draft.owner, "orders-na");
        assert!(!exception.draft.detail.is_empty());
    }
    assert_eq!(bench.erp.orders(), [("5".into(), 1)], "the lane goes on");
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
async fn replay_is_compare_and_set_on_the_same_message() {
    let bench = World::default().start();
    bench.erp.faults.lock().unwrap().insert("1".into(), rejected);
    bench.run(vec![change("1", "c", 1, 2)]).await;
    let exceptions = bench.exceptions().await;
    assert_eq!((exceptions[0].draft.reason, exceptions[0].draft.path.as_str()), (Reason::Rejected, "/name"));
    assert!(exceptions[0].draft.detail.contains("a name is required"), "in the target's own words");

    bench.erp.faults.lock().unwrap().clear();
    let position = exceptions[0].position;
    let (one, two) = tokio::join!(
        bench.store.replay(vec![position], "ann".into(), 1),
        bench.store.replay(vec![position], "bob".into(), 1)
    );
    assert_eq!(one.unwrap() + two.unwrap(), 1, "of two replays one does it");
    bench.settled().await;
    assert_eq!(bench.erp.orders(), [("1".into(), 1)]);
    assert!(bench.exceptions().await.is_empty());
    assert_eq!(bench.store.replay(vec![position, 999], "ann".into(), 1).await.unwrap(), 0);
    bench.finish().await;
}

#[tokio::test]
async fn a_replay_of_what_was_overtaken_meanwhile_is_dropped_as_stale() {
    let bench = World::default().start();
    bench.erp.faults.lock().unwrap().insert("1".into(), rejected);
    bench.run(vec![change("1", "c", 1, 2)]).await;
    bench.erp.faults.lock().unwrap().clear();
    bench.run(vec![change("1", "c", 2, 3)]).await;
    bench.store.replay(vec![1], "ann".into(), 1).await.unwrap();
    bench.settled().await;
    assert_eq!(bench.erp.orders(), [("1".into(), 2)]);
    assert_eq!(bench.tally().await.in_state(State::Stale), 1);
    bench.finish().await;
}

#[tokio::test]
async fn an_exception_can_be_let_go_with_a_reason() {
    let bench = World::default().start();
    bench.run(vec![change_of("1", "c", 1, "x".into())]).await;
    assert_eq!(bench.store.discard(vec![1], "ann".into(), "test order".into(), 1).await.unwrap(), 1);
    assert_eq!(bench.store.discard(vec![1], "ann".into(), "again".into(), 1).await.unwrap(), 0);
    assert_eq!(bench.tally().await.in_state(State::Discarded), 1);
    assert_eq!(bench.events(AuditEvent::Discarded).await, 1);
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
async fn what_was_rolled_back_is_tried_again_up_to_the_limit() {
    let bench = World::default().limits(4, Duration::from_secs(3600)).start();
    bench.erp.plans.lock().unwrap().extend(vec![Plan::Say { applied: false, outcome: rolled_back }; 2]);
    bench.run(vec![change("1", "c", 1, 2)]).await;
    assert_eq!(bench.erp.orders(), [("1".into(), 1)]);
    assert_eq!(bench.tally().await.retried, 2);

    bench.erp.faults.lock().unwrap().insert("2".into(), rolled_back);
    bench.run(vec![change("2", "c", 1, 2)]).await;
    let exceptions = bench.exceptions().await;
    assert_eq!(exceptions[0].draft.reason, Reason::Exhausted);
    assert!(exceptions[0].draft.detail.contains("4 attempts"), "{:?}", exceptions[0].draft);
    bench.finish().await;
}

#[tokio::test]
async fn a_retry_holds_its_lane_and_no_other() {
    let bench = World::default().start();
    bench.erp.plans.lock().unwrap().extend(vec![Plan::Say { applied: false, outcome: rolled_back }; 3]);
    bench
        .run(vec![
            change("1", "a", 1, 1),
            change("2", "a", 1, 1),
            change("3", "b", 1, 1),
            change("4", "a", 1, 1),
        ])
        .await;
    let orders: Vec<String> = bench.erp.orders().into_iter().map(|(key, _)| key).collect();
    let of_a: Vec<&String> = orders.iter().filter(|key| *key != "3").collect();
    assert_eq!(of_a, ["1", "2", "4"]);
    assert_eq!(orders.len(), 4);
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

/// Moves a clock on until the flow is settled. In small steps, so that waits pass one after the other.
async fn settle_on(clock: &ManualClock, bench: &Bench) {
    let tick = async {
        loop {
            clock.advance(Duration::from_millis(20));
            tokio::task::yield_now().await;
        }
    };
    tokio::select! { () = tick => {}, () = bench.settled() => {} }
}

#[tokio::test]
async fn waiting_for_a_target_that_is_away_is_no_attempt() {
    let clock = Arc::new(ManualClock::at(1_000_000_000));
    let world =
        World { clock: clock.clone(), ..World::default() }.limits(2, Duration::from_secs(1_000_000_000));
    let bench = world.start();
    bench.erp.plans.lock().unwrap().extend(vec![Plan::Say { applied: false, outcome: away }; 10]);
    bench.send(vec![change("1", "c", 1, 2)]).await;
    settle_on(&clock, &bench).await;
    assert_eq!(bench.erp.orders(), [("1".into(), 1)], "ten tries against a limit of two attempts");
    bench.finish().await;
}

#[tokio::test]
async fn age_ends_even_the_waiting() {
    let clock = Arc::new(ManualClock::at(1_000_000_000));
    let bench = World { clock: clock.clone(), ..World::default() }.limits(2, Duration::from_secs(60)).start();
    bench.erp.faults.lock().unwrap().insert("c".into(), away);
    bench.send(vec![change("1", "c", 1, 2)]).await;
    settle_on(&clock, &bench).await;
    assert_eq!(bench.exceptions().await[0].draft.reason, Reason::Exhausted);
    assert!(clock.now() >= 1_060_000_000);
    bench.finish().await;
}

#[tokio::test]
async fn a_lost_answer_is_repeated_under_the_same_key_where_that_is_harmless() {
    let bench = World::default().start();
    bench.erp.plans.lock().unwrap().extend([
        Plan::Say { applied: true, outcome: || Outcome::Applied { remote: None } },
        Plan::Say { applied: true, outcome: lost },
        Plan::Say { applied: false, outcome: || Outcome::Duplicate { remote: Some("erp,1".into()) } },
    ]);
    bench.run(vec![change("1", "c", 1, 2)]).await;
    assert_eq!(bench.erp.orders(), [("1".into(), 1)]);
    let last = bench.audit().await.pop().unwrap();
    assert!(last.detail.contains("\"already_there\":true"), "{last:?}");
    bench.finish().await;
}

#[tokio::test]
async fn a_lost_answer_is_probed_where_the_class_asks_for_it() {
    for landed in [true, false] {
        let bench = World { class: IdempotencyClass::ProbeThenApply, ..World::default() }.start();
        bench.erp.plans.lock().unwrap().push_back(Plan::Say { applied: landed, outcome: lost });
        bench.run(vec![change_of("1", "c", 1, payload(&[("sales_order", order("1", "c", 2))]))]).await;
        assert_eq!(bench.erp.orders(), [("1".into(), 1)], "landed: {landed}");
        assert_eq!(bench.erp.probes.lock().unwrap().len(), 1);
        assert!(bench.exceptions().await.is_empty());
        bench.finish().await;
    }
}

#[tokio::test]
async fn a_lost_answer_of_a_non_idempotent_sink_is_for_a_person() {
    let bench = World { class: IdempotencyClass::NonIdempotent, ..World::default() }.start();
    let single = |key: &str| change_of(key, "c", 1, payload(&[("sales_order", order(key, "c", 2))]));
    bench.erp.plans.lock().unwrap().push_back(Plan::Say { applied: true, outcome: lost });
    bench.run(vec![single("1")]).await;
    assert_eq!(bench.exceptions().await[0].draft.reason, Reason::InDoubt);
    // What is known not to have happened may be repeated even so.
    bench.erp.plans.lock().unwrap().push_back(Plan::Say { applied: false, outcome: rolled_back });
    bench.run(vec![single("2")]).await;
    assert_eq!(bench.erp.orders(), [("1".into(), 1), ("2".into(), 1)]);
    // A replay by a person does not turn doubt into a second effect.
    bench.store.replay(vec![1], "ann".into(), 1).await.unwrap();
    bench.settled().await;
    assert_eq!(bench.exceptions().await[0].draft.reason, Reason::InDoubt);
    assert_eq!(bench.erp.orders().len(), 2);
    bench.finish().await;
}

#[tokio::test]
async fn a_sink_that_panics_fails_its_own_batch_and_becomes_poison() {
    let bench = World::default().start();
    bench.erp.plans.lock().unwrap().push_back(Plan::Panic);
    bench.run(vec![change("1", "c", 1, 2)]).await;
    assert_eq!(bench.erp.orders(), [("1".into(), 1)]);
    bench.erp.plans.lock().unwrap().extend(vec![Plan::Panic; 3]);
    bench.run(vec![change("2", "d", 1, 2)]).await;
    assert_eq!(bench.exceptions().await[0].draft.reason, Reason::Poison);
    bench.run(vec![change("3", "d", 1, 2)]).await;
    assert_eq!(bench.erp.orders(), [("1".into(), 1), ("3".into(), 1)]);
    bench.finish().await;
}

#[tokio::test]
async fn outcomes_that_do_not_match_the_records_are_not_believed() {
    let bench = World::default().start();
    bench.erp.plans.lock().unwrap().push_back(Plan::Short);
    bench.run(vec![change_of("1", "c", 1, payload(&[("sales_order", order("1", "c", 2))]))]).await;
    assert_eq!(bench.exceptions().await[0].draft.reason, Reason::InDoubt);
    bench.finish().await;
}

#[tokio::test]
async fn a_sink_that_hangs_meets_the_deadline() {
    let mut world = World::default();
    world.governance.flows[0].deadline = Duration::from_millis(20);
    let bench = world.start();
    bench.erp.plans.lock().unwrap().push_back(Plan::Hang);
    bench.run(vec![change("1", "c", 1, 2)]).await;
    assert_eq!(bench.erp.orders(), [("1".into(), 1)]);
    assert_eq!(bench.tally().await.retried, 1);
    bench.finish().await;
}

#[tokio::test]
async fn two_lanes_with_one_customer_do_not_overtake_each_other() {
    // The party is in both messages, in different versions, and the lanes run side by side.
    let bench = World::default().start();
    let with_mail = |key: &str, lane: &str, version: i64| {
        let mut shared = party("shared");
        shared["email"] = json!(format!("v{version}@example.com"));
        change_of(key, lane, version, payload(&[("party", shared), ("sales_order", order(key, "shared", 1))]))
    };
    for round in 0..20 {
        let base = round * 10;
        let key = |n: i64| format!("{round}-{n}");
        tokio::join!(
            bench.send(vec![with_mail(&key(2), "b", base + 2)]),
            bench.send(vec![with_mail(&key(1), "a", base + 1)]),
            bench.send(vec![with_mail(&key(3), "c", base + 3)]),
        );
    }
    bench.settled().await;
    let applied = bench.erp.applied.lock().unwrap().clone();
    // By arrival: the last state of the customer that came in is the one that stands at last.
    let audit = bench.audit().await;
    let arrived: Vec<&str> =
        audit.iter().filter(|row| row.event == "received").map(|row| row.subject.as_str()).collect();
    let place = |object: &Object| {
        let Object::Party(party) = object else { panic!("a customer") };
        let mail = party.email.as_ref().unwrap().as_str();
        let version: i64 = mail.trim_start_matches('v').split('@').next().unwrap().parse().unwrap();
        let subject = format!("sales_order:{}-{}", version / 10, version % 10);
        arrived.iter().position(|s| *s == subject).unwrap()
    };
    let parties = applied.iter().filter(|(key, ..)| key.object == ObjectKind::Party);
    let places: Vec<usize> = parties.map(|(.., object)| place(object)).collect();
    assert!(places.is_sorted(), "{places:?}");
    assert_eq!(places.last(), Some(&59));
    bench.finish().await;
}

#[tokio::test]
async fn polled_pages_and_their_cursor_are_stored_together() {
    let bench = World { sync: SyncPattern::Polling, ..World::default() }.start();
    let page = |key: &str, cursor: &str, more| {
        Ok(Page {
            changes: vec![change(key, "c", 1, 1)],
            next: Some(connector_core::contract::Cursor(cursor.into())),
            more,
        })
    };
    let panics = Err(Failure::lost("panic", ""));
    let fails = Err(Failure::unreachable("refused"));
    bench.pages.lock().unwrap().extend([
        page("1", "a", true),
        panics,
        page("2", "b", false),
        fails,
        page("1", "c", false),
    ]);
    let mut wakeups = bench.store.wakeups();
    while bench.store.cursor(FLOW).await.unwrap().is_none_or(|cursor| cursor.0 != "c") {
        wakeups.mark_unchanged();
        tokio::task::yield_now().await;
    }
    bench.settled().await;
    assert_eq!(bench.erp.orders(), [("1".into(), 1), ("2".into(), 1)]);
    assert_eq!(bench.events(AuditEvent::Duplicate).await, 0, "a poll that looks again is no second delivery");
    bench.finish().await;
}

#[tokio::test]
async fn a_full_flow_sends_callers_away_before_anything_is_stored() {
    let mut world = World::default();
    world.governance.flows[0].high_water = 2;
    let bench = world.start();
    bench.erp.faults.lock().unwrap().extend([
        ("1".to_owned(), away as fn() -> Outcome),
        ("2".to_owned(), away),
        ("c".to_owned(), away),
    ]);
    bench.send(vec![change("1", "c", 1, 1), change("2", "c", 1, 1)]).await;
    let refused = bench.runtime.accept(FLOW, vec![change("3", "c", 1, 1)]).await.unwrap_err();
    assert!(matches!(refused, connector_core::runtime::AdmitError::Busy { open: 2, .. }), "{refused:?}");
    assert_eq!(bench.tally().await.received, 2);
    bench.erp.faults.lock().unwrap().clear();
    bench.settled().await;
    bench.finish().await;
}

#[tokio::test]
async fn drain_finishes_what_is_under_way_and_leaves_the_rest_in_the_store() {
    let bench = World::default().start();
    bench.send((0..50).map(|n| change(&n.to_string(), &format!("c{n}"), 1, 1)).collect()).await;
    bench.running.drain(&connector_core::context::SystemClock, Duration::from_secs(10)).await;
    let done = bench.store.tally(FLOW).await.unwrap();
    let open = bench.store.open_messages(FLOW).await.unwrap() as u64;
    assert_eq!(done.in_state(State::Applied) + open, 50);
    assert_eq!(
        bench.erp.orders().len() as u64,
        done.in_state(State::Applied),
        "nothing is applied and not settled"
    );
}

#[tokio::test]
async fn a_worker_whose_lease_ran_out_changes_nothing() {
    let bench = World::default().start();
    bench.running.drain(&connector_core::context::SystemClock, Duration::from_secs(10)).await;
    bench.runtime.accept(FLOW, vec![change("1", "c", 1, 1)]).await.unwrap();
    let request = |now| connector_core::store::ClaimRequest {
        flow: FLOW.into(),
        limit: 10,
        now,
        monotonic: now,
        lease: Duration::from_micros(10),
    };
    let slow = bench.store.claim(request(100)).await.unwrap();
    assert_eq!(bench.store.sweep(111, 111).await.unwrap(), 1);
    let fresh = bench.store.claim(request(200)).await.unwrap();
    assert_eq!((fresh.messages.len(), fresh.messages[0].crashes), (1, 1));
    let settle = |claim: &connector_core::store::Claim| connector_core::store::Settlement {
        flow: FLOW.into(),
        epoch: claim.epoch,
        now: 300,
        results: claim
            .messages
            .iter()
            .map(|m| connector_core::store::Settled {
                position: m.position,
                message: m.message,
                verdict: connector_core::store::Verdict::Done(State::Applied),
                effects: vec![],
                audit: vec![],
            })
            .collect(),
    };
    assert!(matches!(bench.store.settle(settle(&slow), None).await, Err(StoreError::Fenced { .. })));
    assert_eq!(bench.store.tally(FLOW).await.unwrap().in_state(State::Ready), 1);
    let fenced = bench.store.audit(1, 100).await.unwrap();
    assert!(fenced.iter().any(|row| row.event == "fenced"), "the audit says so");
    bench.store.settle(settle(&fresh), None).await.unwrap();
    assert_eq!(bench.store.tally(FLOW).await.unwrap().in_state(State::Applied), 1);
    connector_core::store::verify_audit(&*bench.store).await.unwrap();
}
