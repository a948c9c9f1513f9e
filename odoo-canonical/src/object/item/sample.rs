//! Synthetic items.

use super::Item;
use crate::object::prelude::*;

pub(super) fn sample(sampler: &mut Sampler) -> Result<Item, ContractError> {
    let service = sampler.chance(15);
    let item = sampler.item_ref();
    let (_, _, _, _, _, currency, _) = sampler.place();
    let decimals = if currency == "JPY" { 0 } else { 2 };
    build(json!({
        "key": format!("ITEM/{}", sampler.digits(6)),
        "sku": item.get("sku"),
        "name": item.get("name"),
        "kind": if service { "service" } else { "goods" },
        "stocked": !service,
        "base_unit": if service { "HUR" } else { "C62" },
        "gtins": if service { vec![] } else { vec![sampler.gs1(12), sampler.gs1(13)] },
        "list_price": { "amount": sampler.amount(100, 99_999, decimals), "currency": currency },
        "weight": { "value": sampler.amount(1, 20_000, 3), "unit": "KGM" },
        "active": !sampler.chance(5),
        "revision": sampler.below(1000),
    }))
}
