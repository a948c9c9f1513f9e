//! Amounts of orders, rounded as the series does.

use serde_json::json;

use super::{both, mug};
use crate::testkit::Series;

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
