//! What comes in: changes on their way into the inbox, and the cursor that moves with them.

use uuid::Uuid;

use crate::contract::{Change, Cursor, Identity};
use crate::hex::hex;

/// A change on its way into the inbox.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// Our id for it.
    pub message: Uuid,
    /// The change.
    pub change: Change,
    /// Recognises a second delivery.
    pub identity: Identity,
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
        Arrival {
            message,
            identity: change.identity(flow, &payload),
            subject: format!("{}:{}", change.object.as_str(), change.key),
            detail: detail.to_string(),
            change,
        }
    }
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
