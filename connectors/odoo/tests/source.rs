//! Inventory levels out of an in-memory Odoo, polled by the runtime; and what `check` says of a database.
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
use connector_core::canonical::object::{InventoryLevel, InventoryReading};
use odoo_rpc::Client;
use odoo_rpc::testkit::{Fault, FaultPlan, FaultRule, OdooServer, Series};
use serde_json::json;

fn available(level: &InventoryLevel) -> String {
    let InventoryReading::Snapshot(snapshot) = &level.reading else { panic!("no snapshot") };
    snapshot.quantities.available.as_ref().unwrap().value.to_string()
}

/// Waits until the shop was told this level, by looking again and again for as long as a slow machine may need.
async fn until(world: &World, key: &str, wanted: &str) -> InventoryLevel {
    let mut wakeups = world.store.wakeups();
    let seen = async {
        loop {
            if let Some(level) = world.level(key).filter(|level| available(level) == wanted) {
                return level;
            }
            wakeups.changed().await.unwrap();
        }
    };
    match tokio::time::timeout(Duration::from_secs(30), seen).await {
        Ok(level) => level,
        Err(_) => {
            panic!("{key} never had {wanted}; last: {:?}", world.level(key).map(|level| available(&level)))
        }
    }
}

fn product(server: &OdooServer, values: serde_json::Value) -> i64 {
    server.odoo().create("product.product", values).unwrap()
}

