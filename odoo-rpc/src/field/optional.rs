//! Fields that may be empty, and fields that may not.

use serde::Deserializer;
use serde::de::Error as _;
use serde_json::Value;

use super::FieldValue;
use crate::model::FieldDef;

impl<T: FieldValue> FieldValue for Option<T> {
    const TYPES: &'static [&'static str] = T::TYPES;
    const NULLABLE: bool = true;
    const COMODEL: Option<&'static str> = T::COMODEL;
    const NESTED: Option<fn() -> &'static [FieldDef]> = T::NESTED;
    const NAMED: bool = T::NAMED;
    const SELECTION: &'static [&'static str] = T::SELECTION;
    type Plain = T::Plain;

    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        T::decode(deserializer).map(Some)
    }

    fn encode(&self) -> Value {
        self.as_ref().map_or(Value::Bool(false), T::encode)
    }

    fn is_empty(&self) -> bool {
        self.is_none()
    }

    fn diff(&self, old: &Self) -> Option<Value> {
        match (self, old) {
            (Some(new), Some(old)) => new.diff(old),
            (None, None) => None,
            _ => Some(self.encode()),
        }
    }
}

/// Reads a value that must be there: what `#[derive(OdooModel)]` calls for each field.
///
/// # Errors
/// A value of another type; Odoo's empty value, if `T` cannot hold it.
pub fn decode_required<'de, T: FieldValue, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    T::decode(deserializer)?.ok_or_else(|| D::Error::custom("it is empty in Odoo (false): make it an Option"))
}
