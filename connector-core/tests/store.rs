//! The SQLite store by itself: crashes, locks, cursors, groups.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

mod common;

use std::path::Path;
use std::time::Duration;

use common::*;
use connector_core::contract::{Change, Cursor, EffectKey};
use connector_core::store::*;
use odoo_canonical::ObjectKind;
use uuid::Uuid;

fn open(dir: &Path) -> Result<SqliteStore, StoreError> {
    SqliteStore::open(&SqliteOptions::new(dir.join("store.db")), 1)
}

fn ingest(changes: Vec<Change>, cursor: Option<CursorMove>) -> Ingest {
    let arrivals = changes
        .into_iter()
        .enumerate()
        .map(|(n, c)| Arrival::new(FLOW, Uuid::from_u128(n as u128), c))
        .collect();
    Ingest { flow: FLOW.into(), arrivals, polled: cursor.is_some(), cursor, now: 10 }
}

fn request(limit: usize) -> ClaimRequest {
    ClaimRequest { flow: FLOW.into(), limit, now: 20, monotonic: 20, lease: Duration::from_secs(60) }
}

fn done(claim: &Claim, state: State) -> Settlement {
    let settled = |m: &connector_core::contract::Delivered| Settled {
        position: m.position,
        message: m.message,
        verdict: Verdict::Done(state),
        effects: vec![],
        audit: vec![AuditEntry { event: AuditEvent::Applied, subject: m.key.clone(), detail: "{}".into() }],
    };
    Settlement {
        flow: FLOW.into(),
        epoch: claim.epoch,
        results: claim.messages.iter().map(settled).collect(),
        now: 30,
    }
}

#[tokio::test]
async fn what_was_claimed_when_the_process_died_comes_back_with_one_crash_more() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).unwrap();
    store
        .ingest(ingest(vec![change("1", "a", 1, 1), change("2", "b", 1, 1), change("3", "a", 1, 1)], None))
        .await
        .unwrap();
    let claim = store.claim(request(10)).await.unwrap();
    assert_eq!(claim.messages.iter().map(|m| m.position).collect::<Vec<_>>(), [1, 2]);
    drop(store);

    // Suspects are handed out one by one, so that the guilty one does not take the other along.
    for crashes in 1..3 {
        let store = open(dir.path()).unwrap();
        let claim = store.claim(request(10)).await.unwrap();
        assert_eq!(claim.messages.len(), 1);
        assert_eq!((claim.messages[0].position, claim.messages[0].crashes), (1, crashes));
    }
    let store = open(dir.path()).unwrap();
    let exceptions = store.exceptions(ExceptionFilter::default()).await.unwrap();
    assert_eq!((exceptions[0].position, exceptions[0].draft.reason), (1, Reason::Poison));
    assert!(!exceptions[0].draft.owner.is_empty());
    let claim = store.claim(request(1)).await.unwrap();
    assert_eq!((claim.messages[0].position, claim.messages[0].crashes), (2, 1), "the innocent one goes on");
    let after = store.settle(done(&claim, State::Applied), Some(request(10))).await.unwrap();
    assert_eq!(after.messages[0].position, 3, "and so does the lane of the guilty one");
    verify_audit(&store).await.unwrap();
}

#[tokio::test]
async fn the_cursor_moves_only_with_its_page_and_only_from_where_the_poll_began() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).unwrap();
    let to = |expected: Option<&str>, next: &str| {
        Some(CursorMove { expected: expected.map(|c| Cursor(c.into())), next: Cursor(next.into()) })
    };
    store.ingest(ingest(vec![change("1", "a", 1, 1)], to(None, "x"))).await.unwrap();
    let slow = store.ingest(ingest(vec![change("2", "a", 1, 1)], to(None, "y"))).await;
    assert!(matches!(slow, Err(StoreError::CursorMoved { .. })));
    assert_eq!(store.tally(FLOW).await.unwrap().received, 1, "nothing of the slow page is stored");
    store.ingest(ingest(vec![], to(Some("x"), "z"))).await.unwrap();
    drop(store);
    assert_eq!(open(dir.path()).unwrap().cursor(FLOW).await.unwrap(), Some(Cursor("z".into())));
}

#[tokio::test]
async fn many_callers_share_commits_and_none_is_lost_or_mixed_up() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).unwrap();
    let one = |n: usize| {
        let store = store.clone();
        async move {
            // Every third is a second delivery of the one before it.
            let n = if n % 3 == 2 { n - 1 } else { n };
            store.ingest(ingest(vec![change(&n.to_string(), "a", 1, 1)], None)).await.unwrap()[0]
        }
    };
    let answers = futures_util::future::join_all((0..300).map(one)).await;
    let stored = answers.iter().filter(|a| matches!(a, Admission::Stored(_))).count();
    assert_eq!(stored, 200);
    for pair in answers.chunks(3) {
        let position = |a: Admission| match a {
            Admission::Stored(p) | Admission::Duplicate(p) => p,
        };
        assert_eq!(position(pair[1]), position(pair[2]), "the duplicate names the message that it is one of");
    }
    assert_eq!(verify_audit(&store).await.unwrap().rows, 300);
}

