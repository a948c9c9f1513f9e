//! How orders stand in Odoo before anything is written: state, amounts, lines.
//!
//! An order is ours by its external id. The search goes by `origin`, which holds our reference and can be asked for many orders at once,
//! and the external id is then asked of what was found: a copy that somebody made in Odoo has the origin and not the id. Where a person
//! has changed the origin, the external id itself is sought, for those orders that depend on it.

use std::collections::{BTreeMap, BTreeSet};

use connector_core::canonical::value::Decimal;
use connector_core::retry::Failure;
use odoo_rpc::{Domain, Error, SearchOptions};
use serde_json::Value;

use crate::error::failure;
use crate::lookup::Named;
use crate::map::MappedOrder;
use crate::refs::decimal;
use crate::session::{Odoo, Row, id_of, name_of, text};

pub(super) const MODEL: &str = "sale.order";
const LINE: &str = "sale.order.line";

/// An order that Odoo has.
#[derive(Debug, Clone)]
pub(super) struct Existing {
    pub(super) id: i64,
    pub(super) locked: bool,
    pub(super) after: After,
    pub(super) lines: Vec<ExistingLine>,
    pub(super) reference: String,
    pub(super) partner: Option<i64>,
    pub(super) invoice: Option<i64>,
    pub(super) shipping: Option<i64>,
}

/// State and amounts of an order.
#[derive(Debug, Clone)]
pub(super) struct After {
    pub(super) state: String,
    pub(super) total: Option<Decimal>,
    pub(super) currency: String,
    /// How many lines it has, whoever made them.
    pub(super) lines: usize,
}

/// One line.
#[derive(Debug, Clone)]
pub(super) struct ExistingLine {
    pub(super) id: i64,
    pub(super) external_ids: Vec<String>,
    pub(super) name: String,
    pub(super) quantity: Option<Decimal>,
    pub(super) product: Option<i64>,
    pub(super) unit: Option<i64>,
    pub(super) price: Option<Decimal>,
    pub(super) discount: Option<Decimal>,
    pub(super) taxes: Vec<i64>,
    delivered: Option<Decimal>,
}

/// What is known of the orders of a batch.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// By external id.
    pub(super) orders: BTreeMap<String, Existing>,
    /// External ids that are taken by what is no order, or by one that the user may not see.
    pub(super) barred: BTreeMap<String, Named>,
    pub(super) products: BTreeMap<i64, Vec<String>>,
    pub(super) partners: BTreeMap<i64, Vec<String>>,
    pub(super) units: BTreeMap<i64, Vec<String>>,
}

/// The orders to look for.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    /// External id by origin.
    pub(super) by_origin: BTreeMap<String, String>,
    /// External ids that are sought themselves where the origin does not lead to the order.
    pub(super) certain: BTreeSet<String>,
}

impl After {
    pub(super) fn is_open(&self) -> bool {
        matches!(self.state.as_str(), "draft" | "sent")
    }
}

impl Existing {
    /// Whether goods or services have been delivered.
    pub(super) fn delivered(&self) -> bool {
        self.lines.iter().any(|line| line.delivered.is_some_and(|quantity| !quantity.is_zero()))
    }
}

/// Lines of ours that the order no longer has.
pub(super) fn superfluous<'a>(
    lines: &'a [ExistingLine],
    order: &'a MappedOrder,
) -> impl Iterator<Item = &'a ExistingLine> {
    let prefix = format!("{}.", order.external_id);
    lines.iter().filter(move |line| {
        let ours = line.external_ids.iter().any(|id| id.starts_with(&prefix));
        ours && !order.lines.iter().any(|wanted| line.external_ids.contains(&wanted.external_id))
    })
}

impl Known {
    /// Looks the orders up, and what is needed to tell whether they are as they should be.
    pub(super) async fn find(odoo: &Odoo, wanted: &Wanted) -> Result<Known, Failure> {
        Known::read(odoo, wanted).await.map_err(|error| failure(&error))
    }

    async fn read(odoo: &Odoo, wanted: &Wanted) -> Result<Known, Error> {
        let mut known = Known::default();
        known.by_origin(odoo, &wanted.by_origin).await?;
        known.by_name(odoo, &wanted.certain).await?;
        if known.orders.is_empty() {
            return Ok(known);
        }
        let ids: Vec<i64> = known.orders.values().map(|order| order.id).collect();
        let mut lines = lines(odoo, &ids).await?;
        for order in known.orders.values_mut() {
            order.lines = lines.remove(&order.id).unwrap_or_default();
        }
        // Needed to tell whether a confirmed order is as it should be; quotations are loaded anyway.
        let closed: Vec<&Existing> = known.orders.values().filter(|order| !order.after.is_open()).collect();
        let of_lines = || closed.iter().flat_map(|order| &order.lines);
        let products = distinct(of_lines().map(|line| line.product));
        let units = distinct(of_lines().map(|line| line.unit));
        let partners =
            distinct(closed.iter().flat_map(|order| [order.partner, order.invoice, order.shipping]));
        known.products = odoo.external_ids("product.product", &products).await?;
        known.units = odoo.external_ids("uom.uom", &units).await?;
        known.partners = odoo.external_ids("res.partner", &partners).await?;
        Ok(known)
    }

