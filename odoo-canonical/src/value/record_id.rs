//! The identity that a host gives to a record.

use super::ValueError;
use std::fmt;
use uuid::Uuid;

/// A UUID (RFC 9562) in its one canonical form: lower case, with hyphens. A host that assigns ids uses version 7.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId(Uuid);

impl RecordId {
    fn parse(text: &str) -> Result<Self, ValueError> {
        let rule = "must be a UUID in lower case with hyphens";
        let uuid = Uuid::try_parse(text).map_err(|_| ValueError::new("record id", rule))?;
        // One record must not have two spellings: the parser also takes braces, URNs and capitals.
        if uuid.hyphenated().to_string() != text {
            return Err(ValueError::new("record id", rule));
        }
        Ok(Self(uuid))
    }

    /// The id as a UUID.
    pub fn as_uuid(&self) -> Uuid {
        self.0
    }
}

impl From<Uuid> for RecordId {
    fn from(uuid: Uuid) -> Self {
        Self(uuid)
    }
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

string_value!(RecordId, "record id", {
    "examples": ["0193568c-0000-7000-8000-000000000001"],
    "description": "A UUID in lower case with hyphens.",
    "format": "uuid",
    "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
});
