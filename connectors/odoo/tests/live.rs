//! The same against a real Odoo: set ODOO_URL, ODOO_DB, and ODOO_USER_LOGIN with ODOO_USER_KEY (or ODOO_LOGIN with ODOO_API_KEY). The
//! company's currency must be USD, with a sales tax of 15 % on top of the price and none other of that rate. Every run has keys of its
//! own, and leaves its records there.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test may panic, and must say that it was skipped"
)]

mod common;

use std::time::Duration;

use common::*;
use connector_core::context::{Clock, SystemClock};
use connector_odoo::{Config, ProtocolChoice};
use odoo_rpc::{Call, Client, Domain, SearchOptions};
use serde_json::{Map, Value, json};

struct Live {
    config: Config,
    key: String,
    client: Client,
}

fn variable(name: &str) -> Option<String> {
    std::env::var_os(name).and_then(|value| value.into_string().ok()).filter(|value| !value.is_empty())
}

impl Live {
    async fn connect(protocol: ProtocolChoice) -> Option<Live> {
        let Some(url) = variable("ODOO_URL") else {
            eprintln!("skipped: ODOO_URL is not set");
            return None;
        };
        let database = variable("ODOO_DB").expect("ODOO_DB");
        let login = variable("ODOO_USER_LOGIN").or_else(|| variable("ODOO_LOGIN")).expect("ODOO_USER_LOGIN");
        let key = variable("ODOO_USER_KEY").or_else(|| variable("ODOO_API_KEY")).expect("ODOO_USER_KEY");
        let source = format!("live-{:x}-{:?}", SystemClock.now(), protocol).to_lowercase();
        let mut config = Config::new(&url, &database, &login, "odoo-na", &source).governed("na", "erp-na");
        config.protocol = Some(protocol);
        let client =
            Client::connect(odoo_rpc::Config::new(&url, &database, &login, key.clone())).await.unwrap();
        Some(Live { config, key, client })
    }

    fn world(&self, polls: bool) -> World {
        let mut plan = Plan::new(self.config.clone(), &self.key);
        plan.polls = polls;
        plan.batch = 128;
        plan.start()
    }

    async fn orders(&self) -> Vec<Map<String, Value>> {
        let domain = Domain::ilike("origin", &format!("{}/", self.config.source_system));
        let fields = [
            "origin",
            "state",
            "amount_total",
            "write_date",
            "order_line",
            "partner_shipping_id",
            "date_order",
            "picking_ids",
        ];
        self.client
            .search_read("sale.order", domain, &fields, SearchOptions::new().order("id"))
            .await
            .unwrap()
    }

    async fn record(&self, model: &str, name: &str) -> i64 {
        let module = format!("__{}__", self.config.source_system.replace('-', "_"));
        let call = Call::new("ir.model.data", "check_object_reference")
            .kwarg("module", module)
            .kwarg("xml_id", name);
        let found: (String, i64) = self.client.call_as(call).await.unwrap();
        assert_eq!(found.0, model);
        found.1
    }
}

/// The order of this key under its external id, whatever its origin says.
async fn state_of(live: &Live, key: &str) -> (String, f64) {
    let id = live.record("sale.order", &format!("order.{key}")).await;
    let order = live.client.read("sale.order", &[id], &["state", "amount_total"]).await.unwrap().remove(0);
    (order["state"].as_str().unwrap().to_owned(), order["amount_total"].as_f64().unwrap())
}

