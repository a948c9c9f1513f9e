//! Synthetic returns.

use super::{GoodsReturn, ReturnStatus};
use crate::object::prelude::*;

pub(super) fn sample(sampler: &mut Sampler) -> Result<GoodsReturn, ContractError> {
    let count = 1 + sampler.below(3);
    let lines: Vec<_> = (1..=count)
        .map(|number| {
            let accepted = sampler.below(5);
            let received = accepted + sampler.below(3);
            let pieces = |count: u64| json!({ "value": count.to_string(), "unit": "C62" });
            json!({
                "line_id": number.to_string(),
                "item": sampler.item_ref(),
                "authorised": pieces(1 + received + sampler.below(3)),
                "received": pieces(received),
                "accepted": pieces(accepted),
                "reason": sampler.pick(&["defective", "damaged", "wrong_item", "unwanted"]),
                "disposition": sampler.pick(&["restock", "scrap", "refurbish"]),
                "resolution": sampler.pick(&["refund", "exchange", "credit"]),
            })
        })
        .collect();
    let number = sampler.digits(5);
    build(json!({
        "key": format!("RMA/{number}"),
        "number": format!("RMA-{number}"),
        "status": sampler.pick(ReturnStatus::NAMES),
        "customer": sampler.party_ref(),
        "requested_at": sampler.instant(),
        "received_at": sampler.instant(),
        "warehouse": sampler.location_ref(),
        "lines": lines,
        "refs": [{ "kind": "order", "number": format!("S{}", sampler.digits(5)) }],
        "revision": sampler.below(8),
    }))
}
