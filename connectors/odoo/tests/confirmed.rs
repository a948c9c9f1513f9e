//! What becomes of an order that Odoo has, when its source changes or a person has been at it: nothing is lost, nothing is half done, and
//! a total that is not the source's is told.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

mod common;

use common::*;
use connector_core::canonical::ObjectKind;
use odoo_rpc::testkit::{Fault, FaultPlan, FaultRule, OdooServer, Series};
use serde_json::{Value, json};

/// A thousand lamps at this price, no tax.
fn thousand(price: &str, gross: &str) -> Value {
    let mut order = order("1", "c1");
    order["lines"] = json!([{"line_id": "1", "item": {"key": "lamp"}, "quantity": {"value": "1000", "unit": "C62"},
        "price": {"amount": price}, "net": gross}]);
    order["allowances_charges"] = json!([]);
    order["tax_subtotals"] = json!([]);
    order["totals"] = json!({"lines": gross, "net": gross, "tax": "0.00", "gross": gross, "payable": gross});
    order
}

/// The order, less its shades.
fn without_shades() -> Value {
    let mut less = order("1", "c1");
    less["lines"].as_array_mut().unwrap().remove(1);
    less["totals"] =
        json!({"lines": "18.00", "charges": "4.00", "net": "22.00", "tax": "3.30", "gross": "25.30"});
    less
}

/// The order under the buyer's own number, which changes no amount.
fn renumbered() -> Value {
    let mut edited = order("1", "c1");
    edited["buyer_order_number"] = json!("PO-1");
    edited
}

fn off() -> Value {
    let mut off = order("1", "c1");
    off["status"] = json!("cancelled");
    off
}

fn named(server: &OdooServer, name: &str) -> i64 {
    server.odoo().external_id(&format!("__shop_na__.{name}")).unwrap().1
}

fn line(server: &OdooServer, name: &str) -> Value {
    server.odoo().row("sale.order.line", named(server, &format!("order.1.{name}"))).unwrap()
}

/// Somebody adds a line by hand: 5.00 more than the source says.
fn add_five(server: &OdooServer) {
    let values = json!({"order_id": named(server, "order.1"), "product_id": named(server, "item.lamp"), "name": "more",
        "product_uom_qty": 1.0, "price_unit": 5.0});
    server.odoo().create("sale.order.line", values).unwrap();
}

