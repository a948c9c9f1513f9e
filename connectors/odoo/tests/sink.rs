//! Orders through the runtime into an in-memory Odoo, with everything that can go wrong on the way.
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
use connector_odoo::{ItemMatch, ProtocolChoice};
use odoo_rpc::testkit::{Fault, FaultPlan, FaultRule, OdooServer, Series};
use serde_json::{Value, json};

fn confirmed(server: &OdooServer, key: &str) -> Value {
    let order = the_order(server.odoo(), key);
    assert_eq!(order["state"], "sale", "{order:#}");
    assert_eq!(order["amount_total"], 30.55, "{order:#}");
    assert_eq!(order["order_line"].as_array().unwrap().len(), 4);
    order
}

async fn one_order(series: Series, protocol: ProtocolChoice) {
    let server = server(series).await;
    let world = Plan::new(config(&server, Some(protocol)), KEY).start();
    world.run(vec![order_change("1001", "c1", 1, &order("1001", "c1"))]).await;
    world.no_exceptions().await;
    let order = confirmed(&server, "1001");
    assert_eq!(order["client_order_ref"], "#1001");
    let odoo = server.odoo();
    let (_, neighbour) = (0, order["partner_shipping_id"][0].as_i64().unwrap());
    let neighbour = odoo.row("res.partner", neighbour).unwrap();
    assert_eq!(
        (neighbour["name"].as_str(), neighbour["type"].as_str()),
        (Some("The Neighbour"), Some("delivery"))
    );
    let names = odoo.external_id("__shop_na__.order.1001.line.1").unwrap();
    let line = odoo.row("sale.order.line", names.1).unwrap();
    assert_eq!((line["price_unit"].as_f64(), line["product_uom_qty"].as_f64()), (Some(10.0), Some(2.0)));
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn series_19_over_json2() {
    one_order(Series::V19, ProtocolChoice::Json2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn series_19_over_jsonrpc() {
    one_order(Series::V19, ProtocolChoice::JsonRpc).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn series_19_over_xmlrpc() {
    one_order(Series::V19, ProtocolChoice::XmlRpc).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn series_17_over_jsonrpc() {
    one_order(Series::V17, ProtocolChoice::JsonRpc).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn series_17_over_xmlrpc() {
    one_order(Series::V17, ProtocolChoice::XmlRpc).await;
}

/// Twenty orders of five customers while faults strike: each is there once, at the right total, confirmed, with one delivery.
async fn under(rule: FaultRule) {
    let struck = under_plan(FaultPlan::new().seed(11).rule(rule), Series::V19).await;
    assert!(struck > 0, "no fault struck");
}

/// How many faults struck.
async fn under_plan(plan: FaultPlan, series: Series) -> usize {
    let server = server(series).await;
    server.faults().set(plan);
    let world = world(&server);
    let changes = (0..20).map(|n| {
        let (key, customer) = (format!("{n}"), format!("c{}", n % 5));
        order_change(&key, &customer, 1, &order(&key, &customer))
    });
    world.run(changes.collect()).await;
    world.no_exceptions().await;
    for n in 0..20 {
        let order = confirmed(&server, &n.to_string());
        assert_eq!(order["picking_ids"].as_array().unwrap().len(), 1);
    }
    let odoo = server.odoo();
    assert_eq!(odoo.count("sale.order"), 20);
    assert_eq!(odoo.count("sale.order.line"), 80);
    assert_eq!(
        odoo.search("product.product", &json!([["default_code", "like", "connector-"]])).unwrap().len(),
        2
    );
    assert_eq!(
        odoo.search("res.partner", &json!([["name", "like", "Customer c"], ["parent_id", "=", false]]))
            .unwrap()
            .len(),
        5
    );
    let struck = server.faults().injected().len();
    world.finish().await;
    struck
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_to_load_is_lost() {
    under(FaultRule::new(Fault::DropAfterCommit).model("sale.order").method("load").first(2)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_to_confirm_is_lost() {
    under(FaultRule::new(Fault::DropAfterCommit).method("action_confirm").first(2)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn any_answer_is_lost_now_and_then() {
    under(FaultRule::new(Fault::DropAfterCommit).chance(0.1)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_goes_wrong_at_once() {
    let mut struck = 0;
    for seed in 1..=8 {
        let plan = FaultPlan::new()
            .seed(seed)
            .rule(FaultRule::new(Fault::Refuse).chance(0.02))
            .rule(FaultRule::new(Fault::DropBeforeRun).chance(0.015))
            .rule(FaultRule::new(Fault::DropAfterCommit).chance(0.02))
            .rule(FaultRule::new(Fault::SerializationFailure).chance(0.015))
            .rule(FaultRule::new(Fault::BadGateway { committed: true }).chance(0.015))
            .rule(FaultRule::new(Fault::TruncatedBody).chance(0.015))
            .rule(FaultRule::new(Fault::NotFoundHtml).chance(0.02));
        struck += under_plan(plan, if seed % 2 == 0 { Series::V17 } else { Series::V19 }).await;
    }
    assert!(struck > 20, "only {struck} faults struck");
}

#[tokio::test(flavor = "multi_thread")]
async fn load_swallows_a_serialization_failure() {
    under(FaultRule::new(Fault::SerializationFailure).method("load").every(3)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn confirm_loses_a_race() {
    under(FaultRule::new(Fault::SerializationFailure).method("action_confirm").first(3)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_hides_that_it_was_done() {
    under(FaultRule::new(Fault::BadGateway { committed: true }).method("load").first(3)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_has_no_backend() {
    under(FaultRule::new(Fault::BadGateway { committed: false }).first(4)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_breaks_off() {
    under(FaultRule::new(Fault::TruncatedBody).method("load").first(2)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_database_takes_the_call_for_a_while() {
    under(FaultRule::new(Fault::NotFoundHtml).first(12)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn odoo_goes_away_and_comes_back() {
    let server = server(Series::V19).await;
    let world = world(&server);
    world.run(vec![order_change("1", "c1", 1, &order("1", "c1"))]).await;
    server.pause().await;
    world.send(vec![order_change("2", "c1", 1, &order("2", "c1"))]).await;
    // As often as it likes: waiting for an Odoo that is away is no attempt.
    tokio::time::timeout(std::time::Duration::from_millis(300), world.runtime.settled(FLOW))
        .await
        .expect_err("it waits");
    server.resume().await.unwrap();
    world.settled().await;
    world.no_exceptions().await;
    confirmed(&server, "1");
    confirmed(&server, "2");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_bad_record_costs_only_itself() {
    let server = server(Series::V19).await;
    let world = world(&server);
    let mut changes: Vec<_> = (0..8)
        .map(|n| order_change(&n.to_string(), &format!("c{n}"), 1, &order(&n.to_string(), &format!("c{n}"))))
        .collect();
    // Its item was never sent.
    let mut poison = order("9", "c9");
    poison["lines"][1]["item"]["key"] = json!("ghost");
    changes.insert(3, order_change("9", "c9", 1, &poison));
    world.run(changes).await;
    let (code, detail) = world.exception().await;
    assert_eq!(code, "reference_not_found", "{detail}");
    assert!(
        detail.contains("__shop_na__.item.ghost") && detail.contains("send what it refers to"),
        "{detail}"
    );
    for n in 0..8 {
        confirmed(&server, &n.to_string());
    }
    assert_eq!(server.odoo().count("sale.order"), 8);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_product_that_cannot_be_made_costs_only_the_orders_that_need_it() {
    let server = server(Series::V19).await;
    let taken = server.odoo().search("res.partner", &json!([])).unwrap()[0];
    server.odoo().name("__shop_na__.service.charge", "res.partner", taken).unwrap();
    let world = world(&server);
    // Without charges and discounts; one that needs both; and one with both that is called off.
    let mut changes: Vec<_> = (10..14)
        .map(|n| {
            let (key, customer) = (n.to_string(), format!("c{n}"));
            let mut plain = order(&key, &customer);
            plain["lines"][0]["allowances_charges"] = json!([]);
            plain["lines"][0]["net"] = json!("20.00");
            plain["allowances_charges"] = json!([]);
            plain["tax_subtotals"] =
                json!([{"category": "S", "rate": "15", "taxable": "20.00", "tax": "3.00"}]);
            plain["totals"] = json!({"lines": "25.25", "net": "25.25", "tax": "3.00", "gross": "28.25"});
            order_change(&key, &customer, 1, &plain)
        })
        .collect();
    changes.insert(2, order_change("9", "c9", 1, &order("9", "c9")));
    let mut off = order("8", "c8");
    off["status"] = json!("cancelled");
    changes.push(order_change("8", "c8", 1, &off));
    world.run(changes).await;
    let (code, detail) = world.exception().await;
    assert_eq!(code, "external_id_taken", "{detail}");
    assert!(detail.contains("service product for a charge"), "{detail}");
    for n in 10..14 {
        assert_eq!(the_order(server.odoo(), &n.to_string())["state"], "sale");
    }
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_total_that_odoo_does_not_reach_is_never_confirmed() {
    let server = server(Series::V19).await;
    let world = world(&server);
    let good = order("1", "c1");
    let mut bad = order("2", "c2");
    // Consistent in itself, but Odoo knows better what 15 % of it are.
    bad["tax_subtotals"][0]["tax"] = json!("3.32");
    bad["lines"][0]["taxes"][0]["amount"] = json!("2.71");
    bad["allowances_charges"][0]["taxes"][0]["amount"] = json!("0.61");
    for (field, amount) in [("tax", "3.32"), ("gross", "30.57"), ("payable", "30.57")] {
        bad["totals"][field] = json!(amount);
    }
    world.run(vec![order_change("1", "c1", 1, &good), order_change("2", "c2", 1, &bad)]).await;
    let (code, detail) = world.exception().await;
    assert_eq!(code, "total_mismatch", "{detail}");
    assert!(detail.contains("30.57") && detail.contains("30.55") && detail.contains("/web#id="), "{detail}");
    confirmed(&server, "1");
    assert_eq!(the_order(server.odoo(), "2")["state"], "draft");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_not_changed_is_not_written_again() {
    let server = server(Series::V19).await;
    let world = world(&server);
    world.run(vec![order_change("1", "c1", 1, &order("1", "c1"))]).await;
    let id = confirmed(&server, "1")["id"].as_i64().unwrap();
    server.odoo().clear_logs();
    // A second runtime that remembers nothing: as after a lost store.
    let again = common::world(&server);
    again.run(vec![order_change("1", "c1", 1, &order("1", "c1"))]).await;
    again.no_exceptions().await;
    let orders = server.odoo().writes().into_iter().filter(|write| write.model.starts_with("sale.order"));
    assert_eq!(orders.count(), 0);
    assert_eq!(confirmed(&server, "1")["id"], id);
    world.finish().await;
    again.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confirmed_order_follows_its_source() {
    let server = server(Series::V19).await;
    let world = world(&server);
    world.run(vec![order_change("1", "c1", 1, &order("1", "c1"))]).await;
    let placed = confirmed(&server, "1")["date_order"].clone();
    // The shade is gone, and the discount with it a new one.
    let mut less = order("1", "c1");
    less["lines"].as_array_mut().unwrap().remove(1);
    less["totals"] =
        json!({"lines": "18.00", "charges": "4.00", "net": "22.00", "tax": "3.30", "gross": "25.30"});
    world.run(vec![order_change("1", "c1", 2, &less)]).await;
    world.no_exceptions().await;
    let order = the_order(server.odoo(), "1");
    assert_eq!((order["state"].as_str(), order["amount_total"].as_f64()), (Some("sale"), Some(25.30)));
    assert_eq!(order["date_order"], placed);
    let (_, shade) = server.odoo().external_id("__shop_na__.order.1.line.2").unwrap();
    assert_eq!(server.odoo().row("sale.order.line", shade).unwrap()["product_uom_qty"], 0.0);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quotation_loses_lines_that_its_source_has_lost() {
    let server = server(Series::V19).await;
    let mut plan = Plan::new(config(&server, None), KEY);
    plan.config.confirm = false;
    let world = plan.start();
    world.run(vec![order_change("1", "c1", 1, &order("1", "c1"))]).await;
    let id = the_order(server.odoo(), "1")["id"].as_i64().unwrap();
    server
        .odoo()
        .create("sale.order.line", json!({"order_id": id, "display_type": "line_note", "name": "call first"}))
        .unwrap();
    let mut less = order("1", "c1");
    less["lines"].as_array_mut().unwrap().remove(1);
    less["totals"] =
        json!({"lines": "18.00", "charges": "4.00", "net": "22.00", "tax": "3.30", "gross": "25.30"});
    world.run(vec![order_change("1", "c1", 2, &less)]).await;
    world.no_exceptions().await;
    let order = the_order(server.odoo(), "1");
    assert_eq!((order["state"].as_str(), order["amount_total"].as_f64()), (Some("draft"), Some(25.30)));
    // Three lines of ours and the office's own note.
    assert_eq!(order["order_line"].as_array().unwrap().len(), 4);
    assert_eq!(server.odoo().external_id("__shop_na__.order.1.line.2"), None);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelled_orders_are_cancelled_once_and_never_made() {
    for series in [Series::V17, Series::V19] {
        let server = server(series).await;
        let world = world(&server);
        world.run(vec![order_change("1", "c1", 1, &order("1", "c1"))]).await;
        confirmed(&server, "1");
        let off = |key: &str| {
            let mut off = order(key, "c1");
            off["status"] = json!("cancelled");
            off
        };
        world.run(vec![order_change("1", "c1", 2, &off("1")), order_change("2", "c1", 1, &off("2"))]).await;
        world.no_exceptions().await;
        assert_eq!(the_order(server.odoo(), "1")["state"], "cancel");
        assert_eq!(server.odoo().count("sale.order"), 1);
        // And it does not come back by itself.
        world.run(vec![order_change("1", "c1", 3, &order("1", "c1"))]).await;
        let (code, detail) = world.exception().await;
        assert_eq!(code, "cancelled_in_odoo", "{detail}");
        assert_eq!(the_order(server.odoo(), "1")["state"], "cancel");
        world.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_been_delivered_is_not_cancelled_and_locked_is_locked() {
    let server = server(Series::V19).await;
    let world = world(&server);
    world
        .run(vec![
            order_change("1", "c1", 1, &order("1", "c1")),
            order_change("2", "c2", 1, &order("2", "c2")),
        ])
        .await;
    let (_, line) = server.odoo().external_id("__shop_na__.order.1.extra.0").unwrap();
    server.odoo().write("sale.order.line", line, json!({"qty_delivered": 1.0})).unwrap();
    let mut off = order("1", "c1");
    off["status"] = json!("cancelled");
    world.run(vec![order_change("1", "c1", 2, &off)]).await;
    assert_eq!(world.exception().await.0, "delivered");
    assert_eq!(the_order(server.odoo(), "1")["state"], "sale");

    let id = the_order(server.odoo(), "2")["id"].as_i64().unwrap();
    server.odoo().write("sale.order", id, json!({"locked": true})).unwrap();
    let mut shipped = order("2", "c2");
    shipped["status"] = json!("shipped");
    world.run(vec![order_change("2", "c2", 2, &shipped)]).await;
    assert_eq!(world.exceptions().await.len(), 1, "a locked order that is as it should be is none");
    let mut more = order("2", "c2");
    more["lines"][0]["description"] = json!("Another lamp");
    more["buyer"]["key"] = json!("c1");
    world.run(vec![order_change("2", "c2", 3, &more)]).await;
    let exceptions = world.exceptions().await;
    assert_eq!(exceptions.last().unwrap().draft.code, "locked", "{exceptions:#?}");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_made_in_odoo_is_not_the_order() {
    let server = server(Series::V19).await;
    let mut plan = Plan::new(config(&server, None), KEY);
    plan.config.confirm = false;
    let world = plan.start();
    world.run(vec![order_change("1", "c1", 1, &order("1", "c1"))]).await;
    let (_, id) = server.odoo().external_id("__shop_na__.order.1").unwrap();
    let partner = server.odoo().row("sale.order", id).unwrap()["partner_id"][0].clone();
    let copy =
        server.odoo().create("sale.order", json!({"partner_id": partner, "origin": "shop-na/1"})).unwrap();
    let mut off = order("1", "c1");
    off["status"] = json!("cancelled");
    world.run(vec![order_change("1", "c1", 2, &off)]).await;
    world.no_exceptions().await;
    assert_eq!(server.odoo().row("sale.order", id).unwrap()["state"], "cancel");
    assert_eq!(server.odoo().row("sale.order", copy).unwrap()["state"], "draft");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn items_are_found_by_sku_where_odoo_keeps_them() {
    let server = server(Series::V19).await;
    for sku in ["LAMP", "TWIN", "TWIN"] {
        server
            .odoo()
            .create("product.product", json!({"name": sku, "default_code": sku, "is_storable": true}))
            .unwrap();
    }
    let mut plan = Plan::new(config(&server, None), KEY);
    plan.config.item_match = ItemMatch::Sku;
    let world = plan.start();
    let with = |key: &str, sku: &str| {
        let mut order = order(key, key);
        order["lines"][0]["item"]["sku"] = json!("LAMP");
        order["lines"][1]["item"]["sku"] = json!(sku);
        let objects = [("party", party(key)), ("sales_order", order)];
        change(ObjectKind::SalesOrder, key, 1, payload(&objects))
    };
    world.run(vec![with("1", "LAMP"), with("2", "TWIN"), with("3", "NONE")]).await;
    confirmed(&server, "1");
    let mut codes: Vec<String> =
        world.exceptions().await.into_iter().map(|exception| exception.draft.code).collect();
    codes.sort_unstable();
    assert_eq!(codes, ["sku_ambiguous", "sku_not_found"]);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_odoo_lacks_is_refused_until_somebody_adds_it() {
    let server = server(Series::V19).await;
    let world = world(&server);
    let mut taxed = order("1", "c1");
    for at in ["/lines/0/taxes/0/rate", "/allowances_charges/0/taxes/0/rate", "/tax_subtotals/0/rate"] {
        *taxed.pointer_mut(at).unwrap() = json!("7");
    }
    taxed["tax_subtotals"][0]["tax"] = json!("1.54");
    for (field, amount) in [("tax", "1.54"), ("gross", "28.79"), ("payable", "28.79")] {
        taxed["totals"][field] = json!(amount);
    }
    world.run(vec![order_change("1", "c1", 1, &taxed)]).await;
    let exceptions = world.exceptions().await;
    assert_eq!(
        (exceptions[0].draft.code.as_str(), exceptions[0].draft.path.as_str()),
        ("tax_not_found", "/lines/0/taxes/0")
    );
    assert_eq!(server.odoo().count("sale.order"), 0);
    server
        .odoo()
        .create("account.tax", json!({"name": "7%", "amount": 7.0, "type_tax_use": "sale"}))
        .unwrap();
    world.store.replay(vec![exceptions[0].position], "test".into(), 0).await.unwrap();
    world.settled().await;
    let order = the_order(server.odoo(), "1");
    assert_eq!((order["state"].as_str(), order["amount_total"].as_f64()), (Some("sale"), Some(28.79)));
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_party_keeps_what_its_source_does_not_say() {
    let server = server(Series::V19).await;
    let world = world(&server);
    let send = |version, party: Value| change(ObjectKind::Party, "c1", version, payload(&[("party", party)]));
    let organisation = json!({
        "key": "o 1", "kind": "organisation", "name": "Acme & Söhne", "tax_ids": [{"scheme": "vat", "value": "US1"}], "language": "en-US",
        "addresses": [{"city": "Berlin", "country": "DE"}, {"role": "delivery", "lines": ["Ramp 3"], "city": "Hamburg", "country": "DE"}],
    });
    let contact = json!({"key": "c1", "kind": "person", "name": "Jo", "parent": {"key": "o 1"}});
    world.run(vec![change(ObjectKind::Party, "o 1", 1, payload(&[("party", organisation)]))]).await;
    world.run(vec![send(1, contact.clone())]).await;
    world.no_exceptions().await;
    let odoo = server.odoo();
    let (_, acme) = odoo.external_id("__shop_na__.party.o_201").unwrap();
    let (_, jo) = odoo.external_id("__shop_na__.party.c1").unwrap();
    let row = odoo.row("res.partner", acme).unwrap();
    assert_eq!(
        (row["city"].as_str(), row["vat"].as_str(), row["lang"].as_str()),
        (Some("Berlin"), Some("US1"), Some("en_US"))
    );
    assert_eq!(odoo.row("res.partner", jo).unwrap()["parent_id"][0], acme);
    let (_, ramp) = odoo.external_id("__shop_na__.party.o_201.address.1").unwrap();
    assert_eq!(odoo.row("res.partner", ramp).unwrap()["street"], "Ramp 3");
    // The office adds a phone number; the shop changes the name and knows of no phone.
    odoo.write("res.partner", jo, json!({"phone": "+1 555 1234"})).unwrap();
    let mut renamed = contact;
    renamed["name"] = json!("Joanna");
    world.run(vec![send(2, renamed)]).await;
    let row = odoo.row("res.partner", jo).unwrap();
    assert_eq!((row["name"].as_str(), row["phone"].as_str()), (Some("Joanna"), Some("+1 555 1234")));
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_key_waits_for_a_new_one() {
    let server = server(Series::V19).await;
    let world = Plan::new(config(&server, None), "a-wrong-key").start();
    world.send(vec![order_change("1", "c1", 1, &order("1", "c1"))]).await;
    tokio::time::timeout(std::time::Duration::from_millis(300), world.runtime.settled(FLOW))
        .await
        .expect_err("it waits");
    world.no_exceptions().await;
    assert_eq!(server.odoo().count("sale.order"), 0);
    // Picked up without a restart, and again when it changes while all is well.
    world.keys.rotate(KEY);
    world.settled().await;
    confirmed(&server, "1");
    world.keys.rotate(NEXT_KEY);
    world.run(vec![order_change("2", "c1", 1, &order("2", "c1"))]).await;
    confirmed(&server, "2");
    world.no_exceptions().await;
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn records_of_another_system_are_not_mixed_in() {
    let server = server(Series::V19).await;
    let before = server.odoo().count("res.partner");
    let mut plan = Plan::new(config(&server, None), KEY);
    plan.shop = Some("shop-eu".into());
    let world = plan.start();
    world.run(vec![order_change("1", "c1", 1, &order("1", "c1"))]).await;
    let (code, detail) = world.exception().await;
    assert_eq!(code, "foreign_source");
    assert!(detail.contains("`shop-eu`") && detail.contains("`shop-na`"), "{detail}");
    assert_eq!(server.odoo().count("res.partner"), before);
    world.finish().await;
}
