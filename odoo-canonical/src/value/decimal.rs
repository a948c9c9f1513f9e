//! Exact decimal numbers.

use super::ValueError;
use rust_decimal::{Decimal as Inner, RoundingStrategy};
use std::{fmt, ops::Neg};

/// An exact decimal number of at most 28 digits, of which at most 27 behind the point.
///
/// In JSON it is a string (`"12.50"`), never a number: a JSON number passes through binary floating point in most
/// readers and loses cents. The scale is kept (`"12.50"` stays `"12.50"`), but equality is numeric
/// (`12.5 == 12.50`). Negative zero is read as zero.
///
/// No operation panics. Sums and differences are exact or `None`; products and quotients are rounded to what 28
/// digits can hold, or `None` where they overflow.
///
/// ```
/// use odoo_canonical::value::Decimal;
///
/// let price: Decimal = "2.675".parse()?;
/// assert_eq!(price.round_half_up(2).to_string(), "2.68");
/// assert!("1e3".parse::<Decimal>().is_err());
/// # Ok::<(), odoo_canonical::value::ValueError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Decimal(Inner);

const MAX_DIGITS: u32 = 28;
const MAX_SCALE: u32 = 27;
const NAME: &str = "decimal";

impl Decimal {
    /// Zero.
    pub const ZERO: Self = Self(Inner::ZERO);
    /// One.
    pub const ONE: Self = Self(Inner::ONE);
    /// One hundred.
    pub const ONE_HUNDRED: Self = Self(Inner::ONE_HUNDRED);

    /// `unscaled` divided by ten to the power of `scale`: `new(1250, 2)` is `12.50`. `None` above 27 decimals.
    pub fn new(unscaled: i64, scale: u32) -> Option<Self> {
        if scale > MAX_SCALE {
            return None;
        }
        Some(Self(Inner::try_new(unscaled, scale).ok()?))
    }

    fn parse(text: &str) -> Result<Self, ValueError> {
        let mut digits = 0;
        let mut point = None;
        let mut first = None;
        // At most 28 digits are added up, which this holds.
        let mut unscaled = 0_i128;
        // All before the first character that is wrong are ASCII, so that its place in bytes is that in characters.
        for (position, character) in text.bytes().enumerate() {
            match character {
                b'-' if position == 0 => {}
                b'0'..=b'9' => {
                    digits += 1;
                    if point.is_none() && first == Some(b'0') {
                        return Err(ValueError::at(NAME, "must not have leading zeros", position));
                    }
                    first = first.or(Some(character));
                    if digits > MAX_DIGITS {
                        return Err(ValueError::at(NAME, "must have at most 28 digits", position));
                    }
                    unscaled = unscaled * 10 + i128::from(character - b'0');
                }
                b'.' if point.is_none() && digits > 0 => point = Some(digits),
                _ => {
                    return Err(ValueError::at(
                        NAME,
                        "must be like -12.50, without sign +, exponent or commas",
                        position,
                    ));
                }
            }
        }
        if digits == 0 || point == Some(digits) {
            return Err(ValueError::at(NAME, "must have digits before and after the point", text.len()));
        }
        let scale = point.map_or(0, |whole| digits - whole);
        let unscaled = if text.starts_with('-') { -unscaled } else { unscaled };
        let inner = Inner::try_from_i128_with_scale(unscaled, scale)
            .map_err(|_| ValueError::new(NAME, "must have at most 28 digits"))?;
        Ok(Self(inner))
    }

    /// Reads the text of a JSON number (RFC 8259, exponent included), for feeds that send amounts as numbers. Give it
    /// the token as it stood in the document, not a float that was made from it.
    ///
    /// # Errors
    /// When the text is not a JSON number, or needs more than 28 digits.
    pub fn from_json_number_text(text: &str) -> Result<Self, ValueError> {
        let Some(split) = text.find(['e', 'E']) else {
            return Self::parse(text);
        };
        let (mantissa, exponent) = text.split_at(split);
        let mantissa = Self::parse(mantissa)?;
        let exponent = exponent.trim_start_matches(['e', 'E']);
        let unsigned = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        let is_number = !unsigned.is_empty() && unsigned.bytes().all(|byte| byte.is_ascii_digit());
        // One exponent mark only: trimming above would accept "1ee3".
        if !is_number || text.matches(['e', 'E']).count() != 1 {
            return Err(ValueError::at(NAME, "must have a whole number as exponent", split));
        }
        let too_large = || ValueError::at(NAME, "must have at most 28 digits when written out", split);
        if mantissa.is_zero() {
            return Ok(Self::ZERO);
        }
        let exponent: i64 = exponent.parse().map_err(|_| too_large())?;
        let scale = i64::from(mantissa.scale()).checked_sub(exponent).ok_or_else(too_large)?;
        let unscaled = mantissa.0.mantissa();
        let written = if scale >= 0 {
            let scale =
                u32::try_from(scale).ok().filter(|scale| *scale <= MAX_SCALE).ok_or_else(too_large)?;
            Inner::try_from_i128_with_scale(unscaled, scale).map_err(|_| too_large())?
        } else {
            let power = u32::try_from(-scale)
                .ok()
                .and_then(|power| 10_i128.checked_pow(power))
                .ok_or_else(too_large)?;
            let unscaled = unscaled.checked_mul(power).ok_or_else(too_large)?;
            Inner::try_from_i128_with_scale(unscaled, 0).map_err(|_| too_large())?
        };
        Self(written).exact().ok_or_else(too_large)
    }

