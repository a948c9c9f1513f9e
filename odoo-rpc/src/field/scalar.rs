//! Fields with one plain value: text, numbers, booleans, JSON.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize as _, Error, Unexpected, Visitor};
use serde::{Deserializer, de};
use serde_json::Value;

use super::{FieldValue, unsendable};

/// What a type makes of each kind of value on the wire. `None`: not a value of it.
pub(super) trait Scalar: Sized {
    const EXPECTED: &'static str;

    fn from_text(_: &str) -> Option<Self> {
        None
    }

    fn from_string(text: String) -> Option<Self> {
        Self::from_text(&text)
    }

    fn from_integer(_: i64) -> Option<Self> {
        None
    }

    fn from_float(_: f64) -> Option<Self> {
        None
    }
}

/// Reads a scalar for which `false` is Odoo's empty value.
pub(super) fn decode<'de, T: Scalar, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    deserializer.deserialize_any(ScalarVisitor(PhantomData))
}

/// Reads a text, or `None` for Odoo's empty value: what `#[derive(OdooSelection)]` calls.
///
/// # Errors
/// A value that is neither.
pub fn decode_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    decode(deserializer)
}

struct ScalarVisitor<T>(PhantomData<T>);

impl<'de, T: Scalar> Visitor<'de> for ScalarVisitor<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Option<T>, E> {
        match value {
            false => Ok(None),
            true => Err(E::invalid_type(Unexpected::Bool(true), &self)),
        }
    }

    fn visit_unit<E: Error>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_none<E: Error>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Option<T>, E> {
        T::from_text(text).map(Some).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Option<T>, E> {
        T::from_string(text).map(Some).ok_or_else(|| E::custom(format!("not {}", T::EXPECTED)))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Option<T>, E> {
        T::from_integer(number).map(Some).ok_or_else(|| E::invalid_value(Unexpected::Signed(number), &self))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Option<T>, E> {
        i64::try_from(number)
            .ok()
            .and_then(T::from_integer)
            .map(Some)
            .ok_or_else(|| E::invalid_value(Unexpected::Unsigned(number), &self))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Option<T>, E> {
        T::from_float(number).map(Some).ok_or_else(|| E::invalid_value(Unexpected::Float(number), &self))
    }
}

impl Scalar for String {
    const EXPECTED: &'static str = "a text";

    fn from_text(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }

    fn from_string(text: String) -> Option<Self> {
        Some(text)
    }
}

impl FieldValue for String {
    const TYPES: &'static [&'static str] = &["char", "text", "html", "selection", "reference"];
    type Plain = Self;

    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        decode(deserializer)
    }

    fn encode(&self) -> Value {
        Value::from(self.as_str())
    }
}

impl Scalar for i64 {
    const EXPECTED: &'static str = "a whole number";

    fn from_integer(number: i64) -> Option<Self> {
        Some(number)
    }

    /// XML-RPC carries whole numbers beyond 32 bits as doubles; up to 2^53 they are exact.
    fn from_float(number: f64) -> Option<Self> {
        const EXACT: f64 = 9_007_199_254_740_992.0;
        #[expect(clippy::cast_possible_truncation, reason = "whole and within 53 bits")]
        let whole =
            (number.trunc().to_bits() == number.to_bits() && number.abs() < EXACT).then_some(number as Self);
        whole
    }
}

impl FieldValue for i64 {
    const TYPES: &'static [&'static str] = &["integer", "many2one_reference"];
    type Plain = Self;

    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        decode(deserializer)
    }

    fn encode(&self) -> Value {
        Value::from(*self)
    }
}

impl Scalar for f64 {
    const EXPECTED: &'static str = "a number";

    fn from_integer(number: i64) -> Option<Self> {
        #[expect(clippy::cast_precision_loss, reason = "who asks for f64 asks for its precision")]
        Some(number as Self)
    }

    fn from_float(number: f64) -> Option<Self> {
        Some(number)
    }
}

impl FieldValue for f64 {
    const TYPES: &'static [&'static str] = &["float", "monetary"];
    type Plain = Self;

    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        decode(deserializer)
    }

    fn encode(&self) -> Value {
        if self.is_finite() { Value::from(*self) } else { unsendable("a number that is not finite") }
    }
}

impl FieldValue for bool {
    const TYPES: &'static [&'static str] = &["boolean"];
    const NULLABLE: bool = true;
    type Plain = Self;

    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        de::Deserialize::deserialize(deserializer).map(Some)
    }

    fn encode(&self) -> Value {
        Value::from(*self)
    }
}

impl FieldValue for Value {
    const TYPES: &'static [&'static str] = &["*"];
    const NULLABLE: bool = true;
    type Plain = Self;

    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        Self::deserialize(deserializer).map(Some)
    }

    fn encode(&self) -> Value {
        self.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_doubles_are_integers_while_they_are_exact() {
        assert_eq!(i64::from_float(3_000_000_000.0), Some(3_000_000_000));
        assert_eq!(i64::from_float(0.5), None);
        assert_eq!(i64::from_float(1e300), None);
        assert_eq!(i64::from_float(f64::NAN), None);
    }
}
