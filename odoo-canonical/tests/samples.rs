//! Samples are sound, repeatable and different from one another.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

use odoo_canonical::{Object, ObjectKind, sample, schema::object_schema};
use std::collections::BTreeSet;

#[test]
fn samples_are_sound_and_repeatable() {
    for kind in ObjectKind::ALL.iter().copied() {
        let schema = jsonschema::validator_for(&object_schema(kind).json).unwrap();
        let mut digests = BTreeSet::new();
        for seed in 0..200 {
            let object = sample(kind, seed).unwrap_or_else(|error| panic!("{kind} {seed}: {error}"));
            assert_eq!(object.check(), [], "{kind} {seed}");
            let json = object.to_canonical_json().unwrap();
            assert_eq!(sample(kind, seed).unwrap().to_canonical_json().unwrap(), json, "{kind} {seed}");
            assert_eq!(Object::from_json(kind, &json).unwrap(), object);
            let value = serde_json::from_slice(&json).unwrap();
            assert!(schema.is_valid(&value), "{kind} {seed}: {:?}", schema.iter_errors(&value).next());
            digests.insert(object.digest().unwrap());
        }
        assert!(digests.len() > 190, "{kind}: {} of 200 seeds differ", digests.len());
        let seeds = [0, u64::MAX, u64::MAX - 1];
        assert!(seeds.into_iter().all(|seed| sample(kind, seed).is_ok()));
    }
}

#[test]
fn every_state_of_a_kind_occurs_among_its_samples() {
    for kind in ObjectKind::ALL.iter().copied() {
        let Some(machine) = kind.status_machine() else { continue };
        let found: BTreeSet<_> = (0..600).filter_map(|seed| sample(kind, seed).unwrap().status()).collect();
        let states: BTreeSet<_> = machine.states.iter().map(|state| state.name).collect();
        assert_eq!(found, states, "{kind}");
    }
}
