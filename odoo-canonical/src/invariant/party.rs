//! Rules for parties.

use super::{Report, rule, shared};
use crate::object::Party;

pub(crate) fn check(party: &Party, report: &mut Report) {
    shared::identifiers(report, &party.ids);
    let tax_ids = party.tax_ids.iter().map(|tax_id| (&tax_id.scheme, tax_id.country, &tax_id.value));
    shared::unique(report, rule::TAX_IDS_UNIQUE, "/tax_ids", tax_ids);
    for (index, address) in party.addresses.iter().enumerate() {
        shared::address(report, &format!("/addresses/{index}"), address);
    }
}
