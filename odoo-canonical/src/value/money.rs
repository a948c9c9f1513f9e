//! Money: an exact amount of one currency.

use super::{Currency, Decimal};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// An amount of money: `{"amount": "12.50", "currency": "EUR"}`.
///
/// Amounts may have more decimals than the currency (a unit price has); [`rounded`](Self::rounded) brings them to the
/// smallest unit. Sums across currencies are refused, never converted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"amount": "12.50", "currency": "EUR"}]))]
pub struct Money {
    /// The amount, in units of the currency.
    #[schemars(extend("x-data-class" = "financial", "x-domain" = "finance"))]
    pub amount: Decimal,
    /// The currency (ISO 4217).
    #[schemars(extend("x-data-class" = "none", "x-domain" = "finance"))]
    pub currency: Currency,
}

/// An operation on money that has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MoneyError {
    /// The two amounts are in different currencies; convert one explicitly first.
    #[error("amounts in {0} and {1} cannot be combined")]
    CurrencyMismatch(Currency, Currency),
    /// The currency has no known smallest unit, so nothing can be rounded or divided in it.
    #[error("the smallest unit of {0} is not known")]
    UnknownCurrency(Currency),
    /// The result has more digits than a decimal holds.
    #[error("the amount has too many digits")]
    Overflow,
    /// The amount is finer than the smallest unit of its currency; round it first.
    #[error("the amount has more decimals than {0} has")]
    TooFine(Currency),
    /// Weights must not be negative and must not all be zero.
    #[error("weights must not be negative and must not all be zero")]
    Weights,
}

impl Money {
    /// An amount of a currency.
    pub fn new(amount: Decimal, currency: Currency) -> Self {
        Self { amount, currency }
    }

    /// The exact sum.
    ///
    /// # Errors
    /// When the currencies differ, or the sum has too many digits.
    pub fn checked_add(&self, other: &Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        self.amount.checked_add(other.amount).map(|amount| self.with(amount)).ok_or(MoneyError::Overflow)
    }

    /// The exact difference.
    ///
    /// # Errors
    /// When the currencies differ, or the difference has too many digits.
    pub fn checked_sub(&self, other: &Self) -> Result<Self, MoneyError> {
        self.checked_add(&other.with(-other.amount))
    }

    /// The amount times `factor`, not rounded to the currency.
    ///
    /// # Errors
    /// When the product has too many digits.
    pub fn checked_mul(&self, factor: Decimal) -> Result<Self, MoneyError> {
        self.amount.checked_mul(factor).map(|amount| self.with(amount)).ok_or(MoneyError::Overflow)
    }

    /// The amount rounded half away from zero to the smallest unit of the currency.
    ///
    /// # Errors
    /// When the smallest unit is not known.
    pub fn rounded(&self) -> Result<Self, MoneyError> {
        let units = self.currency.minor_units().ok_or(MoneyError::UnknownCurrency(self.currency))?;
        Ok(self.with(self.amount.round_half_up(u32::from(units))))
    }

