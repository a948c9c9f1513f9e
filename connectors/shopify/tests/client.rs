//! The client against the pretend shop: pages, points, lost answers, changed levels, bad neighbours.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

mod common;

use std::sync::atomic::{AtomicUsize, Ordering};

use common::*;
use connector_core::context::{SecretError, Secrets, StaticSecrets};
use connector_core::store::State;
use connector_shopify::testkit::{ACCESS_TOKEN, Fault, Shop, WEBHOOK_SECRET, generate};
use serde_json::{Value, json};

#[tokio::test]
async fn every_order_comes_once_over_all_pages_and_with_all_its_lines() {
    let shop = Shop::start().await.unwrap();
    let orders = generate(7, 25, 10, 5, 82_500);
    orders.iter().for_each(|order| shop.put_order(order.clone()));
    let mut long = order(9_999_999);
    for line in 0..130 {
        long = long.line(&format!("PART-{line}"), 1, 100 + line);
    }
    shop.put_order(long.build());
    let mut config = config(&shop);
    config.page_size = 3;
    let bench = start(config, shop.secrets(), true);
    bench.until(ORDERS, 26).await;
    assert_eq!(bench.states(ORDERS).await, [(State::Applied, 26)], "{:?}", bench.exceptions().await);
    let mut keys = bench.orders();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 26);
    assert!(shop.requests("Orders") >= 9);
    // Later walks begin an overlap earlier and read the long order again.
    assert!(shop.requests("OrderLines") >= 1);
    let long = bench.order("9999999");
    assert_eq!(long.lines.len(), 130);
    bench.finish().await;
}

#[tokio::test]
async fn a_change_after_the_first_poll_is_found_and_an_unchanged_order_is_not_applied_again() {
    let shop = Shop::start().await.unwrap();
    shop.put_order(order(1).line("LAMP", 1, 1000).build());
    shop.put_order(order(2).line("LAMP", 2, 1000).build());
    let bench = start(config(&shop), shop.secrets(), true);
    bench.until(ORDERS, 2).await;
    shop.change_order(1, |order| order.pay(at(30)));
    bench.until(ORDERS, 3).await;
    assert_eq!(bench.states(ORDERS).await, [(State::Applied, 3)]);
    let mut orders = bench.orders();
    orders.sort();
    assert_eq!(orders, ["1", "1", "2"]);
    // The first walk sees all; the next ones begin two minutes before the newest change.
    let filters = shop.order_filters();
    let since = at(-120);
    assert_eq!((filters[0].as_str(), filters[1].as_str()), ("", format!("updated_at:>='{since}'").as_str()));
    bench.finish().await;
}

#[tokio::test]
async fn one_order_that_cannot_be_read_keeps_no_other_back() {
    let shop = Shop::start().await.unwrap();
    shop.put_order(order(1).line("LAMP", 1, 1000).guest(&"x".repeat(1100)).build());
    shop.put_order(order(2).line("BULB", 1, 250).build());
    let bench = start(config(&shop), shop.secrets(), true);
    bench.until(ORDERS, 2).await;
    assert_eq!(bench.orders(), ["2"]);
    let exceptions = bench.exceptions().await;
    assert_eq!(
        (exceptions.len(), exceptions[0].key.as_str(), exceptions[0].draft.path.as_str()),
        (1, "1", "email")
    );
    bench.finish().await;
}

#[tokio::test]
async fn an_outage_and_an_empty_bucket_are_waited_out() {
    let shop = Shop::start().await.unwrap();
    shop.put_order(order(1).line("LAMP", 1, 1000).build());
    shop.stock("LAMP", LOCATION, 5);
    shop.fail_next("Orders", Fault::Status(502));
    shop.fail_next("Orders", Fault::Drop);
    shop.fail_next("Orders", Fault::Throttle);
    shop.fail_next("Variants", Fault::Status(503));
    shop.fail_next("Variants", Fault::Throttle);
    shop.limit_points(5.0, 10_000.0);
    let bench = start(config(&shop), shop.secrets(), true);
    bench.until(ORDERS, 1).await;
    bench.set(vec![level("LAMP", 1, "9")]).await;
    assert_eq!(shop.available("LAMP", LOCATION), Some(9));
    assert_eq!(bench.states(STOCK).await, [(State::Applied, 1)]);
    bench.finish().await;
}

