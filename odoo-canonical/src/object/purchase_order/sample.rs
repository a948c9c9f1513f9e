//! Synthetic orders to suppliers.

use super::{PurchaseOrder, PurchaseOrderStatus};
use crate::object::prelude::*;

pub(super) fn sample(sampler: &mut Sampler) -> Result<PurchaseOrder, ContractError> {
    let place = sampler.place();
    let (_, _, _, _, _, currency, rate) = place;
    let number = sampler.digits(5);
    let mut order: PurchaseOrder = build(json!({
        "key": format!("PO/{number}"),
        "number": format!("P{number}"),
        "function": "9",
        "status": sampler.pick(PurchaseOrderStatus::NAMES),
        "ordered_at": sampler.instant(),
        "requested_date": sampler.day(12, true),
        "currency": currency,
        "supplier": sampler.party_ref(),
        "warehouse": sampler.location_ref(),
        "ship_to": sampler.address(place),
        "lines": sampler.priced_lines(minor_units(currency), rate),
        "totals": { "lines": "0", "net": "0", "tax": "0", "gross": "0" },
        "revision": sampler.below(20),
    }))?;
    let lines = order.lines.iter().map(|line| (line.net, line.taxes.as_slice()));
    if let Some((subtotals, totals)) = total_up(order.currency, lines, &order.allowances_charges) {
        (order.tax_subtotals, order.totals) = (subtotals, totals);
    }
    Ok(order)
}
