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
        /// E-mail as it was given (BT-43, BT-58; Odoo `email`).
        email: optional Label [Contact],
        /// Telephone as it was given (BT-42, BT-57; Odoo `phone`).
        phone: optional Label [Contact],
        /// Language to write in (BCP 47; Odoo `lang`).
        language: optional Language [None],
        /// Postal addresses, the main one first.
        addresses: list Address [Contact],
        /// Payment terms, by the name that both sides know (BT-20; Odoo `property_payment_term_id`).
        payment_terms: optional Label [None Finance],
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
    /// A registration with a tax office or register.
    TaxId in Party {
        /// Which register: `vat`, `ein`, `company_reg` and so on.
        scheme: Scheme [None],
        /// The number as it is registered.
        value: Label [TaxId],
        /// The country of the register. Greece writes `EL` before its numbers but is `GR`.
        country: optional Country [None],
        /// What is known about its validity; unchecked when absent.
        status: optional TaxIdStatus [None],
    }
}

/// What is known about the validity of a tax number. A register that did not answer says nothing about the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TaxIdStatus {
    /// Nobody has looked.
    Unchecked,
    /// The form is right.
    FormatOk,
    /// The check digits are right.
    ChecksumOk,
    /// The register knows it.
    RegistryValid,
    /// The register does not know it.
    RegistryInvalid,
    /// The register could not be asked.
    Unavailable,
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
