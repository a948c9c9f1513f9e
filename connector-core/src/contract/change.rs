//! One change, as the source system said it: the raw payload and what must be known of it before anything is decoded.

use bytes::Bytes;
use odoo_canonical::ObjectKind;
use odoo_canonical::value::Instant;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::Dedup;

/// What the change does to its object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operation {
    /// The payload is the object's state after the change.
    Upsert,
    /// The object was cancelled or deleted; the payload is what the source still knows of it.
    Cancel,
}

impl Operation {
    /// The word that store, audit and idempotency key use.
    pub fn as_str(self) -> &'static str {
        match self {
            Operation::Upsert => "upsert",
            Operation::Cancel => "cancel",
        }
    }
}

/// A change as a [`Source`](super::Source) hands it to the runtime, before anything is stored.
///
/// The payload is kept as it came: what cannot be mapped today is an exception that still holds it, and a replay maps the same bytes
/// again.
#[derive(Debug, Clone)]
pub struct Change {
    /// The main object that the payload is about.
    pub object: ObjectKind,
    /// The object's key in the source system.
    pub key: String,
    /// What happened to it.
    pub operation: Operation,
    /// Grows with each change of this object in the source (for example `updated_at` in microseconds); 0 where the source has none.
    /// A change with a lower version than the one already applied is dropped as stale.
    pub version: i64,
    /// All changes with one ordering key are applied in the order of their arrival.
    pub ordering_key: String,
    /// The source's own id of this delivery, for the audit.
    pub delivery_id: Option<String>,
    /// When it happened in the source, if the source says so.
    pub occurred_at: Option<Instant>,
    /// Names the payload's format for [`Source::map`](super::Source::map), for example `shopify.order.rest`.
    pub format: String,
    /// The payload, byte for byte.
    pub payload: Bytes,
    /// What makes two deliveries the same one.
    pub dedup: Dedup,
    /// Systems that this change has already passed through, oldest first; the source itself is added by the runtime.
    pub origins: Vec<String>,
}

impl Change {
    /// SHA-256 of the payload.
    pub fn payload_digest(&self) -> [u8; 32] {
        Sha256::digest(&self.payload).into()
    }
}

/// A stored change, as the pipeline and [`Source::map`](super::Source::map) see it.
#[derive(Debug, Clone)]
pub struct Delivered {
    /// Our id of the message, a UUIDv7.
    pub message: Uuid,
    /// Position in the inbox; the order within a lane follows it.
    pub position: i64,
    /// See [`Change::object`].
    pub object: ObjectKind,
    /// See [`Change::key`].
    pub key: String,
    /// See [`Change::operation`].
    pub operation: Operation,
    /// See [`Change::version`].
    pub version: i64,
    /// See [`Change::ordering_key`].
    pub ordering_key: String,
    /// See [`Change::format`].
    pub format: String,
    /// See [`Change::payload`].
    pub payload: Bytes,
    /// Systems passed through so far, the source included.
    pub origins: Vec<String>,
    /// Whether each delivery counts by itself; see [`Dedup::Delivery`].
    pub each: bool,
    /// When the store accepted it, in microseconds since 1970.
    pub received_at: i64,
    /// From when its age counts: its arrival, or its last replay.
    pub age_from: i64,
    /// Attempts made before this one.
    pub attempts: u32,
    /// Times that a process died, or a connector panicked, while it held this message.
    pub crashes: u32,
}