#[tokio::test]
async fn intents_and_effects_are_found_again_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).unwrap();
    store.ingest(ingest(vec![change("1", "a", 1, 1)], None)).await.unwrap();
    let claim = store.claim(request(1)).await.unwrap();
    let key = EffectKey {
        target: "erp".into(),
        source: "shop".into(),
        object: ObjectKind::SalesOrder,
        key: "1".into(),
    };
    let intent = Intent { key: key.clone(), position: 1, version: 7, digest: [7; 32], now: 20 };
    store.intend(claim.epoch, vec![intent]).await.unwrap();
    drop(store);
    let store = open(dir.path()).unwrap();
    let unknown = EffectKey { key: "2".into(), ..key.clone() };
    let found = store.effects(vec![unknown, key]).await.unwrap();
    assert_eq!(found[0], None);
    assert_eq!(
        found[1],
        Some(EffectRecord {
            state: EffectState::Intended,
            version: 7,
            digest: [7; 32],
            remote: None,
            position: 1
        })
    );
}

#[tokio::test]
async fn one_process_at_a_time() {
    let dir = tempfile::tempdir().unwrap();
    let first = open(dir.path()).unwrap();
    let Err(error) = open(dir.path()) else { panic!("the second one got in") };
    assert!(
        matches!(error, StoreError::Locked { .. }) && error.to_string().contains("one process"),
        "{error}"
    );
    drop(first);
    open(dir.path()).unwrap();
}

#[tokio::test]
async fn a_store_of_a_newer_version_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(dir.path()).unwrap());
    let db = rusqlite::Connection::open(dir.path().join("store.db")).unwrap();
    db.pragma_update(None, "user_version", 99).unwrap();
    drop(db);
    assert!(matches!(open(dir.path()), Err(StoreError::TooNew { found: 99, .. })));
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_and_not_touched() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("store.db");
    let text = b"this is a text file, not a database, and it is somebody's".repeat(100);
    std::fs::write(&file, &text).unwrap();
    assert!(matches!(open(dir.path()), Err(StoreError::Failed { .. })));
    assert_eq!(std::fs::read(&file).unwrap(), text);
}

#[tokio::test]
async fn a_changed_audit_row_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).unwrap();
    store.ingest(ingest((0..20).map(|n| change(&n.to_string(), "a", 1, 1)).collect(), None)).await.unwrap();
    assert_eq!(verify_audit(&store).await.unwrap().rows, 20);
    drop(store);
    let db = rusqlite::Connection::open(dir.path().join("store.db")).unwrap();
    db.execute("UPDATE audit SET subject = 'sales_order:x' WHERE seq = 7", []).unwrap();
    drop(db);
    let store = open(dir.path()).unwrap();
    let Err(VerifyError::Chain(broken)) = verify_audit(&store).await else { panic!("not found") };
    assert_eq!(broken.seq, 7);
}

#[tokio::test]
async fn a_database_that_fails_in_the_middle_of_a_group_costs_only_the_call_at_fault() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).unwrap();
    store.ingest(ingest(vec![change("0", "a", 1, 1), change("other", "b", 1, 1)], None)).await.unwrap();
    let out = store.claim(request(1)).await.unwrap();
    assert_eq!(out.messages[0].key, "0");
    // A trigger stands for a row that the database refuses.
    let db = rusqlite::Connection::open(dir.path().join("store.db")).unwrap();
    db.execute_batch("CREATE TRIGGER refuse BEFORE INSERT ON inbox WHEN NEW.key = 'bad' BEGIN SELECT RAISE(ABORT, 'refused'); END;").unwrap();
    let send = |key: String| {
        let store = store.clone();
        async move { store.ingest(ingest(vec![change(&key, "a", 1, 1)], None)).await }
    };
    let keys = (1..=20).map(|n| if n == 10 { "bad".to_owned() } else { n.to_string() });
    let answers = futures_util::future::join_all(keys.map(send)).await;
    assert_eq!(answers.iter().filter(|a| a.is_ok()).count(), 19);
    assert!(matches!(answers[9], Err(StoreError::Failed { .. })));
    // Lanes and audit in memory are what the database says.
    assert_eq!(store.open_messages(FLOW).await.unwrap(), 21);
    assert_eq!(verify_audit(&store).await.unwrap().rows, 21);
    // What was claimed before is still out, and is settled under its lease.
    let mut claim = store.claim(request(10)).await.unwrap();
    assert_eq!(claim.messages.iter().map(|m| m.key.as_str()).collect::<Vec<_>>(), ["other"]);
    store.settle(done(&out, State::Applied), None).await.unwrap();
    let mut seen = 1;
    while !claim.messages.is_empty() {
        seen += claim.messages.len();
        claim = store.settle(done(&claim, State::Applied), Some(request(10))).await.unwrap();
    }
    assert_eq!(seen, 21);
}
