//! Synthetic invoices.

use super::{Invoice, InvoiceStatus};
use crate::object::prelude::*;

pub(super) fn sample(sampler: &mut Sampler) -> Result<Invoice, ContractError> {
    let place = sampler.place();
    let (country, _, _, _, _, currency, rate) = place;
    let number = sampler.digits(5);
    let credit = sampler.chance(15);
    let mut invoice: Invoice = build(json!({
        "key": format!("INV/2026/{number}"),
        "number": format!("INV/2026/{number}"),
        "doc_type": if credit { "381" } else { "380" },
        "direction": sampler.pick(&["issued", "received"]),
        "status": sampler.pick(InvoiceStatus::NAMES),
        "issue_date": sampler.day(10, true),
        "due_date": sampler.day(11, true),
        "currency": currency,
        "buyer_order_number": format!("PO-{}", sampler.digits(5)),
        "seller": {
            "party": sampler.party_ref(),
            "tax_ids": [{ "scheme": "company_reg", "value": sampler.digits(8), "country": country }],
            "address": sampler.address(place),
        },
        "buyer": { "party": sampler.party_ref(), "address": sampler.address(place) },
        "payment_terms": "30 days net",
        "lines": sampler.priced_lines(minor_units(currency), rate),
        "totals": { "lines": "0", "net": "0", "tax": "0", "gross": "0" },
        "refs": if credit { json!([{ "kind": "invoice", "number": format!("INV/2026/{}", sampler.digits(5)) }]) } else { json!([]) },
        "revision": sampler.below(10),
    }))?;
    let lines = invoice.lines.iter().map(|line| (line.net, line.taxes.as_slice()));
    if let Some((subtotals, totals)) = total_up(invoice.currency, lines, &invoice.allowances_charges) {
        (invoice.tax_subtotals, invoice.totals) = (subtotals, totals);
    }
    Ok(invoice)
}
