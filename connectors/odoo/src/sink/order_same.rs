//! Whether a confirmed order stands in Odoo as it should, and what it needs so that a line that it has lost counts for nothing.

use connector_core::canonical::value::Decimal;
use connector_core::contract::Rejection;

use super::order_state::{Existing, ExistingLine, Known, superfluous};
use crate::error::refuse;
use crate::map::{Line, MappedOrder, Product};
use crate::precision::{Precision, kept};

impl Known {
    /// Whether the order stands in Odoo as it should: who, and each line's product, quantity, unit, price, discount and taxes.
    pub(super) fn is_unchanged(
        &self,
        order: &MappedOrder,
        existing: &Existing,
        precision: Precision,
    ) -> bool {
        let partner = |id: Option<i64>, wanted: &String| {
            id.and_then(|id| self.partners.get(&id)).is_some_and(|names| names.contains(wanted))
        };
        let lines = order.lines.iter().all(|wanted| {
            let found = existing.lines.iter().find(|line| line.external_ids.contains(&wanted.external_id));
            found.is_some_and(|line| self.same_line(wanted, line, precision))
        });
        lines
            && superfluous(&existing.lines, order).all(is_nothing)
            && existing.reference == order.reference
            && partner(existing.partner, &order.partner)
            && order.invoice.as_ref().is_none_or(|wanted| partner(existing.invoice, wanted))
            && order.shipping.as_ref().is_none_or(|wanted| partner(existing.shipping, wanted))
    }

    fn same_line(&self, wanted: &Line, line: &ExistingLine, precision: Precision) -> bool {
        let product = self.same_product(wanted, line);
        let unit =
            line.unit.and_then(|id| self.units.get(&id)).is_some_and(|names| names.contains(&wanted.unit));
        let taxes =
            wanted.taxes.len() == line.taxes.len() && wanted.taxes.iter().all(|id| line.taxes.contains(id));
        product
            && unit
            && taxes
            && kept(wanted.quantity, line.quantity, precision.quantity)
            && kept(wanted.price, line.price, precision.price)
            // Discounts are lines of their own; one in the line is a person's.
            && line.discount.is_none_or(|discount| discount.is_zero())
    }

    fn same_product(&self, wanted: &Line, line: &ExistingLine) -> bool {
        match (&wanted.product, line.product) {
            (Product::Id(wanted), Some(id)) => *wanted == id,
            (Product::External(wanted), Some(id)) => {
                self.products.get(&id).is_some_and(|names| names.contains(wanted))
            }
            (_, None) => false,
        }
    }

    /// Why a confirmed order cannot become this one: a line of it would be another product. Until 18.0 Odoo writes that and goes on
    /// delivering the old one; 19.0 refuses it.
    pub(super) fn other_product(
        &self,
        order: &MappedOrder,
        existing: &Existing,
        link: &str,
    ) -> Option<Rejection> {
        let pairs = order.lines.iter().filter_map(|wanted| {
            let found = existing.lines.iter().find(|line| line.external_ids.contains(&wanted.external_id))?;
            Some((wanted, found))
        });
        let (wanted, found) = pairs.into_iter().find(|(wanted, found)| !self.same_product(wanted, found))?;
        let product = match &wanted.product {
            Product::Id(id) => format!("product.product,{id}"),
            Product::External(name) => name.clone(),
        };
        let was = found.product.map_or_else(|| "none".to_owned(), |id| format!("product.product,{id}"));
        let message = format!(
            "the order is confirmed, and its line `{}` is of another product now ({product}; it was {was}): Odoo would sell the one and deliver the other; change the order and its delivery by hand: {link}",
            found.name
        );
        Some(refuse("line_product_changed", "/lines", message))
    }

    /// The lines that a confirmed order has lost, as they are but with nothing to deliver: Odoo does not let them be deleted. They go
    /// into the same `load` as the order's other lines, so that a change is there whole or not at all.
    pub(super) fn emptied(&self, order: &MappedOrder, existing: &Existing) -> Result<Vec<Line>, Rejection> {
        let lost = superfluous(&existing.lines, order).filter(|line| !is_nothing(line));
        lost.map(|line| self.empty(order, line)).collect()
    }

    fn empty(&self, order: &MappedOrder, line: &ExistingLine) -> Result<Line, Rejection> {
        let prefix = format!("{}.", order.external_id);
        let external_id = line.external_ids.iter().find(|id| id.starts_with(&prefix)).cloned();
        let named = |names: Option<&Vec<String>>| names.and_then(|names| names.first()).cloned();
        let product = match line.product {
            Some(id) if order.by_id() => Some(Product::Id(id)),
            id => named(id.and_then(|id| self.products.get(&id))).map(Product::External),
        };
        let unit = named(line.unit.and_then(|id| self.units.get(&id)));
        let (Some(external_id), Some(product), Some(unit)) = (external_id, product, unit) else {
            let message = format!(
                "the order has lost the line `{}`, whose product or unit has no external id in Odoo; set its quantity to 0 there, then replay this",
                line.name
            );
            return Err(refuse("line_not_emptied", "/lines", message));
        };
        Ok(Line {
            external_id,
            product,
            name: line.name.clone(),
            quantity: Decimal::ZERO,
            unit,
            price: line.price.unwrap_or(Decimal::ZERO),
            taxes: line.taxes.clone(),
        })
    }
}

fn is_nothing(line: &ExistingLine) -> bool {
    line.quantity.is_some_and(|quantity| quantity.is_zero())
}
