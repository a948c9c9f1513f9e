//! What is charged for the whole order: shipping, tip, duties, fees.

use connector_core::canonical::object::AllowanceCharge;
use connector_core::canonical::value::{Decimal, Label};
use connector_core::contract::MapError;

use super::lines::Basis;
use super::taxes::{Share, line_taxes, scaled};
use super::{made, overflow};
use crate::wire::{Order, ShippingLine, pad};

pub(super) fn charges(order: &Order, basis: Basis) -> Result<Vec<AllowanceCharge>, MapError> {
    let mut charges = Vec::new();
    for line in &order.shipping_lines {
        charges.push(shipping(order, line, basis).ok_or_else(|| overflow(&line.path))??);
    }
    let pick = |original: Option<Decimal>, current: Option<Decimal>| match basis {
        Basis::Current => current.or(original),
        Basis::Original => original.or(current),
    };
    for (amount, reason) in [
        (order.tip, "Tip"),
        (pick(order.duties.original, order.duties.current), "Duties"),
        (pick(order.fees.original, order.fees.current), "Additional fees"),
    ] {
        if let Some(amount) = amount.filter(|amount| !amount.is_zero()) {
            let mut charge = AllowanceCharge::charge(amount);
            charge.reason = Some(made("", reason.parse::<Label>())?);
            charges.push(charge);
        }
    }
    Ok(charges)
}

/// Shipping after its discounts: a discount on shipping is no allowance of its own, for its tax could not be told from the charge's.
fn shipping(order: &Order, line: &ShippingLine, basis: Basis) -> Option<Result<AllowanceCharge, MapError>> {
    let off = Decimal::checked_sum(line.discounts.iter().map(|discount| discount.amount))?;
    let ordered = line.price.checked_sub(off)?;
    let amount = match basis {
        Basis::Current => line.current.unwrap_or(ordered),
        Basis::Original => ordered,
    };
    // Shopify states the taxes for the price that was ordered.
    let share = match ordered.is_zero() {
        true => Share { part: Decimal::ONE, whole: Decimal::ONE },
        false => Share { part: amount, whole: ordered },
    };
    let taxes = scaled(&line.taxes, share, order.currency)?;
    let net = match order.taxes_included {
        true => amount.checked_sub(Decimal::checked_sum(taxes.iter().map(|tax| tax.amount))?)?,
        false => amount,
    };
    let mut charge = AllowanceCharge::charge(pad(net, order.currency));
    charge.reason = line.title.clone();
    charge.taxes = line_taxes(&taxes, net, order.currency).0;
    Some(made(&line.path, "FC".parse()).map(|code| {
        charge.code = Some(code);
        charge
    }))
}