#[tokio::test]
async fn a_lost_answer_does_not_set_a_level_twice() {
    for fault in [Fault::DropAfterCommit, Fault::Drop, Fault::Status(502)] {
        let shop = Shop::start().await.unwrap();
        shop.stock("LAMP", LOCATION, 5);
        let bench = start(config(&shop), shop.secrets(), false);
        shop.fail_next("SetQuantities", fault.clone());
        bench.set(vec![level("LAMP", 1, "9")]).await;
        let writes = shop.writes();
        assert_eq!(writes.len(), 1, "{fault:?}");
        assert_eq!((writes[0].from, writes[0].to), (5, 9));
        assert!(writes[0].reference.starts_with("gid://odoo-connector-sdk/Message/"));
        assert_eq!(bench.states(STOCK).await, [(State::Applied, 1)]);
        bench.finish().await;
    }
}

/// The level was set, the answer was lost, and all of it was sold: the second attempt must not bring the goods back.
#[tokio::test]
async fn what_was_sold_after_a_lost_answer_stays_sold() {
    let shop = Shop::start().await.unwrap();
    shop.stock("LAMP", LOCATION, 5);
    let bench = start(config(&shop), shop.secrets(), false);
    shop.fail_next("SetQuantities", Fault::DropAfterCommit);
    shop.fail_next("Levels", Fault::Sold { sku: "LAMP".into(), location: LOCATION.into(), quantity: 0 });
    let sold = Fault::Sold { sku: "LAMP".into(), location: LOCATION.into(), quantity: 4 };
    shop.fail_next("Levels", sold);
    bench.set(vec![level("LAMP", 1, "9")]).await;
    assert_eq!(shop.writes().len(), 1);
    assert_eq!(shop.available("LAMP", LOCATION), Some(5));
    assert_eq!(bench.states(STOCK).await, [(State::Applied, 1)]);
    bench.finish().await;
}

#[tokio::test]
async fn a_level_that_changes_while_it_is_set_is_read_again() {
    let shop = Shop::start().await.unwrap();
    shop.stock("LAMP", LOCATION, 5);
    let bench = start(config(&shop), shop.secrets(), false);
    let sold = || Fault::Sold { sku: "LAMP".into(), location: LOCATION.into(), quantity: 1 };
    shop.fail_next("SetQuantities", sold());
    bench.set(vec![level("LAMP", 1, "9")]).await;
    assert_eq!((shop.writes()[0].from, shop.writes()[0].to), (4, 9));
    // Changed twice over, it is for the runtime to try again later.
    shop.fail_next("SetQuantities", sold());
    shop.fail_next("SetQuantities", sold());
    bench.set(vec![level("LAMP", 2, "3")]).await;
    assert_eq!((shop.writes()[1].from, shop.writes()[1].to), (7, 3));
    assert_eq!(bench.states(STOCK).await, [(State::Applied, 2)]);
    assert_eq!(shop.requests("SetQuantities"), 5);
    bench.finish().await;
}

#[tokio::test]
async fn a_bad_record_does_not_hurt_its_neighbours() {
    let shop = Shop::start().await.unwrap();
    for sku in ["GOOD-1", "GOOD-2", "UNTRACKED", "TWIN"] {
        shop.stock(sku, LOCATION, 5);
    }
    shop.track("UNTRACKED", false);
    shop.stock_twin("TWIN", LOCATION, 5);
    shop.stock("ELSEWHERE", "gid://shopify/Location/2", 5);
    let bench = start(config(&shop), shop.secrets(), false);
    let skus = ["GOOD-1", "UNTRACKED", "TWIN", "ELSEWHERE", "NOWHERE", "good-1", "GOOD-2"];
    let mut levels: Vec<_> = skus.iter().map(|sku| level(sku, 1, "8")).collect();
    shop.stock("MINUS", LOCATION, 5);
    levels.push(level("MINUS", 1, "-1"));
    bench.set(levels).await;
    let mut codes: Vec<(String, String)> =
        bench.exceptions().await.into_iter().map(|e| (e.key.clone(), e.draft.code)).collect();
    codes.sort();
    let expected = [
        ("ELSEWHERE@WH", "not_stocked_at_location"),
        ("MINUS@WH", "invalid_quantity_negative"),
        ("NOWHERE@WH", "sku_unknown"),
        ("TWIN@WH", "sku_ambiguous"),
        ("UNTRACKED@WH", "untracked"),
        ("good-1@WH", "sku_unknown"),
    ];
    assert_eq!(codes, expected.map(|(key, code)| (key.to_owned(), code.to_owned())));
    let written: Vec<String> = shop.writes().into_iter().map(|write| write.sku).collect();
    assert_eq!(written.len(), 2, "{written:?}");
    assert_eq!((shop.available("GOOD-1", LOCATION), shop.available("GOOD-2", LOCATION)), (Some(8), Some(8)));
    bench.finish().await;
}

