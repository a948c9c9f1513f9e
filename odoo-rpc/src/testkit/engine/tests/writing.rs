//! Writes, commands, constraints, and input made to harm.

use serde_json::{Value, json};

use super::{both, call, mug};
use crate::testkit::Series;
use crate::testkit::engine::ErrorKind;

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
