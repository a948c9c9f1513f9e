//! References from one object to another: enough to find it, and to say to a person what was meant.

use crate::{
    contract::present,
    value::{Identifier, Key, Label},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A reference to a party.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PartyRef {
    /// The party's natural key in the source system of the referring document.
    #[schemars(extend("x-data-class" = "none", "x-domain" = "party"))]
    pub key: Key,
    /// Other identities of the party.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "party"))]
    pub ids: Vec<Identifier>,
    /// The name, for people; never used to find the party.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "contact", "x-domain" = "party"))]
    pub name: Option<Label>,
}

/// A reference to an item: always to what can be sold and stocked (Odoo `product.product`), not to a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ItemRef {
    /// The item's natural key in the source system of the referring document.
    #[schemars(extend("x-data-class" = "none", "x-domain" = "product"))]
    pub key: Key,
    /// Other identities of the item, for example its GTIN.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "product"))]
    pub ids: Vec<Identifier>,
    /// Seller's article number (BT-155; Odoo `default_code`); not unique everywhere.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "product"))]
    pub sku: Option<Label>,
    /// The name, for people (BT-153).
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "product"))]
    pub name: Option<Label>,
}

/// A reference to a place where stock lies (Odoo `stock.location` or `stock.warehouse`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LocationRef {
    /// The location's natural key in the source system of the referring document.
    #[schemars(extend("x-data-class" = "none", "x-domain" = "logistics"))]
    pub key: Key,
    /// Other identities of the location, for example its GLN.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "logistics"))]
    pub ids: Vec<Identifier>,
    /// The name, for people.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "logistics"))]
    pub name: Option<Label>,
}

/// A reference to another document, inside or outside of the source system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DocumentRef {
    /// What kind of document.
    #[schemars(extend("x-data-class" = "none", "x-domain" = "sales"))]
    pub kind: DocumentRefKind,
    /// Its number, as it stands on it.
    #[schemars(extend("x-data-class" = "none", "x-domain" = "sales"))]
    pub number: Label,
    /// The line in it, where one line is meant.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "sales"))]
    pub line_id: Option<Label>,
}

code_list! {
    /// Kinds of documents that others refer to.
    DocumentRefKind, "document kind", "What kind of document is referred to." {
        /// A quotation.
        Quotation = "quotation",
        /// A contract.
        Contract = "contract",
        /// The order that this one replaces or follows.
        Order = "order",
        /// A payment.
        Payment = "payment",
    }
}

impl PartyRef {
    /// A reference by key alone.
    pub fn new(key: Key) -> Self {
        Self { key, ids: Vec::new(), name: None }
    }
}

impl ItemRef {
    /// A reference by key alone.
    pub fn new(key: Key) -> Self {
        Self { key, ids: Vec::new(), sku: None, name: None }
    }
}

impl LocationRef {
    /// A reference by key alone.
    pub fn new(key: Key) -> Self {
        Self { key, ids: Vec::new(), name: None }
    }
}