    /// Divides the amount by weights so that the parts are whole smallest units and add up to the amount exactly
    /// (largest remainder; at a tie the earlier part gets the unit).
    ///
    /// ```
    /// use odoo_canonical::value::{Decimal, Money};
    ///
    /// let discount = Money::new("10.00".parse()?, "EUR".parse()?);
    /// let parts = discount.allocate(&[Decimal::ONE; 3])?;
    /// let parts: Vec<String> = parts.iter().map(|part| part.amount.to_string()).collect();
    /// assert_eq!(parts, ["3.34", "3.33", "3.33"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When the currency's smallest unit is not known, the amount is finer than it, a weight is negative, all weights
    /// are zero, or the numbers are too large.
    pub fn allocate(&self, weights: &[Decimal]) -> Result<Vec<Self>, MoneyError> {
        let decimals =
            u32::from(self.currency.minor_units().ok_or(MoneyError::UnknownCurrency(self.currency))?);
        let total = whole_units(self.amount, decimals).ok_or(MoneyError::Overflow)?;
        if self.amount.round_half_up(decimals) != self.amount {
            return Err(MoneyError::TooFine(self.currency));
        }
        let weights = whole_weights(weights)?;
        let sum = weights
            .iter()
            .try_fold(0_i128, |sum, weight| sum.checked_add(*weight))
            .ok_or(MoneyError::Overflow)?;
        if sum == 0 {
            return Err(MoneyError::Weights);
        }
        let magnitude = total.checked_abs().ok_or(MoneyError::Overflow)?;
        let mut parts = Vec::with_capacity(weights.len());
        let mut left = magnitude;
        for (index, weight) in weights.iter().enumerate() {
            let share = magnitude.checked_mul(*weight).ok_or(MoneyError::Overflow)?;
            let (floor, remainder) = (share / sum, share % sum);
            left -= floor;
            parts.push((index, floor, remainder));
        }
        parts.sort_by_key(|(index, _, remainder)| (std::cmp::Reverse(*remainder), *index));
        for (_, floor, _) in &mut parts {
            if left > 0 {
                *floor += 1;
                left -= 1;
            }
        }
        parts.sort_by_key(|(index, ..)| *index);
        parts
            .into_iter()
            .map(|(_, units, _)| {
                let units = i64::try_from(units * total.signum()).map_err(|_| MoneyError::Overflow)?;
                Decimal::new(units, decimals).map(|amount| self.with(amount)).ok_or(MoneyError::Overflow)
            })
            .collect()
    }

    fn with(&self, amount: Decimal) -> Self {
        Self { amount, currency: self.currency }
    }

    fn same_currency(&self, other: &Self) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            Ok(())
        } else {
            Err(MoneyError::CurrencyMismatch(self.currency, other.currency))
        }
    }
}

/// The amount counted in units of ten to the power of minus `decimals`; `None` when it is too large.
fn whole_units(amount: Decimal, decimals: u32) -> Option<i128> {
    let amount = amount.round_half_up(decimals);
    let missing = decimals.checked_sub(amount.scale())?;
    amount.unscaled().checked_mul(10_i128.checked_pow(missing)?)
}

/// The weights as whole numbers in the same proportion.
fn whole_weights(weights: &[Decimal]) -> Result<Vec<i128>, MoneyError> {
    if weights.iter().any(Decimal::is_negative) {
        return Err(MoneyError::Weights);
    }
    let scale = weights.iter().map(|weight| weight.normalized().scale()).max().unwrap_or(0);
    weights.iter().map(|weight| whole_units(weight.normalized(), scale).ok_or(MoneyError::Overflow)).collect()
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount, self.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(amount: &str, currency: &str) -> Money {
        Money::new(amount.parse().unwrap(), currency.parse().unwrap())
    }

    #[test]
    fn currencies_do_not_mix() {
        let error = money("1", "EUR").checked_add(&money("1", "USD")).unwrap_err();
        assert_eq!(error.to_string(), "amounts in EUR and USD cannot be combined");
        assert_eq!(money("1.20", "EUR").checked_sub(&money("0.30", "EUR")), Ok(money("0.90", "EUR")));
    }

    #[test]
    fn rounding_follows_the_currency() {
        assert_eq!(money("1.0055", "KWD").rounded().unwrap().to_string(), "1.006 KWD");
        assert_eq!(money("100.5", "JPY").rounded().unwrap().to_string(), "101 JPY");
        assert!(matches!(money("1", "QQQ").rounded(), Err(MoneyError::UnknownCurrency(_))));
    }

    #[test]
    fn allocation_refuses_what_it_cannot_share_out() {
        let weight = Decimal::ONE;
        assert_eq!(
            money("1.005", "EUR").allocate(&[weight]),
            Err(MoneyError::TooFine("EUR".parse().unwrap()))
        );
        assert_eq!(money("1", "EUR").allocate(&[]), Err(MoneyError::Weights));
        assert_eq!(money("1", "EUR").allocate(&[Decimal::ZERO]), Err(MoneyError::Weights));
        assert_eq!(money("1", "EUR").allocate(&[-weight]), Err(MoneyError::Weights));
        let parts = money("-0.05", "EUR").allocate(&[weight, weight]).unwrap();
        assert_eq!(parts, [money("-0.03", "EUR"), money("-0.02", "EUR")]);
    }
}