    async fn by_origin(&mut self, odoo: &Odoo, wanted: &BTreeMap<String, String>) -> Result<(), Error> {
        let origins: Vec<&str> = wanted.keys().map(String::as_str).collect();
        let rows = heads(odoo, Domain::is_in("origin", origins)).await?;
        let ids: Vec<i64> = rows.keys().copied().collect();
        let names = odoo.external_ids(MODEL, &ids).await?;
        for (id, row) in &rows {
            let Some(external_id) = wanted.get(text(row, "origin")) else { continue };
            if names.get(id).is_some_and(|names| names.contains(external_id)) {
                self.orders.insert(external_id.clone(), existing(*id, row));
            }
        }
        Ok(())
    }

    async fn by_name(&mut self, odoo: &Odoo, names: &BTreeSet<String>) -> Result<(), Error> {
        let mut found: BTreeMap<i64, &String> = BTreeMap::new();
        for name in names.iter().filter(|name| !self.orders.contains_key(*name)) {
            match odoo.named(MODEL, name).await? {
                Named::Record(id) => _ = found.insert(id, name),
                Named::Nothing => {}
                barred => _ = self.barred.insert(name.clone(), barred),
            }
        }
        if found.is_empty() {
            return Ok(());
        }
        let ids: Vec<i64> = found.keys().copied().collect();
        let rows = heads(odoo, Domain::is_in("id", ids)).await?;
        for (id, name) in found {
            if let Some(row) = rows.get(&id) {
                self.orders.insert(name.clone(), existing(id, row));
            }
        }
        Ok(())
    }
}

fn distinct(ids: impl Iterator<Item = Option<i64>>) -> Vec<i64> {
    ids.flatten().collect::<BTreeSet<_>>().into_iter().collect()
}

const AMOUNTS: [&str; 4] = ["state", "amount_total", "currency_id", "order_line"];

async fn heads(odoo: &Odoo, domain: Domain) -> Result<BTreeMap<i64, Row>, Error> {
    let own =
        ["locked", "origin", "client_order_ref", "partner_id", "partner_invoice_id", "partner_shipping_id"];
    let fields: Vec<&str> = own.into_iter().chain(AMOUNTS).collect();
    let rows = odoo.client.search_read(MODEL, domain, &fields, SearchOptions::new().order("id")).await?;
    Ok(rows.into_iter().filter_map(|row| Some((id_of(&row, "id")?, row))).collect())
}

fn existing(id: i64, row: &Row) -> Existing {
    Existing {
        id,
        locked: row.get("locked").and_then(Value::as_bool).unwrap_or(false),
        after: amounts(row),
        lines: Vec::new(),
        reference: text(row, "client_order_ref").to_owned(),
        partner: id_of(row, "partner_id"),
        invoice: id_of(row, "partner_invoice_id"),
        shipping: id_of(row, "partner_shipping_id"),
    }
}

/// The lines of orders, by order.
pub(super) async fn lines(odoo: &Odoo, orders: &[i64]) -> Result<BTreeMap<i64, Vec<ExistingLine>>, Error> {
    let (taxes, unit) = (odoo.fields.line_taxes, odoo.fields.line_unit);
    let fields = [
        "order_id",
        "name",
        "product_id",
        "product_uom_qty",
        "price_unit",
        "discount",
        "qty_delivered",
        unit,
        taxes,
    ];
    let options = SearchOptions::new().order("id");
    let domain = Domain::is_in("order_id", orders.to_vec());
    let rows = odoo.client.search_read(LINE, domain, &fields, options).await?;
    let ids: Vec<i64> = rows.iter().filter_map(|row| id_of(row, "id")).collect();
    let names = odoo.external_ids(LINE, &ids).await?;
    let mut by_order: BTreeMap<i64, Vec<ExistingLine>> = BTreeMap::new();
    for row in &rows {
        let (Some(order), Some(id)) = (id_of(row, "order_id"), id_of(row, "id")) else { continue };
        let taxes = row.get(taxes).and_then(Value::as_array).into_iter().flatten();
        by_order.entry(order).or_default().push(ExistingLine {
            id,
            external_ids: names.get(&id).cloned().unwrap_or_default(),
            name: text(row, "name").to_owned(),
            quantity: decimal(row, "product_uom_qty"),
            product: id_of(row, "product_id"),
            unit: id_of(row, unit),
            price: decimal(row, "price_unit"),
            discount: decimal(row, "discount"),
            taxes: taxes.filter_map(Value::as_i64).collect(),
            delivered: decimal(row, "qty_delivered"),
        });
    }
    Ok(by_order)
}

fn amounts(row: &Row) -> After {
    After {
        state: text(row, "state").to_owned(),
        total: decimal(row, "amount_total"),
        currency: name_of(row, "currency_id").to_owned(),
        lines: row.get("order_line").and_then(Value::as_array).map_or(0, Vec::len),
    }
}

/// State and amounts of orders by id.
pub(super) async fn after(odoo: &Odoo, ids: &[i64]) -> Result<BTreeMap<i64, After>, Failure> {
    let rows = odoo.client.read(MODEL, ids, &AMOUNTS).await.map_err(|error| failure(&error))?;
    Ok(rows.iter().filter_map(|row| Some((id_of(row, "id")?, amounts(row)))).collect())
}
