//! Which of two states is newer, and which delivery is a second one.
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
use connector_core::context::{ManualClock, SystemClock};
use connector_core::contract::*;
use connector_core::store::*;
use odoo_canonical::{Object, ObjectKind};
use serde_json::json;

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

#[tokio::test]
async fn what_is_unchanged_under_a_newer_version_makes_older_ones_stale() {
    let bench = World::default().start();
    for (version, quantity) in [(1, 1), (5, 1), (3, 9)] {
        bench.run(vec![single("1", "a", version, quantity)]).await;
    }
    assert_eq!(bench.erp.quantities(), ["1"]);
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
        assert_eq!(bench.erp.quantities(), ["2"], "version {version}");
        bench.finish().await;
    }
}

#[tokio::test]
async fn of_two_states_in_one_batch_one_is_sent_and_one_row_says_so() {
    let bench = World::default().start();
    bench.run(vec![single("1", "a", 7, 2), single("1", "b", 7, 3)]).await;
    assert_eq!(bench.erp.quantities(), ["3"]);
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
    assert_eq!(bench.erp.quantities(), ["1"]);
    bench.finish().await;
}

#[tokio::test]
async fn two_equal_deltas_are_two_effects_and_a_cancel_is_one_of_its_own() {
    let bench = World::default().start();
    for id in [Some("d-1"), Some("d-2"), None, None] {
        let mut delta = single("1", "a", 0, 2);
        delta.dedup = Dedup::Delivery;
        delta.delivery_id = id.map(Into::into);
        bench.run(vec![delta]).await;
    }
    assert_eq!(bench.erp.quantities().len(), 4);
    let mut cancel = single("1", "a", 0, 2);
    cancel.operation = Operation::Cancel;
    bench.run(vec![cancel]).await;
    assert_eq!(bench.erp.quantities().len(), 5);
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
async fn there_and_back_again_is_three_states() {
    for version in [0, 7] {
        let bench = World::default().start();
        for quantity in [2, 3, 2] {
            bench.run(vec![single("1", "a", version, quantity)]).await;
        }
        assert_eq!(bench.erp.quantities(), ["2", "3", "2"], "version {version}");
        // And in one go.
        bench.run([4, 5, 4, 4].map(|quantity| single("1", "a", version, quantity)).to_vec()).await;
        assert_eq!(bench.erp.quantities().last().unwrap(), "4", "version {version}");
        assert_eq!(bench.tally().await.duplicates, 1, "only what equals the latest");
        bench.finish().await;
    }
}

#[tokio::test]
async fn a_delivery_that_was_seen_is_a_second_one_whatever_came_between() {
    let bench = World::default().start();
    let under = |id: &str, quantity| {
        let mut change = single("1", "a", 0, quantity);
        change.delivery_id = Some(id.into());
        change
    };
    bench.run(vec![under("d-1", 2)]).await;
    // The second way to the same content; its id is seen from now on.
    bench.run(vec![under("d-2", 2)]).await;
    bench.run(vec![under("d-3", 3)]).await;
    bench.run(vec![under("d-1", 2), under("d-2", 2)]).await;
    assert_eq!(bench.erp.quantities(), ["2", "3"]);
    assert_eq!(bench.tally().await.duplicates, 3);
    // An id that comes again with another body brings another state.
    bench.run(vec![under("d-1", 4)]).await;
    assert_eq!(bench.erp.quantities(), ["2", "3", "4"]);
    bench.finish().await;
}

#[tokio::test]
async fn an_older_version_that_comes_again_late_is_stale() {
    let bench = World::default().start();
    for (version, quantity) in [(1, 2), (2, 3), (1, 2)] {
        bench.run(vec![single("1", "a", version, quantity)]).await;
    }
    assert_eq!(bench.erp.quantities(), ["2", "3"]);
    assert_eq!(bench.tally().await.in_state(State::Stale), 1);
    bench.finish().await;
}

/// An order whose customer has a revision of their own, and an address that tells states apart.
fn with_revision(key: &str, lane: &str, version: i64, revision: i64) -> Change {
    let mut shared = party("shared");
    shared["email"] = json!(format!("r{revision}@example.com"));
    shared["revision"] = json!(revision);
    change_of(key, lane, version, payload(&[("party", shared), ("sales_order", order(key, "shared", 1))]))
}

#[tokio::test]
async fn a_dependency_is_as_new_as_its_own_revision_says() {
    let bench = World::default().start();
    bench.run(vec![with_revision("2", "b", 1, 5)]).await;
    // An old order that arrives late, with what the customer was then; the versions of two orders say nothing of one another.
    bench.run(vec![with_revision("1", "a", 9, 4)]).await;
    assert_eq!(bench.erp.mails(), ["r5@example.com"]);
    assert_eq!(bench.erp.orders().len(), 2, "the order itself is none the staler for it");
    bench.run(vec![with_revision("3", "a", 1, 6)]).await;
    assert_eq!(bench.erp.mails(), ["r5@example.com", "r6@example.com"]);
    bench.finish().await;
}

#[tokio::test]
async fn a_revision_alone_is_no_change_and_still_says_how_new_it_is() {
    let bench = World::default().start();
    let of = |key: &str, revision: i64, mail: &str| {
        let mut shared = party("shared");
        shared["email"] = json!(format!("{mail}@example.com"));
        shared["revision"] = json!(revision);
        change_of(key, "a", 1, payload(&[("party", shared), ("sales_order", order(key, "shared", 1))]))
    };
    for (key, revision, mail) in [("1", 4, "one"), ("2", 6, "one"), ("3", 5, "older")] {
        bench.run(vec![of(key, revision, mail)]).await;
    }
    assert_eq!(bench.erp.mails(), ["one@example.com"], "6 says what 4 said, and 5 is older than that");
    assert_eq!(bench.erp.orders().len(), 3);
    bench.run(vec![of("4", 7, "two")]).await;
    assert_eq!(bench.erp.mails().len(), 2);
    bench.finish().await;
}

#[tokio::test]
async fn a_dependency_without_a_revision_goes_by_arrival() {
    let bench = World::default().start();
    bench.run(vec![with_mail("1", "c", 7, "old")]).await;
    // Its order has the lower version, which is a version of another order.
    bench.run(vec![with_mail("2", "c", 1, "new")]).await;
    assert_eq!(bench.erp.mails(), ["old@example.com", "new@example.com"]);
    // What comes with an old state of the same order is old too.
    bench.run(vec![with_mail("1", "c", 6, "older")]).await;
    assert_eq!(bench.erp.mails().last().unwrap(), "new@example.com");
    assert_eq!(bench.tally().await.in_state(State::Stale), 1);
    bench.finish().await;
}

#[tokio::test]
async fn one_object_twice_in_a_payload_is_one_effect_or_an_exception_that_names_both() {
    let bench = World::default().start();
    let of = |mail: &str| {
        let mut party = party("c");
        party["email"] = json!(format!("{mail}@example.com"));
        ("party", party)
    };
    let twice = |first, second| payload(&[of(first), of(second), ("sales_order", order("1", "c", 1))]);
    bench.run(vec![change_of("1", "c", 1, twice("one", "one"))]).await;
    assert_eq!(bench.erp.mails(), ["one@example.com"]);
    bench.run(vec![change_of("1", "c", 2, twice("billing", "shipping"))]).await;
    assert_eq!(bench.erp.mails(), ["one@example.com"]);
    let exception = bench.exceptions().await.remove(0).draft;
    assert_eq!((exception.reason, exception.code.as_str()), (Reason::Contract, "twice"));
    assert!(exception.detail.contains("object 0") && exception.detail.contains("object 1"), "{exception:?}");
    // The message's own object is the one at the end, with the message's version.
    let own = ("sales_order", order("2", "c", 1));
    bench.run(vec![change_of("2", "c", 5, payload(&[own.clone(), own]))]).await;
    assert_eq!(bench.erp.orders(), [("1".into(), 1), ("2".into(), 5)]);
    bench.finish().await;
}

#[tokio::test]
async fn what_waits_for_a_newer_state_says_so() {
    let (bench, _trouble) = World::default().start_troubled();
    bench.run(vec![single("1", "a", 7, 2), single("1", "b", 7, 3)]).await;
    assert_eq!(bench.erp.quantities(), ["3"]);
    let audit = bench.audit().await;
    let messages: std::collections::BTreeSet<_> = audit.iter().map(|row| row.message).collect();
    for message in messages {
        assert!(audit.iter().filter(|row| row.message == message).count() > 1, "received, and then nothing");
    }
    assert_eq!(bench.events(AuditEvent::Deferred).await, 1);
    bench.finish().await;
}

/// Of two that are unchanged in one batch the one written last decides how new the effect is, not the newer one.
#[tokio::test]
async fn how_new_an_effect_is_never_goes_back() {
    let clock = Arc::new(ManualClock::at(1_000_000_000));
    let world = World { clock: clock.clone(), ..World::default() }.limits(1000, Duration::from_secs(86_400));
    let bench = world.start();
    bench.erp.faults.lock().unwrap().insert("x".into(), rolled_back);
    bench.erp.faults.lock().unwrap().insert("1".into(), rolled_back);
    bench.send(vec![single("x", "b", 1, 1)]).await;
    bench.rows(AuditEvent::Retry, 1).await;
    bench.send(vec![with_mail("1", "a", 1, "one")]).await;
    bench.rows(AuditEvent::Retry, 2).await;
    let Bench { dir, runtime, store, erp, pages, running } = bench;
    running.drain(&SystemClock, Duration::from_secs(10)).await;
    runtime.accept(FLOW, vec![with_mail("2", "b", 1, "two"), with_mail("3", "c", 1, "one")]).await.unwrap();
    erp.faults.lock().unwrap().remove("1");
    clock.advance(Duration::from_secs(1));
    let running = runtime.start();
    let bench = Bench { dir, runtime, store, erp, pages, running };
    until(|| bench.erp.orders().len() == 2).await;
    rest().await;
    // Lane b goes on: order 2 arrived before order 3, and so did what it says of the customer.
    bench.erp.faults.lock().unwrap().clear();
    settle_on(&clock, &bench).await;
    assert_eq!(bench.erp.mails().last().unwrap(), "one@example.com", "{:?}", bench.erp.mails());
    bench.finish().await;
}

/// A cancellation is applied whatever its version, which must not make room for states that were stale already.
#[tokio::test]
async fn a_late_cancellation_does_not_make_an_older_state_new() {
    let bench = World::default().start();
    bench.run(vec![single("1", "a", 5, 5)]).await;
    let mut cancel = single("1", "a", 3, 3);
    cancel.operation = Operation::Cancel;
    bench.run(vec![cancel]).await;
    bench.run(vec![single("1", "a", 4, 4)]).await;
    assert_eq!(bench.erp.orders(), [("1".into(), 5), ("1".into(), 3)], "4 is older than 5");
    bench.finish().await;
}

#[tokio::test]
async fn of_a_cancelled_order_an_older_state_is_stale_and_so_is_an_older_cancellation() {
    let bench = World::default().start();
    let cancel = |version, quantity| {
        let mut cancel = single("1", "a", version, quantity);
        cancel.operation = Operation::Cancel;
        cancel
    };
    bench.run(vec![single("1", "a", 5, 5)]).await;
    bench.run(vec![cancel(6, 6)]).await;
    for late in [single("1", "a", 5, 7), cancel(4, 4)] {
        bench.run(vec![late]).await;
    }
    assert_eq!(bench.erp.quantities(), ["5", "6"]);
    assert_eq!(bench.tally().await.in_state(State::Stale), 2);
    // What is newer than the cancellation still counts.
    bench.run(vec![single("1", "a", 8, 8), cancel(7, 7)]).await;
    assert_eq!(bench.erp.quantities(), ["5", "6", "8", "7"], "called off, since it was not at that time");
    bench.run(vec![single("1", "a", 7, 9)]).await;
    assert_eq!(bench.erp.quantities().len(), 4, "7 is older than 8");
    bench.finish().await;
}
