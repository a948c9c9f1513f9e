//! Prices, allowances, charges and totals of a document.

use super::LineTax;
use crate::{
    contract::present,
    value::{Code, Decimal, Label, Percentage},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A net price in order currency: `amount` for `base_quantity` units (BT-146, BT-149).
///
/// Net, because EN 16931 knows no other and because totals add up only without tax. A price that includes tax becomes
/// exactly net through the base quantity: 11.90 with 19 % is 1190 for 119 units; dividing would lose digits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// The price without tax. It may have more decimals than the currency; it is never rounded.
    #[schemars(extend("x-data-class" = "financial", "x-domain" = "sales"))]
    pub amount: Decimal,
    /// For how many units the amount is, in the unit of the line; 1 when absent.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "sales"))]
    pub base_quantity: Option<Decimal>,
}

/// Something taken off (allowance) or added (charge), on a line or on the whole document; shipping is a charge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AllowanceCharge {
    /// Off or on.
    #[schemars(extend("x-data-class" = "none", "x-domain" = "sales"))]
    pub kind: AllowanceChargeKind,
    /// How much, without tax, in order currency; never negative (BT-92, BT-99, BT-136, BT-141).
    #[schemars(extend("x-data-class" = "financial", "x-domain" = "sales"))]
    pub amount: Decimal,
    /// The percentage that the amount was computed with, for information (BT-94, BT-101, BT-138, BT-143).
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "sales"))]
    pub percentage: Option<Percentage>,
    /// Reason code: UNCL5189 for allowances, UNCL7161 for charges (`FC` is freight), or the source's own.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "sales"))]
    pub code: Option<Code>,
    /// Reason in words: the discount code, the shipping method (BT-97, BT-104, BT-139, BT-144).
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "sales"))]
    pub reason: Option<Label>,
    /// The taxes that the amount bears. Only for the whole document: on a line, the line's taxes apply.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "finance"))]
    pub taxes: Vec<LineTax>,
}

/// Whether an amount is taken off or added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AllowanceChargeKind {
    /// Taken off.
    Allowance,
    /// Added.
    Charge,
}

/// The totals of a document, in its currency (BG-22).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Totals {
    /// Sum of the lines' net amounts (BT-106).
    #[schemars(extend("x-data-class" = "financial", "x-domain" = "finance"))]
    pub lines: Decimal,
    /// Sum of the document's allowances (BT-107); nought when absent.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "financial", "x-domain" = "finance"))]
    pub allowances: Option<Decimal>,
    /// Sum of the document's charges (BT-108); nought when absent.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "financial", "x-domain" = "finance"))]
    pub charges: Option<Decimal>,
    /// Without tax (BT-109; Odoo `amount_untaxed`).
    #[schemars(extend("x-data-class" = "financial", "x-domain" = "finance"))]
    pub net: Decimal,
    /// All taxes (BT-110; Odoo `amount_tax`).
    #[schemars(extend("x-data-class" = "financial", "x-domain" = "finance"))]
    pub tax: Decimal,
    /// With tax (BT-112; Odoo `amount_total`).
    #[schemars(extend("x-data-class" = "financial", "x-domain" = "finance"))]
    pub gross: Decimal,
    /// Already paid (BT-113); nought when absent.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "financial", "x-domain" = "finance"))]
    pub prepaid: Option<Decimal>,
    /// Rounding of what is to be paid, such as cash rounding; may be negative (BT-114); nought when absent.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "financial", "x-domain" = "finance"))]
    pub rounding: Option<Decimal>,
    /// Still to be paid (BT-115).
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "financial", "x-domain" = "finance"))]
    pub payable: Option<Decimal>,
}

impl Price {
    /// A price for one unit.
    pub fn per_unit(amount: Decimal) -> Self {
        Self { amount, base_quantity: None }
    }

    /// A price for several units.
    pub fn per(amount: Decimal, base_quantity: Decimal) -> Self {
        Self { amount, base_quantity: Some(base_quantity) }
    }

    /// What `quantity` units cost, not rounded; `None` when the base quantity is nought or a number grows too large.
    pub fn times(&self, quantity: Decimal) -> Option<Decimal> {
        let product = self.amount.checked_mul(quantity)?;
        match self.base_quantity {
            Some(base) => product.checked_div(base),
            None => Some(product),
        }
    }
}

impl AllowanceCharge {
    /// An allowance of an amount.
    pub fn allowance(amount: Decimal) -> Self {
        Self::new(AllowanceChargeKind::Allowance, amount)
    }

    /// A charge of an amount.
    pub fn charge(amount: Decimal) -> Self {
        Self::new(AllowanceChargeKind::Charge, amount)
    }

    /// The amount with its sign: charges add, allowances take off.
    pub fn signed(&self) -> Decimal {
        match self.kind {
            AllowanceChargeKind::Allowance => -self.amount,
            AllowanceChargeKind::Charge => self.amount,
        }
    }

    fn new(kind: AllowanceChargeKind, amount: Decimal) -> Self {
        Self { kind, amount, percentage: None, code: None, reason: None, taxes: Vec::new() }
    }
}
