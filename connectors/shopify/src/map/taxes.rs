//! Taxes: what a line or charge bears, and what they add up to.

use std::collections::BTreeMap;

use connector_core::canonical::object::{LineTax, TaxCategory, TaxSubtotal};
use connector_core::canonical::value::{Currency, Decimal, Percentage};
use connector_core::contract::MapError;

use super::overflow;
use crate::wire::{Tax, pad};

/// The part of an amount that is left when `part` of `whole` units are; to the currency's smallest unit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Share {
    pub(super) part: Decimal,
    pub(super) whole: Decimal,
}

impl Share {
    pub(super) fn of(self, amount: Decimal, currency: Currency) -> Option<Decimal> {
        if self.part == self.whole {
            return Some(amount);
        }
        let scaled = amount.checked_mul(self.part)?.checked_div(self.whole)?;
        Some(pad(scaled.round_half_up(decimals(currency)), currency))
    }
}

/// How many decimals amounts are rounded to. Nothing can be rounded in a currency that is not known; its order stops at the invariants.
pub(super) fn decimals(currency: Currency) -> u32 {
    currency.minor_units().map_or(6, u32::from)
}

/// What is left of the stated taxes.
pub(super) fn scaled(taxes: &[Tax], share: Share, currency: Currency) -> Option<Vec<Tax>> {
    let one = |tax: &Tax| Some(Tax { amount: share.of(tax.amount, currency)?, ..tax.clone() });
    taxes.iter().map(one).collect()
}

/// The taxes as canonical ones, and whether one of them was left out because it is not levied: Shopify lists the rate with an amount of
/// nought for buyers who are exempt.
pub(super) fn line_taxes(taxes: &[Tax], net: Decimal, currency: Currency) -> (Vec<LineTax>, bool) {
    let levied = |tax: &&Tax| !tax.amount.is_zero() || !matters(tax.rate, net, currency);
    let canonical = |tax: &Tax| {
        let category =
            if tax.rate == Percentage::ZERO { TaxCategory::ZeroRated } else { TaxCategory::Standard };
        LineTax { category, rate: tax.rate, name: tax.title.clone(), amount: Some(tax.amount) }
    };
    let kept: Vec<LineTax> = taxes.iter().filter(levied).map(canonical).collect();
    let left_out = kept.len() < taxes.len();
    (kept, left_out)
}

/// Whether the rate would give more than rounding can swallow.
fn matters(rate: Percentage, net: Decimal, currency: Currency) -> bool {
    let unit = Decimal::new(1, decimals(currency)).unwrap_or(Decimal::ONE);
    rate.of(net).is_some_and(|tax| tax.abs() > unit)
}

/// Collects taxable amounts and taxes by category and rate.
#[derive(Default)]
pub(super) struct Subtotals(BTreeMap<(TaxCategory, Percentage), (Decimal, Decimal)>);

impl Subtotals {
    pub(super) fn add(&mut self, taxes: &[LineTax], net: Decimal, path: &str) -> Result<(), MapError> {
        for tax in taxes {
            let sums =
                self.0.entry((tax.category.clone(), tax.rate)).or_insert((Decimal::ZERO, Decimal::ZERO));
            let amount = tax.amount.unwrap_or(Decimal::ZERO);
            *sums = sums.0.checked_add(net).zip(sums.1.checked_add(amount)).ok_or_else(|| overflow(path))?;
        }
        Ok(())
    }

    pub(super) fn into_list(self, currency: Currency) -> Vec<TaxSubtotal> {
        let one = |((category, rate), (taxable, tax))| TaxSubtotal {
            category,
            rate,
            taxable: pad(taxable, currency),
            tax: pad(tax, currency),
        };
        self.0.into_iter().map(one).collect()
    }
}
