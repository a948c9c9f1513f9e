//! What a connector declares about itself. Data, so that reviewers can read it and the runtime can hold it to it.

use odoo_canonical::ObjectKind;
use serde::Serialize;

/// How changes travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SyncPattern {
    /// The system calls us.
    Webhook,
    /// We ask the system.
    Polling,
    /// Both: calls for speed, asking for completeness.
    WebhookAndPolling,
}

/// What makes a second attempt at the same effect harmless.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum IdempotencyClass {
    /// The target takes a key with the request and answers a second one with the first one's result.
    RemoteKey,
    /// The target upserts by a key of ours that is unique there.
    NaturalKeyUpsert,
    /// The target compares before it writes.
    ConditionalWrite,
    /// The target can be asked whether the effect landed; it is asked before a second attempt.
    ProbeThenApply,
    /// Nothing of the kind: a lost answer is never followed by a second attempt on its own.
    NonIdempotent,
}

impl IdempotencyClass {
    /// Whether the intent is written down before the call, so that a crash between call and settlement is known for what it is.
    pub fn needs_intent(self) -> bool {
        matches!(self, IdempotencyClass::ProbeThenApply | IdempotencyClass::NonIdempotent)
    }
}

/// An object that the connector brings out of its system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reads {
    /// The object.
    pub object: ObjectKind,
    /// What all changes that must stay in order have in common, in words: `customer`, `item and location`.
    pub ordering_key: String,
}

/// An object that the connector puts into its system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Writes {
    /// The object.
    pub object: ObjectKind,
    /// What makes a second attempt harmless.
    pub idempotency: IdempotencyClass,
}

/// A host that the connector may talk to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Host {
    /// Name or address as it stands in the URL.
    pub name: String,
    /// The port; `None` is the scheme's own.
    pub port: Option<u16>,
    /// Allowed to be a private, loopback or link-local address. Off unless said.
    pub private: bool,
}

/// What a connector is, touches and needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Manifest {
    /// The connector's name, for example `connector-shopify`.
    pub name: String,
    /// The connector's version.
    pub version: String,
    /// The system as flows and the ownership matrix name it, for example `shopify-na`.
    pub system: String,
    /// The region that it belongs to.
    pub region: String,
    /// Who answers for it: exceptions go there.
    pub owner: String,
    /// Objects out of the system.
    pub reads: Vec<Reads>,
    /// Objects into the system.
    pub writes: Vec<Writes>,
    /// How changes travel.
    pub sync: SyncPattern,
    /// Data classes in its payloads, as the schemas name them (`contact`, `financial`, ...).
    pub data_classes: Vec<String>,
    /// Hosts that it may reach; its HTTP client refuses every other.
    pub hosts: Vec<Host>,
    /// Names of the secrets that it needs.
    pub secrets: Vec<String>,
    /// Version of its mapping; goes into every clearance.
    pub mapping_version: String,
}

/// Something that a manifest lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestFault {
    /// The field, for example `writes[1].idempotency`.
    pub field: String,
    /// What is missing and why it is needed.
    pub problem: String,
}

impl Manifest {
    /// What is missing; empty when the manifest is complete.
    pub fn faults(&self) -> Vec<ManifestFault> {
        let mut faults = Vec::new();
        let mut fault =
            |field: String, problem: &str| faults.push(ManifestFault { field, problem: problem.to_owned() });
        for (field, value, why) in [
            ("name", &self.name, "is empty; audit rows name the connector"),
            ("version", &self.version, "is empty; audit rows name the version"),
            ("system", &self.system, "is empty; flows and the ownership matrix name the system"),
            ("region", &self.region, "is empty; residency cannot be decided without it"),
            ("owner", &self.owner, "is empty; exceptions need somebody who answers for them"),
            ("mapping_version", &self.mapping_version, "is empty; a replay must be able to name the mapping"),
        ] {
            if value.trim().is_empty() {
                fault(field.to_owned(), why);
            }
        }
        if self.reads.is_empty() && self.writes.is_empty() {
            fault("reads".into(), "and `writes` are both empty; the connector moves nothing");
        }
        for (index, reads) in self.reads.iter().enumerate() {
            if reads.ordering_key.trim().is_empty() {
                fault(format!("reads[{index}].ordering_key"), "is empty; order cannot be kept without one");
            }
            if self.reads.iter().take(index).any(|r| r.object == reads.object) {
                fault(format!("reads[{index}].object"), "is declared twice");
            }
        }
        for (index, writes) in self.writes.iter().enumerate() {
            if self.writes.iter().take(index).any(|w| w.object == writes.object) {
                fault(format!("writes[{index}].object"), "is declared twice");
            }
        }
        for (index, host) in self.hosts.iter().enumerate() {
            if host.name.trim().is_empty() || host.name.contains('/') {
                fault(
                    format!("hosts[{index}].name"),
                    "must be a host name or address, without scheme or path",
                );
            }
        }
        faults
    }

    /// How this connector writes `object`, if it does.
    pub fn writes(&self, object: ObjectKind) -> Option<&Writes> {
        self.writes.iter().find(|w| w.object == object)
    }

    /// How this connector reads `object`, if it does.
    pub fn reads(&self, object: ObjectKind) -> Option<&Reads> {
        self.reads.iter().find(|r| r.object == object)
    }
}
