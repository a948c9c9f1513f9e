//! Check digits and dates, as many countries use them.

use crate::value::LocalDate;

/// What is wrong with a number.
pub(super) enum Wrong {
    /// Length, characters, or a part that cannot be.
    Form,
    /// The check digits.
    CheckDigits,
}

pub(super) type Checked = Result<(), Wrong>;

/// Right check digits, or not.
pub(super) fn checked(right: bool) -> Checked {
    if right { Ok(()) } else { Err(Wrong::CheckDigits) }
}

/// A possible form, or not.
pub(super) fn formed(right: bool) -> Checked {
    if right { Ok(()) } else { Err(Wrong::Form) }
}

/// So many digits and nothing else.
pub(super) fn digits<const N: usize>(text: &str) -> Result<[i64; N], Wrong> {
    let digits: Vec<i64> =
        text.chars().filter_map(|character| character.to_digit(10)).map(i64::from).collect();
    match digits.try_into() {
        Ok(digits) if text.len() == N => Ok(digits),
        _ => Err(Wrong::Form),
    }
}

/// The sum of digits times weights, from the first on; what has no partner does not count.
pub(super) fn weighted(digits: &[i64], weights: &[i64]) -> i64 {
    digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum()
}

/// The number that the digits of `text` write; -1 for anything else.
pub(super) fn number(text: &str) -> i64 {
    text.parse().unwrap_or(-1)
}

/// The last digit.
pub(super) fn last(digits: &[i64]) -> i64 {
    digits.last().copied().unwrap_or(-1)
}

/// The check of Luhn (ISO/IEC 7812-1): from the right, every second digit counts twice.
pub(super) fn luhn(digits: &[i64]) -> bool {
    let sum: i64 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| if place % 2 == 0 { *digit } else { digit * 2 / 10 + digit * 2 % 10 })
        .sum();
    sum % 10 == 0
}

/// ISO/IEC 7064, mod 11,10.
pub(super) fn mod_11_10(digits: &[i64]) -> bool {
    let folded =
        digits.iter().fold(5, |check, digit| (if check == 0 { 10 } else { check } * 2 % 11 + digit) % 10);
    folded == 1
}

/// Whether there is such a day.
pub(super) fn day(year: i64, month: i64, day: i64) -> bool {
    let parts = (i16::try_from(year), i8::try_from(month), i8::try_from(day));
    matches!(parts, (Ok(year), Ok(month), Ok(day)) if LocalDate::from_ymd(year, month, day).is_some())
}

/// The number of two digits in a row.
pub(super) fn pair(digits: &[i64], at: usize) -> i64 {
    match digits.get(at..at + 2) {
        Some([tens, ones]) => tens * 10 + ones,
        _ => -1,
    }
}
