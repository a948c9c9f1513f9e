//! Synthetic inventory levels: snapshots and deltas.

use super::InventoryLevel;
use crate::object::prelude::*;

pub(super) fn sample(sampler: &mut Sampler) -> Result<InventoryLevel, ContractError> {
    let reserved = sampler.below(50);
    let available = sampler.below(500);
    let pieces = |count: u64| json!({ "value": count.to_string(), "unit": "C62" });
    let reading = if sampler.chance(60) {
        json!({ "snapshot": { "quantities": {
            "on_hand": pieces(available + reserved), "reserved": pieces(reserved), "available": pieces(available)
        } } })
    } else {
        let sign = sampler.pick(&["", "-"]);
        json!({ "delta": {
            "quantities": { "on_hand": { "value": format!("{sign}{}", 1 + sampler.below(40)), "unit": "C62" } },
            "reason": sampler.pick(&["receipt", "shipment", "transfer", "count", "scrap"]),
            "reference": format!("MOVE/{}", sampler.digits(7)),
        } })
    };
    let (item, location) = (sampler.item_ref(), sampler.location_ref());
    build(json!({
        "key": format!("LEVEL/{}", sampler.digits(7)),
        "item": item,
        "location": location,
        "as_of": sampler.instant(),
        "reading": reading,
        "revision": sampler.below(100_000),
    }))
}
