//! What goes into the store and comes out of it.

use std::time::Duration;

use odoo_canonical::ObjectKind;
use thiserror::Error;
use uuid::Uuid;

use super::AuditEvent;
use crate::contract::{Change, Cursor, Dedup, Delivered, EffectKey};

/// A change on its way into the inbox.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// Our id for it.
    pub message: Uuid,
    /// The change.
    pub change: Change,
    /// Recognises a second delivery; see [`Change::dedup_key`].
    pub dedup: [u8; 16],
    /// What the audit names it by: the object's kind and key.
    pub subject: String,
    /// Particulars for the audit: delivery, version, size and digest of the payload.
    pub detail: String,
}

impl Arrival {
    /// Makes what the store needs of a change for this flow. Here and not in the writer, which has enough to do.
    pub fn new(flow: &str, message: Uuid, change: Change) -> Self {
        let payload = change.payload_digest();
        let detail = serde_json::json!({
            "delivery": change.delivery_id,
            "version": change.version,
            "bytes": change.payload.len(),
            "sha256": hex(&payload),
        });
        let dedup = match (change.dedup, &change.delivery_id) {
            // Without a delivery id, no two deliveries are known to be the same.
            (Dedup::Delivery, None) => *message.as_bytes(),
            _ => change.dedup_key(flow, &payload),
        };
        Arrival {
            message,
            dedup,
            subject: format!("{}:{}", change.object.as_str(), change.key),
            detail: detail.to_string(),
            change,
        }
    }
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |n: u8| char::from(DIGITS.get(usize::from(n)).copied().unwrap_or(b'0'));
    bytes.iter().flat_map(|b| [digit(b >> 4), digit(b & 15)]).collect()
}

/// Moves a flow's cursor.
#[derive(Debug, Clone)]
pub struct CursorMove {
    /// What the poll started from; if the stored one differs, another poller was faster and nothing is stored.
    pub expected: Option<Cursor>,
    /// Where the next poll starts.
    pub next: Cursor,
}

/// What one poll or one webhook brings: stored whole or not at all.
#[derive(Debug, Clone)]
pub struct Ingest {
    /// The flow.
    pub flow: String,
    /// The changes.
    pub arrivals: Vec<Arrival>,
    /// Whether we asked for it. A poll looks at the same changes again and again, by its overlap; that is no second delivery, and leaves
    /// no audit row.
    pub polled: bool,
    /// The cursor, where it moves.
    pub cursor: Option<CursorMove>,
    /// Microseconds since 1970.
    pub now: i64,
}

/// What became of an arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// It is in the inbox, at this position.
    Stored(i64),
    /// It was there already, at this position.
    Duplicate(i64),
}

/// Asks for work.
#[derive(Debug, Clone)]
pub struct ClaimRequest {
    /// The flow.
    pub flow: String,
    /// At most this many messages.
    pub limit: usize,
    /// Microseconds since 1970.
    pub now: i64,
    /// How long the lease lasts; longer than the sink's deadline.
    pub lease: Duration,
}

/// Leased messages.
#[derive(Debug, Clone, Default)]
pub struct Claim {
    /// Names the lease; 0 when there is nothing.
    pub epoch: i64,
    /// The messages, one a lane.
    pub messages: Vec<Delivered>,
    /// When the next waiting message is due, if the claim came back empty.
    pub next_due: Option<i64>,
}

/// Where a message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(i64)]
pub enum State {
    /// In its lane, now or later.
    Ready = 0,
    /// An exception: out of its lane until somebody decides.
    Exception = 1,
    /// Its effects are in the target.
    Applied = 2,
    /// The target had all of it already.
    Unchanged = 3,
    /// A newer version was applied before.
    Stale = 4,
    /// It came from the target in the first place.
    Echo = 5,
    /// Somebody decided to let it go.
    Discarded = 6,
}

impl State {
    /// The state of this code; stores keep the code.
    pub fn from_code(code: i64) -> Option<State> {
        use State::*;
        [Ready, Exception, Applied, Unchanged, Stale, Echo, Discarded].into_iter().find(|s| *s as i64 == code)
    }
}

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
}