/// What people do to orders in Odoo, and what the source says next.
async fn after_people(live: &Live) {
    let world = live.world(false);
    let of = |key: &str| order(key, &format!("c{key}"));
    let change = |key: &str, version, order: &Value| order_change(key, &format!("c{key}"), version, order);
    let keys = ["p0", "p1", "p2", "p3", "p4"];
    world.run(keys.iter().map(|key| change(key, 1, &of(key))).collect()).await;
    world.no_exceptions().await;
    // Two get another origin: one is called off, the other loses its shades. A third was never here.
    for key in ["p0", "p1"] {
        let id = live.record("sale.order", &format!("order.{key}")).await;
        let values = json!({"origin": "OPP/77", "client_order_ref": "other"}).as_object().unwrap().clone();
        live.client.write("sale.order", &[id], values).await.unwrap();
    }
    let off = |key: &str| {
        let mut off = of(key);
        off["status"] = json!("cancelled");
        off
    };
    let mut less = of("p1");
    less["lines"].as_array_mut().unwrap().remove(1);
    less["totals"] =
        json!({"lines": "18.00", "charges": "4.00", "net": "22.00", "tax": "3.30", "gross": "25.30"});
    // A price finer than the rounding of the old ones, and a discount and a unit of people's own.
    let mut finer = of("p2");
    finer["lines"][1]["quantity"]["value"] = json!("1000");
    finer["lines"][1]["price"] = json!({"amount": "1.7504"});
    finer["lines"][1]["net"] = json!("1750.40");
    finer["totals"] =
        json!({"lines": "1768.40", "charges": "4.00", "net": "1772.40", "tax": "3.30", "gross": "1775.70"});
    let shades = live.record("sale.order.line", "order.p3.line.2").await;
    let six: (String, i64) = live
        .client
        .call_as(
            Call::new("ir.model.data", "check_object_reference")
                .kwarg("module", "uom")
                .kwarg("xml_id", "product_uom_pack_6"),
        )
        .await
        .unwrap();
    let by_hand = json!({"discount": 10.0, "product_uom_id": six.1}).as_object().unwrap().clone();
    live.client.write("sale.order.line", &[shades], by_hand).await.unwrap();
    let mut packed = of("p3");
    packed["status"] = json!("in_fulfilment");
    // A change of which Odoo refuses one line.
    let mut swapped = of("p4");
    swapped["lines"][1]["line_id"] = json!("3");
    swapped["lines"][1]["item"]["key"] = json!("ghost");
    world
        .run(vec![
            change("p0", 2, &off("p0")),
            change("never", 1, &off("never")),
            change("p1", 2, &less),
            change("p2", 2, &finer),
            change("p3", 2, &packed),
            change("p4", 2, &swapped),
        ])
        .await;
    assert_eq!(world.exception().await.0, "reference_not_found", "{:#?}", world.exceptions().await);
    assert_eq!(state_of(live, "p0").await.0, "cancel");
    assert_eq!(state_of(live, "p1").await, ("sale".into(), 25.3));
    assert_eq!(state_of(live, "p2").await, ("sale".into(), 1775.7));
    assert_eq!(state_of(live, "p3").await, ("sale".into(), 30.55));
    assert_eq!(state_of(live, "p4").await, ("sale".into(), 30.55));
    let lost = live.record("sale.order.line", "order.p4.line.2").await;
    let lost = live.client.read("sale.order.line", &[lost], &["product_uom_qty"]).await.unwrap().remove(0);
    assert_eq!(lost["product_uom_qty"].as_f64(), Some(3.0), "refused as a whole");
    world.finish().await;
}

