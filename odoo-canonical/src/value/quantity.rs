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
    /// Rec 20 gives no way from one unit to the other.
    #[error("{0} cannot be converted to {1}")]
    NoConversion(UnitCode, UnitCode),
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

    /// The same quantity in another unit, where Rec 20 gives both as multiples of one base unit; rounded half away from zero
    /// to what 28 digits hold. Factors are as exact as Rec 20 prints them (a foot is exact, a gallon has seven digits).
    ///
    /// ```
    /// use odoo_canonical::value::Quantity;
    ///
    /// let feet = Quantity::new("10".parse()?, "FOT".parse()?);
    /// assert_eq!(feet.in_unit(&"MTR".parse()?)?.value, "3.048".parse()?);
    /// // What a box holds is a fact about an item, and a piece is no kilogram.
    /// assert!(feet.in_unit(&"XBX".parse()?).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When there is no way from one unit to the other, or the numbers are too large.
    pub fn in_unit(&self, unit: &UnitCode) -> Result<Self, QuantityError> {
        if self.unit == *unit {
            return Ok(self.clone());
        }
        let base = |unit: &UnitCode| unit.unit().and_then(|unit| unit.base);
        let (from, to) = match (base(&self.unit), base(unit)) {
            (Some((from, one)), Some((to, other))) if one == other => (from, to),
            _ => return Err(QuantityError::NoConversion(self.unit.clone(), unit.clone())),
        };
        let value = self.value.checked_mul(from).and_then(|value| value.checked_div(to));
        let value = value.ok_or(QuantityError::Overflow)?.normalized();
        Ok(Self { value, unit: unit.clone() })
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
        for (value, from, to, result) in
            [("2.5", "DZN", "C62", "30"), ("1", "TNE", "KGM", "1000"), ("36", "HUR", "DAY", "1.5")]
        {
            assert_eq!(quantity(value, from).in_unit(&to.parse().unwrap()), Ok(quantity(result, to)));
        }
        for (from, to) in
            [("KGM", "LTR"), ("CEL", "KEL"), ("EA", "C62"), ("XBX", "C62"), ("P1", "C62"), ("ZZ9", "C62")]
        {
            assert!(quantity("1", from).in_unit(&to.parse().unwrap()).is_err(), "{from} to {to}");
        }
        assert_eq!(quantity("1", "C62").checked_sub(&quantity("3", "C62")), Ok(quantity("-2", "C62")));
    }
}
