//! The engine through its one entry, without a network.

use serde_json::{Value, json};

use super::{ADMIN, Arguments, Call, ErrorKind, Interference, Odoo, OdooError, WriteKind};
use crate::testkit::{Series, Setup};

fn call_in(
    odoo: &Odoo,
    context: Value,
    model: &str,
    method: &str,
    ids: &[i64],
    named: Value,
) -> Result<Value, OdooError> {
    let arguments =
        Arguments { named: named.as_object().cloned().unwrap_or_default(), ..Arguments::default() };
    let call = Call {
        uid: ADMIN,
        model: model.to_owned(),
        method: method.to_owned(),
        ids: Some(ids.to_vec()),
        arguments,
        context: Some(context),
    };
    odoo.call(call, Interference::None)
}

fn call(odoo: &Odoo, model: &str, method: &str, ids: &[i64], named: Value) -> Result<Value, OdooError> {
    call_in(odoo, json!({}), model, method, ids, named)
}

fn id(value: Value) -> i64 {
    value.as_i64().expect("an id")
}

fn mug(series: Series, odoo: &Odoo) -> i64 {
    let values = match series {
        Series::V17 => {
            json!({"name": "Mug", "default_code": "MUG", "detailed_type": "product", "lst_price": 10.0})
        }
        Series::V19 => json!({"name": "Mug", "default_code": "MUG", "is_storable": true, "lst_price": 10.0}),
    };
    odoo.create("product.product", values).expect("a product")
}

fn both(test: impl Fn(Series, &Odoo)) {
    for series in [Series::V17, Series::V19] {
        test(series, &Odoo::new(&Setup::new(series)).expect("starts"));
    }
}

fn levels(odoo: &Odoo, product: i64) -> Vec<f64> {
    let row = odoo.row("product.product", product).expect("product");
    ["qty_available", "free_qty", "outgoing_qty", "virtual_available"]
        .iter()
        .map(|name| row[*name].as_f64().expect("number"))
        .collect()
}

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
fn taxes_are_rounded_as_the_series_does() {
    both(|series, odoo| {
        let product = mug(series, odoo);
        let tax = odoo.create("account.tax", json!({"name": "21%", "amount": 21.0})).expect("tax");
        let partner = odoo.create("res.partner", json!({"name": "Ann"})).expect("partner");
        let field = if series == Series::V17 { "tax_id" } else { "tax_ids" };
        let line = json!([0, 0, {"product_id": product, "product_uom_qty": 1, "price_unit": 0.31, (field): [[6, 0, [tax]]]}]);
        let lines = json!([line.clone(), line.clone(), line]);
        let order =
            odoo.create("sale.order", json!({"partner_id": partner, "order_line": lines})).expect("order");
        let row = odoo.row("sale.order", order).expect("row");
        // 0.31 at 21% is 0.0651 a line: three rounded lines give 0.21, one rounded sum 0.20.
        let tax = if series == Series::V17 { 0.21 } else { 0.20 };
        assert_eq!(row["amount_untaxed"], 0.93);
        assert_eq!(row["amount_tax"], tax);
    });
}

#[test]
fn a_price_with_its_tax_inside_stays_the_price() {
    both(|series, odoo| {
        let product = mug(series, odoo);
        let values = json!({"name": "VAT in", "amount": 20.0, "price_include": true});
        let values = if series == Series::V17 {
            values
        } else {
            json!({"name": "VAT in", "amount": 20.0, "price_include_override": "tax_included"})
        };
        let tax = odoo.create("account.tax", values).expect("tax");
        odoo.write("product.product", product, json!({"taxes_id": [[6, 0, [tax]]]})).expect("written");
        let partner = odoo.create("res.partner", json!({"name": "Ann"})).expect("partner");
        let lines = json!([[0, 0, {"product_id": product, "product_uom_qty": 3, "price_unit": 19.99}]]);
        let order =
            odoo.create("sale.order", json!({"partner_id": partner, "order_line": lines})).expect("order");
        let row = odoo.row("sale.order", order).expect("row");
        assert_eq!(row["amount_total"], 59.97);
        assert_eq!(row["amount_tax"], 10.0);
        assert_eq!(row["amount_untaxed"], 49.97);
    });
}

