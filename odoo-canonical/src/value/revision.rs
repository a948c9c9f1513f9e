//! How new a record is, within its own source.

use super::ValueError;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, de::Error};
use std::{borrow::Cow, fmt};

/// A number that grows with every change of one record in one source: a document revision, or the time of the last
/// change in microseconds where the source counts nothing. Revisions of different sources cannot be compared.
///
/// It travels as a JSON integer of at most 2^53 - 1, which every JSON reader keeps exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Revision(u64);

const MAX: u64 = (1 << 53) - 1;

impl Revision {
    /// The number.
    pub fn get(self) -> u64 {
        self.0
    }
}

impl TryFrom<u64> for Revision {
    type Error = ValueError;

    fn try_from(number: u64) -> Result<Self, ValueError> {
        if number > MAX {
            return Err(ValueError::new("revision", "must be at most 9007199254740991 (2^53 - 1)"));
        }
        Ok(Self(number))
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'de> Deserialize<'de> for Revision {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::try_from(u64::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl JsonSchema for Revision {
    fn schema_name() -> Cow<'static, str> {
        "Revision".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "integer",
            "description": "Grows with every change of one record in one source; written without fraction or exponent.",
            "examples": [1],
            "minimum": 0,
            "maximum": MAX
        })
    }
}
