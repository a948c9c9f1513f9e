//! Taxes on lines and their summary.

use crate::{
    contract::present,
    value::{Decimal, Label, Percentage},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One tax on a line, or on an allowance or charge. Several taxes on one line (state and county) are several entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LineTax {
    /// Category (UNCL5305; BT-151).
    #[schemars(extend("x-data-class" = "none", "x-domain" = "finance"))]
    pub category: TaxCategory,
    /// Rate in per cent (BT-152).
    #[schemars(extend("x-data-class" = "none", "x-domain" = "finance"))]
    pub rate: Percentage,
    /// What the source calls the tax, for people.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "finance"))]
    pub name: Option<Label>,
    /// The tax on this line in order currency, where the source computes it per line.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "financial", "x-domain" = "finance"))]
    pub amount: Option<Decimal>,
}

/// The tax of one category and rate over the whole document (BG-23).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TaxSubtotal {
    /// Category (UNCL5305; BT-118).
    #[schemars(extend("x-data-class" = "none", "x-domain" = "finance"))]
    pub category: TaxCategory,
    /// Rate in per cent (BT-119).
    #[schemars(extend("x-data-class" = "none", "x-domain" = "finance"))]
    pub rate: Percentage,
    /// What is taxed, in order currency (BT-116).
    #[schemars(extend("x-data-class" = "financial", "x-domain" = "finance"))]
    pub taxable: Decimal,
    /// The tax, in order currency (BT-117).
    #[schemars(extend("x-data-class" = "financial", "x-domain" = "finance"))]
    pub tax: Decimal,
}

code_list! {
    /// Tax categories of UNCL5305, as EN 16931 uses them.
    TaxCategory, "tax category", "A tax category of UNCL5305." {
        /// Standard rate; every rate that is not nought, and taxes that are no VAT.
        Standard = "S",
        /// Zero rated.
        ZeroRated = "Z",
        /// Exempt.
        Exempt = "E",
        /// Reverse charge.
        ReverseCharge = "AE",
        /// Supply within the European Economic Area.
        IntraCommunity = "K",
        /// Export.
        Export = "G",
        /// Outside the scope of tax.
        OutOfScope = "O",
        /// Canary Islands (IGIC).
        CanaryIslands = "L",
        /// Ceuta and Melilla (IPSI).
        CeutaMelilla = "M",
        /// Transferred (Italy).
        Transferred = "B",
    }
}

impl LineTax {
    /// A tax by category and rate.
    pub fn new(category: TaxCategory, rate: Percentage) -> Self {
        Self { category, rate, name: None, amount: None }
    }
}
