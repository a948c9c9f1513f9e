//! Rules for parties.

use super::Party;
use crate::object::prelude::*;

rules! {
    /// What parties alone are held to.
    RULES {
        TAX_IDS_UNIQUE = "PA-01", "No tax number stands twice on one party";
    }
}

pub(super) fn check(party: &Party, report: &mut Report) {
    let tax_ids = party.tax_ids.iter().map(|tax_id| (&tax_id.scheme, tax_id.country, &tax_id.value));
    invariant::unique(report, TAX_IDS_UNIQUE, "/tax_ids", tax_ids);
    for (index, place) in party.addresses.iter().enumerate() {
        invariant::address(report, &format!("/addresses/{index}"), place);
    }
}
