//! An identity of a record: under which scheme, and in which system.

use super::{Code, Key, ValueError};
use crate::contract::present;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// One name of a record: `{scheme, value, system?}`.
///
/// Numbers that people see (an order number, a SKU) are not unique and are not identifiers unless their scheme
/// says so.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"scheme": "gln", "value": "4012345000009"}]))]
pub struct Identifier {
    /// Who names: `gtin`, `gln`, `duns`, `vat`, `sku`, `odoo:res.partner`, `shopify_gid` and so on.
    #[schemars(extend("x-data-class" = "none", "x-domain" = "party"))]
    pub scheme: Scheme,
    /// The name itself, as that scheme writes it.
    #[schemars(extend("x-data-class" = "none", "x-domain" = "party"))]
    pub value: Key,
    /// The system in which the name holds, where the scheme alone does not say it, for example one Odoo database.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "party"))]
    pub system: Option<Code>,
}

impl Identifier {
    /// An identifier that holds in every system.
    pub fn new(scheme: Scheme, value: Key) -> Self {
        Self { scheme, value, system: None }
    }

    /// The same identifier, held to one system.
    pub fn in_system(mut self, system: Code) -> Self {
        self.system = Some(system);
        self
    }
}

/// A naming scheme: lower-case letters, digits and `_ . : -`, beginning with a letter, at most 64 characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scheme(String);

impl Scheme {
    fn parse(text: &str) -> Result<Self, ValueError> {
        for (position, character) in text.chars().enumerate() {
            let inner =
                position > 0 && (character.is_ascii_digit() || matches!(character, '_' | '.' | ':' | '-'));
            if !character.is_ascii_lowercase() && !inner {
                return Err(ValueError::at(
                    "scheme",
                    "must be lower-case letters, digits and _ . : -, beginning with a letter",
                    position,
                ));
            }
        }
        match text.len() {
            1..=64 => Ok(Self(text.to_owned())),
            _ => Err(ValueError::new("scheme", "must have 1 to 64 characters")),
        }
    }

    /// The scheme as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

string_value!(Scheme, "scheme", {
    "examples": ["gln", "odoo:res.partner"],
    "description": "A naming scheme, for example gtin, vat or odoo:res.partner.",
    "pattern": "^[a-z][a-z0-9_.:-]{0,63}$"
});
