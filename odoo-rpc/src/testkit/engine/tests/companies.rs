//! More than one company: what a user sees, and what depends on the company.

use serde_json::{Value, json};

use super::{call, call_as, call_in};
use crate::testkit::engine::{ErrorKind, Odoo};
use crate::testkit::{Series, Setup};

fn two() -> Vec<Odoo> {
    [Series::V17, Series::V19]
        .into_iter()
        .map(|series| {
            let setup = Setup::new(series).user("clerk", "secret", "clerk-key").company("Chicago");
            Odoo::new(&setup).expect("starts")
        })
        .collect()
}

const CLERK: i64 = 3;

#[test]
fn records_of_other_companies_are_hidden() {
    for odoo in two() {
        let near = odoo.create("res.partner", json!({"name": "Near", "company_id": 1})).expect("near");
        let far = odoo.create("res.partner", json!({"name": "Far", "company_id": 2})).expect("far");
        let shared = odoo.create("res.partner", json!({"name": "Shared"})).expect("shared");
        let find = |uid: i64, context: Value| {
            let domain = json!({"domain": [["id", "in", [near, far, shared]]], "order": "id"});
            call_as(&odoo, uid, context, "res.partner", "search", &[], domain)
        };
        assert_eq!(find(2, json!({})).expect("found"), json!([near, far, shared]));
        assert_eq!(find(CLERK, json!({})).expect("found"), json!([near, shared]));
        assert_eq!(find(2, json!({"allowed_company_ids": [2]})).expect("found"), json!([far, shared]));
        for (uid, companies) in [(CLERK, json!([2])), (CLERK, json!([1, 2])), (2, json!([9]))] {
            let error = find(uid, json!({"allowed_company_ids": companies})).unwrap_err();
            assert_eq!(error.kind, ErrorKind::Access);
            assert_eq!(error.message, "Access to unauthorized or invalid companies.");
        }
        let read = call_as(
            &odoo,
            CLERK,
            json!({}),
            "res.partner",
            "read",
            &[near, far],
            json!({"fields": ["name"]}),
        );
        let error = read.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Access);
        assert!(
            error
                .message
                .contains("Sorry, clerk (id=3) doesn't have 'read' access to:\n- Contact (res.partner)")
        );
        let context = json!({"allowed_company_ids": [1]});
        let write = call_in(&odoo, context, "res.partner", "write", &[far], json!({"vals": {"name": "x"}}));
        let error = write.unwrap_err();
        assert_eq!(
            error.message.contains("switching to the company: Chicago."),
            odoo.series() == Series::V19
        );
        assert_eq!(odoo.row("res.partner", far).expect("row")["name"], "Far");
        let companies = call_as(&odoo, CLERK, json!({}), "res.company", "search", &[], json!({"domain": []}));
        assert_eq!(companies.expect("found"), json!([1]));
    }
}

#[test]
fn a_new_record_gets_the_company_of_the_call() {
    for odoo in two() {
        let ann = odoo.create("res.partner", json!({"name": "Ann"})).expect("ann");
        let context = json!({"allowed_company_ids": [2, 1]});
        let order =
            call_in(&odoo, context, "sale.order", "create", &[], json!({"vals_list": {"partner_id": ann}}));
        let order = odoo.row("sale.order", order.expect("created").as_i64().expect("an id")).expect("row");
        assert_eq!(order["company_id"][1], "Chicago");
        assert_eq!(order["warehouse_id"][1], "Chicago");
    }
}

#[test]
fn a_field_of_the_company_has_a_value_in_each() {
    for odoo in two() {
        let product =
            odoo.create("product.product", json!({"name": "Mug", "standard_price": 5.0})).expect("a mug");
        let price = |companies: Value| {
            let fields = json!({"fields": ["standard_price"]});
            let context = json!({"allowed_company_ids": companies});
            let rows = call_in(&odoo, context, "product.product", "read", &[product], fields).expect("read");
            rows[0]["standard_price"].clone()
        };
        assert_eq!((price(json!([1])), price(json!([2]))), (json!(5.0), json!(0.0)));
        let context = json!({"allowed_company_ids": [2, 1]});
        let vals = json!({"vals": {"standard_price": 9.0}});
        call_in(&odoo, context, "product.product", "write", &[product], vals).expect("written");
        assert_eq!((price(json!([1, 2])), price(json!([2]))), (json!(5.0), json!(9.0)));
    }
}

#[test]
fn goods_of_other_companies_are_not_counted() {
    for odoo in two() {
        let goods = match odoo.series() {
            Series::V17 => json!({"name": "Mug", "detailed_type": "product"}),
            Series::V19 => json!({"name": "Mug", "is_storable": true}),
        };
        let product = odoo.create("product.product", goods).expect("a mug");
        let far = odoo.search("stock.warehouse", &json!([["company_id", "=", 2]])).expect("found")[0];
        let place = odoo.row("stock.warehouse", far).expect("row")["lot_stock_id"][0].as_i64();
        odoo.stock(product, None, 3.0).expect("stocked");
        odoo.stock(product, place, 4.0).expect("stocked");
        let level = |uid: i64| {
            let fields = json!({"fields": ["free_qty"]});
            let rows =
                call_as(&odoo, uid, json!({}), "product.product", "read", &[product], fields).expect("read");
            rows[0]["free_qty"].clone()
        };
        assert_eq!((level(2), level(CLERK)), (json!(7.0), json!(3.0)));
        let seen = call(&odoo, "stock.quant", "search_count", &[], json!({"domain": []})).expect("counted");
        assert_eq!(seen, json!(2));
        let seen =
            call_as(&odoo, CLERK, json!({}), "stock.quant", "search_count", &[], json!({"domain": []}));
        assert_eq!(seen.expect("counted"), json!(1));
    }
}
