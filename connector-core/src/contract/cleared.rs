//! A record that has passed the law. A sink is handed nothing else.

use odoo_canonical::Object;
use uuid::Uuid;

use super::EffectKey;

/// Under which rules a record was cleared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clearance {
    /// The contract that it was held to: object kind and schema version.
    pub contract: String,
    /// The version of the mapping that made it.
    pub mapping: String,
    /// Digest of the governance configuration in force.
    pub policy: String,
}

/// An object that was validated, inspected and cleared for one target.
///
/// Only the runtime makes one, so none of the checks can be left out:
///
/// ```compile_fail
/// use connector_core::contract::Cleared;
/// let forged = Cleared { object: todo!(), key: todo!(), message: todo!(), version: 0, digest: [0; 32], clearance: todo!() };
/// ```
#[derive(Debug, Clone)]
pub struct Cleared {
    object: Object,
    key: EffectKey,
    message: Uuid,
    version: i64,
    digest: [u8; 32],
    clearance: Clearance,
}

impl Cleared {
    pub(crate) fn new(
        object: Object,
        key: EffectKey,
        message: Uuid,
        version: i64,
        digest: [u8; 32],
        clearance: Clearance,
    ) -> Self {
        Cleared { object, key, message, version, digest, clearance }
    }

    /// The canonical object.
    pub fn object(&self) -> &Object {
        &self.object
    }

    /// The effect's name: target, kind and key.
    pub fn key(&self) -> &EffectKey {
        &self.key
    }

    /// The message that it comes from; sinks pass it on as the correlation id.
    pub fn message(&self) -> Uuid {
        self.message
    }

    /// The source's version of the object.
    pub fn version(&self) -> i64 {
        self.version
    }

    /// SHA-256 of the object's canonical JSON.
    pub fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// A key that is the same for every attempt at this effect and differs for every other: for targets that take one.
    pub fn idempotency_key(&self) -> Uuid {
        let mut bytes = [0; 16];
        let name = format!("{}|{}", self.key, self.version);
        let hash = <sha2::Sha256 as sha2::Digest>::new();
        let hash = sha2::Digest::chain_update(hash, name.as_bytes());
        let hash = sha2::Digest::chain_update(hash, self.digest);
        for (to, from) in bytes.iter_mut().zip(sha2::Digest::finalize(hash)) {
            *to = from;
        }
        uuid::Builder::from_custom_bytes(bytes).into_uuid()
    }

    /// Under which rules it was cleared.
    pub fn clearance(&self) -> &Clearance {
        &self.clearance
    }
}