impl Reason {
    /// All of them.
    pub const ALL: [Reason; 6] = [
        Reason::Contract,
        Reason::Ownership,
        Reason::Rejected,
        Reason::InDoubt,
        Reason::Exhausted,
        Reason::Poison,
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

/// What happens to a claimed message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Settled for good, in this state.
    Done(State),
    /// Back into its lane until `due` (microseconds since 1970).
    Later {
        /// Not before then.
        due: i64,
        /// Whether this was an attempt.
        counted: bool,
        /// Whether the connector panicked over it.
        crashed: bool,
    },
    /// An exception.
    Exception(ExceptionDraft),
}

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

/// An audit row about to be written.
#[derive(Debug, Clone)]
pub struct AuditEntry {
    /// What happened.
    pub event: AuditEvent,
    /// To what: an effect key, or the object's kind and key.
    pub subject: String,
    /// The particulars, a JSON object in one line. Never payload content, never a secret.
    pub detail: String,
}

/// What became of one claimed message.
#[derive(Debug, Clone)]
pub struct Settled {
    /// Its position.
    pub position: i64,
    /// Its id.
    pub message: Uuid,
    /// What happens to it.
    pub verdict: Verdict,
    /// What is known now of its effects, even if the message as a whole goes back into its lane.
    pub effects: Vec<EffectChange>,
    /// Audit rows, at least one.
    pub audit: Vec<AuditEntry>,
}

/// What became of a claim.
#[derive(Debug, Clone)]
pub struct Settlement {
    /// The flow.
    pub flow: String,
    /// The claim's epoch.
    pub epoch: i64,
    /// One entry for each message of the claim.
    pub results: Vec<Settled>,
    /// Microseconds since 1970.
    pub now: i64,
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
}

/// Which exceptions.
#[derive(Debug, Clone, Default)]
pub struct ExceptionFilter {
    /// Of this flow only.
    pub flow: Option<String>,
    /// Also those no longer open.
    pub closed_too: bool,
    /// At most this many; 0 is all.
    pub limit: usize,
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
    /// The object's kind.
    pub object: ObjectKind,
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

/// From the door to the target, for messages that were applied.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Latency {
    /// Half of them took no longer.
    pub p50: Duration,
    /// 99 of 100 took no longer.
    pub p99: Duration,
}

/// Counts for one flow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Messages in the inbox.
    pub received: u64,
    /// Deliveries that were already there.
    pub duplicates: u64,
    /// Messages by state, in the order of [`State`]'s codes.
    pub by_state: [u64; 7],
    /// Retries.
    pub retried: u64,
    /// Open exceptions by reason.
    pub exceptions: Vec<(Reason, u64)>,
    /// From the door to the target.
    pub latency: Latency,
}

impl Tally {
    /// Messages in this state.
    pub fn in_state(&self, state: State) -> u64 {
        self.by_state.get(state as usize).copied().unwrap_or(0)
    }
}

/// Why the store did not do it. Nothing was changed, except where it says so.
#[derive(Debug, Clone, Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The lease is gone: somebody else may hold these messages. Nothing was changed.
    #[error("lease {epoch} is no longer held; what it covered has been handed out again")]
    Fenced {
        /// The lease.
        epoch: i64,
    },
    /// The cursor is not where the poll began: another poller was faster. Nothing was stored.
    #[error("the cursor of flow `{flow}` has moved since the poll began; poll again from the stored one")]
    CursorMoved {
        /// The flow.
        flow: String,
    },
    /// The store's file was made by a newer version.
    #[error("the store has schema {found}, this version knows up to {known}; use the newer version")]
    TooNew {
        /// The file's schema.
        found: i64,
        /// The newest one known here.
        known: i64,
    },
    /// Another process has the store open.
    #[error("the store `{path}` is in use by another process; one process at a time may have it open")]
    Locked {
        /// The file.
        path: String,
    },
    /// The database failed. The transaction was rolled back, or, if it failed at the commit, it is not known: reopen and look.
    #[error("the store failed while it {doing}: {cause}")]
    Failed {
        /// What it was doing.
        doing: &'static str,
        /// What the database said.
        cause: String,
    },
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
}
