//! What every value type that travels as a JSON string has in common, written once.

use super::ValueError;
use serde::de::{Error, Visitor};
use std::{fmt, marker::PhantomData, str::FromStr};

/// Reads a JSON string and nothing else: a number, a bool or null is refused, whatever the format could convert.
pub(crate) struct StringVisitor<T> {
    pub(crate) expecting: &'static str,
    pub(crate) value: PhantomData<T>,
}

impl<T: FromStr<Err = ValueError>> Visitor<'_> for StringVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expecting)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }
}

/// Implements parsing from text, serde and JSON Schema for a type that has `fn parse(&str) -> Result<Self, ValueError>`
/// and `Display`. The schema in braces must accept exactly what `parse` accepts, or say in its description what it
/// cannot express.
macro_rules! string_value {
    ($type:ident, $name:literal, { $($schema:tt)* }) => {
        impl std::str::FromStr for $type {
            type Err = $crate::value::ValueError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }

        impl TryFrom<&str> for $type {
            type Error = $crate::value::ValueError;

            fn try_from(text: &str) -> Result<Self, Self::Error> {
                Self::parse(text)
            }
        }

        impl TryFrom<String> for $type {
            type Error = $crate::value::ValueError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::parse(&text)
            }
        }

        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str($crate::value::string_value::StringVisitor {
                    expecting: concat!("a JSON string (", $name, ")"),
                    value: std::marker::PhantomData,
                })
            }
        }

        impl schemars::JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($type).into()
            }

            fn schema_id() -> std::borrow::Cow<'static, str> {
                concat!(module_path!(), "::", stringify!($type)).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", $($schema)* })
            }
        }
    };
}