    /// How many digits stand behind the point.
    pub fn scale(&self) -> u32 {
        self.0.scale()
    }

    /// The number without its point: `12.50` is 1250.
    pub fn unscaled(&self) -> i128 {
        self.0.mantissa()
    }

    /// Whether the number is zero, at any scale.
    pub fn is_zero(&self) -> bool {
        self.0.is_zero()
    }

    /// Whether the number is less than zero.
    pub fn is_negative(&self) -> bool {
        self.0.is_sign_negative() && !self.0.is_zero()
    }

    /// Whether the number is greater than zero.
    pub fn is_positive(&self) -> bool {
        !self.0.is_sign_negative() && !self.0.is_zero()
    }

    /// The distance from zero.
    pub fn abs(&self) -> Self {
        Self(self.0.abs())
    }

    /// The same number without trailing zeros behind the point.
    pub fn normalized(&self) -> Self {
        Self(self.0.normalize())
    }

    /// The exact sum, or `None` when it needs more than 28 digits.
    pub fn checked_add(&self, other: Self) -> Option<Self> {
        // The underlying addition would drop digits to make room; a sum of money must not.
        match (self.short(), other.short()) {
            (Some(a), Some(b)) if self.scale() == other.scale() => {
                return Some(Self(Inner::try_new(a + b, self.scale()).ok()?));
            }
            (Some(_), Some(_)) => return Some(Self(self.0.checked_add(other.0)?).unsigned_zero()),
            _ => {}
        }
        let scale = self.scale().max(other.scale());
        if self.whole_digits().max(other.whole_digits()) + scale > MAX_DIGITS {
            return None;
        }
        Self(self.0.checked_add(other.0)?).exact()
    }

    /// The exact difference, or `None` when it needs more than 28 digits.
    pub fn checked_sub(&self, other: Self) -> Option<Self> {
        self.checked_add(-other)
    }

    /// The product, rounded half away from zero to what 28 digits hold; `None` on overflow.
    pub fn checked_mul(&self, other: Self) -> Option<Self> {
        if let (Some(a), Some(b), scale @ 0..=9) = (self.short(), other.short(), self.scale() + other.scale())
            && let Some(product) = a.checked_mul(b).filter(|product| *product != 0)
        {
            return Some(Self(Inner::try_new(product, scale).ok()?));
        }
        Self(self.0.checked_mul(other.0)?).fitted()
    }

    /// The quotient, rounded half away from zero to what 28 digits hold; `None` on overflow or division by zero.
    pub fn checked_div(&self, other: Self) -> Option<Self> {
        Self(self.0.checked_div(other.0)?).fitted()
    }

    /// The quotient by ten to the power of `power`: as [`checked_div`](Self::checked_div), but quicker, since it moves the point.
    pub(crate) fn checked_shift(&self, power: u32) -> Option<Self> {
        let scale = self.scale() + power;
        if self.is_short() && scale <= 9 {
            return Some(Self(Inner::try_from_i128_with_scale(self.unscaled(), scale).ok()?));
        }
        self.checked_div(Self(Inner::try_from_i128_with_scale(10_i128.checked_pow(power)?, 0).ok()?))
    }

    /// The exact sum of all, or `None` when it needs more than 28 digits.
    pub fn checked_sum(numbers: impl IntoIterator<Item = Self>) -> Option<Self> {
        numbers.into_iter().try_fold(Self::ZERO, |sum, number| sum.checked_add(number))
    }

    /// Rounds half away from zero (Odoo's HALF-UP) to `decimals` digits behind the point. A number that has fewer
    /// keeps its scale.
    pub fn round_half_up(&self, decimals: u32) -> Self {
        if self.scale() <= decimals {
            return self.unsigned_zero();
        }
        if let Some(unscaled) = self.short() {
            let unit = 10_i64.pow(self.scale() - decimals);
            let away = if (unscaled % unit).abs() * 2 >= unit { unscaled.signum() } else { 0 };
            if let Ok(rounded) = Inner::try_new(unscaled / unit + away, decimals) {
                return Self(rounded);
            }
        }
        Self(self.0.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero)).unsigned_zero()
    }

    /// Digits before the point, at least one.
    fn whole_digits(&self) -> u32 {
        let whole = self.0.trunc().mantissa().unsigned_abs();
        whole.checked_ilog10().map_or(1, |log| log + 1)
    }

    /// The number without its point, if that has at most 18 digits with at most 9 behind the point: the sum of two such is exact.
    fn short(&self) -> Option<i64> {
        let unscaled = i64::try_from(self.unscaled()).ok()?;
        (self.scale() <= 9 && unscaled.unsigned_abs() < 1_000_000_000_000_000_000).then_some(unscaled)
    }

    fn is_short(&self) -> bool {
        self.short().is_some()
    }

    fn exact(self) -> Option<Self> {
        (self.scale() <= MAX_SCALE && self.whole_digits() + self.scale() <= MAX_DIGITS)
            .then(|| self.unsigned_zero())
    }

    fn fitted(self) -> Option<Self> {
        if self.is_short() {
            return Some(self.unsigned_zero());
        }
        let room = MAX_DIGITS.checked_sub(self.whole_digits())?;
        // Rounding up may need one digit more (9.99 -> 10.0), so what still does not fit is rounded once more.
        let once = self.round_half_up(self.scale().min(room));
        once.exact().or_else(|| once.round_half_up(room.checked_sub(1)?).exact())
    }

    fn unsigned_zero(mut self) -> Self {
        if self.0.is_zero() {
            self.0.set_sign_positive(true);
        }
        self
    }
}

