//! Synthetic parties.

use super::Party;
use crate::object::prelude::*;

pub(super) fn sample(sampler: &mut Sampler) -> Result<Party, ContractError> {
    let (place, person) = (sampler.place(), sampler.chance(25));
    let name = if person { sampler.person() } else { sampler.company() };
    let mut address = sampler.address(place);
    if let Some(address) = address.as_object_mut() {
        address.insert("role".into(), json!(sampler.pick(&["contact", "invoice", "delivery"])));
    }
    build(json!({
        "key": format!("PARTY/{}", sampler.digits(5)),
        "ids": [{ "scheme": "gln", "value": sampler.gs1(12) }],
        "kind": if person { "person" } else { "organisation" },
        "name": name,
        "roles": [sampler.pick(&["customer", "supplier", "carrier"])],
        "email": format!("office{}@example.org", sampler.below(1000)),
        "phone": format!("+44 20 7946 0{}", sampler.digits(3)),
        "language": sampler.pick(&["de-DE", "fr-FR", "en-GB", "ar-AE", "en-US"]),
        "addresses": [address],
        "payment_terms": sampler.pick(&["30 days net", "14 days 2 %, 30 days net", "cash in advance"]),
        "revision": sampler.below(1000),
    }))
}
