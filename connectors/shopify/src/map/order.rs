//! The order itself.

use connector_core::canonical::Ext;
use connector_core::canonical::object::{
    AddressRole, LineTax, OrderStatus, Party, PartyRef, SalesOrder, Totals,
};
use connector_core::canonical::value::Decimal;
use connector_core::contract::MapError;
use serde_json::{Value, json};

use super::address::address;
use super::charges::charges;
use super::lines::{Basis, Lines, lines, nothing_left};
use super::party::gid;
use super::taxes::Subtotals;
use super::{made, overflow};
use crate::wire::{Financial, Fulfilment, Order, pad};

pub(super) fn order(wire: &Order, buyer: &Party) -> Result<SalesOrder, MapError> {
    let nothing_left = nothing_left(wire);
    let basis = if wire.cancelled_at.is_some() || nothing_left { Basis::Original } else { Basis::Current };
    let buyer = PartyRef { key: buyer.key.clone(), ids: buyer.ids.clone(), name: Some(buyer.name.clone()) };
    let status = status(wire, nothing_left)?;
    let mut order =
        SalesOrder::new(wire.id.clone(), wire.name.clone(), status, wire.ordered_at, wire.currency, buyer);
    order.ids = vec![gid("Order", wire.id.as_str())?];
    order.buyer_order_number = wire.po_number.clone();
    order.channel = wire.source_name.as_deref().and_then(|name| name.parse().ok());
    order.bill_to = wire.billing.as_ref().map(|from| address(from, AddressRole::Invoice));
    order.ship_to = wire.shipping.as_ref().map(|from| address(from, AddressRole::Delivery));
    order.note = wire.note.clone();
    let lines = lines(wire, basis)?;
    order.ext = ext(wire, &lines, nothing_left)?;
    order.lines = lines.lines;
    order.allowances_charges = charges(wire, basis)?;
    let mut subtotals = Subtotals::default();
    for line in &order.lines {
        subtotals.add(&line.taxes, line.net, "line_items")?;
    }
    for charge in &order.allowances_charges {
        subtotals.add(&charge.taxes, charge.signed(), "shipping_lines")?;
    }
    order.tax_subtotals = subtotals.into_list(wire.currency);
    order.totals = totals(wire, &order, basis)?;
    Ok(order)
}

/// Shopify has no one state; this is what its three say together.
fn status(wire: &Order, nothing_left: bool) -> Result<OrderStatus, MapError> {
    if wire.cancelled_at.is_some() {
        return Ok(OrderStatus::Cancelled);
    }
    match wire.fulfilment {
        // What was ordered is not what was shipped where lines were taken off before, so the quantities that were ordered will not do.
        Fulfilment::Whole | Fulfilment::Partial if nothing_left => Err(MapError::new(
            &wire.paths.fulfilment,
            "nothing_left",
            "goods have left, and nothing of the order is left: they came back or were refunded, which is not mapped; book that in the target by hand, then discard this",
        )),
        Fulfilment::Whole if wire.closed_at.is_some() => Ok(OrderStatus::Closed),
        Fulfilment::Whole => Ok(OrderStatus::Shipped),
        Fulfilment::Partial => Ok(OrderStatus::PartiallyShipped),
        // Everything was refunded before anything left: there is nothing to deliver.
        Fulfilment::None if nothing_left => Ok(OrderStatus::Cancelled),
        Fulfilment::None => unshipped(wire),
    }
}

/// Nothing has left yet: whether it may, the money says.
fn unshipped(wire: &Order) -> Result<OrderStatus, MapError> {
    match wire.financial {
        // The order stands and the money does not, or has gone back: whether to call it off is for a person.
        Financial::Voided | Financial::Expired | Financial::Refunded => Err(MapError::new(
            &wire.paths.financial,
            "payment_gone",
            format!(
                "the payment is {} and the order is open: cancel it in Shopify, or take the payment another way; its next change then comes through, and this can be discarded",
                wire.financial.as_str()
            ),
        )),
        // Not confirmed: Shopify has not taken the stock for it yet.
        _ if wire.confirmed == Some(false) => Ok(OrderStatus::Submitted),
        // On account, by transfer, on delivery, or not through yet: the target decides whether it delivers on that.
        Financial::Pending => Ok(OrderStatus::Submitted),
        Financial::Authorized | Financial::PartiallyPaid | Financial::Paid | Financial::PartiallyRefunded => {
            Ok(OrderStatus::Accepted)
        }
    }
}

