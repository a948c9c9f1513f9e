//! Attempts whose outcome is not known, and what may be done about them.
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

use common::trouble::Fault;
use common::*;
use connector_core::context::{Clock, ManualClock};
use connector_core::contract::*;
use connector_core::store::*;
use odoo_canonical::ObjectKind;

#[tokio::test]
async fn what_may_have_landed_is_not_taken_for_what_was_there_before() {
    let bench = World::default().limits(1, Duration::from_secs(3600)).start();
    bench.run(vec![single("1", "a", 1, 1)]).await;
    bench.erp.plans.lock().unwrap().push_back(Plan::Say { applied: true, outcome: lost });
    bench.run(vec![single("1", "a", 2, 2)]).await;
    assert_eq!(bench.exceptions().await[0].draft.reason, Reason::Exhausted);
    bench.run(vec![single("1", "a", 3, 1)]).await;
    assert_eq!(bench.erp.quantities(), ["1", "2", "1"]);
    bench.finish().await;
}

#[tokio::test]
async fn a_refused_attempt_does_not_make_forget_what_was_applied() {
    let bench = World { class: IdempotencyClass::NonIdempotent, ..World::default() }.start();
    bench.run(vec![single("1", "a", 5, 5)]).await;
    bench.erp.plans.lock().unwrap().push_back(Plan::Say { applied: false, outcome: rejected });
    bench.run(vec![single("1", "a", 6, 6)]).await;
    bench.run(vec![single("1", "a", 4, 4)]).await;
    assert_eq!(bench.erp.quantities(), ["5"]);
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
async fn doubt_is_resolved_by_who_has_looked() {
    for (found, quantities, state) in
        [(Found::Landed, vec![], State::Applied), (Found::Absent, vec!["1"], State::Applied)]
    {
        let bench = World { class: IdempotencyClass::NonIdempotent, ..World::default() }.start();
        bench.erp.will([Plan::Say { applied: false, outcome: lost }]);
        bench.run(vec![single("1", "a", 1, 1)]).await;
        assert_eq!(bench.exceptions().await[0].draft.reason, Reason::InDoubt);
        let (one, two) = tokio::join!(
            bench.runtime.resolve(Doubt::Message(1), found, "ann"),
            bench.runtime.resolve(Doubt::Message(1), found, "bob"),
        );
        assert_eq!(one.unwrap() + two.unwrap(), 1, "of two verdicts one holds");
        bench.settled().await;
        assert_eq!(bench.erp.quantities(), quantities, "{found:?}");
        assert_eq!(bench.tally().await.in_state(state), 1, "{found:?}");
        assert!(bench.exceptions().await.is_empty());
        let row = bench.audit().await.into_iter().find(|row| row.event == "resolved").unwrap();
        assert_eq!(row.subject, "erp:shop:sales_order:1");
        assert!(
            row.detail.contains(found.as_str()) && (row.detail.contains("ann") || row.detail.contains("bob"))
        );
        // The object goes on.
        bench.run(vec![single("1", "a", 2, 2)]).await;
        assert_eq!(bench.erp.quantities().last().unwrap(), "2");
        bench.finish().await;
    }
}

#[tokio::test]
async fn what_is_blocked_by_doubt_names_it_and_does_not_take_its_place() {
    let bench = World { class: IdempotencyClass::NonIdempotent, ..World::default() }.start();
    bench.erp.will([Plan::Say { applied: true, outcome: lost }]);
    bench.run(vec![single("1", "a", 1, 1)]).await;
    bench.run(vec![single("1", "a", 2, 2)]).await;
    let exceptions = bench.exceptions().await;
    assert_eq!(exceptions[1].draft.reason, Reason::InDoubt);
    assert!(exceptions[1].draft.detail.contains("position 1"), "{:?}", exceptions[1].draft);
    let of = |position| bench.runtime.resolve(Doubt::Message(position), Found::Landed, "ann");
    assert_eq!(of(2).await.unwrap(), 0, "nothing of it was tried");
    assert_eq!(of(1).await.unwrap(), 1);
    assert_eq!(bench.runtime.replay(vec![2], "ann").await.unwrap(), 1);
    bench.settled().await;
    assert_eq!(bench.erp.quantities(), ["1", "2"]);
    assert_eq!(bench.tally().await.in_state(State::Applied), 2);
    bench.finish().await;
}

#[tokio::test]
async fn doubt_about_an_effect_can_be_resolved_after_its_message_was_discarded() {
    let bench = World { class: IdempotencyClass::NonIdempotent, ..World::default() }.start();
    bench.erp.will([Plan::Say { applied: false, outcome: lost }]);
    bench.run(vec![single("1", "a", 1, 1)]).await;
    bench.runtime.discard(vec![1], "ann", "it is not there").await.unwrap();
    let key = EffectKey {
        target: "erp".into(),
        source: "shop".into(),
        object: ObjectKind::SalesOrder,
        key: "1".into(),
    };
    assert_eq!(bench.runtime.resolve(Doubt::Message(1), Found::Absent, "ann").await.unwrap(), 0);
    assert_eq!(bench.runtime.resolve(Doubt::Effect(key), Found::Absent, "ann").await.unwrap(), 1);
    assert_eq!(bench.tally().await.in_state(State::Discarded), 1, "discarded it stays");
    bench.run(vec![single("1", "a", 2, 2)]).await;
    assert_eq!(bench.erp.quantities(), ["2"]);
    bench.finish().await;
}

#[tokio::test]
async fn a_message_whose_dependency_was_in_doubt_goes_on_with_the_rest() {
    let bench = World { class: IdempotencyClass::NonIdempotent, ..World::default() }.start();
    bench.erp.will([Plan::Say { applied: true, outcome: lost }]);
    bench.run(vec![change("1", "c", 1, 1)]).await;
    assert!(bench.erp.orders().is_empty(), "its customer is in doubt");
    assert_eq!(bench.runtime.resolve(Doubt::Message(1), Found::Landed, "ann").await.unwrap(), 1);
    bench.settled().await;
    assert_eq!(bench.erp.orders(), [("1".into(), 1)]);
    assert_eq!(bench.erp.applied.lock().unwrap().len(), 2, "the customer once, the order once");
    bench.finish().await;
}

#[tokio::test]
async fn an_intent_that_cannot_be_written_does_not_make_forget_what_has_landed() {
    let clock = Arc::new(ManualClock::at(1_000_000_000));
    let world = World { class: IdempotencyClass::NonIdempotent, clock: clock.clone(), ..World::default() };
    let (bench, trouble) = world.start_troubled();
    // That of the customer is written, that of the order is not.
    trouble.plan("intend", &[Fault::None, Fault::Fails]);
    bench.send(vec![change("1", "c", 1, 1)]).await;
    settle_on(&clock, &bench).await;
    assert!(bench.exceptions().await.is_empty(), "{:?}", bench.exceptions().await[0].draft);
    let applied: Vec<ObjectKind> =
        bench.erp.applied.lock().unwrap().iter().map(|(key, ..)| key.object).collect();
    assert_eq!(applied, [ObjectKind::Party, ObjectKind::SalesOrder]);
    assert_eq!(bench.events(AuditEvent::Deferred).await, 1);
    bench.finish().await;
}

#[tokio::test]
async fn a_settlement_that_the_store_refused_once_is_not_lost() {
    let clock = Arc::new(ManualClock::at(1_000_000_000));
    let world = World { class: IdempotencyClass::NonIdempotent, clock: clock.clone(), ..World::default() };
    let (bench, trouble) = world.start_troubled();
    trouble.plan("settle", &[Fault::Fails]);
    trouble.plan("effects", &[Fault::Fails]);
    bench.send(vec![single("1", "a", 1, 1)]).await;
    settle_on(&clock, &bench).await;
    assert_eq!(bench.erp.quantities(), ["1"]);
    assert!(bench.exceptions().await.is_empty());
    // Not by the lease, which would have run for nine minutes.
    assert!(clock.now() < 1_500_000_000, "it took {} µs", clock.now() - 1_000_000_000);
    bench.finish().await;
}

/// Absent is said of one attempt; what the target had before it still has.
#[tokio::test]
async fn an_attempt_that_did_not_land_does_not_make_an_older_state_new() {
    let world = World { class: IdempotencyClass::NonIdempotent, ..World::default() };
    let bench = world.start();
    bench.run(vec![single("1", "a", 5, 5)]).await;
    bench
        .erp
        .will([Plan::Say { applied: false, outcome: lost }, Plan::Say { applied: false, outcome: rejected }]);
    bench.run(vec![single("1", "a", 6, 6)]).await;
    assert_eq!(bench.exceptions().await[0].draft.reason, Reason::InDoubt);
    assert_eq!(bench.runtime.resolve(Doubt::Message(2), Found::Absent, "ann").await.unwrap(), 1);
    bench.settled().await;
    assert_eq!(bench.exceptions().await[0].draft.reason, Reason::Rejected);
    bench.run(vec![single("1", "a", 4, 4)]).await;
    assert_eq!(bench.erp.quantities(), ["5"], "4 is older than 5, which the target has");
    bench.finish().await;
}

/// Two equal deltas; the answer to the first is lost for good. What a probe finds of the first says nothing of the second.
#[tokio::test]
async fn a_delta_that_landed_does_not_settle_its_twin() {
    let world = World { class: IdempotencyClass::ProbeThenApply, ..World::default() };
    let bench = world.limits(1, Duration::from_secs(86_400)).start();
    let delta = |id: &str| {
        let mut delta = single("1", "a", 0, 2);
        delta.dedup = Dedup::Delivery;
        delta.delivery_id = Some(id.into());
        delta
    };
    bench.erp.will([Plan::Say { applied: true, outcome: lost }]);
    bench.run(vec![delta("d-1")]).await;
    assert_eq!(bench.exceptions().await[0].draft.reason, Reason::InDoubt);
    bench.run(vec![delta("d-2")]).await;
    let second = bench.erp.landings.lock().unwrap().len() == 2;
    let open = bench.exceptions().await.len() == 2;
    assert!(second || open, "d-2 counts as applied and was never sent: {:?}", bench.tally().await);
}

/// The store does not take the settlement for ten minutes. The worker is alive all the time, and knows that it landed.
#[tokio::test]
async fn what_is_known_of_an_effect_outlives_a_lease() {
    let clock = Arc::new(ManualClock::at(1_000_000_000));
    let world = World { class: IdempotencyClass::NonIdempotent, clock: clock.clone(), ..World::default() };
    let (bench, trouble) = world.start_troubled();
    trouble.plan("settle", &[Fault::Fails; 600]);
    bench.send(vec![single("1", "a", 1, 1)]).await;
    bench.erp.called(1).await;
    for _ in 0..650 {
        clock.advance(Duration::from_secs(1));
        // The renewal has been at the writer.
        bench.store.open_messages(FLOW).await.unwrap();
        rest().await;
    }
    settle_on(&clock, &bench).await;
    let exceptions: Vec<_> = bench.exceptions().await.into_iter().map(|e| e.draft.reason).collect();
    assert_eq!((exceptions, bench.tally().await.in_state(State::Applied)), (vec![], 1));
    bench.finish().await;
}
