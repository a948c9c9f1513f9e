//! Polling: pages, cursors, pauses.
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
use connector_core::retry::Failure;
use connector_core::store::*;

#[tokio::test]
async fn polled_pages_and_their_cursor_are_stored_together() {
    let bench = World { sync: SyncPattern::Polling, ..World::default() }.start();
    let page = |key: &str, cursor: &str, more| {
        Ok(Page { changes: vec![change(key, "c", 1, 1)], next: Some(Cursor(cursor.into())), more })
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
async fn a_page_that_leaves_the_cursor_is_not_followed_without_a_pause() {
    let clock = Arc::new(ManualClock::at(1_000_000_000));
    let bench = World { sync: SyncPattern::Polling, clock: clock.clone(), ..World::default() }.start();
    let page = |next: Option<&str>| {
        Ok(Page { changes: vec![], next: next.map(|next| Cursor(next.into())), more: true })
    };
    let left = || bench.pages.lock().unwrap().len();
    until(|| left() == 0).await;
    rest().await;
    bench.pages.lock().unwrap().extend([
        page(None),
        page(Some("")),
        page(Some("a")),
        page(Some("a")),
        page(None),
    ]);
    // The clock stands: only a cursor that moved is followed at once.
    for expected in [4, 3, 1, 0] {
        clock.advance(Duration::from_millis(5));
        until(|| left() <= expected).await;
        rest().await;
        assert_eq!(left(), expected);
    }
    assert_eq!(bench.cursor().await.as_deref(), Some("a"));
    bench.finish().await;
}

#[tokio::test]
async fn a_poll_that_hangs_meets_the_deadline() {
    let clock = Arc::new(ManualClock::at(1_000_000_000));
    let bench = World { sync: SyncPattern::Polling, clock: clock.clone(), ..World::default() }.start();
    let page = Page { changes: vec![single("1", "a", 1, 1)], next: Some(Cursor("a".into())), more: false };
    bench.pages.lock().unwrap().extend([Err(Failure::lost("hang", "")), Ok(page)]);
    let tick = async {
        loop {
            clock.advance(Duration::from_secs(1));
            tokio::task::yield_now().await;
        }
    };
    // No further: while the clock ran on like this, a lease would run out beneath its worker.
    tokio::select! { () = tick => {}, () = until(|| bench.pages.lock().unwrap().is_empty()) => {} }
    until_async(async || bench.cursor().await.is_some()).await;
    bench.settled().await;
    assert_eq!(bench.erp.quantities(), ["1"]);
    assert!(clock.now() >= 1_120_000_000, "the flow's deadline is two minutes");
    bench.finish().await;
}

#[tokio::test]
async fn a_source_that_asks_for_years_is_asked_again_all_the_same() {
    let clock = Arc::new(ManualClock::at(1_000_000_000));
    let bench = World { sync: SyncPattern::Polling, clock: clock.clone(), ..World::default() }.start();
    let asked = Failure::unreachable("429").with_after(Some(Duration::from_secs(3_000_000_000)));
    let page = Page { changes: vec![], next: Some(Cursor("a".into())), more: false };
    bench.pages.lock().unwrap().extend([Err(asked), Ok(page)]);
    let tick = async {
        loop {
            clock.advance(Duration::from_secs(1));
            tokio::task::yield_now().await;
        }
    };
    tokio::select! { () = tick => {}, () = until_async(async || bench.cursor().await.is_some()) => {} }
    assert!(clock.now() >= 1_900_000_000, "{}", clock.now());
    bench.finish().await;
}
