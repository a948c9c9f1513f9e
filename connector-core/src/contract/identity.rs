//! What recognises a second delivery.

use sha2::{Digest, Sha256};

use super::Change;

/// What makes two deliveries the same one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dedup {
    /// The payload states the object's whole state. A delivery is a second one if the object's latest message says the same (version,
    /// operation and bytes), or if its delivery id was seen with just that. Right for snapshots (orders, parties, stock counts), of which
    /// the same one may come back after another: there and back again is three states, not two.
    State,
    /// Each delivery counts by itself and is told apart by the source's own delivery id. Right for deltas and events, where two
    /// equal payloads are two happenings.
    Delivery,
}

/// What a store compares to recognise a second delivery: digests (SHA-256 over length-prefixed fields, cut to 16 bytes).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    /// What the change says. Equal to that of its object's latest message, it says nothing new. `None` where each delivery counts by
    /// itself.
    pub content: Option<[u8; 16]>,
    /// The source's delivery id. Seen before, it is the same delivery. `None` where the source gave none.
    pub delivery: Option<[u8; 16]>,
}

impl Change {
    /// What recognises a second delivery of this change within one flow.
    pub fn identity(&self, flow: &str, payload_digest: &[u8; 32]) -> Identity {
        let version = self.version.to_le_bytes();
        let named = |parts: &[&[u8]]| {
            let (object, operation) = (self.object.as_str().as_bytes(), self.operation.as_str().as_bytes());
            let base: [&[u8]; 4] = [flow.as_bytes(), object, self.key.as_bytes(), operation];
            digest(base.into_iter().chain(parts.iter().copied()))
        };
        let id = self.delivery_id.as_ref().map(|id| id.as_bytes());
        match self.dedup {
            // A sender that repeats an id with a newer body must not lose the newer state, so the id counts together with the content.
            Dedup::State => Identity {
                content: Some(named(&[b"state", &version, payload_digest])),
                delivery: id.map(|id| named(&[b"state", &version, payload_digest, id])),
            },
            Dedup::Delivery => Identity { content: None, delivery: id.map(|id| named(&[b"delivery", id])) },
        }
    }
}

fn digest<'a>(fields: impl Iterator<Item = &'a [u8]>) -> [u8; 16] {
    let mut hash = Sha256::new();
    for field in fields {
        hash.update((field.len() as u64).to_le_bytes());
        hash.update(field);
    }
    let mut short = [0; 16];
    for (to, from) in short.iter_mut().zip(hash.finalize()) {
        *to = from;
    }
    short
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use odoo_canonical::ObjectKind;

    use super::*;
    use crate::contract::Operation;

    fn identity(change: &Change) -> Identity {
        change.identity("flow", &change.payload_digest())
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
        assert_eq!(identity(&change()).content, identity(&again).content);
        assert_ne!(identity(&change()).delivery, identity(&again).delivery);
        again.delivery_id = None;
        assert_eq!(identity(&again).delivery, None);
    }

    #[test]
    fn each_part_of_the_identity_counts() {
        let base = identity(&change());
        assert_ne!(base, change().identity("other flow", &change().payload_digest()));
        for edit in [
            |c: &mut Change| c.key.push('x'),
            |c: &mut Change| c.version += 1,
            |c: &mut Change| c.operation = Operation::Cancel,
            |c: &mut Change| c.object = ObjectKind::Party,
            |c: &mut Change| c.payload = Bytes::from_static(b"{ }"),
        ] {
            let mut other = change();
            edit(&mut other);
            let other = identity(&other);
            assert!(base.content != other.content && base.delivery != other.delivery);
        }
    }

    #[test]
    fn deltas_are_told_apart_by_delivery() {
        let mut first = change();
        first.dedup = Dedup::Delivery;
        let mut second = first.clone();
        second.delivery_id = Some("d-2".into());
        assert_ne!(identity(&first), identity(&second));
        second.delivery_id = Some("d-1".into());
        second.payload = Bytes::from_static(b"other");
        assert_eq!(identity(&first), identity(&second));
        second.delivery_id = None;
        assert_eq!(identity(&second), Identity { content: None, delivery: None });
    }
}
