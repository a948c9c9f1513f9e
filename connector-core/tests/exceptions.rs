//! Exceptions: kept whole, replayed, let go.
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
use connector_core::context::SystemClock;
use connector_core::store::*;
use serde_json::json;

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
async fn what_was_discarded_can_be_sent_again() {
    for id in [None, Some("d-1")] {
        let bench = World::default().start();
        let mut change = single("1", "a", 1, 1);
        change.delivery_id = id.map(Into::into);
        bench.erp.will([Plan::Say { applied: false, outcome: rejected }]);
        bench.run(vec![change.clone()]).await;
        bench.runtime.discard(vec![1], "ann", "the shop sends it again").await.unwrap();
        bench.run(vec![change.clone()]).await;
        assert_eq!(bench.erp.quantities(), ["1"], "{id:?}");
        bench.run(vec![change]).await;
        assert_eq!(bench.tally().await.duplicates, 1);
        bench.finish().await;
    }
}

#[tokio::test]
async fn exceptions_are_read_by_the_page() {
    let bench = World::default().start();
    bench.run((0..5).map(|n| change_of(&n.to_string(), "c", 1, "x".into())).collect()).await;
    let page = async |after, limit| {
        let filter = ExceptionFilter { flow: Some(FLOW.into()), after, limit, ..Default::default() };
        let page = bench.runtime.exceptions(filter).await.unwrap();
        page.iter().map(|exception| exception.position).collect::<Vec<_>>()
    };
    assert_eq!(page(0, 2).await, [1, 2]);
    assert_eq!(page(2, 2).await, [3, 4]);
    assert_eq!(page(4, 2).await, [5]);
    assert!(page(0, 0).await.is_empty(), "none is none");
    assert_eq!(bench.exceptions().await.len(), 5);
    bench.finish().await;
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_an_exception_and_its_neighbours_go_on() {
    let bench = World::default().start();
    let Bench { dir, runtime, store, erp, pages, running } = bench;
    running.drain(&SystemClock, Duration::from_secs(10)).await;
    runtime
        .accept(FLOW, (1..=4).map(|n| single(&n.to_string(), &n.to_string(), 1, n)).collect())
        .await
        .unwrap();
    let db = rusqlite::Connection::open(dir.path().join("store.db")).unwrap();
    // As a newer version would have left it; as a fault of the disk would.
    db.execute("UPDATE inbox SET object = 'martian' WHERE position = 1", []).unwrap();
    db.execute("DELETE FROM body WHERE position = 3", []).unwrap();
    let running = runtime.start();
    let bench = Bench { dir, runtime, store, erp, pages, running };
    bench.settled().await;
    assert_eq!(bench.erp.quantities(), ["2", "4"]);
    let exceptions = bench.exceptions().await;
    let places: Vec<(i64, &str, &str)> =
        exceptions.iter().map(|e| (e.position, e.object.as_str(), e.draft.code.as_str())).collect();
    assert_eq!(places, [(1, "martian", "unreadable"), (3, "sales_order", "unreadable")]);
    assert_eq!(exceptions[0].draft.owner, "orders-na");
    assert!(exceptions[0].draft.detail.contains("martian"), "{:?}", exceptions[0].draft);
    // Mended, it goes on where it was.
    db.execute("UPDATE inbox SET object = 'sales_order' WHERE position = 1", []).unwrap();
    assert_eq!(bench.runtime.replay(vec![1], "ann").await.unwrap(), 1);
    bench.settled().await;
    assert_eq!(bench.erp.quantities(), ["2", "4", "1"]);
    bench.finish().await;
}

#[tokio::test]
async fn messages_of_a_flow_that_is_gone_are_exceptions_that_name_it() {
    let bench = World::default().start();
    let Bench { dir, runtime, store, erp, running, .. } = bench;
    running.drain(&SystemClock, Duration::from_secs(10)).await;
    runtime.accept(FLOW, vec![single("1", "a", 1, 1), single("2", "a", 1, 2)]).await.unwrap();
    drop((runtime, store, erp));
    // The flow has another name after the next start.
    let renamed = |name: &str| {
        let mut world = World::default();
        world.governance.flows[0].name = name.into();
        world.start_in(dir.path())
    };
    let (runtime, store, _, running) = renamed("na-orders");
    let filter = ExceptionFilter::default;
    until_async(async || store.exceptions(filter()).await.unwrap().len() == 2).await;
    let exception = store.exceptions(filter()).await.unwrap().remove(0);
    assert_eq!((exception.draft.reason, exception.draft.owner.as_str()), (Reason::Stranded, "orders-na"));
    assert!(exception.draft.detail.contains("`orders`"), "{:?}", exception.draft);
    assert!(
        matches!(runtime.settled(FLOW).await, Err(connector_core::runtime::WaitError::UnknownFlow(name)) if name == FLOW)
    );
    running.drain(&SystemClock, Duration::from_secs(10)).await;
    drop((runtime, store));
    // And its old one again.
    let (runtime, store, erp, running) = renamed(FLOW);
    assert_eq!(runtime.replay(vec![1, 2], "ann").await.unwrap(), 2);
    runtime.settled(FLOW).await.unwrap();
    assert_eq!(erp.quantities(), ["1", "2"]);
    verify_audit(&*store).await.unwrap();
    running.drain(&SystemClock, Duration::from_secs(10)).await;
}

#[tokio::test]
async fn poison_belongs_to_the_owner_of_its_flow() {
    let bench = World::default().start();
    let Bench { dir, runtime, store, running, .. } = bench;
    running.drain(&SystemClock, Duration::from_secs(10)).await;
    runtime.accept(FLOW, vec![single("1", "a", 1, 1)]).await.unwrap();
    drop((runtime, store));
    let open = || SqliteStore::open(&SqliteOptions::new(dir.path().join("store.db")), 1).unwrap();
    for _ in 0..3 {
        let request = ClaimRequest {
            flow: FLOW.into(),
            limit: 1,
            now: 1,
            monotonic: 1,
            lease: Duration::from_secs(60),
        };
        assert_eq!(open().claim(request).await.unwrap().messages.len(), 1);
    }
    let exception = open().exceptions(ExceptionFilter::default()).await.unwrap().remove(0).draft;
    assert_eq!((exception.reason, exception.owner.as_str()), (Reason::Poison, "orders-na"));
}
