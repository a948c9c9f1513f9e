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
use connector_core::contract::{Change, Cursor, Dedup, EffectKey};
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
            position: 1,
            had: HowNew::default(),
            cancelled: false,
            sure: false,
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

#[tokio::test]
async fn a_store_that_cannot_read_its_lanes_again_does_nothing_until_it_can() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).unwrap();
    let db = rusqlite::Connection::open(dir.path().join("store.db")).unwrap();
    // Without the index the lanes cannot be read: stands for a disk that fails right after a write did.
    db.execute_batch(
        "DROP INDEX inbox_open; \
         CREATE TRIGGER refuse BEFORE INSERT ON body WHEN NEW.position = 2 BEGIN SELECT RAISE(ABORT, 'refused'); END;",
    )
    .unwrap();
    store.ingest(ingest(vec![change("1", "a", 1, 1), change("2", "b", 1, 1)], None)).await.unwrap_err();
    db.execute_batch("DROP TRIGGER refuse").unwrap();
    let Err(refused) = store.ingest(ingest(vec![change("3", "c", 1, 1)], None)).await else {
        panic!("taken")
    };
    assert!(refused.to_string().contains("lanes again"), "{refused}");
    assert!(store.claim(request(10)).await.is_err(), "what was rolled back must not be handed out");
    assert!(store.open_messages(FLOW).await.is_err());
    db.execute_batch("CREATE INDEX inbox_open ON inbox (position) WHERE state = 0").unwrap();
    store.ingest(ingest(vec![change("3", "c", 1, 1)], None)).await.unwrap();
    let claim = store.claim(request(10)).await.unwrap();
    assert_eq!(claim.messages.iter().map(|m| m.key.as_str()).collect::<Vec<_>>(), ["3"]);
    assert_eq!(verify_audit(&store).await.unwrap().rows, 1);
}

#[tokio::test]
async fn a_store_of_the_first_version_is_brought_up_to_date() {
    let dir = tempfile::tempdir().unwrap();
    let db = rusqlite::Connection::open(dir.path().join("store.db")).unwrap();
    db.execute_batch(include_str!("common/schema-1.sql")).unwrap();
    let known = change("1", "a", 1, 1);
    let content = known.identity(FLOW, &known.payload_digest()).content.unwrap();
    let mut delta = change("2", "a", 1, 1);
    (delta.dedup, delta.delivery_id) = (Dedup::Delivery, Some("d-1".into()));
    let delivery = delta.identity(FLOW, &delta.payload_digest()).delivery.unwrap();
    for (position, change, dedup, origins) in [(1, &known, content, "crm,shop"), (2, &delta, delivery, "")] {
        db.execute(
            "INSERT INTO inbox (position, dedup, message, flow, lane, object, key, operation, version, format, origins, each, received_at, age_from) \
             VALUES (?1, ?2, ?3, ?4, 'a', 'sales_order', ?5, 'upsert', 1, 'test', ?6, ?7, 1, 1)",
            rusqlite::params![position, dedup, Uuid::from_u128(1), FLOW, change.key, origins, position == 2],
        )
        .unwrap();
        db.execute("INSERT INTO body VALUES (?1, ?2)", rusqlite::params![position, &change.payload[..]])
            .unwrap();
    }
    db.pragma_update(None, "user_version", 1).unwrap();
    drop(db);
    let store = open(dir.path()).unwrap();
    let again = store.ingest(ingest(vec![known, delta], None)).await.unwrap();
    assert_eq!(again, [Admission::Duplicate(1), Admission::Duplicate(2)]);
    let claim = store.claim(request(10)).await.unwrap();
    assert_eq!(claim.messages[0].origins, ["crm", "shop"]);
    drop(store);
    let store = open(dir.path()).unwrap();
    let claim = store.claim(request(10)).await.unwrap();
    assert_eq!((claim.messages.len(), claim.messages[0].crashes), (1, 1), "and stays it");
}

#[tokio::test]
async fn an_origin_may_be_called_anything() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).unwrap();
    let mut odd = change("1", "a", 1, 1);
    odd.origins = vec!["erp, north".into(), "\"quoted\"".into(), String::new()];
    let expected = odd.origins.clone();
    store.ingest(ingest(vec![odd], None)).await.unwrap();
    assert_eq!(store.claim(request(1)).await.unwrap().messages[0].origins, expected);
}

