//! An item: `product.product`, never the template.

use connector_core::canonical::object::{Item, ItemKind};
use connector_core::contract::Rejection;

use super::{Mapper, Record, cell, flag, number};
use crate::error::refuse;

impl Mapper<'_> {
    /// The item's record.
    pub(crate) fn item(&self, item: &Item) -> Result<Record, Rejection> {
        let service = match &item.kind {
            ItemKind::Goods => false,
            ItemKind::Service => true,
            other => {
                let message = format!("an item of kind `{other}` has no counterpart in Odoo; send its parts");
                return Err(refuse("kind_not_supported", "/kind", message));
            }
        };
        let storable = item.stocked && !service;
        let kind = match (service, storable, self.fields.is_storable) {
            (true, ..) => "service",
            (false, true, false) => "product",
            (false, ..) => "consu",
        };
        let mut cells = vec![
            cell("id", self.names.item(item.key.as_str())),
            cell("name", item.name.as_str()),
            cell(self.fields.item_type, kind),
            cell("uom_id/id", self.refs.unit(&item.base_unit, "/base_unit")?),
            cell("active", flag(item.active)),
        ];
        if self.fields.is_storable {
            cells.push(cell("is_storable", flag(storable)));
        }
        cells.extend(item.sku.as_ref().map(|sku| cell("default_code", sku.as_str())));
        cells.extend(item.description.as_ref().map(|text| cell("description_sale", text.as_str())));
        cells.extend(item.gtins.first().map(|gtin| cell("barcode", gtin.as_str())));
        if let Some(price) = &item.list_price {
            if price.currency.as_str() != self.refs.currency {
                let message = format!(
                    "the list price is in {}, but Odoo keeps it in the company's {}; leave it out at the source, or let the ownership matrix strip it",
                    price.currency, self.refs.currency
                );
                return Err(refuse("currency_mismatch", "/list_price/currency", message));
            }
            cells.push(cell("list_price", number(price.amount)));
        }
        Ok(Record { cells, lines: Vec::new() })
    }
}
