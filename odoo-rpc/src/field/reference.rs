//! Fields that lead to a record of any model.

use std::fmt;

use serde::Deserializer;
use serde_json::Value;

use super::scalar::{self, Scalar};
use super::{FieldValue, unsendable};

/// The value of a `reference` field: a model and an id, written `res.partner,7`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reference {
    /// The model, for example `res.partner`.
    pub model: String,
    /// The record.
    pub id: i64,
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},{}", self.model, self.id)
    }
}

impl Scalar for Reference {
    const EXPECTED: &'static str = "a reference (MODEL,ID)";

    fn from_text(text: &str) -> Option<Self> {
        let (model, id) = text.split_once(',')?;
        let id = id.parse().ok()?;
        (!model.is_empty()).then(|| Self { model: model.to_owned(), id })
    }
}

impl FieldValue for Reference {
    const TYPES: &'static [&'static str] = &["reference"];
    type Plain = Self;

    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        scalar::decode(deserializer)
    }

    fn encode(&self) -> Value {
        match self.id {
            1.. => self.to_string().into(),
            _ => unsendable("a record that is not created yet: create it first"),
        }
    }
}
