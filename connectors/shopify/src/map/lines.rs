//! Lines: quantities after edits, prices before discounts, everything net.

use connector_core::canonical::object::{AllowanceCharge, Price, SalesOrderLine};
use connector_core::canonical::value::{Currency, Decimal, Quantity, Text};
use connector_core::contract::MapError;

use super::items::{item_ref, unit};
use super::taxes::{Share, decimals, line_taxes, scaled};
use super::{made, overflow};
use crate::wire::{Line, Order, Tax, pad};

/// Whether the order is told as it is after edits and refunds, or as it was ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Basis {
    Current,
    Original,
}

/// What became of the lines.
pub(super) struct Lines {
    pub(super) lines: Vec<SalesOrderLine>,
    /// Ids of lines that were taken off the order.
    pub(super) removed: Vec<String>,
    /// Ids of lines with a tax that is listed but not levied.
    pub(super) untaxed: Vec<String>,
}

/// Whether every line was taken off.
pub(super) fn nothing_left(order: &Order) -> bool {
    let gone = |line: &Line| line.current_quantity.is_some_and(|quantity| quantity.is_zero());
    !order.lines.is_empty() && order.lines.iter().all(gone)
}

pub(super) fn lines(order: &Order, basis: Basis) -> Result<Lines, MapError> {
    let mut result = Lines { lines: Vec::new(), removed: Vec::new(), untaxed: Vec::new() };
    for line in &order.lines {
        let units = units(line, basis)?;
        if units.is_zero() {
            result.removed.push(line.id.as_str().to_owned());
            continue;
        }
        let (mapped, untaxed) = map(order, line, units)?;
        if untaxed {
            result.untaxed.push(line.id.as_str().to_owned());
        }
        result.lines.push(mapped);
    }
    Ok(result)
}

fn units(line: &Line, basis: Basis) -> Result<Decimal, MapError> {
    match (basis, line.current_quantity) {
        (Basis::Current, Some(current)) if current > line.quantity => Err(MapError::new(
            format!("{}.quantity", line.path),
            "contradiction",
            format!("{} were ordered but {current} are left; one of the two is wrong", line.quantity),
        )),
        (Basis::Current, Some(current)) => Ok(current),
        _ => Ok(line.quantity),
    }
}

fn map(order: &Order, line: &Line, units: Decimal) -> Result<(SalesOrderLine, bool), MapError> {
    let currency = order.currency;
    let too_large = || overflow(&line.path);
    // Shopify states discounts and taxes for all units that were ordered.
    let share = Share { part: units, whole: line.quantity };
    let taxes = scaled(&line.taxes, share, currency).ok_or_else(too_large)?;
    let mut allowances = Vec::new();
    for discount in &line.discounts {
        let amount = share.of(discount.amount, currency).ok_or_else(too_large)?;
        if !amount.is_zero() {
            let mut allowance = AllowanceCharge::allowance(amount);
            allowance.reason = discount.reason.clone();
            allowances.push(allowance);
        }
    }
    let gross = line.price.checked_mul(units).ok_or_else(too_large)?;
    let gross = pad(gross.round_half_up(decimals(currency)), currency);
    let (price, net) = match order.taxes_included {
        false => {
            let off = Decimal::checked_sum(allowances.iter().map(|a| a.amount)).ok_or_else(too_large)?;
            (Price::per_unit(line.price), gross.checked_sub(off).ok_or_else(too_large)?)
        }
        true => net_of_tax(gross, units, &mut allowances, &taxes, currency).ok_or_else(too_large)?,
    };
    let net = pad(net, currency);
    let quantity = Quantity::new(units, unit()?);
    let mut mapped = SalesOrderLine::new(line.id.clone(), item_ref(line)?, quantity, price, net);
    mapped.description = description(line)?;
    mapped.allowances_charges = allowances;
    let (taxes, untaxed) = line_taxes(&taxes, net, currency);
    mapped.taxes = taxes;
    Ok((mapped, untaxed))
}

/// A line with tax in its prices, without it. The net of the line is what Shopify's own tax leaves of it; the discounts are brought to net
/// by the rate; the price is what stood before them, for all units at once, so that nothing has to be divided by the quantity.
fn net_of_tax(
    gross: Decimal,
    units: Decimal,
    allowances: &mut [AllowanceCharge],
    taxes: &[Tax],
    currency: Currency,
) -> Option<(Price, Decimal)> {
    let off = Decimal::checked_sum(allowances.iter().map(|a| a.amount))?;
    let tax = Decimal::checked_sum(taxes.iter().map(|t| t.amount))?;
    let net = Decimal::checked_sum([gross, -off, -tax])?;
    // A discount of the whole line leaves no tax, and still has a rate.
    let whole_line = off == gross;
    let levied = taxes.iter().filter(|t| whole_line || !t.amount.is_zero());
    let percent = Decimal::checked_sum(levied.map(|t| t.rate.percent()))?;
    let divisor = Decimal::ONE_HUNDRED.checked_add(percent)?;
    for allowance in allowances.iter_mut() {
        let net = allowance.amount.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(divisor)?;
        allowance.amount = pad(net.round_half_up(decimals(currency)), currency);
    }
    let net_off = Decimal::checked_sum(allowances.iter().map(|a| a.amount))?;
    let before = pad(net.checked_add(net_off)?, currency);
    let price = if units == Decimal::ONE { Price::per_unit(before) } else { Price::per(before, units.abs()) };
    Some((price, net))
}

/// What the buyer had engraved. Properties whose names begin with `_` are the theme's own.
fn description(line: &Line) -> Result<Option<Text>, MapError> {
    let shown =
        line.properties.iter().filter(|(name, value)| !name.starts_with('_') && !value.trim().is_empty());
    let lines: Vec<String> = shown.map(|(name, value)| format!("{name}: {value}")).collect();
    if lines.is_empty() {
        return Ok(None);
    }
    let clean = |c: char| if c.is_control() && !matches!(c, '\t' | '\n' | '\r') { ' ' } else { c };
    let text: String = lines.join("\n").chars().map(clean).collect();
    made(&format!("{}.properties", line.path), text.parse()).map(Some)
}
