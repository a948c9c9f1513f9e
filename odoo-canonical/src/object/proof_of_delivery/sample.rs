//! Synthetic proofs of delivery.

use super::{ProofOfDelivery, ProofStatus};
use crate::object::prelude::*;

pub(super) fn sample(sampler: &mut Sampler) -> Result<ProofOfDelivery, ContractError> {
    let place = sampler.place();
    let number = sampler.digits(9);
    let good = sampler.chance(80);
    build(json!({
        "key": format!("POD/FF{number}"),
        "shipment": { "kind": "shipment", "number": format!("WH/OUT/{}", sampler.digits(5)) },
        "tracking": format!("FF{number}"),
        "status": sampler.pick(ProofStatus::NAMES),
        "delivered_at": format!("{}T{:02}:{:02}:00+01:00", sampler.day(11, true), sampler.below(24), sampler.below(60)),
        "received_by": sampler.person(),
        "place": sampler.address(place),
        "pieces": [{
            "sscc": sampler.gs1(17),
            "condition": if good { "good" } else { "damaged" },
            "note": if good { "Whole." } else { "Corner crushed." },
        }],
        "revision": sampler.below(5),
    }))
}
