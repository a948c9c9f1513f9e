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

/// How new a state is. Newer is what has the higher version, and of equal ones, or where one has none, what arrived later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct HowNew {
    /// The source's version; 0 where it has none.
    pub version: i64,
    /// Position of the message that brought it; 0 where there is none.
    pub position: i64,
}

impl HowNew {
    /// Whether this is older than the other.
    pub fn is_older(self, than: HowNew) -> bool {
        match self.version == 0 || than.version == 0 {
            true => self.position < than.position,
            false => (self.version, self.position) < (than.version, than.position),
        }
    }

    /// How new a target is that had both: never less than either.
    #[must_use]
    pub fn and(self, other: HowNew) -> HowNew {
        let newer = if self.is_older(other) { other } else { self };
        HowNew { version: self.version.max(other.version), position: newer.position }
    }
}

/// What is known of an effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EffectRecord {
    /// How it stands.
    pub state: EffectState,
    /// The version last applied, or intended.
    pub version: i64,
    /// [`Cleared::digest`](crate::contract::Cleared::digest) of the object last applied, or intended.
    pub digest: [u8; 32],
    /// The record's id in the target.
    pub remote: Option<String>,
    /// The message behind it.
    pub position: i64,
    /// What the target had at the last time that this was known: while an attempt is open, that from before it.
    pub had: HowNew,
    /// Whether what was applied last called the object off.
    pub cancelled: bool,
    /// Whether no lease was lost since, under which something may have reached the target that nobody has told of.
    pub sure: bool,
}

impl EffectRecord {
    /// What is older than this is stale.
    pub fn how_new(&self) -> HowNew {
        HowNew { version: self.version, position: self.position }.and(self.had)
    }
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
    /// The message behind it; when it is not there, the one behind what was there before.
    pub position: i64,
    /// Whether what was applied last called the object off; heeded if the state is applied.
    pub cancelled: bool,
}
