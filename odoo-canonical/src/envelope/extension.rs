//! Extension attributes that this crate does not know: kept as they came.

use crate::value::ValueError;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{Error, MapAccess, Visitor},
};
use std::{borrow::Cow, collections::BTreeMap, fmt};

/// Extension attributes by name. A name is made of lower-case letters and digits (CloudEvents 1.0.2, "Attribute naming
/// convention").
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(transparent)]
pub struct Extensions(BTreeMap<String, ExtensionValue>);

/// The value of an extension attribute (CloudEvents 1.0.2, "Type system").
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum ExtensionValue {
    /// A Boolean.
    Boolean(bool),
    /// An Integer: 32 bits, signed.
    Integer(i32),
    /// A String; also URIs, timestamps and binary, which JSON writes as text.
    String(String),
}

impl Extensions {
    /// The value of an extension.
    pub fn get(&self, name: &str) -> Option<&ExtensionValue> {
        self.0.get(name)
    }

    /// All extensions, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &ExtensionValue)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Sets an extension and returns the value that it had.
    ///
    /// # Errors
    /// When the name has other characters than lower-case letters and digits, or is that of an attribute that the
    /// envelope has a field for.
    pub fn insert(
        &mut self,
        name: &str,
        value: ExtensionValue,
    ) -> Result<Option<ExtensionValue>, ValueError> {
        check_name(name)?;
        if KNOWN.contains(&name) {
            return Err(ValueError::new(
                "extension name",
                "must not be one of the attributes with a field of their own",
            ));
        }
        if matches!(&value, ExtensionValue::String(text) if text.chars().any(char::is_control)) {
            return Err(ValueError::new("extension value", "must not contain control characters"));
        }
        Ok(self.0.insert(name.to_owned(), value))
    }
}

/// The attributes of [`Envelope`](super::Envelope) that are not extensions here; a test compares the two lists.
const KNOWN: [&str; 29] = [
    "specversion",
    "id",
    "source",
    "type",
    "subject",
    "time",
    "datacontenttype",
    "dataschema",
    "correlationid",
    "causationid",
    "partitionkey",
    "sequence",
    "traceparent",
    "tracestate",
    "recordedtime",
    "dataclassification",
    "expirytime",
    "dataref",
    "datadigest",
    "tenant",
    "region",
    "environment",
    "datadomain",
    "residency",
    "idempotencykey",
    "connector",
    "connectorversion",
    "origins",
    "data",
];

fn check_name(name: &str) -> Result<(), ValueError> {
    let rule = "must be 1 to 64 lower-case letters and digits";
    let wrong = |character: char| !character.is_ascii_lowercase() && !character.is_ascii_digit();
    match name.chars().position(wrong) {
        Some(position) => Err(ValueError::at("extension name", rule, position)),
        None if name.is_empty() || name.len() > 64 => Err(ValueError::new("extension name", rule)),
        None => Ok(()),
    }
}

impl<'de> Deserialize<'de> for Extensions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ExtensionsVisitor;

        impl<'de> Visitor<'de> for ExtensionsVisitor {
            type Value = Extensions;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("extension attributes")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Extensions, A::Error> {
                let mut extensions = Extensions::default();
                while let Some(name) = map.next_key::<String>()? {
                    check_name(&name).map_err(A::Error::custom)?;
                    // An attribute that is null counts as absent.
                    let Some(value) = map.next_value::<Option<ExtensionValue>>()? else { continue };
                    if extensions.insert(&name, value).map_err(A::Error::custom)?.is_some() {
                        return Err(A::Error::custom(format_args!("duplicate field `{name}`")));
                    }
                }
                Ok(extensions)
            }
        }

        deserializer.deserialize_map(ExtensionsVisitor)
    }
}

impl<'de> Deserialize<'de> for ExtensionValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ValueVisitor;

        impl Visitor<'_> for ValueVisitor {
            type Value = ExtensionValue;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string, a bool or a 32-bit integer")
            }

            fn visit_bool<E: Error>(self, value: bool) -> Result<ExtensionValue, E> {
                Ok(ExtensionValue::Boolean(value))
            }

            fn visit_i64<E: Error>(self, value: i64) -> Result<ExtensionValue, E> {
                let wrong = |_| E::custom("an extension integer must fit 32 bits");
                i32::try_from(value).map(ExtensionValue::Integer).map_err(wrong)
            }

            fn visit_u64<E: Error>(self, value: u64) -> Result<ExtensionValue, E> {
                let wrong = |_| E::custom("an extension integer must fit 32 bits");
                i32::try_from(value).map(ExtensionValue::Integer).map_err(wrong)
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<ExtensionValue, E> {
                Ok(ExtensionValue::String(text.to_owned()))
            }
        }

        deserializer.deserialize_any(ValueVisitor)
    }
}

impl JsonSchema for Extensions {
    fn schema_name() -> Cow<'static, str> {
        "Extensions".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "additionalProperties": {
                "description": "An extension attribute.",
                "x-data-class": "free-text",
                "x-domain": "integration",
                "type": ["string", "boolean", "integer", "null"],
                "minimum": i32::MIN,
                "maximum": i32::MAX,
                "pattern": "^[^\\u0000-\\u001f\\u007f-\\u009f]*$"
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_known_names_are_the_fields_of_the_envelope() {
        let schema = schemars::schema_for!(crate::Envelope);
        let fields = schema.get("properties").and_then(|properties| properties.as_object()).unwrap();
        // The name with an underscore cannot be an extension anyway.
        let fields: std::collections::BTreeSet<&str> =
            fields.keys().map(String::as_str).filter(|name| *name != "data_base64").collect();
        assert_eq!(fields, KNOWN.into_iter().collect());
    }

    #[test]
    fn names_and_values_are_checked() {
        let mut extensions = Extensions::default();
        assert_eq!(extensions.insert("odoodb", ExtensionValue::String("eu1".into())), Ok(None));
        assert!(extensions.insert("odoo_db", ExtensionValue::Boolean(true)).is_err());
        assert!(extensions.insert("tenant", ExtensionValue::Integer(1)).is_err());
        assert!(extensions.insert("x", ExtensionValue::String("a\nb".into())).is_err());
    }
}