async fn orders_once(protocol: ProtocolChoice, count: usize, customers: usize) {
    let Some(live) = Live::connect(protocol).await else { return };
    let changes = || {
        (0..count)
            .map(|n| {
                order_change(
                    &n.to_string(),
                    &format!("c{}", n % customers),
                    1,
                    &order(&n.to_string(), &format!("c{}", n % customers)),
                )
            })
            .collect()
    };
    let world = live.world(false);
    let before = SystemClock.now();
    world.run(changes()).await;
    eprintln!(
        "{protocol:?}: {count} orders with parties and items in {} ms",
        (SystemClock.now() - before) / 1000
    );
    world.no_exceptions().await;
    let orders = live.orders().await;
    assert_eq!(orders.len(), count);
    for order in &orders {
        assert_eq!(
            (order["state"].as_str(), order["amount_total"].as_f64()),
            (Some("sale"), Some(30.55)),
            "{order:?}"
        );
        assert_eq!(order["order_line"].as_array().unwrap().len(), 4);
        assert_eq!(order["picking_ids"].as_array().unwrap().len(), 1);
    }
    // A store that remembers nothing: everything is there already, and no order is written.
    let again = live.world(false);
    let before = SystemClock.now();
    again.run(changes()).await;
    eprintln!("{protocol:?}: the same again in {} ms", (SystemClock.now() - before) / 1000);
    again.no_exceptions().await;
    assert_eq!(live.orders().await, orders);
    again.finish().await;

    // One changes, one loses a line, one is called off, one points to nowhere.
    let mut more = order("0", "c0");
    more["lines"][0]["quantity"]["value"] = json!("3");
    more["lines"][0]["net"] = json!("28.00");
    more["tax_subtotals"] = json!([{"category": "S", "rate": "15", "taxable": "32.00", "tax": "4.80"}]);
    more["totals"] =
        json!({"lines": "33.25", "charges": "4.00", "net": "37.25", "tax": "4.80", "gross": "42.05"});
    let mut less = order("1", "c1");
    less["lines"].as_array_mut().unwrap().remove(1);
    less["totals"] =
        json!({"lines": "18.00", "charges": "4.00", "net": "22.00", "tax": "3.30", "gross": "25.30"});
    let mut off = order("2", "c2");
    off["status"] = json!("cancelled");
    let mut poison = order("bad", "c3");
    poison["lines"][1]["item"]["key"] = json!("ghost");
    let mut wrong = order("wrong", "c4");
    wrong["lines"][1]["taxes"] = json!([{"category": "S", "rate": "15", "amount": "0.80"}]);
    wrong["lines"][0]["taxes"][0]["amount"] = json!("2.71");
    wrong["allowances_charges"][0]["taxes"][0]["amount"] = json!("0.61");
    wrong["tax_subtotals"] = json!([{"category": "S", "rate": "15", "taxable": "27.25", "tax": "4.12"}]);
    wrong["totals"] =
        json!({"lines": "23.25", "charges": "4.00", "net": "27.25", "tax": "4.12", "gross": "31.37"});
    world
        .run(vec![
            order_change("0", "c0", 2, &more),
            order_change("1", "c1", 2, &less),
            order_change("2", "c2", 2, &off),
            order_change("bad", "c3", 1, &poison),
            order_change("wrong", "c4", 1, &wrong),
        ])
        .await;
    let mut codes: Vec<String> =
        world.exceptions().await.into_iter().map(|exception| exception.draft.code).collect();
    codes.sort_unstable();
    assert_eq!(codes, ["reference_not_found", "total_mismatch"], "{:#?}", world.exceptions().await);
    let state = |orders: &[Map<String, Value>], key: &str| {
        let origin = format!("{}/{key}", live.config.source_system);
        let order = orders.iter().find(|order| order["origin"] == json!(origin)).unwrap();
        (order["state"].as_str().unwrap().to_owned(), order["amount_total"].as_f64().unwrap())
    };
    let after = live.orders().await;
    assert_eq!(after.len(), count + 1);
    assert_eq!(state(&after, "0"), ("sale".into(), 42.05));
    assert_eq!(state(&after, "1"), ("sale".into(), 25.3));
    assert_eq!(state(&after, "2").0, "cancel");
    assert_eq!(state(&after, "wrong").0, "draft");
    let date = |orders: &[Map<String, Value>]| {
        orders.iter().map(|order| order["date_order"].clone()).take(2).collect::<Vec<_>>()
    };
    assert_eq!(date(&orders), date(&after), "changing a confirmed order leaves its date");
    // The office sets the wrong one right and it loses a line on the way.
    let mut right = order("wrong", "c4");
    right["lines"].as_array_mut().unwrap().remove(1);
    right["totals"] =
        json!({"lines": "18.00", "charges": "4.00", "net": "22.00", "tax": "3.30", "gross": "25.30"});
    let exceptions = world.exceptions().await;
    let positions = exceptions.iter().map(|exception| exception.position).collect();
    world
        .store
        .discard(positions, "test".into(), "the source has corrected it".into(), SystemClock.now())
        .await
        .unwrap();
    world.run(vec![order_change("wrong", "c4", 2, &right)]).await;
    assert_eq!(state(&live.orders().await, "wrong"), ("sale".into(), 25.3));
    world.finish().await;
    after_people(&live).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_land_once_over_json2() {
    orders_once(ProtocolChoice::Json2, 100, 100).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_land_once_over_jsonrpc() {
    orders_once(ProtocolChoice::JsonRpc, 20, 7).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_land_once_over_xmlrpc() {
    orders_once(ProtocolChoice::XmlRpc, 20, 7).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn check_is_content_and_levels_come_out() {
    let Some(live) = Live::connect(ProtocolChoice::Json2).await else { return };
    let world = live.world(true);
    let health = health(&world).await;
    assert!(health.findings.is_empty(), "{:#?}", health.findings);
    world.run(vec![order_change("1", "c1", 1, &order("1", "c1"))]).await;
    world.no_exceptions().await;
    let lamp = live.record("product.product", "item.lamp").await;
    let warehouses = live.client.search_read(
        "stock.warehouse",
        Domain::all(),
        &["code", "lot_stock_id"],
        SearchOptions::new().order("id").limit(1),
    );
    let warehouse = warehouses.await.unwrap().remove(0);
    let quant = Call::new("stock.quant", "create")
        .arg(json!([{"product_id": lamp, "location_id": warehouse["lot_stock_id"][0], "inventory_quantity": 11}]))
        .context("inventory_mode", true);
    let quants: Vec<i64> = live.client.call_as(quant).await.unwrap();
    live.client.call(Call::new("stock.quant", "action_apply_inventory").ids(quants)).await.unwrap();
    let key = format!("lamp@{}", warehouse["code"].as_str().unwrap());
    let mut wakeups = world.store.wakeups();
    let told = async {
        loop {
            let level = world.level(&key).map(|level| serde_json::to_value(level).unwrap());
            if let Some(level) = level.filter(|level| {
                level.pointer("/reading/snapshot/quantities/on_hand/value") == Some(&json!("11"))
            }) {
                return level;
            }
            wakeups.changed().await.unwrap();
        }
    };
    let level = tokio::time::timeout(Duration::from_secs(60), told).await.expect("the level comes");
    assert_eq!(level.pointer("/item/sku"), Some(&json!("SKU-lamp")));
    world.finish().await;
}
