//! How orders stand in Odoo before anything is written: state, amounts, lines.
//!
//! An order is ours by its external id. Only administrators may search external ids, so the search goes by `origin`, which holds our
//! reference, and the external id is then asked of what was found: a copy that somebody made in Odoo has the origin and not the id.

use std::collections::BTreeMap;

use connector_core::canonical::ObjectKind;
use connector_core::canonical::value::Decimal;
use connector_core::context::Context;
use connector_core::contract::{EffectKey, Probe};
use connector_core::retry::Failure;
use odoo_rpc::{Domain, SearchOptions};
use serde_json::Value;

use super::remote;
use crate::error::failure;
use crate::map::{Line, MappedOrder, Product};
use crate::refs::decimal;
use crate::session::{Odoo, Row, Session, id_of, name_of, text};

/// An order that Odoo has.
#[derive(Debug, Clone)]
pub(super) struct Existing {
    pub(super) id: i64,
    pub(super) state: String,
    pub(super) locked: bool,
    pub(super) lines: Vec<ExistingLine>,
    reference: String,
    partner: Option<i64>,
    invoice: Option<i64>,
    shipping: Option<i64>,
}

/// One of its lines.
#[derive(Debug, Clone)]
pub(super) struct ExistingLine {
    pub(super) id: i64,
    pub(super) external_ids: Vec<String>,
    pub(super) quantity: Option<Decimal>,
    delivered: Option<Decimal>,
    product: Option<i64>,
    price: Option<Decimal>,
    taxes: Vec<i64>,
}

/// What is known of the orders of a batch.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// By external id.
    pub(super) orders: BTreeMap<String, Existing>,
    products: BTreeMap<i64, Vec<String>>,
    partners: BTreeMap<i64, Vec<String>>,
}

impl Existing {
    pub(super) fn is_open(&self) -> bool {
        matches!(self.state.as_str(), "draft" | "sent")
    }

    /// Whether goods or services have been delivered.
    pub(super) fn delivered(&self) -> bool {
        self.lines.iter().any(|line| line.delivered.is_some_and(|quantity| !quantity.is_zero()))
    }

    /// Lines of ours that the order no longer has.
    pub(super) fn superfluous<'a>(
        &'a self,
        order: &'a MappedOrder,
    ) -> impl Iterator<Item = &'a ExistingLine> {
        let prefix = format!("{}.", order.external_id);
        self.lines.iter().filter(move |line| {
            let ours = line.external_ids.iter().any(|id| id.starts_with(&prefix));
            ours && !order.lines.iter().any(|wanted| line.external_ids.contains(&wanted.external_id))
        })
    }
}

impl Known {
    /// Looks up orders by reference and external id.
    pub(super) async fn find(odoo: &Odoo, wanted: &BTreeMap<String, String>) -> Result<Known, Failure> {
        Known::read(odoo, wanted).await.map_err(|error| failure(&error))
    }

    /// `wanted` is external id by origin.
    async fn read(odoo: &Odoo, wanted: &BTreeMap<String, String>) -> Result<Known, odoo_rpc::Error> {
        let mut known = Known::default();
        let by_id = || SearchOptions::new().order("id");
        let origins: Vec<&str> = wanted.keys().map(String::as_str).collect();
        let fields = [
            "state",
            "locked",
            "origin",
            "client_order_ref",
            "partner_id",
            "partner_invoice_id",
            "partner_shipping_id",
        ];
        let rows =
            odoo.client.search_read("sale.order", Domain::is_in("origin", origins), &fields, by_id()).await?;
        let ids: Vec<i64> = rows.iter().filter_map(|row| id_of(row, "id")).collect();
        let names = odoo.external_ids("sale.order", &ids).await?;
        for row in &rows {
            let Some(id) = id_of(row, "id") else { continue };
            let Some(external_id) = wanted.get(text(row, "origin")) else { continue };
            if names.get(&id).is_some_and(|names| names.contains(external_id)) {
                known.orders.insert(external_id.clone(), existing(id, row));
            }
        }
        if known.orders.is_empty() {
            return Ok(known);
        }
        let ids: Vec<i64> = known.orders.values().map(|order| order.id).collect();
        let taxes = odoo.fields.line_taxes;
        let fields = ["order_id", "product_id", "product_uom_qty", "price_unit", "qty_delivered", taxes];
        let rows = odoo
            .client
            .search_read("sale.order.line", Domain::is_in("order_id", ids), &fields, by_id())
            .await?;
        let ids: Vec<i64> = rows.iter().filter_map(|row| id_of(row, "id")).collect();
        let names = odoo.external_ids("sale.order.line", &ids).await?;
        for row in &rows {
            let order = known.orders.values_mut().find(|order| Some(order.id) == id_of(row, "order_id"));
            if let (Some(order), Some(line)) = (order, line(row, &names, taxes)) {
                order.lines.push(line);
            }
        }
        // Needed to tell whether a confirmed order is as it should be; quotations are loaded anyway.
        let closed: Vec<&Existing> = known.orders.values().filter(|order| !order.is_open()).collect();
        let products = closed.iter().flat_map(|order| &order.lines).filter_map(|line| line.product);
        known.products = odoo.external_ids("product.product", &distinct(products)).await?;
        let partners =
            closed.iter().flat_map(|order| [order.partner, order.invoice, order.shipping]).flatten();
        known.partners = odoo.external_ids("res.partner", &distinct(partners)).await?;
        Ok(known)
    }

