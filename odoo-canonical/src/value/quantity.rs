//! Quantities: an exact number of one unit.

use super::{Decimal, UnitCode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A quantity: `{"value": "2", "unit": "C62"}`. Quantities of different units are never added or compared.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"value": "2", "unit": "C62"}]))]
pub struct Quantity {
    /// How many units.
    #[schemars(extend("x-data-class" = "none", "x-domain" = "product"))]
    pub value: Decimal,
    /// Which unit (UN/ECE Rec 20).
    #[schemars(extend("x-data-class" = "none", "x-domain" = "product"))]
    pub unit: UnitCode,
}

/// An operation on quantities that has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QuantityError {
    /// The two quantities are in different units; convert one explicitly first.
    #[error("quantities in {0} and {1} cannot be combined")]
    UnitMismatch(UnitCode, UnitCode),
    /// The result has more digits than a decimal holds.
    #[error("the quantity has too many digits")]
    Overflow,
}

impl Quantity {
    /// So many of a unit.
    pub fn new(value: Decimal, unit: UnitCode) -> Self {
        Self { value, unit }
    }

    /// The exact sum.
    ///
    /// # Errors
    /// When the units differ, or the sum has too many digits.
    pub fn checked_add(&self, other: &Self) -> Result<Self, QuantityError> {
        self.combine(other, other.value)
    }

    /// The exact difference.
    ///
    /// # Errors
    /// When the units differ, or the difference has too many digits.
    pub fn checked_sub(&self, other: &Self) -> Result<Self, QuantityError> {
        self.combine(other, -other.value)
    }

    fn combine(&self, other: &Self, value: Decimal) -> Result<Self, QuantityError> {
        if self.unit != other.unit {
            return Err(QuantityError::UnitMismatch(self.unit.clone(), other.unit.clone()));
        }
        let value = self.value.checked_add(value).ok_or(QuantityError::Overflow)?;
        Ok(Self { value, unit: self.unit.clone() })
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.value, self.unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_do_not_mix() {
        let quantity = |value: &str, unit: &str| Quantity::new(value.parse().unwrap(), unit.parse().unwrap());
        assert!(quantity("1", "C62").checked_add(&quantity("1", "KGM")).is_err());
        assert_eq!(quantity("1", "C62").checked_sub(&quantity("3", "C62")), Ok(quantity("-2", "C62")));
    }
}