/// The totals as Shopify states them. Whether lines and charges come to the same is for the invariants to say.
fn totals(wire: &Order, order: &SalesOrder, basis: Basis) -> Result<Totals, MapError> {
    let stated = &wire.totals;
    let too_large = || overflow(&stated.path);
    let pick = |original: Option<Decimal>, current: Option<Decimal>| match basis {
        Basis::Current => current.or(original),
        Basis::Original => original.or(current),
    };
    let gross = pick(stated.total.original, stated.total.current).ok_or_else(|| {
        let detail = "is missing; without it nobody can tell whether the order is whole";
        MapError::new(&stated.path, "missing", detail)
    })?;
    let computed_tax = Decimal::checked_sum(order.tax_subtotals.iter().map(|subtotal| subtotal.tax));
    let tax = match pick(stated.tax.original, stated.tax.current) {
        Some(tax) => tax,
        None => computed_tax.ok_or_else(too_large)?,
    };
    let lines = match pick(stated.subtotal.original, stated.subtotal.current) {
        // With tax in the prices the subtotal has tax in it, too.
        Some(subtotal) if wire.taxes_included => {
            let taxes = order.lines.iter().flat_map(|line| &line.taxes);
            let tax = Decimal::checked_sum(taxes.filter_map(|tax: &LineTax| tax.amount));
            tax.and_then(|tax| subtotal.checked_sub(tax))
        }
        Some(subtotal) => Some(subtotal),
        None => Decimal::checked_sum(order.lines.iter().map(|line| line.net)),
    };
    let charges = Decimal::checked_sum(order.allowances_charges.iter().map(|charge| charge.amount));
    let scale = |amount: Decimal| pad(amount, wire.currency);
    Ok(Totals {
        lines: lines.map(scale).ok_or_else(too_large)?,
        charges: match order.allowances_charges.is_empty() {
            true => None,
            false => Some(charges.map(scale).ok_or_else(too_large)?),
        },
        net: gross.checked_sub(tax).map(scale).ok_or_else(too_large)?,
        tax: scale(tax),
        gross: scale(gross),
        ..Totals::default()
    })
}

/// What the canonical order has no place for.
fn ext(wire: &Order, lines: &Lines, nothing_left: bool) -> Result<Ext, MapError> {
    let presentment = wire.presentment_currency.filter(|currency| *currency != wire.currency);
    let attributes: Vec<Value> =
        wire.attributes.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
    let list = |list: &[String]| (!list.is_empty()).then(|| json!(list));
    let entries = [
        ("shopify:financial_status", Some(json!(wire.financial.as_str()))),
        ("shopify:test", wire.test.then(|| json!(true))),
        ("shopify:cancel_reason", wire.cancel_reason.as_ref().map(|reason| json!(reason))),
        ("shopify:source_name", wire.source_name.as_ref().map(|name| json!(name))),
        ("shopify:presentment_currency", presentment.map(|currency| json!(currency.as_str()))),
        ("shopify:prices_included_tax", wire.taxes_included.then(|| json!(true))),
        ("shopify:tags", list(&wire.tags)),
        ("shopify:payment_gateways", list(&wire.gateways)),
        ("shopify:attributes", (!attributes.is_empty()).then(|| json!(attributes))),
        ("shopify:removed_lines", list(&lines.removed)),
        ("shopify:tax_not_levied", list(&lines.untaxed)),
        ("shopify:nothing_left", nothing_left.then(|| json!(true))),
    ];
    let mut ext = Ext::default();
    for (key, value) in entries {
        if let Some(value) = value {
            made("", ext.insert(key, value))?;
        }
    }
    Ok(ext)
}