impl Neg for Decimal {
    type Output = Self;

    fn neg(self) -> Self {
        Self(-self.0).unsigned_zero()
    }
}

impl From<i64> for Decimal {
    fn from(number: i64) -> Self {
        Self(Inner::from(number))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

string_value!(Decimal, "decimal, for example \"12.50\"", {
    "examples": ["12.50", "-0.001"],
    "description": "An exact decimal number as a string, at most 28 digits.",
    "pattern": "^-?(0|[1-9][0-9]*)(\\.[0-9]+)?$",
    "not": { "pattern": "(?:[0-9]\\.?){29}" }
});

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn scale_is_kept_and_equality_is_numeric() {
        assert_eq!(decimal("12.50").to_string(), "12.50");
        assert_eq!(decimal("12.50"), decimal("12.5"));
        assert_eq!(decimal("-0.00").to_string(), "0.00");
        assert_eq!(decimal("1234567890123456.789").to_string(), "1234567890123456.789");
    }

    #[test]
    fn anything_but_plain_digits_is_refused() {
        for text in [
            "",
            "-",
            "+1",
            "1e3",
            "+1_000.5",
            "1_000",
            "1,5",
            ".5",
            "5.",
            "01",
            "-01.5",
            "00",
            "1.2.3",
            " 1",
            "1 ",
            "NaN",
            "Infinity",
            "٣",
            "0x1",
            "--1",
            "12345678901234567890123456789",
            "0.1234567890123456789012345678",
        ] {
            assert!(text.parse::<Decimal>().is_err(), "{text:?} was accepted");
        }
        assert_eq!("12,5".parse::<Decimal>().unwrap_err().position(), Some(2));
    }

    #[test]
    fn json_number_text_is_read_exactly() {
        for (text, written) in [
            ("2.675", "2.675"),
            ("1234567890123456.789", "1234567890123456.789"),
            ("1e3", "1000"),
            ("1.5E+2", "150"),
            ("1.50e1", "15.0"),
            ("12e-4", "0.0012"),
            ("-1e-2", "-0.01"),
            ("0e999999999999", "0"),
        ] {
            assert_eq!(Decimal::from_json_number_text(text).unwrap().to_string(), written);
        }
        for text in [
            "1e",
            "1ee3",
            "e3",
            "1e3.5",
            "1e28",
            "1e-28",
            "1e99999999999999999999",
            "1e+-3",
            "Infinity",
            "01e1",
        ] {
            assert!(Decimal::from_json_number_text(text).is_err(), "{text:?} was accepted");
        }
    }

    #[test]
    fn rounding_goes_away_from_zero_at_the_half() {
        assert_eq!(decimal("2.675").round_half_up(2).to_string(), "2.68");
        assert_eq!(decimal("-2.675").round_half_up(2).to_string(), "-2.68");
        assert_eq!(decimal("2.5").round_half_up(0).to_string(), "3");
        assert_eq!(decimal("-0.004").round_half_up(2).to_string(), "0.00");
        assert_eq!(decimal("1").round_half_up(2).to_string(), "1");
    }

    #[test]
    fn sums_are_exact_or_nothing() {
        let large = decimal("9999999999999999999999999999");
        assert_eq!(large.checked_add(Decimal::ONE), None);
        assert_eq!(large.checked_add(decimal("0.1")), None);
        assert_eq!(large.checked_sub(Decimal::ONE).unwrap().to_string(), "9999999999999999999999999998");
        assert_eq!(decimal("0.1").checked_add(decimal("0.20")).unwrap().to_string(), "0.30");
    }

    #[test]
    fn products_and_quotients_stay_readable() {
        let third = Decimal::ONE.checked_div(decimal("3")).unwrap();
        assert_eq!(third.to_string().parse::<Decimal>().unwrap(), third);
        let product = decimal("12345.678901234567").checked_mul(decimal("0.3333333333333333")).unwrap();
        assert_eq!(product.to_string().parse::<Decimal>().unwrap(), product);
        assert_eq!(Decimal::ONE.checked_div(Decimal::ZERO), None);
        assert_eq!(decimal("9999999999999999999999999999").checked_mul(decimal("10")), None);
    }
}
