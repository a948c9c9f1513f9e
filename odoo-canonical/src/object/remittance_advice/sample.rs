//! Synthetic remittance advices.

use super::{RemittanceAdvice, RemittanceStatus};
use crate::object::prelude::*;

pub(super) fn sample(sampler: &mut Sampler) -> Result<RemittanceAdvice, ContractError> {
    let (_, _, _, _, _, currency, _) = sampler.place();
    let count = 1 + sampler.below(4);
    let lines: Vec<_> = (1..=count)
        .map(|number| {
            let due = sampler.amount(1_000, 500_000, minor_units(currency));
            json!({
                "line_id": number.to_string(),
                "document": { "kind": "invoice", "number": format!("INV/2026/{}", sampler.digits(6)) },
                "due": due,
                "paid": due,
            })
        })
        .collect();
    let number = sampler.digits(5);
    let mut advice: RemittanceAdvice = build(json!({
        "key": format!("REMADV/{number}"),
        "number": format!("RA-{number}"),
        "status": sampler.pick(RemittanceStatus::NAMES),
        "issue_date": sampler.day(11, true),
        "payer": sampler.party_ref(),
        "payee": sampler.party_ref(),
        "end_to_end_id": format!("E2E-{}", sampler.digits(8)),
        "amount": { "amount": "0", "currency": currency },
        "lines": lines,
        "revision": sampler.below(5),
    }))?;
    let sum = Decimal::checked_sum(advice.lines.iter().map(|line| line.paid));
    advice.amount.amount = sum.unwrap_or_default();
    Ok(advice)
}
