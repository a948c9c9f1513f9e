//! A record that has passed the law. A sink is handed nothing else.

use std::sync::Arc;

use odoo_canonical::value::{Instant, ValueError};
use odoo_canonical::{ContractError, Envelope, Object, idempotency_key};
use sha2::{Digest, Sha256};
use thiserror::Error;
use uuid::Uuid;

use super::EffectKey;
use crate::store::HowNew;

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

/// Where a flow's records come from; the same for all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Provenance {
    pub(crate) tenant: String,
    pub(crate) region: String,
    pub(crate) environment: String,
    /// The source system.
    pub(crate) system: String,
    pub(crate) connector: String,
    pub(crate) connector_version: String,
}

/// An object that was validated, inspected and cleared for one target.
///
/// Only the runtime makes one, so none of the checks can be left out:
///
/// ```compile_fail
/// use connector_core::contract::Cleared;
/// fn forge(honest: Cleared) -> Cleared {
///     Cleared { version: 99, ..honest }
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Cleared {
    pub(crate) object: Object,
    pub(crate) key: EffectKey,
    pub(crate) message: Uuid,
    pub(crate) position: i64,
    pub(crate) ordering_key: String,
    pub(crate) version: i64,
    /// A happening of its own (a delta, a cancellation), which is done even if nothing in the object has changed.
    pub(crate) each: bool,
    /// The object was called off.
    pub(crate) cancel: bool,
    pub(crate) received_at: i64,
    pub(crate) origins: Vec<String>,
    pub(crate) digest: [u8; 32],
    pub(crate) clearance: Clearance,
    pub(crate) provenance: Arc<Provenance>,
}

/// An attribute of the envelope that cannot be written.
#[derive(Debug, Clone, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum EnvelopeError {
    /// A name in the governance or the manifest is not one that the envelope can carry.
    #[error("an attribute of the envelope is not valid")]
    Attribute(#[from] ValueError),
    /// The object cannot be put in.
    #[error("the object cannot be put into an envelope")]
    Object(#[from] ContractError),
}

impl Cleared {
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

    pub(crate) fn how_new(&self) -> HowNew {
        HowNew { version: self.version, position: self.position }
    }

    /// Whether it adds to what is there, so that two that say the same are two.
    pub(crate) fn is_delta(&self) -> bool {
        self.each && !self.cancel
    }

    /// SHA-256 of the object's canonical JSON without its revision: of what it says, not of how new it is.
    pub fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// A key that is the same for every attempt at this effect and differs for every other: for targets that take one.
    pub fn idempotency_key(&self) -> Uuid {
        let mut hash = Sha256::new();
        // Two equal deltas are two effects; two attempts at one state are one.
        let happening = if self.each { self.message } else { Uuid::nil() };
        let key = self.key.to_string();
        for part in [key.as_bytes(), &self.version.to_le_bytes(), &self.digest, happening.as_bytes()] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        let mut bytes = [0; 16];
        for (to, from) in bytes.iter_mut().zip(hash.finalize()) {
            *to = from;
        }
        uuid::Builder::from_custom_bytes(bytes).into_uuid()
    }

    /// Under which rules it was cleared.
    pub fn clearance(&self) -> &Clearance {
        &self.clearance
    }

    /// The record as a CloudEvents envelope, for sinks that pass it on as a document: a bus, a file, an archive.
    ///
    /// `id` is the message's id, `source` is `//tenant/region/environment/system`, `type` is `OBJECT.upserted.v1`.
    pub fn envelope(&self) -> Result<Envelope, EnvelopeError> {
        let Provenance { tenant, region, environment, system, connector, connector_version } =
            &*self.provenance;
        let kind = self.object.kind();
        let source = format!("//{tenant}/{region}/{environment}/{system}");
        let mut envelope = Envelope::new(
            self.message.to_string().parse()?,
            source.parse()?,
            format!("{kind}.upserted.v1").parse()?,
        );
        envelope.set_object(&self.object)?;
        envelope.recordedtime = Instant::from_microseconds(self.received_at);
        envelope.correlationid = Some(self.message.to_string().parse()?);
        envelope.partitionkey = Some(self.ordering_key.parse()?);
        // Twenty digits, so that the order of the texts is the order of the numbers.
        envelope.sequence = Some(format!("{:020}", self.position).parse()?);
        envelope.tenant = Some(tenant.parse()?);
        envelope.region = Some(region.parse()?);
        envelope.environment = Some(environment.parse()?);
        envelope.connector = Some(connector.parse()?);
        envelope.connectorversion = Some(connector_version.parse()?);
        let version = self.version.to_string();
        let data = envelope.data.as_ref().map_or("", |data| data.as_str());
        let key = idempotency_key(system, kind, self.object.key(), "upsert", Some(&version), data.as_bytes());
        envelope.idempotencykey = Some(key);
        envelope.origins = match self.origins.join(",") {
            none if none.is_empty() => None,
            some => Some(some.parse()?),
        };
        Ok(envelope)
    }
}
