//! Comparing the numbers of bounds without losing digits.

use serde_json::Number;
use std::cmp::Ordering;

/// Whole numbers are compared exactly; others as far as a double tells them apart.
pub(super) fn order(one: &Number, other: &Number) -> Ordering {
    match (one.as_i128(), other.as_i128()) {
        (Some(one), Some(other)) => one.cmp(&other),
        _ => double(one).total_cmp(&double(other)),
    }
}

/// Whether `number` is a whole multiple of `base`, as far as can be told without rounding.
pub(super) fn is_multiple(number: &Number, base: &Number) -> bool {
    match (number.as_i128(), base.as_i128()) {
        (Some(number), Some(base)) => base != 0 && number % base == 0,
        _ => order(number, base) == Ordering::Equal,
    }
}

fn double(number: &Number) -> f64 {
    number.as_f64().unwrap_or(f64::NAN)
}
