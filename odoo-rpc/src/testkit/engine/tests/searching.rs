//! Domains.

use serde_json::{Value, json};

use super::both;
use crate::testkit::Series;
use crate::testkit::engine::ErrorKind;

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
