//! Percentages, such as a tax rate.

use super::{Decimal, ValueError};
use std::fmt;

/// A percentage that is not negative: `"15"` is 15 %, `"7.25"` is 7.25 %. It travels as a decimal string.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Percentage(Decimal);

impl Percentage {
    /// Nought per cent.
    pub const ZERO: Self = Self(Decimal::ZERO);

    fn parse(text: &str) -> Result<Self, ValueError> {
        if text.starts_with('-') {
            return Err(ValueError::at("percentage", "must not be negative", 0));
        }
        text.parse().map(Self)
    }

    /// The number in per cent.
    pub fn percent(&self) -> Decimal {
        self.0
    }

    /// This percentage of `base`, unrounded; `None` on overflow.
    pub fn of(&self, base: Decimal) -> Option<Decimal> {
        base.checked_mul(self.0)?.checked_shift(2)
    }
}

impl TryFrom<Decimal> for Percentage {
    type Error = ValueError;

    fn try_from(percent: Decimal) -> Result<Self, ValueError> {
        if percent.is_negative() {
            return Err(ValueError::new("percentage", "must not be negative"));
        }
        Ok(Self(percent))
    }
}

impl fmt::Display for Percentage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

string_value!(Percentage, "percentage, for example \"7.25\"", {
    "examples": ["19", "7.25"],
    "description": "A percentage that is not negative, as a decimal string; 15 means 15 %.",
    "pattern": "^(0|[1-9][0-9]*)(\\.[0-9]+)?$",
    "not": { "pattern": "(?:[0-9]\\.?){29}" }
});
