//! Synthetic warehouses.

use super::{Warehouse, WarehouseStatus};
use crate::object::prelude::*;

pub(super) fn sample(sampler: &mut Sampler) -> Result<Warehouse, ContractError> {
    let place = sampler.place();
    let (_, _, city, ..) = place;
    let code = sampler.digits(4);
    build(json!({
        "key": format!("WH/{code}"),
        "code": format!("W{code}"),
        "name": city,
        "status": sampler.pick(WarehouseStatus::NAMES),
        "gln": sampler.gs1(12),
        "address": sampler.address(place),
        "time_zone": "Etc/UTC",
        "cutoff": format!("{:02}:{:02}", sampler.below(24), 5 * sampler.below(12)),
        "stock_location": { "key": format!("W{code}/Stock") },
        "revision": sampler.below(9),
    }))
}
