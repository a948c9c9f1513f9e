//! The call's context: the dictionary that travels with every call.

use serde_json::{Map, Value};

/// Context keys as given by the caller, with the readings that the engine needs.
#[derive(Debug, Clone, Default)]
pub(crate) struct Context(pub(crate) Map<String, Value>);

impl Context {
    /// A context from a `context` argument; anything but an object is empty.
    pub(crate) fn from_value(value: Option<&Value>) -> Self {
        Self(value.and_then(Value::as_object).cloned().unwrap_or_default())
    }

    /// Whether archived records are hidden; yes unless `active_test` says no.
    pub(crate) fn active_test(&self) -> bool {
        self.0.get("active_test").is_none_or(truthy)
    }

    /// A text key.
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        self.0.get(key).and_then(Value::as_str)
    }

    /// Whether a key is set to something true.
    pub(crate) fn flag(&self, key: &str) -> bool {
        self.0.get(key).is_some_and(truthy)
    }

    /// Whether a binary field is asked for its size alone.
    pub(crate) fn wants_size(&self, field: &str) -> bool {
        self.flag("bin_size") || self.flag(&format!("bin_size_{field}"))
    }

    /// The ids of a key that holds an id or a list of ids.
    pub(crate) fn ids(&self, key: &str) -> Vec<i64> {
        match self.0.get(key) {
            Some(Value::Array(ids)) => ids.iter().filter_map(Value::as_i64).collect(),
            Some(value) => value.as_i64().into_iter().collect(),
            None => Vec::new(),
        }
    }

    /// The same context with archived records shown.
    pub(crate) fn with_archived(&self) -> Self {
        let mut keys = self.0.clone();
        keys.insert("active_test".to_owned(), Value::Bool(false));
        Self(keys)
    }
}

/// Python's truth of a JSON value.
pub(crate) fn truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(value) => *value,
        Value::Number(number) => number.as_f64().is_some_and(|number| number != 0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(keys) => !keys.is_empty(),
    }
}
