//! Rules for leads.

use super::{Lead, LeadStatus};
use crate::object::prelude::*;

rules! {
    /// What leads alone are held to.
    RULES {
        LIKELY = "LD-01", "A probability is not more than 100 per cent";
        LOST_WHY = "LD-02", "A lead that is lost says why, and no other does";
        WON_WHO = "LD-03", "A lead that is won names the party";
        REVENUE_NOT_NEGATIVE = "LD-04", "What a lead may bring is not negative";
        WITHDRAWN_LATER = "LD-05", "A consent is not taken back before it was given";
        REACHABLE = "LD-06", "A lead names a party, a company, or a contact";
    }
}

pub(super) fn check(lead: &Lead, report: &mut Report) {
    if let Some(address) = &lead.address {
        invariant::address(report, "/address", address);
    }
    if let Some(probability) = lead.probability {
        report.at_most(LIKELY, "/probability", Some(Decimal::ONE_HUNDRED), probability.percent());
    }
    let lost = lead.status == LeadStatus::Lost;
    if lost != lead.lost_reason.is_some() {
        let (expected, found) = if lost { ("a reason", "none") } else { ("none", "a reason") };
        report.violation(LOST_WHY, "/lost_reason", expected, found);
    }
    if lead.status == LeadStatus::Won && lead.party.is_none() {
        report.violation(WON_WHO, "/party", "a party", "none");
    }
    if lead.party.is_none() && lead.company_name.is_none() && lead.contact.is_none() {
        report.violation(REACHABLE, "/contact", "somebody", "nobody");
    }
    if let Some(revenue) = &lead.expected_revenue {
        invariant::decimals(report, "/expected_revenue/currency", revenue.currency);
        report.not_negative(REVENUE_NOT_NEGATIVE, "/expected_revenue/amount", revenue.amount);
    }
    for (index, consent) in lead.consents.iter().enumerate() {
        if let Some(withdrawn) = consent.withdrawn_at.filter(|withdrawn| *withdrawn < consent.given_at) {
            let path = format_args!("/consents/{index}/withdrawn_at");
            report.violation(WITHDRAWN_LATER, path, format_args!("{} or later", consent.given_at), withdrawn);
        }
    }
}
