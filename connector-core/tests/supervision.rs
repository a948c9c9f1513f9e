//! What falls is started again, and is known to have fallen; what an operator asks is answered.
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
use connector_core::context::ManualClock;
use connector_core::contract::*;
use connector_core::store::*;

async fn advance_until(clock: &ManualClock, holds: impl AsyncFn() -> bool) {
    let tick = async {
        loop {
            clock.advance(Duration::from_millis(20));
            tokio::task::yield_now().await;
        }
    };
    tokio::select! { () = tick => {}, () = until_async(holds) => {} }
}

#[tokio::test]
async fn a_worker_that_falls_is_started_again_and_its_messages_are_suspects() {
    let clock = Arc::new(ManualClock::at(1_000_000_000));
    let (bench, trouble) = World { clock: clock.clone(), ..World::default() }.start_troubled();
    trouble.plan("effects", &[Fault::Panics, Fault::Panics]);
    bench.send(vec![single("1", "a", 1, 1)]).await;
    settle_on(&clock, &bench).await;
    assert_eq!(bench.erp.quantities(), ["1"]);
    let falls = bench.runtime.falls();
    assert_eq!((falls.len(), falls[0].task.as_str(), falls[0].times), (1, "worker of flow orders", 2));
    assert_eq!(bench.events(AuditEvent::Crashed).await, 2);
    // A third time, and it is not the worker's fault.
    trouble.plan("effects", &[Fault::Panics, Fault::Panics, Fault::Panics]);
    bench.send(vec![single("2", "b", 1, 2)]).await;
    settle_on(&clock, &bench).await;
    assert_eq!(bench.exceptions().await[0].draft.reason, Reason::Poison);
    bench.finish().await;
}

#[tokio::test]
async fn a_poller_and_the_keeper_are_started_again_too() {
    let clock = Arc::new(ManualClock::at(1_000_000_000));
    let world = World { sync: SyncPattern::Polling, clock: clock.clone(), ..World::default() };
    let (bench, trouble) = world.start_troubled();
    trouble.plan("cursor", &[Fault::Panics]);
    trouble.plan("sweep", &[Fault::Panics]);
    let fallen = |task: &str| bench.runtime.falls().iter().any(|fall| fall.task == task && fall.times == 1);
    advance_until(&clock, async || fallen("poller of flow orders") && fallen("keeper of the store")).await;
    let page = Page { changes: vec![single("1", "a", 1, 1)], next: Some(Cursor("a".into())), more: false };
    bench.pages.lock().unwrap().push_back(Ok(page));
    advance_until(&clock, async || bench.cursor().await.is_some()).await;
    settle_on(&clock, &bench).await;
    assert_eq!(bench.erp.quantities(), ["1"]);
    bench.finish().await;
}

#[tokio::test]
async fn every_connector_can_be_checked() {
    let bench = World::default().start();
    let checked = bench.runtime.check().await;
    let systems: Vec<&str> = checked.iter().map(|(system, _)| system.as_str()).collect();
    assert_eq!(systems, ["shop", "erp"]);
    assert!(checked[0].1.findings.is_empty());
    let found = &checked[1].1;
    assert_eq!((found.system.as_str(), found.findings[0].problem.as_str()), ("ERP 1", "is not there"));
    bench.finish().await;
}

#[tokio::test]
async fn a_check_that_panics_or_hangs_is_a_finding() {
    let clock = Arc::new(ManualClock::at(1_000_000_000));
    let bench = World { clock: clock.clone(), ..World::default() }.start();
    for (does, expected) in [("panic", "panicked"), ("hang", "did not end")] {
        *bench.erp.check.lock().unwrap() = Some(does);
        let tick = async {
            loop {
                clock.advance(Duration::from_secs(10));
                tokio::task::yield_now().await;
            }
        };
        let checked = tokio::select! { () = tick => Vec::new(), checked = bench.runtime.check() => checked };
        assert!(checked[1].1.findings[0].problem.contains(expected), "{does}: {checked:?}");
    }
    bench.finish().await;
}
