//! Somebody who may become a customer.

mod rules;
mod sample;
mod status;
pub use status::LeadStatus;

use super::prelude::*;

object! {
    /// Somebody who may become a customer, and what may be sold to them (Odoo `crm.lead`).
    Lead in Sales {
        /// What it is about (Odoo `name`).
        title: Label [None],
        /// Where it stands (Odoo `stage_id`, `won_status`).
        status: LeadStatus [None],
        /// The party, once there is one (Odoo `partner_id`).
        party: optional PartyRef [None Party],
        /// The company's name as it was given (Odoo `partner_name`).
        company_name: optional Label [Contact Party],
        /// Whom to talk to (Odoo `contact_name`, `email_from`, `phone`).
        contact: optional Contact [Contact Party],
        /// Where they are.
        address: optional Address [Contact Party],
        /// What they may buy.
        items: list ItemRef [None Product],
        /// What it may bring (Odoo `expected_revenue`).
        expected_revenue: optional Money [Financial],
        /// How likely that is, in per cent (Odoo `probability`).
        probability: optional Percentage [None],
        /// By when it should be decided (Odoo `date_deadline`).
        closing_date: optional LocalDate [None],
        /// Who looks after it (Odoo `user_id`).
        owner: optional Label [Contact],
        /// The team that looks after it (Odoo `team_id`).
        team: optional Label [None],
        /// How they heard of us (Odoo `source_id`).
        source: optional Label [None],
        /// By what means: mail, telephone, fair (Odoo `medium_id`).
        medium: optional Label [None],
        /// What we did that they heard of (Odoo `campaign_id`).
        campaign: optional Label [None],
        /// Why it was lost (Odoo `lost_reason_id`).
        lost_reason: optional Label [None],
        /// What the person has agreed to.
        consents: list Consent [Contact Party],
        /// Free text.
        note: optional Text [FreeText],
        /// Documents that it refers to, such as quotations.
        refs: list DocumentRef [None],
    }
}

record! {
    /// That a person has agreed to something, and how that can be shown.
    Consent in Party {
        /// To what: `newsletter`, `telephone`, `profiling` and so on.
        purpose: Code [None],
        /// On which ground of the law: `consent`, `contract`, `legitimate_interest` and so on.
        basis: Code [None],
        /// Since when.
        given_at: Instant [None],
        /// Until when, where it was taken back.
        withdrawn_at: optional Instant [None],
        /// How it was given: a form, a call.
        source: optional Label [None],
    }
}

impl CanonicalObject for Lead {
    const KIND: ObjectKind = ObjectKind::Lead;
    const EXAMPLE: &'static str = include_str!("example.json");
    const RULES: &'static [&'static [Rule]] = &[rule::COMMON, rules::RULES];
    const STATUS: Option<StatusMachine> = Some(LeadStatus::MACHINE);

    fn status(&self) -> Option<&'static str> {
        Some(self.status.as_str())
    }

    fn check(&self, report: &mut Report) {
        rules::check(self, report);
    }

    fn sample(sampler: &mut Sampler) -> Result<Self, ContractError> {
        sample::sample(sampler)
    }
}
