//! What became of an effect.

use std::fmt;

use odoo_canonical::ObjectKind;

use crate::retry::Failure;

/// Names an effect: one object of one source in one target system. Deterministic, so that a second attempt meets the first; the source
/// belongs to it, since two shops number their orders alike.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EffectKey {
    /// The target system.
    pub target: String,
    /// The source system.
    pub source: String,
    /// The kind of object.
    pub object: ObjectKind,
    /// The object's key in its source system.
    pub key: String,
}

impl fmt::Display for EffectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}:{}", self.target, self.source, self.object, self.key)
    }
}

/// What a sink says of one record.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// The target has it now.
    Applied {
        /// The record's id in the target, for example `sale.order,42`.
        remote: Option<String>,
    },
    /// The target had it already, by this key.
    Duplicate {
        /// The record's id in the target.
        remote: Option<String>,
    },
    /// It did not work, and the failure says what may have happened.
    Retry(Failure),
    /// The target refuses this record, and would refuse it again.
    Rejected(Rejection),
    /// The request went out and the answer was lost.
    InDoubt(Failure),
}

/// Why the target refuses a record, in its own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    /// A short word for grouping, for example `validation` or `tax_not_found`.
    pub code: String,
    /// The target's own message, and what to do.
    pub message: String,
    /// Where in the canonical object, if known.
    pub path: Option<String>,
}

/// What the target says of an effect whose outcome was lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Probe {
    /// It landed.
    Landed {
        /// The record's id in the target.
        remote: Option<String>,
    },
    /// It is not there: safe to apply.
    Absent,
    /// The target cannot say.
    Unknown,
}
