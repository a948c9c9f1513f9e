//! Synthetic leads.

use super::{Lead, LeadStatus};
use crate::object::prelude::*;

pub(super) fn sample(sampler: &mut Sampler) -> Result<Lead, ContractError> {
    let place = sampler.place();
    let (_, _, _, _, _, currency, _) = place;
    let status = sampler.pick(LeadStatus::NAMES);
    let mut lead: Lead = build(json!({
        "key": format!("LEAD/{}", sampler.digits(5)),
        "title": format!("Lamps for {}", sampler.company()),
        "status": status,
        "party": sampler.party_ref(),
        "contact": { "name": sampler.person(), "email": format!("lead{}@example.org", sampler.below(1000)) },
        "address": sampler.address(place),
        "items": [sampler.item_ref()],
        "expected_revenue": { "amount": sampler.amount(1_000, 900_000, minor_units(currency)), "currency": currency },
        "probability": sampler.whole(0, 100),
        "closing_date": sampler.day(12, false),
        "source": sampler.pick(&["Trade fair", "Web", "Recommendation"]),
        "consents": [{ "purpose": "newsletter", "basis": "consent", "given_at": sampler.instant() }],
        "revision": sampler.below(20),
    }))?;
    lead.lost_reason = (lead.status == LeadStatus::Lost).then(|| "Price".parse().ok()).flatten();
    Ok(lead)
}
