//! The names that differ between Odoo's series.
//!
//! Sources: OpenUpgrade's analysis of 17.0, 18.0 and 19.0; `fields_get` of 17.0 and 19.0.

use connector_core::retry::{Cause, Delivery, Failure};
use odoo_rpc::Version;

/// The names of one series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FieldMap {
    /// The number before the dot.
    pub(crate) series: u16,
    /// Unit of an order line.
    pub(crate) line_unit: &'static str,
    /// Taxes of an order line.
    pub(crate) line_taxes: &'static str,
    /// Whether a product says by `is_storable` that stock is counted; else by the type `product`.
    pub(crate) is_storable: bool,
    /// Field of a product's kind.
    pub(crate) item_type: &'static str,
}

/// One field that the connector needs: model, field, the module that brings it, what it is for.
pub(crate) type Needed = (&'static str, &'static str, &'static str, &'static str);

impl FieldMap {
    /// The names of the series that answers.
    pub(crate) fn of(version: Option<&Version>) -> Result<Self, Failure> {
        let refuse = |message: String| {
            Failure::new(Delivery::NotSent, Cause::Permanent, "unsupported_version", message)
        };
        let version = version.ok_or_else(|| {
            refuse("Odoo does not tell its version; open /web/version to the connector".into())
        })?;
        match version.major {
            ..17 => Err(refuse(format!("Odoo {version} is not supported; 17.0 and later are"))),
            17 => Ok(FieldMap {
                series: 17,
                line_unit: "product_uom",
                line_taxes: "tax_id",
                is_storable: false,
                item_type: "detailed_type",
            }),
            18 => Ok(FieldMap {
                series: 18,
                line_unit: "product_uom",
                line_taxes: "tax_id",
                is_storable: true,
                item_type: "type",
            }),
            series => Ok(FieldMap {
                series,
                line_unit: "product_uom_id",
                line_taxes: "tax_ids",
                is_storable: true,
                item_type: "type",
            }),
        }
    }

    /// Every field that is written or read, for the check against `fields_get`.
    pub(crate) fn needed(&self) -> Vec<Needed> {
        let mut needed: Vec<Needed> = Vec::new();
        let mut add = |model, module, purpose, fields: &[&'static str]| {
            needed.extend(fields.iter().map(|field| (model, *field, module, purpose)));
        };
        let party = ["name", "is_company", "type", "parent_id", "child_ids", "email", "phone", "vat"];
        add("res.partner", "base", "parties", &party);
        let address = ["street", "street2", "city", "zip", "state_id", "country_id", "lang", "active"];
        add("res.partner", "base", "addresses", &address);
        let item = ["name", "default_code", "barcode", "list_price", "uom_id", "description_sale", "active"];
        add("product.product", "product", "items", &item);
        add("product.product", "product", "items", &[self.item_type]);
        if self.is_storable {
            add("product.product", "stock", "items whose stock is counted", &["is_storable"]);
        }
        let order = ["state", "locked", "partner_id", "partner_invoice_id", "partner_shipping_id"];
        add("sale.order", "sale", "orders", &order);
        let order = ["client_order_ref", "origin", "date_order", "pricelist_id", "note", "commitment_date"];
        add("sale.order", "sale", "orders", &order);
        add("sale.order", "sale", "the check of totals", &["amount_total", "currency_id", "order_line"]);
        let line = ["product_id", "name", "product_uom_qty", "price_unit", "discount", "sequence"];
        add("sale.order.line", "sale", "lines of orders", &line);
        add(
            "sale.order.line",
            "sale",
            "lines of orders",
            &["qty_delivered", self.line_unit, self.line_taxes],
        );
        let levels = ["qty_available", "free_qty", "incoming_qty", "outgoing_qty"];
        add("product.product", "stock", "inventory levels", &levels);
        let found_by = ["create_date", "write_date", "product_tmpl_id"];
        add("product.product", "product", "inventory levels", &found_by);
        add("product.template", "product", "inventory levels", &["write_date"]);
        add("stock.quant", "stock", "inventory levels", &["product_id", "location_id", "write_date"]);
        add("stock.move", "stock", "inventory levels", &["product_id", "write_date"]);
        needed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(major: u16) -> Result<FieldMap, Failure> {
        FieldMap::of(Some(&Version { major, minor: 0, saas: false, enterprise: false }))
    }

    #[test]
    fn names_follow_the_series() {
        for (major, unit, taxes, kind, storable) in [
            (17, "product_uom", "tax_id", "detailed_type", false),
            (18, "product_uom", "tax_id", "type", true),
            (19, "product_uom_id", "tax_ids", "type", true),
            (20, "product_uom_id", "tax_ids", "type", true),
        ] {
            let map = of(major).unwrap();
            assert_eq!(
                (map.line_unit, map.line_taxes, map.item_type, map.is_storable),
                (unit, taxes, kind, storable)
            );
        }
        assert_eq!(of(16).unwrap_err().code, "unsupported_version");
        assert!(FieldMap::of(None).is_err());
    }
}
