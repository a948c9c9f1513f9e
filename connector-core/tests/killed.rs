//! A process that is killed after a message has landed, and before it is settled: nothing is concluded from what was known before.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

mod common;

use std::time::Duration;

use common::*;
use connector_core::context::{Clock, SystemClock};
use connector_core::contract::*;
use connector_core::store::*;

/// A store in which the customer is known as "one", and a second order, that makes it "two", killed its process `times` times, after it had
/// landed.
async fn killed_after_landing(times: usize) -> tempfile::TempDir {
    let bench = World::default().start();
    bench.run(vec![with_mail("0", "z", 1, "one")]).await;
    let Bench { dir, runtime, store, erp, pages, running } = bench;
    running.drain(&SystemClock, Duration::from_secs(10)).await;
    runtime.accept(FLOW, vec![with_mail("1", "a", 1, "two")]).await.unwrap();
    drop((runtime, store, erp, pages));
    for _ in 0..times {
        let now = SystemClock.now();
        let store = SqliteStore::open(&SqliteOptions::new(dir.path().join("store.db")), now).unwrap();
        let request = ClaimRequest {
            flow: FLOW.into(),
            limit: 10,
            now,
            monotonic: now,
            lease: Duration::from_secs(60),
        };
        // Here the worker sends it, it lands, and the process is killed before it settles.
        assert_eq!(store.claim(request).await.unwrap().messages.len(), 1);
    }
    dir
}

async fn go_on(dir: &tempfile::TempDir, plans: Vec<Plan>, changes: Vec<Change>) -> Vec<String> {
    let (runtime, store, erp, running) = World::default().start_in(dir.path());
    erp.will(plans);
    runtime.accept(FLOW, changes).await.unwrap();
    tokio::time::timeout(Duration::from_secs(30), runtime.settled(FLOW)).await.unwrap().unwrap();
    running.drain(&SystemClock, Duration::from_secs(10)).await;
    drop(store);
    // The target had "two" when this process began.
    let mut mails = vec!["two@example.com".to_owned()];
    mails.extend(erp.mails());
    mails
}

#[tokio::test]
async fn what_landed_before_it_became_poison_is_not_taken_for_unchanged() {
    let dir = killed_after_landing(3).await;
    let mails = go_on(&dir, vec![], vec![with_mail("2", "b", 1, "one")]).await;
    assert_eq!(mails.last().unwrap(), "one@example.com", "the target was never told: {mails:?}");
}

#[tokio::test]
async fn what_landed_before_a_kill_and_is_refused_after_it_is_not_taken_for_unchanged() {
    let dir = killed_after_landing(1).await;
    let refuse = Plan::Say { applied: false, outcome: rejected };
    // The suspect goes first, is refused, and an exception; then the newer order.
    let mails = go_on(&dir, vec![refuse], vec![with_mail("2", "b", 1, "one")]).await;
    assert_eq!(mails.last().unwrap(), "one@example.com", "the target was never told: {mails:?}");
}

#[tokio::test]
async fn what_landed_before_a_kill_and_is_put_off_after_it_is_not_taken_for_unchanged() {
    let dir = killed_after_landing(1).await;
    let put_off = Plan::Say { applied: false, outcome: rolled_back };
    let mails = go_on(&dir, vec![put_off], vec![with_mail("2", "b", 1, "one")]).await;
    assert_eq!(mails.last().unwrap(), "one@example.com", "the later arrival stands at last: {mails:?}");
}

#[tokio::test]
async fn what_was_sent_again_since_can_be_relied_upon() {
    let dir = killed_after_landing(1).await;
    let again = |key: &str| with_mail(key, "b", 1, "one");
    let mails = go_on(&dir, vec![], vec![again("2"), again("3"), again("4")]).await;
    assert_eq!(
        mails[1..],
        ["two@example.com", "one@example.com"],
        "the suspect's, and one for those after it"
    );
}