#[test]
fn an_error_rolls_the_whole_call_back() {
    both(|_, odoo| {
        let before = odoo.count("res.partner");
        let vals = json!({"vals_list": [{"name": "good"}, {"name": "bad", "country_id": 99999}]});
        let error = call(odoo, "res.partner", "create", &[], vals).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Validation);
        assert_eq!(odoo.count("res.partner"), before);
        assert!(odoo.writes().is_empty());
        assert_eq!(odoo.calls().len(), 1);
    });
}

fn load(odoo: &Odoo, model: &str, fields: &[&str], data: Value) -> Value {
    call(odoo, model, "load", &[], json!({"fields": fields, "data": data})).expect("answers")
}

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

#[test]
fn domains_select_as_odoo_does() {
    both(|series, odoo| {
        let be = odoo.external_id("base.be").expect("belgium").1;
        let tag = odoo.create("res.partner.category", json!({"name": "VIP"})).expect("tag");
        let ann = odoo
            .create(
                "res.partner",
                json!({"name": "Ann", "country_id": be, "category_id": [[6, 0, [tag]]], "credit_limit": 5}),
            )
            .expect("ann");
        let bob =
            odoo.create("res.partner", json!({"name": "Bob", "ref": "B_1", "parent_id": ann})).expect("bob");
        let off = odoo.create("res.partner", json!({"name": "Off", "active": false})).expect("off");
        let find = |domain: Value| {
            let mut all = vec![json!(["id", "in", [ann, bob, off]])];
            all.extend(domain.as_array().expect("list").clone());
            odoo.search("res.partner", &Value::Array(all)).expect("found")
        };
        assert_eq!(find(json!([["country_id.code", "=", "BE"]])), [ann]);
        assert_eq!(find(json!([["country_id", "=", false]])), [bob]);
        assert_eq!(find(json!([["country_id", "ilike", "belg"]])), [ann]);
        assert_eq!(find(json!([["category_id", "in", [tag]]])), [ann]);
        assert_eq!(find(json!(["|", ["name", "=", "Ann"], ["ref", "=like", "B\\_%"]])), [ann, bob]);
        assert_eq!(find(json!(["!", ["name", "ilike", "AN"]])), [bob]);
        assert_eq!(find(json!([["ref", "!=", "B_1"]])), [ann]);
        assert_eq!(find(json!([["credit_limit", ">=", 5]])), [ann]);
        assert_eq!(find(json!([["id", "child_of", ann]])), [ann, bob]);
        assert_eq!(find(json!([["active", "=", false]])), [off]);
        assert_eq!(find(json!([["child_ids", "any", [["name", "=", "Bob"]]]])), [ann]);
        assert_eq!(find(json!([["ref", "not in", ["B_1"]]])), [ann]);
        let wrong = odoo.search("res.partner", &json!([["nope", "=", 1]])).unwrap_err();
        let place = if series == Series::V17 { "leaf" } else { "condition" };
        assert_eq!(wrong.message, format!("Invalid field res.partner.nope in {place} ('nope', '=', 1)"));
        assert_eq!(
            odoo.search("res.partner", &json!(["|", ["id", "=", 1]])).unwrap_err().kind,
            ErrorKind::Value
        );
    });
}

