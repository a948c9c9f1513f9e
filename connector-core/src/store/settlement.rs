//! What became of claimed messages.

use uuid::Uuid;

use super::{AuditEvent, EffectChange, ExceptionDraft, State};

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
