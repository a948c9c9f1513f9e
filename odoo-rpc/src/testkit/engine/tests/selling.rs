//! Products, orders, transfers and stock.

use serde_json::json;

use super::{both, call, call_in, id, levels, mug};
use crate::testkit::engine::{ErrorKind, Odoo};
use crate::testkit::{Series, Setup};

#[test]
fn a_variant_makes_its_template_and_a_template_its_variant() {
    both(|series, odoo| {
        let product = mug(series, odoo);
        let row = odoo.row("product.product", product).expect("row");
        assert_eq!(row["name"], "Mug");
        assert_eq!(row["list_price"], 10.0);
        assert_eq!(row["uom_id"][1], "Units");
        assert_eq!(odoo.count("product.template"), 1);
        let template =
            odoo.create("product.template", json!({"name": "Cup", "default_code": "CUP"})).expect("made");
        let row = odoo.row("product.template", template).expect("row");
        assert_eq!(row["product_variant_count"], 1);
        assert_eq!(row["default_code"], "CUP");
        assert_eq!(odoo.count("product.product"), 2);
    });
}

#[test]
fn confirming_reserves_and_validating_moves_the_goods() {
    both(|series, odoo| {
        let product = mug(series, odoo);
        odoo.stock(product, None, 10.0).expect("stocked");
        let partner = odoo.create("res.partner", json!({"name": "Ann"})).expect("partner");
        let lines = json!([[0, 0, {"product_id": product, "product_uom_qty": 3}]]);
        let order = id(call(
            odoo,
            "sale.order",
            "create",
            &[],
            json!({"vals_list": {"partner_id": partner, "order_line": lines}}),
        )
        .expect("created"));
        let row = odoo.row("sale.order", order).expect("row");
        assert_eq!(row["name"], "S00001");
        assert_eq!(row["amount_total"], 30.0);
        assert_eq!(levels(odoo, product), [10.0, 10.0, 0.0, 10.0]);
        call(odoo, "sale.order", "action_confirm", &[order], json!({})).expect("confirmed");
        assert_eq!(levels(odoo, product), [10.0, 7.0, 3.0, 7.0]);
        let again = call(odoo, "sale.order", "action_confirm", &[order], json!({})).unwrap_err();
        assert_eq!(again.kind, ErrorKind::User);
        let picking = odoo.rows("stock.picking").pop().expect("a picking");
        assert_eq!(picking["name"], "WH/OUT/00001");
        assert_eq!(picking["state"], "assigned");
        let picking = picking["id"].as_i64().expect("id");
        call(odoo, "stock.picking", "button_validate", &[picking], json!({})).expect("validated");
        assert_eq!(levels(odoo, product), [7.0, 7.0, 0.0, 7.0]);
        let row = odoo.row("sale.order", order).expect("row");
        assert_eq!(row["delivery_status"], "full");
    });
}

#[test]
fn a_short_shelf_reserves_in_part_and_leaves_a_backorder() {
    both(|series, odoo| {
        let product = mug(series, odoo);
        odoo.stock(product, None, 2.0).expect("stocked");
        let partner = odoo.create("res.partner", json!({"name": "Ann"})).expect("partner");
        let lines = json!([[0, 0, {"product_id": product, "product_uom_qty": 5}]]);
        let order =
            odoo.create("sale.order", json!({"partner_id": partner, "order_line": lines})).expect("order");
        call(odoo, "sale.order", "action_confirm", &[order], json!({})).expect("confirmed");
        assert_eq!(levels(odoo, product), [2.0, 0.0, 5.0, -3.0]);
        let first = odoo.search("stock.picking", &json!([["sale_id", "=", order]])).expect("found");
        let asked = call(odoo, "stock.picking", "button_validate", &first, json!({})).expect("a dialog");
        assert_eq!(asked["res_model"], "stock.backorder.confirmation");
        assert_eq!(levels(odoo, product), [2.0, 0.0, 5.0, -3.0]);
        call_in(odoo, json!({"skip_backorder": true}), "stock.picking", "button_validate", &first, json!({}))
            .expect("done");
        assert_eq!(levels(odoo, product), [0.0, 0.0, 3.0, -3.0]);
        let rest = odoo.rows("stock.picking").pop().expect("the backorder");
        assert_eq!((&rest["state"], &rest["backorder_id"][0]), (&json!("confirmed"), &json!(first[0])));
        assert_eq!(odoo.row("sale.order", order).expect("row")["delivery_status"], "partial");
    });
}

#[test]
fn cancelling_gives_the_reservation_back() {
    both(|series, odoo| {
        let product = mug(series, odoo);
        odoo.stock(product, None, 4.0).expect("stocked");
        let partner = odoo.create("res.partner", json!({"name": "Ann"})).expect("partner");
        let lines = json!([[0, 0, {"product_id": product, "product_uom_qty": 4}]]);
        let order =
            odoo.create("sale.order", json!({"partner_id": partner, "order_line": lines})).expect("order");
        call(odoo, "sale.order", "action_confirm", &[order], json!({})).expect("confirmed");
        assert_eq!(levels(odoo, product), [4.0, 0.0, 4.0, 0.0]);
        let context = json!({"disable_cancel_warning": true});
        call_in(odoo, context, "sale.order", "action_cancel", &[order], json!({})).expect("cancelled");
        assert_eq!(levels(odoo, product), [4.0, 4.0, 0.0, 4.0]);
        assert_eq!(odoo.row("sale.order", order).expect("row")["state"], "cancel");
        assert_eq!(odoo.rows("stock.picking")[0]["state"], "cancel");
    });
}