#[tokio::test]
async fn two_items_that_are_one_in_the_shop_do_not_overwrite_each_other() {
    let shop = Shop::start().await.unwrap();
    shop.stock("LAMP", LOCATION, 5);
    shop.stock("BULB", LOCATION, 5);
    let bench = start(config(&shop), shop.secrets(), false);
    let lamp = |key: &str, available| {
        let item = json!({ "key": key, "sku": "LAMP" });
        level_of(item, "WH", key, 1, available)
    };
    bench.set(vec![lamp("old", "1"), level("BULB", 1, "8"), lamp("new", "9")]).await;
    let mut found: Vec<_> =
        bench.exceptions().await.into_iter().map(|e| (e.key.clone(), e.draft.code)).collect();
    found.sort();
    let shared = || "item_shared".to_owned();
    assert_eq!(found, [("new@WH".to_owned(), shared()), ("old@WH".to_owned(), shared())]);
    assert_eq!((shop.available("LAMP", LOCATION), shop.available("BULB", LOCATION)), (Some(5), Some(8)));
    bench.finish().await;
}

#[tokio::test]
async fn what_is_equal_already_is_not_written() {
    let shop = Shop::start().await.unwrap();
    shop.stock("LAMP", LOCATION, 5);
    let bench = start(config(&shop), shop.secrets(), false);
    bench.set(vec![level("LAMP", 1, "5")]).await;
    assert_eq!((shop.requests("SetQuantities"), shop.requests("Levels")), (0, 1));
    let applied =
        bench.store.audit(1, 100).await.unwrap().into_iter().find(|row| row.event == "applied").unwrap();
    let detail: Value = serde_json::from_str(&applied.detail).unwrap();
    assert_eq!(detail["already_there"], json!(true));
    assert!(detail["remote"].as_str().unwrap().starts_with("gid://shopify/InventoryLevel/"));
    bench.finish().await;
}

#[tokio::test]
async fn many_levels_go_in_few_requests() {
    let shop = Shop::start().await.unwrap();
    let skus: Vec<String> = (0..250).map(|n| format!("S{n:03}-X")).collect();
    skus.iter().for_each(|sku| shop.stock(sku, LOCATION, 1));
    let bench = start(config(&shop), shop.secrets(), false);
    bench.set(skus.iter().map(|sku| level(sku, 1, "2")).collect()).await;
    assert_eq!(shop.writes().len(), 250);
    assert_eq!(shop.requests("SetQuantities"), 3);
    // Forty article numbers in a search; batches of the flow's size.
    let searched = shop.requests("Variants");
    assert!(searched <= 9, "{searched} searches for 250 article numbers");
    bench.finish().await;
}

/// Gives the old token at first, as a provider does until it has reloaded.
struct Rotating {
    inner: StaticSecrets,
    asked: AtomicUsize,
}

impl Secrets for Rotating {
    fn get(&self, name: &str) -> Result<secrecy::SecretString, SecretError> {
        if name == "shopify-access-token" && self.asked.fetch_add(1, Ordering::SeqCst) >= 2 {
            return Ok("shpat_new".to_owned().into());
        }
        self.inner.get(name)
    }
}

#[tokio::test]
async fn a_renewed_token_is_taken_up_without_a_restart() {
    let shop = Shop::start().await.unwrap();
    shop.stock("LAMP", LOCATION, 5);
    shop.rotate_token("shpat_new");
    let inner = StaticSecrets::default()
        .with("shopify-access-token", ACCESS_TOKEN)
        .with("shopify-webhook", WEBHOOK_SECRET);
    let bench = start(config(&shop), Rotating { inner, asked: AtomicUsize::new(0) }, false);
    bench.set(vec![level("LAMP", 1, "6")]).await;
    assert_eq!(bench.states(STOCK).await, [(State::Applied, 1)]);
    assert_eq!(shop.available("LAMP", LOCATION), Some(6));
    let audit = bench.store.audit(1, 100).await.unwrap();
    assert!(audit.iter().all(|row| !row.detail.contains("shpat")), "no token in the audit");
    bench.finish().await;
}

/// A second variant gets the article number after we looked it up: one of the two is set, the other goes on selling what it has.
#[tokio::test]
async fn a_twin_that_comes_later_is_found_out() {
    let shop = Shop::start().await.unwrap();
    shop.stock("LAMP", LOCATION, 5);
    let bench = start(config(&shop), shop.secrets(), false);
    bench.set(vec![level("LAMP", 1, "7")]).await;
    assert_eq!(shop.available("LAMP", LOCATION), Some(7));
    shop.stock_twin("LAMP", LOCATION, 50);
    bench.set(vec![level("LAMP", 2, "0")]).await;
    let codes: Vec<String> = bench.exceptions().await.into_iter().map(|e| e.draft.code).collect();
    assert_eq!(codes, ["sku_ambiguous"], "one is at {:?}, the other at 50", shop.available("LAMP", LOCATION));
    bench.finish().await;
}
