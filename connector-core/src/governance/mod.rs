//! What the enterprise says once: flows, who owns which object and field, how often may be tried.

mod flow;
mod guarantee;
mod loops;
mod ownership;

pub use flow::Flow;
pub use guarantee::Guarantee;
pub(crate) use loops::passed_through;
pub use ownership::{FieldRule, OnViolation, Ownership, OwnershipRule, Ruling};

use serde::Serialize;
use sha2::{Digest, Sha256};

/// The rules of one runtime.
#[derive(Debug, Clone, Serialize)]
pub struct Governance {
    /// Whose data it is.
    pub tenant: String,
    /// For example `production`.
    pub environment: String,
    /// The region that this runtime and its store belong to.
    pub region: String,
    /// Who owns which object and field.
    pub ownership: Ownership,
    /// The flows.
    pub flows: Vec<Flow>,
}

impl Governance {
    /// Digest of these rules, for clearances: 16 hexadecimal digits.
    pub fn digest(&self) -> String {
        let json = serde_json::to_vec(self).unwrap_or_default();
        crate::hex::hex(Sha256::digest(json).get(..8).unwrap_or_default())
    }
}