#[tokio::test]
async fn latency_is_counted_by_the_database() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).unwrap();
    assert_eq!(store.tally(FLOW).await.unwrap().latency, Latency::default());
    let n = 200;
    store
        .ingest(ingest((0..n).map(|n| change(&n.to_string(), &n.to_string(), 1, 1)).collect(), None))
        .await
        .unwrap();
    // Settled one by one, each a microsecond later than the one before.
    for at in 1..=n {
        let claim = store.claim(request(1)).await.unwrap();
        let settlement = Settlement { now: 10 + at, ..done(&claim, State::Applied) };
        store.settle(settlement, None).await.unwrap();
    }
    let micros = Duration::from_micros;
    assert_eq!(store.tally(FLOW).await.unwrap().latency, Latency { p50: micros(100), p99: micros(198) });
}

/// One process has the file, whatever it calls it.
#[cfg(unix)]
#[tokio::test]
async fn a_second_name_of_the_file_is_no_second_store() {
    let dir = tempfile::tempdir().unwrap();
    let open = |name: &str| SqliteStore::open(&SqliteOptions::new(dir.path().join(name)), 1);
    let first = open("store.db").unwrap();
    std::os::unix::fs::symlink(dir.path().join("store.db"), dir.path().join("alias.db")).unwrap();
    let Err(error) = open("alias.db") else { panic!("the second one got in") };
    assert!(matches!(error, StoreError::Locked { .. }), "{error}");
    drop(first);
    open("alias.db").unwrap();
}

/// A wait is for minutes; if it seems to be for longer, the clock was put back while nobody looked.
#[tokio::test]
async fn what_waits_is_not_put_off_by_a_clock_that_was_put_back_while_the_process_was_down() {
    let dir = tempfile::tempdir().unwrap();
    let day = 86_400_000_000;
    let store = SqliteStore::open(&SqliteOptions::new(dir.path().join("store.db")), 2 * day).unwrap();
    store.ingest(ingest(vec![change("1", "a", 1, 1)], None)).await.unwrap();
    let at = |now| ClaimRequest { now, ..request(1) };
    let claim = store.claim(at(2 * day)).await.unwrap();
    let mut later = done(&claim, State::Applied);
    later.results[0].verdict = Verdict::Later { due: 2 * day + 1, counted: true, crashed: false };
    store.settle(later, None).await.unwrap();
    drop(store);
    let store = SqliteStore::open(&SqliteOptions::new(dir.path().join("store.db")), day).unwrap();
    assert!(store.claim(at(day)).await.unwrap().messages.is_empty());
    assert_eq!(
        store.claim(at(day + 900_000_000)).await.unwrap().messages.len(),
        1,
        "a quarter of an hour later"
    );
}

#[tokio::test]
async fn effects_are_unsure_once_a_lease_ran_out_or_was_settled_too_late() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).unwrap();
    let key = |key: &str| EffectKey {
        target: "erp".into(),
        source: "shop".into(),
        object: ObjectKind::SalesOrder,
        key: key.into(),
    };
    // Applies the next message, which becomes one effect.
    let apply = async |name: &str| {
        store.ingest(ingest(vec![change(name, name, 1, 1)], None)).await.unwrap();
        let claim = store.claim(request(1)).await.unwrap();
        let mut settlement = done(&claim, State::Applied);
        settlement.results[0].effects = vec![EffectChange {
            key: key(name),
            state: EffectState::Applied,
            version: 1,
            digest: [1; 32],
            remote: None,
            position: claim.messages[0].position,
            cancelled: false,
        }];
        store.settle(settlement, None).await.unwrap();
    };
    let sure = async |name: &str| store.effects(vec![key(name)]).await.unwrap()[0].clone().unwrap().sure;
    apply("1").await;
    assert!(sure("1").await);
    store.ingest(ingest(vec![change("hangs", "hangs", 1, 1)], None)).await.unwrap();
    let hung = store.claim(request(1)).await.unwrap();
    assert_eq!(store.sweep(30, i64::MAX).await.unwrap(), 1);
    assert!(!sure("1").await, "what was sent under the lease may be over it");
    let again = store.claim(request(1)).await.unwrap();
    store.settle(done(&again, State::Applied), None).await.unwrap();
    apply("2").await;
    assert!(sure("2").await, "it is of a message that came after");
    let late = store.settle(done(&hung, State::Applied), None).await.unwrap_err();
    assert!(matches!(late, StoreError::Fenced { .. }), "{late}");
    assert!(!sure("2").await, "who hung may have sent until now");
}
