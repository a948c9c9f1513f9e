//! Effects: what is known of each object in each target.

use crate::contract::EffectKey;

/// How an effect stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(i64)]
pub enum EffectState {
    /// About to be tried; found after a crash, it means: may have landed.
    Intended = 0,
    /// In the target.
    Applied = 1,
    /// Tried, and known not to have landed.
    Absent = 2,
}

/// What is known of an effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EffectRecord {
    /// How it stands.
    pub state: EffectState,
    /// The version last applied, or intended.
    pub version: i64,
    /// SHA-256 of the object last applied, or intended.
    pub digest: [u8; 32],
    /// The record's id in the target.
    pub remote: Option<String>,
    /// The message behind it.
    pub position: i64,
}

/// An effect about to be tried.
#[derive(Debug, Clone)]
pub struct Intent {
    /// The effect.
    pub key: EffectKey,
    /// The message behind it.
    pub position: i64,
    /// Version of the object.
    pub version: i64,
    /// Digest of the object.
    pub digest: [u8; 32],
    /// Microseconds since 1970.
    pub now: i64,
}

/// What an attempt at an effect came to.
#[derive(Debug, Clone)]
pub struct EffectChange {
    /// The effect.
    pub key: EffectKey,
    /// How it stands now.
    pub state: EffectState,
    /// Version of the object.
    pub version: i64,
    /// Digest of the object.
    pub digest: [u8; 32],
    /// The record's id in the target.
    pub remote: Option<String>,
    /// The message behind it.
    pub position: i64,
}