#[test]
fn seventeen_asks_before_it_cancels() {
    let odoo = Odoo::new(&Setup::new(Series::V17)).expect("starts");
    let product = mug(Series::V17, &odoo);
    let partner = odoo.create("res.partner", json!({"name": "Ann"})).expect("partner");
    let lines = json!([[0, 0, {"product_id": product}]]);
    let order =
        odoo.create("sale.order", json!({"partner_id": partner, "order_line": lines})).expect("order");
    call(&odoo, "sale.order", "action_confirm", &[order], json!({})).expect("confirmed");
    let answer = call(&odoo, "sale.order", "action_cancel", &[order], json!({})).expect("a dialog");
    assert_eq!(answer["res_model"], "sale.order.cancel");
    assert_eq!(odoo.row("sale.order", order).expect("row")["state"], "sale");
}

#[test]
fn a_changed_quantity_on_a_confirmed_order_changes_the_move() {
    both(|series, odoo| {
        let product = mug(series, odoo);
        odoo.stock(product, None, 10.0).expect("stocked");
        let partner = odoo.create("res.partner", json!({"name": "Ann"})).expect("partner");
        let order = odoo.create("sale.order", json!({"partner_id": partner, "order_line": [[0, 0, {"product_id": product, "product_uom_qty": 2}]]})).expect("order");
        call(odoo, "sale.order", "action_confirm", &[order], json!({})).expect("confirmed");
        let line = odoo.rows("sale.order.line")[0]["id"].as_i64().expect("id");
        call(odoo, "sale.order.line", "write", &[line], json!({"vals": {"product_uom_qty": 6}}))
            .expect("written");
        assert_eq!(levels(odoo, product), [10.0, 4.0, 6.0, 4.0]);
        call(odoo, "sale.order.line", "write", &[line], json!({"vals": {"product_uom_qty": 1}}))
            .expect("written");
        assert_eq!(levels(odoo, product), [10.0, 9.0, 1.0, 9.0]);
        assert_eq!(odoo.count("stock.move"), 1);
        call(odoo, "sale.order", "action_lock", &[order], json!({})).expect("locked");
        let error =
            call(odoo, "sale.order.line", "write", &[line], json!({"vals": {"price_unit": 1}})).unwrap_err();
        assert_eq!(error.kind, ErrorKind::User);
    });
}

#[test]
fn a_copied_order_is_a_new_quotation_with_the_same_lines() {
    both(|series, odoo| {
        let product = mug(series, odoo);
        let partner = odoo.create("res.partner", json!({"name": "Ann"})).expect("partner");
        let lines = json!([[0, 0, {"product_id": product, "product_uom_qty": 2}]]);
        let order =
            odoo.create("sale.order", json!({"partner_id": partner, "order_line": lines})).expect("order");
        call(odoo, "sale.order", "action_confirm", &[order], json!({})).expect("confirmed");
        let copy = call(odoo, "sale.order", "copy", &[order], json!({})).expect("copied");
        let copy =
            odoo.row("sale.order", copy.as_i64().or_else(|| copy[0].as_i64()).expect("an id")).expect("row");
        assert_eq!((&copy["name"], &copy["state"]), (&json!("S00002"), &json!("draft")));
        assert_eq!(copy["amount_total"], 20.0);
        assert_eq!(copy["order_line"].as_array().expect("lines").len(), 1);
    });
}

#[test]
fn stock_is_told_apart_by_warehouse() {
    both(|series, odoo| {
        let product = mug(series, odoo);
        let far = odoo.create("stock.warehouse", json!({"name": "Far", "code": "FAR"})).expect("a warehouse");
        let row = odoo.row("stock.warehouse", far).expect("row");
        odoo.stock(product, None, 3.0).expect("stocked");
        odoo.stock(product, row["lot_stock_id"][0].as_i64(), 4.0).expect("stocked");
        assert_eq!(levels(odoo, product), [7.0, 7.0, 0.0, 7.0]);
        for (key, id, expected) in
            [("warehouse_id", far, 4.0), ("warehouse_id", 1, 3.0), ("warehouse", far, 4.0)]
        {
            let rows = call_in(
                odoo,
                json!({(key): id}),
                "product.product",
                "read",
                &[product],
                json!({"fields": ["free_qty"]}),
            );
            assert_eq!(rows.expect("read")[0]["free_qty"], json!(expected), "{key}");
        }
        assert!(row["out_type_id"][1].as_str().is_some_and(|name| name.starts_with("Far")));
    });
}
