//! Values for `create` and `write`, checked by the compiler.

use std::fmt;
use std::marker::PhantomData;

use serde_json::{Map, Value};

use super::Field;
use crate::field::FieldValue;

/// Some fields of a record of model `M`. `Debug` shows their names.
pub struct Values<M> {
    map: Map<String, Value>,
    model: PhantomData<fn() -> M>,
}

impl<M> Values<M> {
    /// No field yet.
    #[must_use]
    pub fn new() -> Self {
        Self { map: Map::new(), model: PhantomData }
    }

    /// Sets a field.
    #[must_use]
    pub fn set<T: FieldValue>(mut self, field: Field<M, T>, value: impl Into<T>) -> Self {
        self.map.insert(field.path().to_owned(), value.into().encode());
        self
    }

    /// Empties a field.
    #[must_use]
    pub fn unset<T>(mut self, field: Field<M, Option<T>>) -> Self {
        self.map.insert(field.path().to_owned(), false.into());
        self
    }
}

impl<M> Default for Values<M> {
    fn default() -> Self {
        Self::new()
    }
}

impl<M> fmt::Debug for Values<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.map.keys()).finish()
    }
}

impl<M> From<Values<M>> for Map<String, Value> {
    fn from(values: Values<M>) -> Self {
        values.map
    }
}
