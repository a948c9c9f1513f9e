//! Postal addresses.

use crate::{
    contract::present,
    value::{Country, Label, Subdivision},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A postal address (UBL `PostalAddress`, Odoo `res.partner`).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Address {
    /// What the address is for (Odoo `type`).
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "party"))]
    pub role: Option<AddressRole>,
    /// Who is there, where it is not the party itself (Odoo `name`).
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "contact", "x-domain" = "party"))]
    pub name: Option<Label>,
    /// Street and what else stands above the city, line by line (BT-50, BT-51, BT-163; Odoo `street`, `street2`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-data-class" = "contact", "x-domain" = "party"))]
    pub lines: Vec<Label>,
    /// City (BT-52; Odoo `city`).
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "contact", "x-domain" = "party"))]
    pub city: Option<Label>,
    /// Postal code as the country writes it (BT-53; Odoo `zip`).
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "contact", "x-domain" = "party"))]
    pub postal_code: Option<Label>,
    /// State or province (ISO 3166-2; BT-54; Odoo `state_id`).
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "contact", "x-domain" = "party"))]
    pub subdivision: Option<Subdivision>,
    /// Country (ISO 3166-1; BT-55; Odoo `country_id`).
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "party"))]
    pub country: Option<Country>,
    /// Telephone at this address, as it was given (Odoo `phone`).
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "contact", "x-domain" = "party"))]
    pub phone: Option<Label>,
}

code_list! {
    /// What an address is for (Odoo `res.partner.type`).
    AddressRole, "address role", "What an address is for." {
        /// Where the party is reached in general.
        Contact = "contact",
        /// Where invoices go.
        Invoice = "invoice",
        /// Where goods go.
        Delivery = "delivery",
    }
}