#[test]
fn nineteen_compares_whole_seconds_and_seventeen_microseconds() {
    both(|series, odoo| {
        odoo.set_clock("2026-05-01 10:00:00.500000").expect("a time");
        let ann = odoo.create("res.partner", json!({"name": "Ann"})).expect("ann");
        assert_eq!(odoo.row("res.partner", ann).expect("row")["write_date"], "2026-05-01 10:00:00");
        let after = odoo
            .search("res.partner", &json!([["write_date", ">", "2026-05-01 10:00:00"], ["id", "=", ann]]))
            .expect("found");
        assert_eq!(after.len(), usize::from(series == Series::V17));
        let since = odoo
            .search("res.partner", &json!([["write_date", ">=", "2026-05-01 10:00:00"], ["id", "=", ann]]))
            .expect("found");
        assert_eq!(since, [ann]);
    });
}

#[test]
fn uniqueness_required_selection_and_unknown_names_are_refused() {
    both(|series, odoo| {
        let refused = |model: &str, vals: Value| {
            call(odoo, model, "create", &[], json!({"vals_list": vals})).unwrap_err()
        };
        let error = refused("res.country", json!({"name": "Dup", "code": "BE"}));
        assert_eq!(
            error.message,
            "The operation cannot be completed: The code of the country must be unique!"
        );
        assert!(refused("product.template", json!({"name": false})).message.contains("(name)"));
        assert_eq!(refused("res.partner", json!({"name": "x", "type": "nonsense"})).kind, ErrorKind::Value);
        let unknown = refused("res.partner", json!({"name": "x", "no_such_field": 1}));
        let text = if series == Series::V17 {
            "Invalid field 'no_such_field' on model 'res.partner'"
        } else {
            "Invalid field 'no_such_field' in 'res.partner'"
        };
        assert_eq!(unknown.message, text);
        let loops = odoo.create("res.partner", json!({"name": "Loop"})).expect("made");
        let error =
            call(odoo, "res.partner", "write", &[loops], json!({"vals": {"parent_id": loops}})).unwrap_err();
        assert_eq!(error.message, "You cannot create recursive Partner hierarchies.");
        let missing =
            call(odoo, "res.partner", "write", &[424_242], json!({"vals": {"name": "x"}})).unwrap_err();
        assert_eq!(missing.kind, ErrorKind::Missing);
    });
}

#[test]
fn x2many_commands_do_what_they_say() {
    both(|_, odoo| {
        let tags: Vec<i64> = ["a", "b", "c"]
            .iter()
            .map(|name| odoo.create("res.partner.category", json!({"name": name})).expect("tag"))
            .collect();
        let ann = odoo
            .create("res.partner", json!({"name": "Ann", "category_id": [[4, tags[0]], [4, tags[1], 0]]}))
            .expect("ann");
        let held = || odoo.row("res.partner", ann).expect("row")["category_id"].clone();
        assert_eq!(held(), json!([tags[0], tags[1]]));
        odoo.write("res.partner", ann, json!({"category_id": [[3, tags[0]], [4, tags[2]]]}))
            .expect("written");
        assert_eq!(held(), json!([tags[1], tags[2]]));
        odoo.write("res.partner", ann, json!({"category_id": [[5, 0, 0]]})).expect("written");
        assert_eq!(held(), json!([]));
        let child = odoo.create("res.partner", json!({"name": "Kid"})).expect("child");
        odoo.write(
            "res.partner",
            ann,
            json!({"child_ids": [[4, child], [0, 0, {"name": "New"}], [1, child, {"name": "Old"}]]}),
        )
        .expect("written");
        assert_eq!(odoo.row("res.partner", child).expect("row")["display_name"], "Ann, Old");
        assert_eq!(odoo.row("res.partner", ann).expect("row")["child_ids"].as_array().expect("ids").len(), 2);
    });
}

