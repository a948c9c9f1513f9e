//! One change, as the source system said it: the raw payload and what must be known of it before anything is decoded.

use bytes::Bytes;
use odoo_canonical::ObjectKind;
use odoo_canonical::value::Instant;
use sha2::{Digest, Sha256};
use uuid::Uuid;

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

/// What makes two deliveries the same one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dedup {
    /// The payload states the object's whole state: same object, version and bytes are the same change, however often and on
    /// whichever way they arrive. Right for snapshots (orders, parties, stock counts).
    State,
    /// Each delivery counts by itself and is told apart by the source's own delivery id. Right for deltas and events, where two
    /// equal payloads are two happenings.
    Delivery,
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

    /// The key under which a second delivery of the same change is recognised, within one flow: SHA-256 over length-prefixed fields,
    /// cut to 16 bytes. The store has a unique index on it.
    pub fn dedup_key(&self, flow: &str, payload_digest: &[u8; 32]) -> [u8; 16] {
        let mut hash = Sha256::new();
        let mut field = |bytes: &[u8]| {
            hash.update((bytes.len() as u64).to_le_bytes());
            hash.update(bytes);
        };
        field(flow.as_bytes());
        field(self.object.as_str().as_bytes());
        field(self.key.as_bytes());
        field(self.operation.as_str().as_bytes());
        match (&self.dedup, &self.delivery_id) {
            (Dedup::Delivery, Some(id)) => {
                field(b"delivery");
                field(id.as_bytes());
            }
            _ => {
                field(b"state");
                field(&self.version.to_le_bytes());
                field(payload_digest);
            }
        }
        let mut key = [0; 16];
        for (to, from) in key.iter_mut().zip(hash.finalize()) {
            *to = from;
        }
        key
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

#[cfg(test)]
mod tests {
    use super::*;

    fn key(change: &Change) -> [u8; 16] {
        change.dedup_key("flow", &change.payload_digest())
    }

    fn change() -> Change {
        Change {
            object: ObjectKind::SalesOrder,
            key: "1001".into(),
            operation: Operation::Upsert,
            version: 7,
            ordering_key: "c1".into(),
            delivery_id: Some("d-1".into()),
            occurred_at: None,
            format: "test".into(),
            payload: Bytes::from_static(b"{}"),
            dedup: Dedup::State,
            origins: vec![],
        }
    }

    #[test]
    fn a_redelivery_under_another_delivery_id_is_the_same_state() {
        let mut again = change();
        again.delivery_id = Some("d-2".into());
        assert_eq!(key(&change()), key(&again));
    }

    #[test]
    fn each_part_of_the_identity_counts() {
        let base = key(&change());
        assert_ne!(base, change().dedup_key("other flow", &change().payload_digest()));
        for edit in [
            |c: &mut Change| c.key.push('x'),
            |c: &mut Change| c.version += 1,
            |c: &mut Change| c.operation = Operation::Cancel,
            |c: &mut Change| c.object = ObjectKind::Party,
            |c: &mut Change| c.payload = Bytes::from_static(b"{ }"),
        ] {
            let mut other = change();
            edit(&mut other);
            assert_ne!(base, key(&other));
        }
    }

    #[test]
    fn deltas_are_told_apart_by_delivery() {
        let mut first = change();
        first.dedup = Dedup::Delivery;
        let mut second = first.clone();
        second.delivery_id = Some("d-2".into());
        assert_ne!(key(&first), key(&second));
        second.delivery_id = Some("d-1".into());
        second.payload = Bytes::from_static(b"other");
        assert_eq!(key(&first), key(&second));
    }
}
