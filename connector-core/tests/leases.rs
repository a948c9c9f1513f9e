//! Leases: nobody keeps what he does not work on, and nobody loses what he does.
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
use connector_core::context::{Clock, ManualClock, SystemClock};
use connector_core::contract::*;
use connector_core::store::*;

#[tokio::test]
async fn drain_finishes_what_is_under_way_and_leaves_the_rest_in_the_store() {
    let bench = World::default().start();
    bench.send((0..50).map(|n| change(&n.to_string(), &format!("c{n}"), 1, 1)).collect()).await;
    bench.running.drain(&SystemClock, Duration::from_secs(10)).await;
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
    bench.running.drain(&SystemClock, Duration::from_secs(10)).await;
    bench.runtime.accept(FLOW, vec![change("1", "c", 1, 1)]).await.unwrap();
    let request = |now| ClaimRequest {
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
    let settle = |claim: &Claim| Settlement {
        flow: FLOW.into(),
        epoch: claim.epoch,
        now: 300,
        results: claim
            .messages
            .iter()
            .map(|m| Settled {
                position: m.position,
                message: m.message,
                verdict: Verdict::Done(State::Applied),
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
    verify_audit(&*bench.store).await.unwrap();
}

fn request(limit: usize) -> ClaimRequest {
    ClaimRequest { flow: FLOW.into(), limit, now: 20, monotonic: 20, lease: Duration::from_secs(60) }
}

/// A store with these changes, and nothing that works on them.
async fn store_of(changes: Vec<Change>) -> (tempfile::TempDir, SqliteStore) {
    let dir = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&SqliteOptions::new(dir.path().join("store.db")), 1).unwrap();
    let arrive = |(n, change)| Arrival::new(FLOW, uuid::Uuid::from_u128(n as u128), change);
    let arrivals = changes.into_iter().enumerate().map(arrive).collect();
    store.ingest(Ingest { flow: FLOW.into(), arrivals, polled: false, cursor: None, now: 10 }).await.unwrap();
    (dir, store)
}

/// What can be claimed now, or as soon as something is given back.
async fn claim(store: &SqliteStore) -> Claim {
    let mut wakeups = store.wakeups();
    loop {
        wakeups.mark_unchanged();
        let claim = store.claim(request(10)).await.unwrap();
        if !claim.messages.is_empty() {
            return claim;
        }
        let woken = tokio::time::timeout(Duration::from_secs(10), wakeups.changed()).await;
        woken.expect("nothing was given back").unwrap();
    }
}

#[tokio::test]
async fn a_claim_whose_messages_cannot_be_read_goes_back() {
    let (dir, store) = store_of(vec![single("1", "a", 1, 1)]).await;
    let db = rusqlite::Connection::open(dir.path().join("store.db")).unwrap();
    db.execute_batch("ALTER TABLE body RENAME TO hidden").unwrap();
    assert!(matches!(store.claim(request(10)).await, Err(StoreError::Failed { .. })));
    db.execute_batch("ALTER TABLE hidden RENAME TO body").unwrap();
    let claim = claim(&store).await;
    assert_eq!((claim.messages[0].position, claim.messages[0].crashes), (1, 0));
    verify_audit(&store).await.unwrap();
}

#[tokio::test]
async fn a_settlement_stands_though_the_claim_that_came_with_it_cannot_be_read() {
    let (dir, store) = store_of(vec![single("1", "a", 1, 1), single("2", "a", 1, 1)]).await;
    let first = claim(&store).await;
    let db = rusqlite::Connection::open(dir.path().join("store.db")).unwrap();
    db.execute_batch("ALTER TABLE body RENAME TO hidden").unwrap();
    let results = vec![Settled {
        position: 1,
        message: first.messages[0].message,
        verdict: Verdict::Done(State::Applied),
        effects: vec![],
        audit: vec![],
    }];
    let settlement = Settlement { flow: FLOW.into(), epoch: first.epoch, results, now: 30 };
    assert!(store.settle(settlement, Some(request(10))).await.unwrap().messages.is_empty());
    db.execute_batch("ALTER TABLE hidden RENAME TO body").unwrap();
    assert_eq!(store.tally(FLOW).await.unwrap().in_state(State::Applied), 1);
    assert_eq!(claim(&store).await.messages[0].position, 2);
}

#[tokio::test]
async fn a_claim_that_nobody_waits_for_any_more_goes_back() {
    use futures_util::FutureExt;
    let (_dir, store) = store_of(vec![single("1", "a", 1, 1)]).await;
    assert!(store.claim(request(10)).now_or_never().is_none(), "asked, and gone before the answer");
    let again = claim(&store).await;
    assert_eq!(again.messages[0].crashes, 0);
    for _ in 0..2 {
        store.release(GiveBack { epoch: again.epoch, crashed: true, ..GiveBack::default() });
    }
    assert_eq!(claim(&store).await.messages[0].crashes, 1, "given back twice, counted once");
    verify_audit(&store).await.unwrap();
}

#[tokio::test]
async fn what_was_given_back_is_no_crash_after_a_restart() {
    let (dir, store) = store_of(vec![single("1", "a", 1, 1)]).await;
    let out = claim(&store).await;
    store.release(GiveBack { epoch: out.epoch, ..GiveBack::default() });
    drop(store);
    let store = SqliteStore::open(&SqliteOptions::new(dir.path().join("store.db")), 1).unwrap();
    assert_eq!(claim(&store).await.messages[0].crashes, 0);
}

#[tokio::test]
async fn after_a_drain_that_lost_patience_the_next_start_goes_on_at_once() {
    let bench = World::default().start();
    bench.erp.will([Plan::Hang]);
    bench.send(vec![single("1", "a", 1, 1)]).await;
    bench.erp.called(1).await;
    let Bench { dir, runtime, store, erp, pages, running } = bench;
    running.drain(&SystemClock, Duration::ZERO).await;
    let running = runtime.start();
    let bench = Bench { dir, runtime, store, erp, pages, running };
    bench.settled().await;
    assert_eq!(bench.erp.quantities(), ["1"]);
    assert_eq!(bench.events(AuditEvent::Crashed).await, 0, "nobody died");
    bench.finish().await;
}

#[tokio::test]
async fn what_was_given_up_in_the_middle_may_have_landed() {
    let bench = World::default().start();
    bench.run(vec![with_mail("0", "z", 1, "one")]).await;
    // The customer's new address is on its way, and lands, when the worker is dropped.
    bench.erp.will([Plan::LandThenHang]);
    bench.send(vec![with_mail("1", "a", 1, "two")]).await;
    bench.erp.called(3).await;
    let Bench { dir, runtime, store, erp, pages, running } = bench;
    running.drain(&SystemClock, Duration::ZERO).await;
    // Then they move back. That is not "unchanged", whatever the target was last known to have.
    runtime.accept(FLOW, vec![with_mail("2", "b", 1, "one")]).await.unwrap();
    let running = runtime.start();
    let bench = Bench { dir, runtime, store, erp, pages, running };
    bench.settled().await;
    assert_eq!(bench.erp.mails().last().unwrap(), "one@example.com", "{:?}", bench.erp.mails());
    bench.finish().await;
}

#[tokio::test]
async fn a_clock_that_is_set_ends_no_lease_and_keeps_none() {
    let clock = Arc::new(ManualClock::at(1_000_000_000));
    let world = World { class: IdempotencyClass::NonIdempotent, clock: clock.clone(), ..World::default() };
    let bench = world.start();
    let go = Arc::new(tokio::sync::Notify::new());
    bench.erp.will([Plan::Wait(go.clone())]);
    bench.send(vec![single("1", "a", 1, 1)]).await;
    bench.erp.called(1).await;
    clock.set(5_000_000_000);
    assert_eq!(bench.store.sweep(clock.now(), clock.monotonic()).await.unwrap(), 0, "an hour, in one step");
    go.notify_one();
    bench.settled().await;
    assert!(bench.exceptions().await.is_empty());
    // And back: what nobody works on any more is not kept for an hour.
    bench.erp.will([Plan::Wait(go.clone())]);
    bench.send(vec![single("2", "b", 1, 2)]).await;
    bench.erp.called(2).await;
    clock.set(1_000_000_000);
    let lease = Duration::from_secs(120 * 4 + 60).as_micros() as i64;
    assert_eq!(bench.store.sweep(clock.now(), clock.monotonic() + lease + 1).await.unwrap(), 1);
    go.notify_one();
    bench.rows(AuditEvent::Fenced, 1).await;
    bench.settled().await;
    bench.finish().await;
}

#[tokio::test]
async fn a_batch_that_waits_for_another_keeps_its_lease() {
    let clock = Arc::new(ManualClock::at(1_000_000_000));
    let mut world =
        World { class: IdempotencyClass::NonIdempotent, clock: clock.clone(), ..World::default() };
    // The first flow is slow; the second one's lease knows nothing of that.
    let first = &mut world.governance.flows[0];
    first.deadline = Duration::from_secs(3600);
    let mut second = first.clone();
    (second.name, second.deadline) = ("orders-2".into(), Duration::from_secs(10));
    world.governance.flows.push(second);
    let bench = world.start();
    let go = Arc::new(tokio::sync::Notify::new());
    bench.erp.will([Plan::Wait(go.clone())]);
    bench.send(vec![with_mail("1", "a", 1, "one")]).await;
    bench.erp.called(1).await;
    bench.runtime.accept("orders-2", vec![with_mail("2", "b", 1, "two")]).await.unwrap();
    // Twenty minutes; its lease is 100 s.
    for _ in 0..1200 {
        clock.advance(Duration::from_secs(1));
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
        bench.store.sweep(clock.now(), clock.monotonic()).await.unwrap();
    }
    assert_eq!(bench.events(AuditEvent::Crashed).await, 0);
    go.notify_one();
    bench.settled().await;
    bench.runtime.settled("orders-2").await.unwrap();
    assert_eq!(bench.erp.mails(), ["one@example.com", "two@example.com"]);
    assert!(bench.exceptions().await.is_empty());
    bench.finish().await;
}

#[tokio::test]
async fn two_workers_do_not_blame_the_innocent() {
    let (dir, store) = store_of(["1", "2", "3"].map(|key| single(key, key, 1, 1)).to_vec()).await;
    drop(store);
    let open = || SqliteStore::open(&SqliteOptions::new(dir.path().join("store.db")), 1).unwrap();
    // Message 1 kills the process each time; another worker has claimed meanwhile.
    for _ in 0..3 {
        let store = open();
        assert_eq!(store.claim(request(10)).await.unwrap().messages[0].position, 1);
        assert!(store.claim(request(10)).await.unwrap().messages.is_empty());
    }
    let exceptions = open().exceptions(ExceptionFilter::default()).await.unwrap();
    let keys: Vec<&str> = exceptions.iter().map(|e| e.key.as_str()).collect();
    assert_eq!(keys, ["1"]);
}

#[tokio::test]
async fn a_flow_that_was_put_off_for_anothers_suspect_is_woken() {
    let (_dir, store) = store_of(vec![single("1", "a", 1, 1)]).await;
    let arrivals = ["2", "3"].map(|key| Arrival::new("other", uuid::Uuid::nil(), single(key, key, 1, 1)));
    let other =
        Ingest { flow: "other".into(), arrivals: arrivals.to_vec(), polled: false, cursor: None, now: 10 };
    store.ingest(other).await.unwrap();
    let suspect = claim(&store).await;
    store.release(GiveBack { epoch: suspect.epoch, crashed: true, ..GiveBack::default() });
    let of_other = async || store.claim(ClaimRequest { flow: "other".into(), ..request(1) }).await.unwrap();
    let out = of_other().await;
    assert_eq!(out.messages[0].key, "2");
    assert!(store.claim(request(1)).await.unwrap().messages.is_empty(), "not beside another");
    store.release(GiveBack { epoch: out.epoch, ..GiveBack::default() });
    // Quiet: the suspect's flow has its chance, and does not take it.
    assert_eq!(store.open_messages("other").await.unwrap(), 2);
    let mut wakeups = store.wakeups();
    wakeups.mark_unchanged();
    assert!(of_other().await.messages.is_empty());
    tokio::time::timeout(Duration::from_secs(10), wakeups.changed()).await.expect("nobody is woken").unwrap();
    assert_eq!(of_other().await.messages.len(), 1);
}
