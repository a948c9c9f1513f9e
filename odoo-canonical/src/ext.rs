//! What a vendor has and the canonical object has not.

use crate::value::ValueError;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{Error, MapAccess, Visitor},
};
use serde_json::Value;
use std::{borrow::Cow, collections::BTreeMap, fmt};

/// Values under namespaced keys (`vendor:key`) that pass through unread.
///
/// Values are any JSON, except that fractional numbers are refused: write them as strings, for a reader would put
/// them into binary floating point. Nesting is limited to 32 levels.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(transparent)]
pub struct Ext(BTreeMap<String, Value>);

const MAX_DEPTH: usize = 32;

impl Ext {
    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value under a key.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0.get(key)
    }

    /// All keys and values, in key order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// Puts a value under a key and returns the one that was there.
    ///
    /// # Errors
    /// When the key is not like `vendor:key`, or the value has a fractional number or is nested too deeply.
    pub fn insert(&mut self, key: &str, value: Value) -> Result<Option<Value>, ValueError> {
        check_key(key)?;
        check_value(&value, MAX_DEPTH)?;
        Ok(self.0.insert(key.to_owned(), value))
    }
}

fn check_key(key: &str) -> Result<(), ValueError> {
    let rule = "must be like vendor:key, the vendor in a-z 0-9 _ . - and the key in A-Z a-z 0-9 _ . : / -";
    let wrong = |position| Err(ValueError::at("ext key", rule, position));
    let Some((vendor, name)) = key.split_once(':') else {
        return wrong(key.chars().count());
    };
    let vendor_ok = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_.-".contains(&byte);
    let name_ok = |byte: u8| byte.is_ascii_alphanumeric() || b"_.:/-".contains(&byte);
    if !matches!(vendor.len(), 1..=64) || !vendor.bytes().all(vendor_ok) {
        return wrong(0);
    }
    if !matches!(name.len(), 1..=128) || !name.bytes().all(name_ok) {
        return wrong(vendor.len() + 1);
    }
    Ok(())
}

fn check_value(value: &Value, depth: usize) -> Result<(), ValueError> {
    let Some(depth) = depth.checked_sub(1) else {
        return Err(ValueError::new("ext value", "must not be nested deeper than 32 levels"));
    };
    match value {
        Value::Number(number) if !number.is_i64() && !number.is_u64() => {
            Err(ValueError::new("ext value", "must hold fractional numbers as strings"))
        }
        Value::Array(items) => items.iter().try_for_each(|item| check_value(item, depth)),
        Value::Object(fields) => fields.values().try_for_each(|field| check_value(field, depth)),
        _ => Ok(()),
    }
}

impl<'de> Deserialize<'de> for Ext {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ExtVisitor;

        impl<'de> Visitor<'de> for ExtVisitor {
            type Value = Ext;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object with keys like vendor:key")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Ext, A::Error> {
                let mut ext = Ext::default();
                while let Some((key, value)) = map.next_entry::<String, Value>()? {
                    if ext.insert(&key, value).map_err(A::Error::custom)?.is_some() {
                        return Err(A::Error::custom("duplicate field in ext"));
                    }
                }
                Ok(ext)
            }
        }

        deserializer.deserialize_map(ExtVisitor)
    }
}

impl JsonSchema for Ext {
    fn schema_name() -> Cow<'static, str> {
        "Ext".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "description": "Vendor data under keys like vendor:key.",
            "propertyNames": { "pattern": "^[a-z0-9_.-]{1,64}:[A-Za-z0-9_.:/-]{1,128}$" },
            "additionalProperties": generator.subschema_for::<ExtValue>()
        })
    }
}

/// Stands for the values in the schema: any JSON whose numbers are whole.
struct ExtValue;

impl JsonSchema for ExtValue {
    fn schema_name() -> Cow<'static, str> {
        "ExtValue".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "Any JSON whose numbers are whole; fractional numbers are written as strings.",
            "type": ["string", "integer", "boolean", "null", "array", "object"],
            "minimum": i64::MIN,
            "maximum": u64::MAX,
            "items": generator.subschema_for::<ExtValue>(),
            "additionalProperties": generator.subschema_for::<ExtValue>()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn keys_are_namespaced_and_numbers_whole() {
        let mut ext = Ext::default();
        assert_eq!(ext.insert("shopify:tags", json!(["a", 1, null, {"b": true}])), Ok(None));
        assert!(ext.insert("tags", json!(1)).is_err());
        assert!(ext.insert("Shopify:tags", json!(1)).is_err());
        assert!(ext.insert("shopify:", json!(1)).is_err());
        assert!(ext.insert("shopify:price", json!({"deep": [0.1]})).is_err());
        assert_eq!(ext.iter().count(), 1);
    }

    #[test]
    fn depth_is_limited_and_duplicates_are_refused() {
        let nested = |depth| (0..depth).fold(json!(1), |inner, _| json!([inner]));
        assert!(Ext::default().insert("v:k", nested(31)).is_ok());
        assert!(Ext::default().insert("v:k", nested(32)).is_err());
        assert!(serde_json::from_str::<Ext>(r#"{"v:k":1,"v:k":2}"#).is_err());
    }
}