async fn levels_follow_the_stock(series: Series) {
    let server = server(series).await;
    let mut plan = Plan::new(config(&server, None), KEY);
    plan.polls = true;
    plan.config.overlap_seconds = 5;
    let stored = if series == Series::V17 {
        json!({"detailed_type": "product"})
    } else {
        json!({"is_storable": true})
    };
    let mut values = json!({"name": "Old stock", "default_code": "OLD"});
    values.as_object_mut().unwrap().extend(stored.as_object().unwrap().clone());
    let old = product(&server, values);
    product(&server, json!({"name": "Advice", "default_code": "ADVICE"}));
    server.odoo().stock(old, None, 40.0).unwrap();
    let world = plan.start();
    let code = server.odoo().rows("stock.warehouse")[0]["code"].as_str().unwrap().to_owned();
    // The first sweep finds what was there before.
    let level = until(&world, &format!("product.product,{old}@{code}"), "40").await;
    assert_eq!(level.item.sku.as_ref().unwrap().as_str(), "OLD");
    // An order brings its items, which then have the shop's own keys; stock comes, the order takes some of it.
    world.run(vec![order_change("1", "c1", 1, &order("1", "c1"))]).await;
    world.no_exceptions().await;
    let (_, lamp) = server.odoo().external_id("__shop_na__.item.lamp").unwrap();
    server.odoo().stock(lamp, None, 10.0).unwrap();
    until(&world, &format!("lamp@{code}"), "10").await;
    world.run(vec![order_change("2", "c1", 1, &order("2", "c1"))]).await;
    let level = until(&world, &format!("lamp@{code}"), "8").await;
    assert_eq!((level.item.key.as_str(), level.location.key.as_str()), ("lamp", code.as_str()));
    server.odoo().stock(lamp, None, -8.0).unwrap();
    until(&world, &format!("lamp@{code}"), "0").await;
    assert!(world.level(&format!("ADVICE@{code}")).is_none());
    world.no_exceptions().await;
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn levels_follow_the_stock_of_19() {
    levels_follow_the_stock(Series::V19).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn levels_follow_the_stock_of_17() {
    levels_follow_the_stock(Series::V17).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_products_at_one_moment_are_all_found_and_none_goes_out_twice() {
    let server = server(Series::V19).await;
    server.odoo().set_clock("2026-11-23 08:00:00").unwrap();
    let count = 700;
    let ids: Vec<i64> =
        (0..count).map(|n| product(&server, json!({"name": format!("P{n}"), "is_storable": true}))).collect();
    for id in &ids {
        server.odoo().stock(*id, None, 5.0).unwrap();
    }
    server.faults().set(
        FaultPlan::new()
            .seed(3)
            .rule(FaultRule::new(Fault::DropAfterCommit).model("product.product").chance(0.2)),
    );
    let mut plan = Plan::new(config(&server, None), KEY);
    plan.polls = true;
    let world = plan.start();
    until(&world, &format!("product.product,{}@WH", ids[count - 1]), "5").await;
    // All change in one moment, and then nothing does.
    server.odoo().set_clock("2026-11-23 09:00:00").unwrap();
    for id in &ids {
        server.odoo().stock(*id, None, 1.0).unwrap();
    }
    until(&world, &format!("product.product,{}@WH", ids[count - 1]), "6").await;
    server.faults().clear();
    polls(&world, 14).await;
    for id in &ids {
        assert_eq!(available(&world.level(&format!("product.product,{id}@WH")).unwrap()), "6");
    }
    let told = world.levels.lock().unwrap().len();
    // Twice each, and those between two changes of the stock once more at most.
    assert!(told <= 3 * count, "{told} levels for {count} products");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn check_finds_nothing_wrong_with_a_good_database_and_names_what_is() {
    let server = server(Series::V19).await;
    let mut plan = Plan::new(config(&server, None), KEY);
    plan.polls = true;
    let world = plan.start();
    let health = health(&world).await;
    assert_eq!(health.system, "Odoo 19.0 over json2");
    assert!(health.findings.is_empty(), "{:#?}", health.findings);
    world.finish().await;

    let mut plan = Plan::new(config(&server, None), KEY);
    plan.polls = true;
    plan.config.warehouse_id = Some(999);
    plan.config.taxes.insert("20".into(), 998);
    let world = plan.start();
    let found: Vec<String> = common::health(&world)
        .await
        .findings
        .into_iter()
        .map(|f| format!("{}: {}", f.subject, f.remedy))
        .collect();
    assert_eq!(found, ["stock.warehouse,999: correct `warehouse_id`", "account.tax,998: correct `taxes`"]);
    world.finish().await;

    let mut plan = Plan::new(config(&server, None), "a-wrong-key");
    plan.polls = true;
    let world = plan.start();
    let found = common::health(&world).await.findings;
    assert!(found[0].remedy.contains("put a valid API key"), "{found:#?}");
    world.finish().await;
}

fn told(world: &World, key: &str) -> Option<String> {
    world.level(key).map(|level| available(&level))
}

async fn client(server: &OdooServer) -> Client {
    Client::connect(odoo_rpc::Config::new(server.url(), "odoo", "bot", KEY)).await.unwrap()
}

/// Until Odoo was asked for so many more pages, several to a sweep, and the shop has been told.
async fn polls(world: &World, count: usize) {
    let mut pages = world.pages.clone();
    let wanted = *pages.borrow() + count;
    let asked = tokio::time::timeout(Duration::from_secs(60), pages.wait_for(|pages| *pages >= wanted)).await;
    asked.expect("polling goes on").unwrap();
    world.runtime.settled(LEVELS).await.unwrap();
}

/// A product with 40 in stock that was told, and whose dates the sweeps do not look at any more.
async fn polling(full_sweep_seconds: u32) -> (OdooServer, World, i64) {
    let server = server(Series::V19).await;
    server.odoo().set_clock("2026-11-23 08:00:00").unwrap();
    let values = json!({"name": "Old", "default_code": "OLD", "is_storable": true});
    let old = server.odoo().create("product.product", values).unwrap();
    // Later than the product itself, so that its level's date goes backwards when the stock is deleted.
    server.odoo().set_clock("2026-11-23 08:00:30").unwrap();
    server.odoo().stock(old, None, 40.0).unwrap();
    let mut plan = Plan::new(config(&server, None), KEY);
    plan.polls = true;
    plan.config.overlap_seconds = 5;
    plan.config.full_sweep_seconds = full_sweep_seconds;
    let world = plan.start();
    polls(&world, 14).await;
    assert_eq!(told(&world, &format!("product.product,{old}@WH")).as_deref(), Some("40"));
    // A minute later something else moves: what is looked at again is what moved last.
    server.odoo().set_clock("2026-11-23 08:01:00").unwrap();
    let other =
        server.odoo().create("product.product", json!({"name": "Other", "is_storable": true})).unwrap();
    server.odoo().stock(other, None, 1.0).unwrap();
    polls(&world, 14).await;
    server.odoo().set_clock("2026-11-23 08:02:00").unwrap();
    (server, world, old)
}

/// A stock manager may delete a quant, which leaves no move.
#[tokio::test(flavor = "multi_thread")]
async fn stock_that_is_deleted_is_told() {
    let (server, world, old) = polling(0).await;
    let quants = server.odoo().search("stock.quant", &json!([["product_id", "=", old]])).unwrap();
    client(&server).await.unlink("stock.quant", &quants).await.unwrap();
    polls(&world, 14).await;
    assert_eq!(told(&world, &format!("product.product,{old}@WH")).as_deref(), Some("0"));
    world.finish().await;
}

/// Made after the first sweep, and not on any shelf: the shop may have it on sale with the number that it was made with.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_product_without_stock_is_told_to_be_nought() {
    let (server, world, _) = polling(86_400).await;
    let values = json!({"name": "New", "default_code": "NEW", "is_storable": true});
    let new = server.odoo().create("product.product", values).unwrap();
    polls(&world, 14).await;
    assert_eq!(told(&world, &format!("product.product,{new}@WH")).as_deref(), Some("0"));
    world.finish().await;
}

/// What the shop sells under the new number is this product's stock from now on.
#[tokio::test(flavor = "multi_thread")]
async fn an_article_number_that_changes_is_told() {
    let (server, world, old) = polling(86_400).await;
    server.odoo().write("product.product", old, json!({"default_code": "LAMP-2"})).unwrap();
    polls(&world, 14).await;
    let level = world.level(&format!("product.product,{old}@WH")).unwrap();
    assert_eq!(level.item.sku.as_ref().unwrap().as_str(), "LAMP-2");
    // What a product costs changes often, and is no level.
    let before = world.levels.lock().unwrap().len();
    server.odoo().set_clock("2026-11-23 08:03:00").unwrap();
    server.odoo().write("product.product", old, json!({"list_price": 7.0})).unwrap();
    polls(&world, 14).await;
    assert_eq!(world.levels.lock().unwrap().len(), before);
    world.finish().await;
}

/// Said on the template, as the product's own form does.
#[tokio::test(flavor = "multi_thread")]
async fn a_product_whose_stock_is_counted_from_now_on_is_told() {
    let (server, world, _) = polling(86_400).await;
    let new = product(&server, json!({"name": "New", "default_code": "NEW"}));
    server.odoo().set_clock("2026-11-23 08:10:00").unwrap();
    let other = product(&server, json!({"name": "Newer", "is_storable": true}));
    polls(&world, 14).await;
    assert_eq!(told(&world, &format!("product.product,{new}@WH")), None);
    assert_eq!(told(&world, &format!("product.product,{other}@WH")).as_deref(), Some("0"));
    server.odoo().set_clock("2026-11-23 08:20:00").unwrap();
    let template = server.odoo().row("product.product", new).unwrap()["product_tmpl_id"][0].as_i64().unwrap();
    server.odoo().write("product.template", template, json!({"is_storable": true})).unwrap();
    polls(&world, 14).await;
    assert_eq!(told(&world, &format!("product.product,{new}@WH")).as_deref(), Some("0"));
    world.finish().await;
}
