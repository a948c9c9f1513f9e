//! Synthetic sales orders.

use super::{OrderStatus, SalesOrder};
use crate::object::prelude::*;

pub(super) fn sample(sampler: &mut Sampler) -> Result<SalesOrder, ContractError> {
    let place = sampler.place();
    let (_, _, _, _, _, currency, rate) = place;
    let decimals = minor_units(currency);
    let number = sampler.digits(6);
    let freight = json!([{
        "kind": "charge", "amount": sampler.amount(0, 2_000, decimals), "code": "FC", "reason": "Freight",
        "taxes": [{ "category": if rate == "0" { "Z" } else { "S" }, "rate": rate }]
    }]);
    let mut order: SalesOrder = build(json!({
        "key": format!("SO/{number}"),
        "number": format!("S{number}"),
        "buyer_order_number": format!("PO-{}", sampler.digits(5)),
        "channel": sampler.pick(&["web", "pos", "edi", "phone"]),
        "status": sampler.pick(OrderStatus::NAMES),
        "ordered_at": sampler.instant(),
        "requested_date": sampler.day(12, false),
        "currency": currency,
        "buyer": sampler.party_ref(),
        "ship_to": sampler.address(place),
        "lines": sampler.priced_lines(decimals, rate),
        "allowances_charges": if sampler.chance(50) { freight } else { json!([]) },
        "totals": { "lines": "0", "net": "0", "tax": "0", "gross": "0" },
        "revision": sampler.below(50),
    }))?;
    add_up(&mut order);
    Ok(order)
}

fn add_up(order: &mut SalesOrder) {
    let lines = order.lines.iter().map(|line| (line.net, line.taxes.as_slice()));
    if let Some((subtotals, totals)) = total_up(order.currency, lines, &order.allowances_charges) {
        (order.tax_subtotals, order.totals) = (subtotals, totals);
    }
}
