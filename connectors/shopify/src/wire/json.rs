//! JSON that is read lazily, keeps the text of its numbers, and knows where it stands.

use std::collections::HashMap;
use std::fmt;

use connector_core::contract::MapError;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

/// Largest payload that is read; real orders stay below a tenth of it.
const MAX_BYTES: usize = 8 << 20;

/// A value in a payload, and its path.
#[derive(Clone)]
pub(crate) struct Node<'a> {
    raw: &'a RawValue,
    path: String,
}

/// The fields of an object in a payload.
pub(crate) struct Fields<'a> {
    entries: HashMap<String, &'a RawValue>,
    path: String,
}

impl<'a> Node<'a> {
    /// The whole payload.
    pub(crate) fn root(payload: &'a [u8]) -> Result<Self, MapError> {
        if payload.len() > MAX_BYTES {
            let detail = format!("{} bytes; at most {MAX_BYTES} are read", payload.len());
            return Err(MapError::new("", "size", detail));
        }
        let raw = serde_json::from_slice(payload).map_err(|e| {
            let detail =
                format!("not JSON, at line {} column {}; the sender must mend it", e.line(), e.column());
            MapError::new("", "json", detail)
        })?;
        Ok(Node { raw, path: String::new() })
    }

    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// The value's own text.
    pub(crate) fn text(&self) -> &'a str {
        self.raw.get()
    }

    pub(crate) fn is_array(&self) -> bool {
        self.text().starts_with('[')
    }

    pub(crate) fn fields(&self) -> Result<Fields<'a>, MapError> {
        let Entries(entries) = self.read("an object")?;
        Ok(Fields { entries, path: self.path.clone() })
    }

    pub(crate) fn items(&self) -> Result<Vec<Node<'a>>, MapError> {
        let raws: Vec<&'a RawValue> = self.read("a list")?;
        let item = |(index, raw)| Node { raw, path: format!("{}[{index}]", self.path) };
        Ok(raws.into_iter().enumerate().map(item).collect())
    }

    pub(crate) fn string(&self) -> Result<String, MapError> {
        self.read("a text")
    }

    pub(crate) fn boolean(&self) -> Result<bool, MapError> {
        self.read("true or false")
    }

    /// A text, or a number as its own text: ids, quantities and amounts come as either.
    pub(crate) fn scalar(&self) -> Result<String, MapError> {
        let text = self.text();
        if text.starts_with(|first: char| first == '-' || first.is_ascii_digit()) {
            return Ok(text.to_owned());
        }
        self.read("a text or a number")
    }

    /// Whether it is a JSON number.
    pub(crate) fn is_number(&self) -> bool {
        self.text().starts_with(|first: char| first == '-' || first.is_ascii_digit())
    }

    /// A fault at this place.
    pub(crate) fn fault(&self, code: &str, detail: impl Into<String>) -> MapError {
        MapError::new(&self.path, code, detail)
    }

    fn read<T: Deserialize<'a>>(&self, wanted: &str) -> Result<T, MapError> {
        // The parser's own message would repeat the value, which may be personal.
        serde_json::from_str(self.text()).map_err(|e| match e.to_string().starts_with(REPEATED) {
            true => self.fault("json", "a field stands twice; which one is meant is not known"),
            false => self.fault("type", format!("must be {wanted}")),
        })
    }
}

impl<'a> Fields<'a> {
    /// A field that is there and not `null`.
    pub(crate) fn get(&self, name: &str) -> Option<Node<'a>> {
        let raw = self.entries.get(name).copied().filter(|raw| raw.get() != "null")?;
        Some(Node { raw, path: self.path_of(name) })
    }

    pub(crate) fn need(&self, name: &str) -> Result<Node<'a>, MapError> {
        self.get(name).ok_or_else(|| {
            MapError::new(self.path_of(name), "missing", "is missing; the order cannot be mapped without it")
        })
    }

    /// The items of a list; none when it is absent.
    pub(crate) fn list(&self, name: &str) -> Result<Vec<Node<'a>>, MapError> {
        self.get(name).map_or(Ok(Vec::new()), |node| node.items())
    }

    pub(crate) fn path_of(&self, name: &str) -> String {
        match self.path.is_empty() {
            true => name.to_owned(),
            false => format!("{}.{name}", self.path),
        }
    }
}

const REPEATED: &str = "repeated field";

struct Entries<'a>(HashMap<String, &'a RawValue>);

impl<'de: 'a, 'a> Deserialize<'de> for Entries<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct EntriesVisitor;

        impl<'de> Visitor<'de> for EntriesVisitor {
            type Value = HashMap<String, &'de RawValue>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = HashMap::new();
                while let Some((name, raw)) = map.next_entry::<String, &'de RawValue>()? {
                    // Two readers of one signed document must not see two different orders.
                    if entries.insert(name, raw).is_some() {
                        return Err(A::Error::custom(REPEATED));
                    }
                }
                Ok(entries)
            }
        }

        deserializer.deserialize_map(EntriesVisitor).map(Entries)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_to_the_value() {
        let payload = br#"{"line_items":[{"price":"1"},{"price":12.340}]}"#;
        let lines = Node::root(payload).unwrap().fields().unwrap().list("line_items").unwrap();
        let price = lines[1].fields().unwrap().need("price").unwrap();
        assert_eq!((price.path(), price.scalar().unwrap().as_str()), ("line_items[1].price", "12.340"));
        let error = lines[0].fields().unwrap().need("sku").err().unwrap();
        assert_eq!((error.path.as_str(), error.code.as_str()), ("line_items[0].sku", "missing"));
    }

    #[test]
    fn broken_input_is_an_error_with_a_place() {
        for (payload, code) in [
            (&b"{"[..], "json"),
            (b"\xff", "json"),
            (b"{} x", "json"),
            (b"[]", "type"),
            (b"12", "type"),
            (br#"{"id":1,"id":2}"#, "json"),
        ] {
            let error = Node::root(payload).and_then(|node| node.fields()).err().unwrap();
            assert_eq!(error.code, code, "{payload:?}");
        }
    }

    #[test]
    fn depth_does_not_overflow_the_stack() {
        let mut payload = vec![b'['; 200_000];
        payload.extend(vec![b']'; 200_000]);
        let outcome = Node::root(&payload).and_then(|node| node.fields());
        assert!(outcome.is_err());
    }
}
