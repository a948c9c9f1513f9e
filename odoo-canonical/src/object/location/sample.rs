//! Synthetic locations.

use super::{Location, LocationStatus};
use crate::object::prelude::*;

pub(super) fn sample(sampler: &mut Sampler) -> Result<Location, ContractError> {
    let parent = sampler.location_ref();
    let name = format!("{}-{:02}-{:02}", sampler.pick(&["A", "B", "C", "D"]), sampler.below(30), sampler.below(100));
    build(json!({
        "key": format!("LOC/{}/{name}", sampler.digits(4)),
        "name": name,
        "usage": sampler.pick(&["internal", "internal", "transit", "view"]),
        "status": sampler.pick(LocationStatus::NAMES),
        "parent": parent,
        "barcode": format!("LOC{}", sampler.digits(8)),
        "max_weight": { "value": sampler.whole(100, 1200), "unit": "KGM" },
        "revision": sampler.below(9),
    }))
}
