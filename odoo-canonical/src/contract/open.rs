//! What a consumer of a newer document passes over.

use serde::de::{DeserializeSeed, IgnoredAny, IntoDeserializer, MapAccess};
use serde_json::Value;

/// A map that shows only the fields that a struct has.
pub(super) struct KnownFields<A> {
    pub(super) access: A,
    pub(super) fields: &'static [&'static str],
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for KnownFields<A> {
    type Error = A::Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        while let Some(name) = self.access.next_key::<String>()? {
            if self.fields.contains(&name.as_str()) {
                return seed.deserialize(name.into_deserializer()).map(Some);
            }
            self.access.next_value::<IgnoredAny>()?;
        }
        Ok(None)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        self.access.next_value_seed(seed)
    }
}

/// The places (JSON Pointers) that stand in `given` and not in what was read of it.
pub(crate) fn passed_over(given: &Value, read: &Value) -> Vec<String> {
    let mut places = Vec::new();
    compare(given, read, String::new(), &mut places);
    places
}

fn compare(given: &Value, read: &Value, path: String, places: &mut Vec<String>) {
    match (given, read) {
        (Value::Object(given), Value::Object(read)) => {
            for (name, value) in given {
                let path = format!("{path}/{}", name.replace('~', "~0").replace('/', "~1"));
                match read.get(name) {
                    Some(read) => compare(value, read, path, places),
                    // An empty list says as much as none.
                    None if value.as_array().is_some_and(Vec::is_empty) => {}
                    None if value.as_object().is_some_and(serde_json::Map::is_empty) && name == "ext" => {}
                    None => places.push(path),
                }
            }
        }
        (Value::Array(given), Value::Array(read)) => {
            for (index, (given, read)) in given.iter().zip(read).enumerate() {
                compare(given, read, format!("{path}/{index}"), places);
            }
        }
        _ => {}
    }
}
