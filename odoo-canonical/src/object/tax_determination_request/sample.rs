//! Synthetic questions to tax engines.

use super::TaxDeterminationRequest;
use crate::object::prelude::*;

pub(super) fn sample(sampler: &mut Sampler) -> Result<TaxDeterminationRequest, ContractError> {
    let (from, to) = (sampler.place(), sampler.place());
    let (_, _, _, _, _, currency, _) = to;
    let count = 1 + sampler.below(4);
    let lines: Vec<_> = (1..=count)
        .map(|number| {
            json!({
                "line_id": number.to_string(),
                "item": sampler.item_ref(),
                "quantity": sampler.pieces(1, 40),
                "amount": sampler.amount(100, 90_000, minor_units(currency)),
            })
        })
        .collect();
    let number = sampler.digits(5);
    build(json!({
        "key": format!("TAXREQ/S{number}/{}", 1 + sampler.below(3)),
        "document": { "kind": "order", "number": format!("S{number}") },
        "commit": sampler.chance(40),
        "transaction": sampler.pick(&["sale", "purchase", "transfer"]),
        "date": sampler.day(11, true),
        "currency": currency,
        "seller": sampler.party_ref(),
        "buyer": sampler.party_ref(),
        "ship_from": sampler.address(from),
        "ship_to": sampler.address(to),
        "lines": lines,
        "revision": sampler.below(3),
    }))
}
