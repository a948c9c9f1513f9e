//! Synthetic price lists.

use super::{PriceList, PriceListStatus};
use crate::object::prelude::*;

pub(super) fn sample(sampler: &mut Sampler) -> Result<PriceList, ContractError> {
    let (_, _, _, _, _, currency, _) = sampler.place();
    let decimals = minor_units(currency);
    let count = 1 + sampler.below(6);
    let entries: Vec<_> = (0..count)
        .map(|number| {
            json!({
                "item": { "key": format!("ITEM/{number}-{}", sampler.digits(4)), "name": "Article" },
                "unit": sampler.pick(&["C62", "KGM", "MTR", "XBX"]),
                "min_quantity": sampler.pick(&["1", "10", "100"]),
                "price": { "amount": sampler.amount(1, 90_000, decimals) },
            })
        })
        .collect();
    build(json!({
        "key": format!("PRICELIST/{}", sampler.digits(5)),
        "name": format!("{} {currency}", sampler.pick(&["Wholesale", "Retail", "Contract"])),
        "status": sampler.pick(PriceListStatus::NAMES),
        "currency": currency,
        "valid": { "start": "2026-01-01", "end": sampler.day(12, false) },
        "entries": entries,
        "revision": sampler.below(100),
    }))
}
