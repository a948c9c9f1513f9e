//! Prices, allowances, charges and totals of a document.

use super::{LineTax, TaxSubtotal};
use crate::value::{Code, Currency, Decimal, Label, Percentage};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

record! {
    /// A net price in order currency: `amount` for `base_quantity` units (BT-146, BT-149).
    ///
    /// Net, because EN 16931 knows no other and because totals add up only without tax. A price that includes tax becomes
    /// exactly net through the base quantity: 11.90 with 19 % is 1190 for 119 units; dividing would lose digits.
    Price in Sales {
        /// The price without tax. It may have more decimals than the currency; it is never rounded.
        amount: Decimal [Financial],
        /// For how many units the amount is, in the unit of the line; 1 when absent.
        base_quantity: optional Decimal [None],
    }
}

record! {
    /// Something taken off (allowance) or added (charge), on a line or on the whole document; shipping is a charge.
    AllowanceCharge in Sales {
        /// Off or on.
        kind: AllowanceChargeKind [None],
        /// How much, without tax, in order currency; never negative (BT-92, BT-99, BT-136, BT-141).
        amount: Decimal [Financial],
        /// The percentage that the amount was computed with, for information (BT-94, BT-101, BT-138, BT-143).
        percentage: optional Percentage [None],
        /// Reason code: UNCL5189 for allowances, UNCL7161 for charges (`FC` is freight), or the source's own.
        code: optional Code [None],
        /// Reason in words: the discount code, the shipping method (BT-97, BT-104, BT-139, BT-144).
        reason: optional Label [None],
        /// The taxes that the amount bears. Only for the whole document: on a line, the line's taxes apply.
        taxes: list LineTax [None Finance],
    }
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

record! {
    /// The totals of a document, in its currency (BG-22).
    #[derive(Default)]
    Totals in Finance {
        /// Sum of the lines' net amounts (BT-106).
        lines: Decimal [Financial],
        /// Sum of the document's allowances (BT-107); nought when absent.
        allowances: optional Decimal [Financial],
        /// Sum of the document's charges (BT-108); nought when absent.
        charges: optional Decimal [Financial],
        /// Without tax (BT-109; Odoo `amount_untaxed`).
        net: Decimal [Financial],
        /// All taxes (BT-110; Odoo `amount_tax`).
        tax: Decimal [Financial],
        /// With tax (BT-112; Odoo `amount_total`).
        gross: Decimal [Financial],
        /// Already paid (BT-113); nought when absent.
        prepaid: optional Decimal [Financial],
        /// Rounding of what is to be paid, such as cash rounding; may be negative (BT-114); nought when absent.
        rounding: optional Decimal [Financial],
        /// Still to be paid (BT-115).
        payable: optional Decimal [Financial],
    }
}

/// Adds a document up: the tax subtotals by category and rate, in the order of their first use, and the totals, from the
/// lines (net amount and taxes) and the allowances and charges on the whole. Taxes are rounded once for each category and
/// rate (Odoo's "round globally").
///
/// `None` when the currency has no known smallest unit, or a number grows too large.
pub fn total_up<'a>(
    currency: Currency,
    lines: impl Iterator<Item = (Decimal, &'a [LineTax])>,
    allowances_charges: &'a [AllowanceCharge],
) -> Option<(Vec<TaxSubtotal>, Totals)> {
    let decimals = u32::from(currency.minor_units()?);
    let (mut subtotals, mut totals) = (Vec::new(), Totals::default());
    // A list and not a map: a document has two or three taxes, and their order is worth keeping.
    let mut bear = |taxes: &[LineTax], amount: Decimal| -> Option<()> {
        for tax in taxes {
            let same = |subtotal: &&mut TaxSubtotal| {
                (&subtotal.category, subtotal.rate) == (&tax.category, tax.rate)
            };
            match subtotals.iter_mut().find(same) {
                Some(subtotal) => subtotal.taxable = subtotal.taxable.checked_add(amount)?,
                None => {
                    subtotals.push(TaxSubtotal::new(tax.category.clone(), tax.rate, amount, Decimal::ZERO))
                }
            }
        }
        Some(())
    };
    for (net, taxes) in lines {
        totals.lines = totals.lines.checked_add(net)?;
        bear(taxes, net)?;
    }
    for entry in allowances_charges {
        let total = match entry.kind {
            AllowanceChargeKind::Allowance => &mut totals.allowances,
            AllowanceChargeKind::Charge => &mut totals.charges,
        };
        *total = Some(total.unwrap_or(Decimal::ZERO).checked_add(entry.amount)?);
        bear(&entry.taxes, entry.signed())?;
    }
    for subtotal in &mut subtotals {
        let exact = subtotal.rate.of(subtotal.taxable)?;
        subtotal.tax = exact.round_half_up(decimals);
        totals.tax = totals.tax.checked_add(subtotal.tax)?;
    }
    let or_zero = |amount: Option<Decimal>| amount.unwrap_or(Decimal::ZERO);
    totals.net = Decimal::checked_sum([totals.lines, -or_zero(totals.allowances), or_zero(totals.charges)])?;
    totals.gross = totals.net.checked_add(totals.tax)?;
    totals.payable = Some(totals.gross);
    Some((subtotals, totals))
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
            // Prices are most often for 100 or 1000.
            Some(base) if base == Decimal::ONE_HUNDRED => product.checked_shift(2),
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
}