async fn a_world_with_the_order() -> (OdooServer, World) {
    let server = server(Series::V19).await;
    let world = world(&server);
    world.run(vec![order_change("1", "c1", 1, &order("1", "c1"))]).await;
    world.no_exceptions().await;
    (server, world)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finer_price_is_a_change() {
    let server = server(Series::V19).await;
    let world = world(&server);
    world.run(vec![order_change("1", "c1", 1, &thousand("0.10", "100.00"))]).await;
    assert_eq!(the_order(server.odoo(), "1")["amount_total"], 100.0);
    world.run(vec![order_change("1", "c1", 2, &thousand("0.104", "104.00"))]).await;
    world.no_exceptions().await;
    assert_eq!(the_order(server.odoo(), "1")["amount_total"], 104.0);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_unit_is_a_change() {
    let (server, world) = a_world_with_the_order().await;
    let before = line(&server, "line.1")["product_uom_id"].clone();
    let mut dozens = order("1", "c1");
    dozens["lines"][0]["quantity"]["unit"] = json!("DZN");
    world.run(vec![order_change("1", "c1", 2, &dozens)]).await;
    world.no_exceptions().await;
    let after = line(&server, "line.1")["product_uom_id"].clone();
    assert_ne!(before, after);
    assert_eq!(after[0], server.odoo().external_id("uom.product_uom_dozen").unwrap().1);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_discount_that_the_source_did_not_give_is_taken_back() {
    let (server, world) = a_world_with_the_order().await;
    let shades = named(&server, "order.1.line.2");
    server.odoo().write("sale.order.line", shades, json!({"discount": 10.0})).unwrap();
    // In a status, not in any line or number.
    let mut shipped = order("1", "c1");
    shipped["status"] = json!("in_fulfilment");
    world.run(vec![order_change("1", "c1", 2, &shipped)]).await;
    world.no_exceptions().await;
    assert_eq!(line(&server, "line.2")["discount"], 0.0);
    assert_eq!(the_order(server.odoo(), "1")["amount_total"], 30.55);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_total_is_told_at_every_look() {
    let (server, world) = a_world_with_the_order().await;
    add_five(&server);
    world.run(vec![order_change("1", "c1", 2, &renumbered())]).await;
    assert_eq!(world.exception().await.0, "total_mismatch");
    // Nothing was mended; the replay finds the order as it should be, but for the total.
    let position = world.exceptions().await[0].position;
    let again = || world.store.replay(vec![position], "test".into(), 0);
    assert_eq!(again().await.unwrap(), 1);
    world.settled().await;
    let (code, detail) = world.exception().await;
    assert_eq!(code, "total_mismatch");
    assert!(detail.contains("it is confirmed already"), "{detail}");
    // The office gives the line away, and now it passes.
    let order = the_order(server.odoo(), "1");
    let added = order["order_line"].as_array().unwrap().iter().filter_map(Value::as_i64).max().unwrap();
    server.odoo().write("sale.order.line", added, json!({"price_unit": 0.0})).unwrap();
    assert_eq!(again().await.unwrap(), 1);
    world.settled().await;
    assert_eq!(the_order(server.odoo(), "1")["amount_total"], 30.55);
    world.no_exceptions().await;
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_does_not_skip_the_look_at_the_total() {
    let (server, world) = a_world_with_the_order().await;
    add_five(&server);
    let lost = FaultRule::new(Fault::DropAfterCommit).model("sale.order").method("load").first(1);
    server.faults().set(FaultPlan::new().rule(lost));
    world.run(vec![order_change("1", "c1", 2, &renumbered())]).await;
    assert_eq!(server.faults().injected().len(), 1);
    let (code, detail) = world.exception().await;
    assert_eq!(code, "total_mismatch", "{detail}");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_change_leaves_the_order_as_it_was() {
    let (server, world) = a_world_with_the_order().await;
    // The shades are exchanged for an item that Odoo does not have.
    let mut swapped = order("1", "c1");
    swapped["lines"][1]["line_id"] = json!("3");
    swapped["lines"][1]["item"]["key"] = json!("ghost");
    world.run(vec![order_change("1", "c1", 2, &swapped)]).await;
    assert_eq!(world.exception().await.0, "reference_not_found");
    assert_eq!(line(&server, "line.2")["product_uom_qty"], 3.0);
    assert_eq!(the_order(server.odoo(), "1")["amount_total"], 30.55);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_line_is_emptied_in_the_one_call_that_changes_the_rest() {
    let (server, world) = a_world_with_the_order().await;
    server.odoo().clear_logs();
    world.run(vec![order_change("1", "c1", 2, &without_shades())]).await;
    world.no_exceptions().await;
    let writing = server.odoo().calls().into_iter().filter(|call| {
        call.model.starts_with("sale.order") && matches!(call.method.as_str(), "load" | "write" | "unlink")
    });
    assert_eq!(writing.count(), 1);
    let shades = line(&server, "line.2");
    assert_eq!((shades["product_uom_qty"].as_f64(), shades["price_unit"].as_f64()), (Some(0.0), Some(1.75)));
    assert_eq!(the_order(server.odoo(), "1")["amount_total"], 25.30);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_called_off_whatever_its_origin_says() {
    let (server, world) = a_world_with_the_order().await;
    let id = named(&server, "order.1");
    server.odoo().write("sale.order", id, json!({"origin": "shop-na/1, OPP/77"})).unwrap();
    world.run(vec![order_change("1", "c1", 2, &off())]).await;
    world.no_exceptions().await;
    assert_eq!(server.odoo().row("sale.order", id).unwrap()["state"], "cancel");
    assert_eq!(server.odoo().count("sale.order"), 1);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_is_another_records_is_no_order_that_was_called_off() {
    let server = server(Series::V19).await;
    let partner = server.odoo().search("res.partner", &json!([])).unwrap()[0];
    server.odoo().name("__shop_na__.order.1", "res.partner", partner).unwrap();
    let world = world(&server);
    world.run(vec![order_change("1", "c1", 1, &off())]).await;
    let (code, detail) = world.exception().await;
    assert_eq!(code, "external_id_taken", "{detail}");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confirmed_order_follows_its_source_whatever_its_origin_says() {
    let (server, world) = a_world_with_the_order().await;
    let id = named(&server, "order.1");
    server.odoo().write("sale.order", id, json!({"origin": "OPP/77", "client_order_ref": "other"})).unwrap();
    world.run(vec![order_change("1", "c1", 2, &without_shades())]).await;
    world.no_exceptions().await;
    assert_eq!(server.odoo().count("sale.order"), 1);
    let order = server.odoo().row("sale.order", id).unwrap();
    assert_eq!((order["state"].as_str(), order["amount_total"].as_f64()), (Some("sale"), Some(25.30)));
    world.finish().await;
}

/// The line that it has lost costs nothing, so that no total would tell.
#[tokio::test(flavor = "multi_thread")]
async fn a_quotation_loses_lines_whatever_its_origin_says() {
    let server = server(Series::V19).await;
    let mut plan = Plan::new(config(&server, None), KEY);
    plan.config.confirm = false;
    let world = plan.start();
    let mut gift = without_shades();
    let free = json!({"line_id": "2", "item": {"key": "shade"}, "quantity": {"value": "1", "unit": "EA"},
        "price": {"amount": "0.00"}, "net": "0.00"});
    gift["lines"].as_array_mut().unwrap().push(free);
    world.run(vec![order_change("1", "c1", 1, &gift)]).await;
    world.no_exceptions().await;
    let id = named(&server, "order.1");
    server.odoo().write("sale.order", id, json!({"origin": "OPP/77"})).unwrap();
    world.run(vec![order_change("1", "c1", 2, &without_shades())]).await;
    world.no_exceptions().await;
    assert_eq!(server.odoo().external_id("__shop_na__.order.1.line.2"), None);
    let order = the_order(server.odoo(), "1");
    assert_eq!((order["id"].as_i64(), order["order_line"].as_array().unwrap().len()), (Some(id), 3));
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_has_accepted_is_not_confirmed_until_somebody_has() {
    let server = server(Series::V19).await;
    let world = world(&server);
    let mut unpaid = order("1", "c1");
    unpaid["status"] = json!("submitted");
    world.run(vec![order_change("1", "c1", 1, &unpaid)]).await;
    world.no_exceptions().await;
    let order = the_order(server.odoo(), "1");
    assert_eq!((order["state"].as_str(), order["amount_total"].as_f64()), (Some("draft"), Some(30.55)));
    assert_eq!(order["picking_ids"], json!([]));
    world.run(vec![order_change("1", "c1", 2, &common::order("1", "c1"))]).await;
    world.no_exceptions().await;
    assert_eq!(the_order(server.odoo(), "1")["state"], "sale");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_has_accepted_is_confirmed_where_the_configuration_says_so() {
    let server = server(Series::V19).await;
    let mut plan = Plan::new(config(&server, None), KEY);
    plan.config.confirm_submitted = true;
    let world = plan.start();
    let mut unpaid = order("1", "c1");
    unpaid["status"] = json!("submitted");
    let mut draft = order("2", "c2");
    draft["status"] = json!("draft");
    world.run(vec![order_change("1", "c1", 1, &unpaid), order_change("2", "c2", 1, &draft)]).await;
    world.no_exceptions().await;
    assert_eq!(the_order(server.odoo(), "1")["state"], "sale");
    assert_eq!(the_order(server.odoo(), "2")["state"], "draft");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_left_already_is_not_delivered_a_second_time() {
    for status in ["partially_shipped", "shipped", "closed"] {
        let server = server(Series::V19).await;
        let world = world(&server);
        let mut gone = order("1", "c1");
        gone["status"] = json!(status);
        world.run(vec![order_change("1", "c1", 1, &gone)]).await;
        let (code, detail) = world.exception().await;
        assert_eq!(code, "already_shipped", "{detail}");
        let order = the_order(server.odoo(), "1");
        assert_eq!((order["state"].as_str(), &order["picking_ids"]), (Some("draft"), &json!([])), "{status}");
        // The office confirms it and settles the delivery; the replay is content.
        server.odoo().write("sale.order", order["id"].as_i64().unwrap(), json!({"state": "sale"})).unwrap();
        let position = world.exceptions().await[0].position;
        world.store.replay(vec![position], "test".into(), 0).await.unwrap();
        world.settled().await;
        world.no_exceptions().await;
        world.finish().await;
    }
    let server = server(Series::V19).await;
    let mut plan = Plan::new(config(&server, None), KEY);
    plan.config.confirm_shipped = true;
    let world = plan.start();
    let mut gone = order("1", "c1");
    gone["status"] = json!("shipped");
    world.run(vec![order_change("1", "c1", 1, &gone)]).await;
    world.no_exceptions().await;
    assert_eq!(the_order(server.odoo(), "1")["state"], "sale");
    world.finish().await;
}

/// The confirmed order again, its first line now of this item.
fn of_item(key: &str, sku: &str, name: &str) -> Vec<connector_core::contract::Change> {
    let mut again = order("1", "c1");
    again["lines"][0]["item"] = json!({"key": key, "sku": sku});
    let mut other = item("lamp");
    other["key"] = json!(key);
    other["sku"] = json!(sku);
    other["name"] = json!(name);
    let objects = [("party", party("c1")), ("item", other), ("item", item("shade")), ("sales_order", again)];
    vec![change(ObjectKind::SalesOrder, "1", 2, payload(&objects))]
}

fn moves_of(server: &OdooServer, line: i64) -> Vec<Value> {
    let rows = server.odoo().rows("stock.move").into_iter();
    rows.filter(|row| row["sale_line_id"][0] == json!(line)).map(|row| row["product_id"][0].clone()).collect()
}

/// Odoo would sell the one and go on delivering the other (17), or refuse it with words of its own (19).
#[tokio::test(flavor = "multi_thread")]
async fn a_confirmed_line_does_not_silently_become_another_product() {
    for series in [Series::V17, Series::V19] {
        let server = server(series).await;
        let world = world(&server);
        world.run(vec![order_change("1", "c1", 1, &order("1", "c1"))]).await;
        world.no_exceptions().await;
        let lamp = named(&server, "item.lamp");
        let line_id = named(&server, "order.1.line.1");
        let before = line(&server, "line.1");
        world.run(of_item("torch", "SKU-torch", "Torch")).await;
        let (code, detail) = world.exception().await;
        assert_eq!(code, "line_product_changed");
        assert!(detail.contains("__shop_na__.item.torch") && detail.contains("model=sale.order"), "{detail}");
        let after = line(&server, "line.1");
        assert_eq!((&after["product_id"], &after["name"]), (&before["product_id"], &before["name"]));
        assert!(moves_of(&server, line_id).iter().all(|product| *product == json!(lamp)));
        world.finish().await;
    }
}

/// The variant was deleted in the shop, so its line now names the item by another key. The order is confirmed, and a delivery under way.
#[tokio::test(flavor = "multi_thread")]
async fn an_item_under_a_new_key_is_the_product_that_has_its_number_and_name() {
    for series in [Series::V17, Series::V19] {
        let server = server(series).await;
        let world = world(&server);
        world.run(vec![order_change("1", "c1", 1, &order("1", "c1"))]).await;
        let lamp = named(&server, "item.lamp");
        let same = || {
            let domain = json!([["default_code", "=", "SKU-lamp"]]);
            let mut ids = server.odoo().search("product.product", &domain).unwrap();
            ids.sort_unstable();
            ids
        };
        world.run(of_item("sku:SKU-lamp", "SKU-lamp", "Item lamp")).await;
        world.no_exceptions().await;
        assert_eq!(same(), [lamp]);
        assert_eq!(line(&server, "line.1")["product_id"][0], json!(lamp));
        // A new order of it, too.
        let mut fresh = order("2", "c1");
        fresh["lines"][0]["item"] = json!({"key": "sku:SKU-lamp", "sku": "SKU-lamp"});
        let objects = [("party", party("c1")), ("item", item("shade")), ("sales_order", fresh)];
        world.run(vec![change(ObjectKind::SalesOrder, "2", 1, payload(&objects))]).await;
        world.no_exceptions().await;
        let (_, line) = server.odoo().external_id("__shop_na__.order.2.line.1").unwrap();
        assert_eq!(server.odoo().row("sale.order.line", line).unwrap()["product_id"][0], json!(lamp));
        // A copy that a shop makes of an article keeps its number and is called otherwise: that is another one.
        let mut copy = item("copy");
        copy["sku"] = json!("SKU-lamp");
        let mut third = order("3", "c1");
        third["lines"][0]["item"] = json!({"key": "copy", "sku": "SKU-lamp"});
        let objects =
            [("party", party("c1")), ("item", copy), ("item", item("shade")), ("sales_order", third)];
        world.run(vec![change(ObjectKind::SalesOrder, "3", 1, payload(&objects))]).await;
        world.no_exceptions().await;
        let copy = named(&server, "item.copy");
        assert_eq!(same(), [lamp, copy]);
        let (_, line) = server.odoo().external_id("__shop_na__.order.3.line.1").unwrap();
        assert_eq!(server.odoo().row("sale.order.line", line).unwrap()["product_id"][0], json!(copy));
        world.finish().await;
    }
}
