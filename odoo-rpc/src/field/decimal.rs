//! Amounts and quantities, read from the digits on the wire.

use std::borrow::Cow;
use std::fmt;

use rust_decimal::Decimal;
use serde::Deserializer;
use serde::de::{Deserialize as _, Error, MapAccess, SeqAccess, Unexpected, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::FieldValue;

/// Under this name a deserializer of this crate gives a number's own text; any other hands on its raw JSON.
pub(crate) const NUMBER_TEXT: &str = "$odoo_rpc::NumberText";

impl FieldValue for Decimal {
    const TYPES: &'static [&'static str] = &["float", "monetary", "integer"];
    type Plain = Self;

    /// The digits that stand in the answer, never through `f64`. What is beyond 28 decimal places (the noise of binary floats) is rounded.
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        deserializer.deserialize_newtype_struct(NUMBER_TEXT, DecimalVisitor)
    }

    fn encode(&self) -> Value {
        // JSON's numbers are text; Odoo reads them as floats, which is what these fields are.
        let text = self.normalize().to_string();
        serde_json::from_str(&text).unwrap_or(Value::String(text))
    }
}

struct DecimalVisitor;

impl<'de> Visitor<'de> for DecimalVisitor {
    type Value = Option<Decimal>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        match raw.get() {
            "false" | "null" => Ok(None),
            text => self.visit_str(text),
        }
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        match value {
            false => Ok(None),
            true => Err(E::invalid_type(Unexpected::Bool(true), &self)),
        }
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Some(number.into()))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        parse_decimal(text)
            .map(Some)
            .ok_or_else(|| E::custom("not a number that a decimal can hold (28 digits before the point)"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<Self::Value, A::Error> {
        Err(A::Error::invalid_type(Unexpected::Seq, &self))
    }

    fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<Self::Value, A::Error> {
        Err(A::Error::invalid_type(Unexpected::Map, &self))
    }
}

/// A decimal from digits with or without an exponent, as Python and JSON write floats.
fn parse_decimal(text: &str) -> Option<Decimal> {
    let number = text.strip_prefix('-').unwrap_or(text);
    let plain = |c: char| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-');
    if !number.starts_with(|c: char| c.is_ascii_digit()) || !number.chars().all(plain) {
        return None;
    }
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        None => return text.parse().ok(),
        Some(at) => (text.get(..at)?, text.get(at + 1..)?.trim_start_matches('+').parse::<i32>().ok()?),
    };
    let (sign, digits) = match mantissa.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", mantissa),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all = format!("{whole}{fraction}");
    let point = i32::try_from(whole.len()).ok()?.checked_add(exponent)?;
    let plain: Cow<'_, str> = match usize::try_from(point) {
        // Below what a decimal can tell apart from zero.
        Err(_) | Ok(0) if point < -40 => return Some(Decimal::ZERO),
        Err(_) | Ok(0) => format!("{sign}0.{}{all}", "0".repeat(point.unsigned_abs() as usize)).into(),
        Ok(point) if point > 40 => return None,
        Ok(point) if point >= all.len() => format!("{sign}{all}{}", "0".repeat(point - all.len())).into(),
        Ok(point) => {
            let (whole, fraction) = all.split_at_checked(point)?;
            format!("{sign}{whole}.{fraction}").into()
        }
    };
    plain.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_come_from_the_digits() {
        for (text, expected) in [
            ("0", "0"),
            ("-0.0", "-0.0"),
            ("12.30", "12.30"),
            ("0.1", "0.1"),
            ("1e-05", "0.00001"),
            ("-1.5e-3", "-0.0015"),
            ("1e+16", "10000000000000000"),
            ("1.25E2", "125"),
            ("1.5e1", "15"),
            ("12.345e1", "123.45"),
            ("5.551115123125783e-17", "0.0000000000000000555111512313"),
            ("1e-300", "0"),
            ("79228162514264337593543950335", "79228162514264337593543950335"),
        ] {
            assert_eq!(parse_decimal(text), Some(expected.parse().unwrap()), "{text}");
        }
        for text in ["", "-", "1e", "NaN", "Infinity", "1e40", "1e999999999999", "\"1\"", "[]", "1_000"] {
            assert_eq!(parse_decimal(text), None, "{text}");
        }
    }
}
