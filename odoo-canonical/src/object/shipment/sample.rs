//! Synthetic shipments.

use super::{Shipment, ShipmentStatus};
use crate::object::prelude::*;

pub(super) fn sample(sampler: &mut Sampler) -> Result<Shipment, ContractError> {
    let place = sampler.place();
    let count = 1 + sampler.below(3);
    let mut packages = vec![json!({ "package_id": "P0", "sscc": sampler.gs1(17), "kind": "XPX" })];
    let lines: Vec<_> = (1..=count)
        .map(|number| {
            let (shipped, later) = (1 + sampler.below(60), sampler.below(10));
            let pieces = |count: u64| json!({ "value": count.to_string(), "unit": "C62" });
            packages.push(json!({
                "package_id": format!("P{number}"), "kind": "XCT", "parent": "P0",
                "contents": [{ "line_id": number.to_string(), "quantity": pieces(shipped) }]
            }));
            json!({
                "line_id": number.to_string(),
                "item": sampler.item_ref(),
                "order": { "kind": "order", "number": format!("S{}", sampler.digits(5)) },
                "ordered": pieces(shipped + later),
                "shipped": pieces(shipped),
                "back_ordered": pieces(later),
                "lots": [{ "number": format!("L-{}", sampler.digits(4)), "quantity": pieces(shipped) }],
            })
        })
        .collect();
    let number = sampler.digits(5);
    build(json!({
        "key": format!("WH/OUT/{number}"),
        "number": format!("WH/OUT/{number}"),
        "direction": sampler.pick(&["outgoing", "incoming", "internal"]),
        "status": sampler.pick(ShipmentStatus::NAMES),
        "from": sampler.location_ref(),
        "receiver": sampler.party_ref(),
        "ship_to": sampler.address(place),
        "tracking": [format!("FF{}", sampler.digits(9))],
        "shipped_at": sampler.instant(),
        "lines": lines,
        "packages": packages,
        "revision": sampler.below(20),
    }))
}