#[test]
fn deleting_an_order_deletes_lines_and_external_ids() {
    both(|series, odoo| {
        let product = mug(series, odoo);
        let partner = odoo.create("res.partner", json!({"name": "Ann"})).expect("partner");
        let order = odoo
            .create(
                "sale.order",
                json!({"partner_id": partner, "order_line": [[0, 0, {"product_id": product}]]}),
            )
            .expect("order");
        odoo.name("shop.o", "sale.order", order).expect("named");
        call(odoo, "sale.order", "unlink", &[order], json!({})).expect("deleted");
        assert_eq!((odoo.count("sale.order"), odoo.count("sale.order.line")), (0, 0));
        assert_eq!(odoo.external_id("shop.o"), None);
        let order = odoo
            .create(
                "sale.order",
                json!({"partner_id": partner, "order_line": [[0, 0, {"product_id": product}]]}),
            )
            .expect("order");
        let used = call(odoo, "res.partner", "unlink", &[partner], json!({})).unwrap_err();
        assert_eq!(used.kind, ErrorKind::Validation);
        call(odoo, "sale.order", "action_confirm", &[order], json!({})).expect("confirmed");
        assert_eq!(
            call(odoo, "sale.order", "unlink", &[order], json!({})).unwrap_err().kind,
            ErrorKind::User
        );
    });
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
fn hostile_input_is_refused_and_never_panics() {
    both(|series, odoo| {
        // A long chain of one operator is flat; alternating operators nest and are capped.
        let mut chain = vec![json!("|"); 5_000];
        chain.extend((0..5_001).map(|id| json!(["id", "=", id])));
        assert!(!odoo.search("res.partner", &Value::Array(chain)).expect("a long domain").is_empty());
        let mut nested = Vec::new();
        for level in 0..500 {
            nested.push(json!(if level % 2 == 0 { "|" } else { "&" }));
            nested.push(json!(["id", "=", level]));
        }
        nested.push(json!(["id", "=", 0]));
        assert_eq!(odoo.search("res.partner", &Value::Array(nested)).unwrap_err().kind, ErrorKind::Value);
        assert_eq!(odoo.search("res.partner", &json!(["&"])).unwrap_err().kind, ErrorKind::Value);
        assert_eq!(odoo.search("res.partner", &json!([[1, 2]])).unwrap_err().kind, ErrorKind::Value);
        assert_eq!(odoo.search("res.partner", &json!([["id", "~", 1]])).unwrap_err().kind, ErrorKind::Value);
        let product = mug(series, odoo);
        let partner = odoo.create("res.partner", json!({"name": "Ann"})).expect("partner");
        let huge = json!([[0, 0, {"product_id": product, "product_uom_qty": 1e300, "price_unit": -1e28, "discount": 1e28}]]);
        let order =
            odoo.create("sale.order", json!({"partner_id": partner, "order_line": huge})).expect("order");
        assert!(odoo.row("sale.order", order).expect("row")["amount_total"].is_f64());
        for commands in [json!([[9, 0, 0]]), json!("x"), json!([7, "x"]), json!([[0]]), json!([[1, 999, {}]])]
        {
            let vals = json!({"partner_id": partner, "order_line": commands});
            assert!(call(odoo, "sale.order", "create", &[], json!({"vals_list": vals})).is_err(), "{vals}");
        }
        let mut deep = json!({"name": "leaf"});
        for _ in 0..60 {
            deep = json!({"name": "x", "child_ids": [[0, 0, deep]]});
        }
        assert_eq!(odoo.create("res.partner", deep).unwrap_err().kind, ErrorKind::Value);
        for (model, method, named) in [
            ("res.partner", "search", json!({"domain": [], "limit": -1})),
            ("res.partner", "search", json!({"domain": [], "order": "nope desc"})),
            ("res.partner", "create", json!({"vals_list": 3})),
            ("res.partner", "load", json!({"fields": ["nope"], "data": [["x"]]})),
            ("res.partner", "load", json!({"fields": ["name"], "data": [[true]]})),
            (
                "account.tax",
                "create",
                json!({"vals_list": {"name": "x", "amount": 1, "amount_type": "division"}}),
            ),
        ] {
            assert!(call(odoo, model, method, &[], named.clone()).is_err(), "{model}.{method} {named}");
        }
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
