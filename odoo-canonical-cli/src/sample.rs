//! Synthetic documents, bare or in their envelope, the same for the same seed.

use crate::Error;
use odoo_canonical::{ContractError, Digest, Envelope, ObjectKind, idempotency_key, sample, schema::MAJOR};

/// The system that sends synthetic events.
const SYSTEM: &str = "sample";

/// A synthetic document of a kind as JSON on one line; in an envelope, the whole event.
///
/// # Errors
/// When odoo-canonical makes no sound document of a seed, which none of its tests has seen.
pub fn document(kind: ObjectKind, seed: u64, in_envelope: bool) -> Result<Vec<u8>, Error> {
    made(kind, seed, in_envelope)
        .map_err(|source| Error::Usage(format!("seed {seed}: no {kind} can be made: {source}")))
}

fn made(kind: ObjectKind, seed: u64, in_envelope: bool) -> Result<Vec<u8>, ContractError> {
    let object = sample(kind, seed)?;
    let data = object.to_canonical_json()?;
    if !in_envelope {
        return Ok(data);
    }
    let value = |error: odoo_canonical::value::ValueError| ContractError {
        path: String::new(),
        rule: odoo_canonical::ContractRule::Encoding,
        detail: error.to_string(),
    };
    let mut envelope = Envelope::new(
        id(kind, seed).parse().map_err(value)?,
        format!("//example/eu/test/{SYSTEM}").parse().map_err(value)?,
        format!("{kind}.upserted.v{MAJOR}").parse().map_err(value)?,
    );
    envelope.set_object(&object)?;
    let revision = object.revision().map(|revision| revision.to_string());
    let key = idempotency_key(SYSTEM, kind, object.key(), "upsert", revision.as_deref(), &data);
    envelope.idempotencykey = Some(key);
    envelope.to_json()
}

/// A UUID of version 7, as the envelope wants it: of a fixed day, and otherwise of the seed.
fn id(kind: ObjectKind, seed: u64) -> String {
    const DAY: u64 = 0x019a_b000_0000;
    let digest = Digest::of(format!("{kind} {seed}").as_bytes()).to_string();
    let part = |from: usize, to: usize| digest.get(from..to).unwrap_or_default();
    format!("{:08x}-{:04x}-7{}-8{}-{}", DAY >> 16, DAY & 0xffff, part(0, 3), part(3, 6), part(6, 18))
}
