//! `load`: the upsert.

use serde_json::json;

use super::{both, call, call_in, load, mug};
use crate::testkit::engine::{Odoo, WriteKind};
use crate::testkit::{Series, Setup};

#[test]
fn load_of_a_document_with_lines_can_be_repeated() {
    both(|series, odoo| {
        let product = mug(series, odoo);
        odoo.name("shop.mug", "product.product", product).expect("named");
        let partner = odoo.create("res.partner", json!({"name": "Ann"})).expect("partner");
        odoo.name("shop.ann", "res.partner", partner).expect("named");
        let fields = [
            "id",
            "partner_id/id",
            "client_order_ref",
            "order_line/id",
            "order_line/product_id/id",
            "order_line/product_uom_qty",
            "order_line/price_unit",
        ];
        let data = json!([
            ["shop.order_1", "shop.ann", "W-1", "shop.order_1_1", "shop.mug", "2", "7.5"],
            ["", "", "", "shop.order_1_2", "shop.mug", "1", "5"],
            ["shop.order_2", "shop.ann", "W-2", "shop.order_2_1", "shop.mug", "4", "1.25"],
        ]);
        let first = load(odoo, "sale.order", &fields, data.clone());
        assert_eq!(first["messages"], json!([]));
        assert_eq!(first["ids"].as_array().expect("ids").len(), 2);
        odoo.clear_logs();
        let second = load(odoo, "sale.order", &fields, data);
        assert_eq!(first["ids"], second["ids"]);
        assert_eq!((odoo.count("sale.order"), odoo.count("sale.order.line")), (2, 3));
        assert!(
            odoo.writes().iter().all(|write| write.kind == WriteKind::Update && write.fields.is_empty()),
            "{:?}",
            odoo.writes()
        );
        let order = odoo.row("sale.order", first["ids"][0].as_i64().expect("id")).expect("row");
        assert_eq!(order["amount_total"], 20.0);
        assert_eq!(
            odoo.external_id("shop.order_1_2").map(|(model, _)| model).as_deref(),
            Some("sale.order.line")
        );
    });
}

#[test]
fn load_without_line_ids_adds_the_lines_again() {
    both(|series, odoo| {
        let product = mug(series, odoo);
        odoo.name("shop.mug", "product.product", product).expect("named");
        let partner = odoo.create("res.partner", json!({"name": "Ann"})).expect("partner");
        odoo.name("shop.ann", "res.partner", partner).expect("named");
        let fields = ["id", "partner_id/id", "order_line/product_id/id"];
        let data = json!([["shop.order_1", "shop.ann", "shop.mug"]]);
        load(odoo, "sale.order", &fields, data.clone());
        load(odoo, "sale.order", &fields, data);
        assert_eq!(odoo.count("sale.order.line"), 2);
    });
}

#[test]
fn load_is_all_or_nothing_and_says_where() {
    both(|_, odoo| {
        let before = (odoo.count("res.partner"), odoo.count("ir.model.data"));
        let data = json!([["x.1", "ok", "base.be"], ["x.2", "", "base.nowhere"]]);
        let answer = load(odoo, "res.partner", &["id", "name", "country_id/id"], data);
        assert_eq!(answer["ids"], false);
        let messages = answer["messages"].as_array().expect("messages");
        assert_eq!(messages.len(), 2);
        assert_eq!(
            messages[0]["message"],
            "No matching record found for external id 'base.nowhere' in field 'Country'"
        );
        assert_eq!(messages[1]["rows"], json!({"from": 1, "to": 1}));
        assert_eq!((odoo.count("res.partner"), odoo.count("ir.model.data")), before);
    });
}

#[test]
fn load_reads_times_in_the_users_zone() {
    let odoo = Odoo::new(&Setup::new(Series::V19).time_zone("Europe/Brussels")).expect("starts");
    let partner = odoo.create("res.partner", json!({"name": "Ann"})).expect("partner");
    odoo.name("shop.ann", "res.partner", partner).expect("named");
    let fields = json!({"fields": ["id", "partner_id/id", "commitment_date"], "data": [["s.1", "shop.ann", "2026-07-01 10:00:00"]]});
    call(&odoo, "sale.order", "load", &[], fields.clone()).expect("loads");
    assert_eq!(odoo.rows("sale.order")[0]["commitment_date"], "2026-07-01 08:00:00");
    call_in(&odoo, json!({"tz": "UTC"}), "sale.order", "load", &[], fields).expect("loads");
    assert_eq!(odoo.rows("sale.order")[0]["commitment_date"], "2026-07-01 10:00:00");
}
