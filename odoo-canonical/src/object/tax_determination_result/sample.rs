//! Synthetic answers of tax engines.

use super::{TaxDeterminationResult, TaxResultStatus};
use crate::object::prelude::*;

pub(super) fn sample(sampler: &mut Sampler) -> Result<TaxDeterminationResult, ContractError> {
    let (country, _, _, _, _, currency, rate) = sampler.place();
    let decimals = minor_units(currency);
    let count = 1 + sampler.below(4);
    let lines: Vec<_> = (1..=count)
        .map(|number| {
            json!({ "line_id": number.to_string(), "tax": "0", "jurisdictions": [{
                "name": country, "level": "country", "rate": rate,
                "taxable": sampler.amount(100, 90_000, decimals), "tax": "0",
            }] })
        })
        .collect();
    let number = sampler.digits(5);
    let mut result: TaxDeterminationResult = build(json!({
        "key": format!("TAXRES/S{number}"),
        "request": { "kind": "tax_determination", "number": format!("TAXREQ/S{number}") },
        "document": { "kind": "order", "number": format!("S{number}") },
        "engine": sampler.pick(&["avatax", "vertex"]),
        "status": sampler.pick(TaxResultStatus::NAMES),
        "computed_at": sampler.instant(),
        "currency": currency,
        "lines": lines,
        "total_tax": "0",
        "revision": sampler.below(3),
    }))?;
    for line in &mut result.lines {
        for jurisdiction in &mut line.jurisdictions {
            let tax = jurisdiction.rate.of(jurisdiction.taxable).unwrap_or_default();
            jurisdiction.tax = tax.round_half_up(decimals);
            line.tax = jurisdiction.tax;
        }
    }
    result.total_tax = Decimal::checked_sum(result.lines.iter().map(|line| line.tax)).unwrap_or_default();
    Ok(result)
}