    /// Whether the order stands in Odoo as it should.
    pub(super) fn is_unchanged(&self, order: &MappedOrder, existing: &Existing) -> bool {
        let partner = |id: Option<i64>, wanted: &String| {
            id.and_then(|id| self.partners.get(&id)).is_some_and(|names| names.contains(wanted))
        };
        let lines = order.lines.iter().all(|wanted| {
            let found = existing.lines.iter().find(|line| line.external_ids.contains(&wanted.external_id));
            found.is_some_and(|line| self.same_line(wanted, line))
        });
        let gone =
            existing.superfluous(order).any(|line| line.quantity.is_none_or(|quantity| !quantity.is_zero()));
        lines
            && !gone
            && existing.reference == order.reference
            && partner(existing.partner, &order.partner)
            && order.invoice.as_ref().is_none_or(|wanted| partner(existing.invoice, wanted))
            && order.shipping.as_ref().is_none_or(|wanted| partner(existing.shipping, wanted))
    }

    fn same_line(&self, wanted: &Line, line: &ExistingLine) -> bool {
        let product = match (&wanted.product, line.product) {
            (Product::Id(wanted), Some(id)) => *wanted == id,
            (Product::External(wanted), Some(id)) => {
                self.products.get(&id).is_some_and(|names| names.contains(wanted))
            }
            (_, None) => false,
        };
        let taxes =
            wanted.taxes.len() == line.taxes.len() && wanted.taxes.iter().all(|id| line.taxes.contains(id));
        product && taxes && kept(wanted.quantity, line.quantity) && kept(wanted.price, line.price)
    }
}

/// Whether `found` is what Odoo keeps of `wanted`: all of it, or as it is rounded to one of the precisions that a database can have.
fn kept(wanted: Decimal, found: Option<Decimal>) -> bool {
    found.is_some_and(|found| found == wanted || (2..=14).any(|digits| wanted.round_half_up(digits) == found))
}

fn distinct(ids: impl Iterator<Item = i64>) -> Vec<i64> {
    ids.collect::<std::collections::BTreeSet<_>>().into_iter().collect()
}

fn existing(id: i64, row: &Row) -> Existing {
    Existing {
        id,
        state: text(row, "state").to_owned(),
        locked: row.get("locked").and_then(Value::as_bool).unwrap_or(false),
        lines: Vec::new(),
        reference: text(row, "client_order_ref").to_owned(),
        partner: id_of(row, "partner_id"),
        invoice: id_of(row, "partner_invoice_id"),
        shipping: id_of(row, "partner_shipping_id"),
    }
}

fn line(row: &Row, names: &BTreeMap<i64, Vec<String>>, taxes: &str) -> Option<ExistingLine> {
    let id = id_of(row, "id")?;
    let taxes = row.get(taxes).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_i64);
    Some(ExistingLine {
        id,
        external_ids: names.get(&id).cloned().unwrap_or_default(),
        quantity: decimal(row, "product_uom_qty"),
        delivered: decimal(row, "qty_delivered"),
        product: id_of(row, "product_id"),
        price: decimal(row, "price_unit"),
        taxes: taxes.collect(),
    })
}

/// What an order has become after it was loaded.
#[derive(Debug, Clone)]
pub(super) struct After {
    pub(super) state: String,
    pub(super) total: Option<Decimal>,
    pub(super) currency: String,
}

/// State and amounts of orders by id.
pub(super) async fn after(odoo: &Odoo, ids: &[i64]) -> Result<BTreeMap<i64, After>, Failure> {
    let fields = ["state", "amount_total", "currency_id"];
    let rows = odoo.client.read("sale.order", ids, &fields).await.map_err(|error| failure(&error))?;
    let one = |row: &Row| {
        let after = After {
            state: text(row, "state").to_owned(),
            total: decimal(row, "amount_total"),
            currency: name_of(row, "currency_id").to_owned(),
        };
        Some((id_of(row, "id")?, after))
    };
    Ok(rows.iter().filter_map(one).collect())
}

/// Whether orders landed. Other objects are upserted without asking.
pub(super) async fn probe(session: &Session, cx: &Context, keys: &[EffectKey]) -> Vec<Probe> {
    let wanted: BTreeMap<String, String> = keys
        .iter()
        .filter(|key| key.object == ObjectKind::SalesOrder)
        .map(|key| (session.config.origin(&key.key), session.names.order(&key.key)))
        .collect();
    let known = match session.odoo(cx).await {
        Ok(odoo) => Known::find(&odoo, &wanted).await,
        Err(failure) => Err(failure),
    };
    let Ok(known) = known else { return vec![Probe::Unknown; keys.len()] };
    keys.iter()
        .map(|key| match key.object {
            ObjectKind::SalesOrder => match known.orders.get(&session.names.order(&key.key)) {
                Some(order) => Probe::Landed { remote: remote("sale.order", order.id) },
                None => Probe::Absent,
            },
            _ => Probe::Unknown,
        })
        .collect()
}

#[cfg(test)]
mod tests {

    #[test]
    fn rounding_of_odoo_is_no_change_and_every_other_difference_is() {
        let kept =
            |wanted: &str, found: &str| super::kept(wanted.parse().unwrap(), Some(found.parse().unwrap()));
        assert!(kept("1.23456", "1.23"));
        assert!(kept("10.125", "10.13"));
        assert!(kept("2", "2.0"));
        assert!(kept("3.33333333333333", "3.33333333333333"));
        assert!(!kept("1.235", "1.234"));
        assert!(!kept("2", "3"));
        assert!(!super::kept("2".parse().unwrap(), None));
    }
}
