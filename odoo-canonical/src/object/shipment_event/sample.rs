//! Synthetic messages of carriers.

use super::ShipmentEvent;
use crate::object::prelude::*;

pub(super) fn sample(sampler: &mut Sampler) -> Result<ShipmentEvent, ContractError> {
    let (country, _, city, ..) = sampler.place();
    let (tracking, moment) = (format!("FF{}", sampler.digits(9)), sampler.instant());
    let event = sampler.pick(&["picked_up", "in_transit", "customs", "out_for_delivery", "delivered", "exception"]);
    build(json!({
        "key": format!("{tracking}/{moment}/{event}"),
        "shipment": { "kind": "shipment", "number": format!("WH/OUT/{}", sampler.digits(5)) },
        "tracking": tracking,
        "carrier": sampler.pick(&["FFRT", "UPSN", "DHLX"]),
        "event": event,
        "carrier_code": sampler.pick(&["DEP", "ARR", "OD", "OK"]),
        "occurred_at": moment,
        "place": { "city": city, "country": country },
        "revision": sampler.below(3),
    }))
}
