//! Customers, suppliers and other partners.

mod rules;
mod sample;

use super::prelude::*;

object! {
    /// A customer, supplier or other partner (UBL `Party`, Odoo `res.partner`).
    Party in Party {
        /// Organisation or person (Odoo `is_company`).
        kind: PartyKind [None],
        /// Registered name of an organisation, or full name of a person (BT-27, BT-44; Odoo `name`).
        name: Label [Contact],
        /// Name in trade, where it differs (BT-28, BT-45).
        trade_name: optional Label [Contact],
        /// What the party is to us (Odoo `customer_rank`, `supplier_rank`).
        roles: list PartyRole [None],
        /// The organisation that this party belongs to (Odoo `parent_id`).
        parent: optional PartyRef [None],
        /// Tax and company registrations (BT-30, BT-31, BT-48; Odoo `vat`, `company_registry`).
        tax_ids: list TaxId [TaxId],
        /// Number of the party among the places of GS1 (Odoo `global_location_number`).
        gln: optional Gln [None],
        /// Number of the legal entity.
        lei: optional Lei [None],
        /// Where electronic documents are sent.
        endpoints: list Endpoint [None],
        /// E-mail as it was given (BT-43, BT-58; Odoo `email`).
        email: optional Label [Contact],
        /// Telephone as it was given (BT-42, BT-57; Odoo `phone`).
        phone: optional Label [Contact],
        /// Language to write in (BCP 47; Odoo `lang`).
        language: optional Language [None],
        /// Postal addresses, the main one first.
        addresses: list Address [Contact],
        /// People to talk to. A contact that other systems refer to is a party of its own with this one as its parent.
        contacts: list Contact [Contact],
        /// Accounts that the party is paid to (Odoo `bank_ids`).
        bank_accounts: list BankAccount [Financial Finance],
        /// Time zone of the party's office (IANA name; Odoo `tz`).
        time_zone: optional Label [None],
        /// Terms on which the party is dealt with.
        commercial: optional Commercial [None],
        /// Payment terms, by the name that both sides know (BT-20; Odoo `property_payment_term_id`).
        payment_terms: optional Label [None Finance],
        /// Terms on which we pay this party as a supplier, where they are others (Odoo `property_supplier_payment_term_id`).
        supplier_payment_terms: optional Label [None Finance],
        /// False when the party is no longer dealt with (Odoo `active`); true when absent.
        active: optional bool [None],
    }
}

/// Organisation or person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PartyKind {
    /// A company or another body.
    Organisation,
    /// A human being.
    Person,
}

code_list! {
    /// What a party is to us.
    PartyRole, "party role", "What a party is to us." {
        /// Buys from us.
        Customer = "customer",
        /// Sells to us.
        Supplier = "supplier",
        /// Carries goods.
        Carrier = "carrier",
        /// Works with the party above it.
        Contact = "contact",
    }
}

record! {
    /// The terms on which a party is dealt with. Odoo keeps most of them per company.
    #[derive(Default)]
    Commercial in Party {
        /// Currency that prices are agreed in.
        currency: optional Currency [None Finance],
        /// Price list, by the name that both sides know (Odoo `property_product_pricelist`).
        price_list: optional Label [None Sales],
        /// How much may be owed (Odoo `credit_limit`).
        credit_limit: optional Money [Financial Finance],
        /// Rules by which taxes are chosen (Odoo `property_account_position_id`).
        fiscal_position: optional Label [None Finance],
        /// Who looks after the party (Odoo `user_id`).
        salesperson: optional Label [Contact],
        /// Terms of delivery.
        delivery_terms: optional DeliveryTerms [None Logistics],
        /// Groups that the party belongs to (Odoo `category_id`).
        tags: list Label [None],
    }
}

impl CanonicalObject for Party {
    const KIND: ObjectKind = ObjectKind::Party;
    const EXAMPLE: &'static str = include_str!("example.json");
    const RULES: &'static [&'static [Rule]] = &[rule::COMMON, rules::RULES];

    fn check(&self, report: &mut Report) {
        rules::check(self, report);
    }

    fn sample(sampler: &mut Sampler) -> Result<Self, ContractError> {
        sample::sample(sampler)
    }
}
