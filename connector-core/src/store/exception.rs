//! Exceptions: messages that wait for a person.

use uuid::Uuid;

use crate::contract::EffectKey;

/// Why a message is an exception.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Reason {
    /// The payload cannot be mapped or breaks the contract.
    Contract,
    /// The source may not change what it changed.
    Ownership,
    /// The target refuses it.
    Rejected,
    /// The answer was lost and nobody may try again on their own.
    InDoubt,
    /// Tried as often, or waited as long, as allowed.
    Exhausted,
    /// The process died, or the connector panicked, over it.
    Poison,
    /// Its flow is not there any more.
    Stranded,
}

impl Reason {
    /// All of them.
    pub const ALL: [Reason; 7] = [
        Reason::Contract,
        Reason::Ownership,
        Reason::Rejected,
        Reason::InDoubt,
        Reason::Exhausted,
        Reason::Poison,
        Reason::Stranded,
    ];

    /// The word that the store and reports use.
    pub fn as_str(self) -> &'static str {
        match self {
            Reason::Contract => "contract",
            Reason::Ownership => "ownership",
            Reason::Rejected => "rejected",
            Reason::InDoubt => "in_doubt",
            Reason::Exhausted => "exhausted",
            Reason::Poison => "poison",
            Reason::Stranded => "stranded",
        }
    }

    /// The reason of this word.
    pub fn from_word(word: &str) -> Option<Reason> {
        Reason::ALL.into_iter().find(|r| r.as_str() == word)
    }
}

/// An exception about to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExceptionDraft {
    /// Why.
    pub reason: Reason,
    /// A short word for grouping.
    pub code: String,
    /// Where: in the payload for mapping faults, in the canonical object for contract faults.
    pub path: String,
    /// What is wrong and what to do.
    pub detail: String,
    /// Who answers for it.
    pub owner: String,
}

/// Where an exception stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(i64)]
pub enum ExceptionState {
    /// Waits for somebody.
    Open = 0,
    /// Its message went back into its lane.
    Replayed = 1,
    /// Closed without replay.
    Discarded = 2,
    /// Somebody looked in the target, and said what became of it.
    Resolved = 3,
}

/// What is in doubt: what may or may not have landed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doubt {
    /// The effects of the open exception at this position.
    Message(i64),
    /// This effect, whatever has become of its message.
    Effect(EffectKey),
}

/// What a person found in the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Found {
    /// It is there.
    Landed,
    /// It is not there.
    Absent,
}

impl Found {
    /// The word that the audit uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Found::Landed => "landed",
            Found::Absent => "absent",
        }
    }
}

/// Which exceptions.
///
/// Each record holds its payload, so they are read by the page: the next one begins after the last position of this one.
#[derive(Debug, Clone)]
pub struct ExceptionFilter {
    /// Of this flow only.
    pub flow: Option<String>,
    /// Also those no longer open.
    pub closed_too: bool,
    /// Of messages after this position only.
    pub after: i64,
    /// At most this many; 0 is none.
    pub limit: usize,
}

impl Default for ExceptionFilter {
    /// The first thousand open ones of all flows.
    fn default() -> Self {
        ExceptionFilter { flow: None, closed_too: false, after: 0, limit: 1000 }
    }
}

/// An exception.
#[derive(Debug, Clone)]
pub struct ExceptionRecord {
    /// The message's position.
    pub position: i64,
    /// The message's id.
    pub message: Uuid,
    /// The flow.
    pub flow: String,
    /// The object's kind, as the word that was stored: one that this version does not know must still be listed.
    pub object: String,
    /// The object's key.
    pub key: String,
    /// Why, where, what to do, whose.
    pub draft: ExceptionDraft,
    /// Where it stands.
    pub state: ExceptionState,
    /// Microseconds since 1970.
    pub opened_at: i64,
    /// The payload, byte for byte.
    pub payload: Vec<u8>,
}
