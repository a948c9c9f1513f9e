//! Customers, suppliers and other partners.

use super::{Address, CanonicalObject, ObjectKind, PartyRef};
use crate::{
    contract::present,
    ext::Ext,
    invariant::{self, Report},
    value::{Country, Identifier, Key, Label, Language, RecordId, Revision, Scheme},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A customer, supplier or other partner (UBL `Party`, Odoo `res.partner`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// The id that the host assigned, where it assigns ids.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "party"))]
    pub id: Option<RecordId>,
    /// Natural key in the source system; with the system it is the identity.
    #[schemars(extend("x-data-class" = "none", "x-domain" = "party"))]
    pub key: Key,
    /// Other identities.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "party"))]
    pub ids: Vec<Identifier>,
    /// Organisation or person (Odoo `is_company`).
    #[schemars(extend("x-data-class" = "none", "x-domain" = "party"))]
    pub kind: PartyKind,
    /// Registered name of an organisation, or full name of a person (BT-27, BT-44; Odoo `name`).
    #[schemars(extend("x-data-class" = "contact", "x-domain" = "party"))]
    pub name: Label,
    /// Name in trade, where it differs (BT-28, BT-45).
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "contact", "x-domain" = "party"))]
    pub trade_name: Option<Label>,
    /// What the party is to us (Odoo `customer_rank`, `supplier_rank`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "party"))]
    pub roles: Vec<PartyRole>,
    /// The organisation that this party belongs to (Odoo `parent_id`).
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "party"))]
    pub parent: Option<PartyRef>,
    /// Tax and company registrations (BT-30, BT-31, BT-48; Odoo `vat`, `company_registry`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-data-class" = "tax-id", "x-domain" = "party"))]
    pub tax_ids: Vec<TaxId>,
    /// E-mail as it was given (BT-43, BT-58; Odoo `email`).
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "contact", "x-domain" = "party"))]
    pub email: Option<Label>,
    /// Telephone as it was given (BT-42, BT-57; Odoo `phone`).
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "contact", "x-domain" = "party"))]
    pub phone: Option<Label>,
    /// Language to write in (BCP 47; Odoo `lang`).
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "party"))]
    pub language: Option<Language>,
    /// Postal addresses, the main one first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-data-class" = "contact", "x-domain" = "party"))]
    pub addresses: Vec<Address>,
    /// Payment terms, by the name that both sides know (BT-20; Odoo `property_payment_term_id`).
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "finance"))]
    pub payment_terms: Option<Label>,
    /// False when the party is no longer dealt with (Odoo `active`); true when absent.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "party"))]
    pub active: Option<bool>,
    /// How new this state is in its source.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "party"))]
    pub revision: Option<Revision>,
    /// Vendor data under keys like `vendor:key`.
    #[serde(default, skip_serializing_if = "Ext::is_empty")]
    #[schemars(extend("x-data-class" = "free-text", "x-domain" = "party"))]
    pub ext: Ext,
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

/// A registration with a tax office or register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TaxId {
    /// Which register: `vat`, `ein`, `company_reg` and so on.
    #[schemars(extend("x-data-class" = "none", "x-domain" = "party"))]
    pub scheme: Scheme,
    /// The number as it is registered.
    #[schemars(extend("x-data-class" = "tax-id", "x-domain" = "party"))]
    pub value: Label,
    /// The country of the register. Greece writes `EL` before its numbers but is `GR`.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "party"))]
    pub country: Option<Country>,
    /// What is known about its validity; unchecked when absent.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "party"))]
    pub status: Option<TaxIdStatus>,
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

impl Party {
    /// A party with what every party has.
    pub fn new(key: Key, kind: PartyKind, name: Label) -> Self {
        Self {
            id: None,
            key,
            ids: Vec::new(),
            kind,
            name,
            trade_name: None,
            roles: Vec::new(),
            parent: None,
            tax_ids: Vec::new(),
            email: None,
            phone: None,
            language: None,
            addresses: Vec::new(),
            payment_terms: None,
            active: None,
            revision: None,
            ext: Ext::default(),
        }
    }
}

impl CanonicalObject for Party {
    const KIND: ObjectKind = ObjectKind::Party;
    const EXAMPLE: &'static str = include_str!("party.example.json");

    fn key(&self) -> &Key {
        &self.key
    }

    fn revision(&self) -> Option<Revision> {
        self.revision
    }

    fn check(&self, report: &mut Report) {
        invariant::party::check(self, report);
    }
}
