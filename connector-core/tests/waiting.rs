//! Waiting: for a target that is away, that asks for less, that rolls back; and for room.
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
use connector_core::contract::*;
use connector_core::retry::{Cause, Delivery, Failure};
use connector_core::store::*;

#[tokio::test]
async fn a_target_that_asks_for_less_is_left_alone() {
    let clock = Arc::new(ManualClock::at(1_000_000_000));
    let bench = World { clock: clock.clone(), ..World::default() }.start();
    let throttled = || {
        let cause = Cause::Throttled;
        Outcome::Retry(Failure::new(Delivery::Refused, cause, "429", "less"))
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
    assert_eq!(bench.erp.quantities(), ["1"]);
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
async fn what_never_touched_the_target_does_not_say_that_it_is_back() {
    let clock = Arc::new(ManualClock::at(1_000_000_000));
    let mut world = World { clock: clock.clone(), ..World::default() };
    world.governance.flows[0].workers = 1;
    let bench = world.start();
    bench.erp.will(vec![Plan::Say { applied: false, outcome: away }; 2]);
    bench.send(vec![single("1", "a", 1, 1)]).await;
    bench.erp.called(1).await;
    bench.rows(AuditEvent::Retry, 1).await;
    // Meanwhile: something that comes from the target itself, and ten more.
    let mut echo = single("echo", "echo", 1, 1);
    echo.origins = vec!["erp".into()];
    bench.send(vec![echo]).await;
    bench.send((10..20).map(|n| single(&n.to_string(), &n.to_string(), 1, n)).collect()).await;
    settle_on(&clock, &bench).await;
    let sizes = bench.erp.sizes.lock().unwrap().clone();
    assert_eq!(sizes[..3], [1, 1, 1], "one message finds out whether the target is back: {sizes:?}");
    bench.finish().await;
}

#[tokio::test]
async fn a_gate_does_not_stay_shut_because_the_clock_was_set() {
    for outcome in [throttled, away] {
        let clock = Arc::new(ManualClock::at(1_000_000_000));
        let bench = World { clock: clock.clone(), ..World::default() }.start();
        bench.erp.will([Plan::Say { applied: false, outcome }]);
        bench.send(vec![single("1", "a", 1, 1)]).await;
        bench.rows(AuditEvent::Retry, 1).await;
        rest().await;
        clock.set(1);
        clock.advance(Duration::from_secs(2));
        bench.send(vec![single("2", "b", 1, 2)]).await;
        until(|| bench.erp.quantities().contains(&"2".to_owned())).await;
        clock.set(1_010_000_000);
        settle_on(&clock, &bench).await;
        bench.finish().await;
    }
}

#[tokio::test]
async fn no_wait_that_a_target_asks_for_outlasts_the_age_limit() {
    let clock = Arc::new(ManualClock::at(1_000_000_000));
    let bench = World { clock: clock.clone(), ..World::default() }.limits(5, Duration::from_secs(60)).start();
    bench.erp.faults.lock().unwrap().insert("1".into(), || {
        let failure = Failure::new(Delivery::Refused, Cause::Throttled, "429", "in 95 years");
        Outcome::Retry(failure.with_after(Some(Duration::from_secs(3_000_000_000))))
    });
    bench.send(vec![single("1", "a", 1, 1)]).await;
    bench.rows(AuditEvent::Retry, 1).await;
    rest().await;
    clock.advance(Duration::from_secs(61));
    until_async(async || bench.exceptions().await.len() == 1).await;
    assert_eq!(bench.exceptions().await[0].draft.reason, Reason::Exhausted);
    bench.finish().await;
}

/// One worker is asked to leave the target alone; the other one's batch, under way since before, opens the gate.
#[tokio::test]
async fn a_batch_that_was_under_way_does_not_open_the_gate_that_a_429_has_closed() {
    let clock = Arc::new(ManualClock::at(1_000_000_000));
    let bench = World { clock: clock.clone(), ..World::default() }.start();
    let go = Arc::new(tokio::sync::Notify::new());
    bench.erp.will([Plan::Wait(go.clone()), Plan::Say { applied: false, outcome: throttled }]);
    bench.send(vec![single("1", "a", 1, 1)]).await;
    bench.erp.called(1).await;
    bench.send(vec![single("2", "b", 1, 1)]).await;
    bench.rows(AuditEvent::Retry, 1).await;
    go.notify_one();
    bench.rows(AuditEvent::Applied, 1).await;
    bench.send(vec![single("3", "c", 1, 1)]).await;
    bench.quiet().await;
    assert_eq!(*bench.erp.calls.lock().unwrap(), 2, "it asked to be left alone, and no time has passed");
    settle_on(&clock, &bench).await;
    bench.finish().await;
}

/// One order makes the sink hang. The others were in the same call each time.
#[tokio::test]
async fn one_order_that_the_target_hangs_over_costs_only_itself() {
    let mut world = World::default().limits(3, Duration::from_secs(86_400));
    world.governance.flows[0].deadline = Duration::from_millis(200);
    let bench = world.start();
    *bench.erp.hangs.lock().unwrap() = Some("13".into());
    bench.run((0..20).map(|n| single(&n.to_string(), &n.to_string(), 1, 1)).collect()).await;
    let landed = bench.erp.orders().len();
    assert_eq!((landed, bench.exceptions().await.len()), (19, 1), "landed, and exceptions");
    bench.finish().await;
}

/// The clock was an hour fast, and is put right.
#[tokio::test]
async fn a_retry_does_not_wait_for_as_long_as_the_clock_was_put_back() {
    let clock = Arc::new(ManualClock::at(5_000_000_000));
    let bench = World { clock: clock.clone(), ..World::default() }.start();
    bench.erp.will([Plan::Say { applied: false, outcome: rolled_back }]);
    bench.send(vec![single("1", "a", 1, 1)]).await;
    bench.rows(AuditEvent::Retry, 1).await;
    clock.set(clock.now() - 3_600_000_000);
    for _ in 0..120 {
        clock.advance(Duration::from_secs(1));
        rest().await;
    }
    bench.quiet().await;
    assert_eq!(bench.erp.quantities(), ["1"], "two minutes later; its wait was 20 ms at most");
    bench.finish().await;
}
