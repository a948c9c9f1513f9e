//! The audit: rows in a hash chain, written in the transaction that they describe.

use sha2::{Digest, Sha256};
use thiserror::Error;
use uuid::Uuid;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AuditEvent {
    /// A change was stored.
    Received,
    /// A delivery was recognised as one already stored.
    Duplicate,
    /// An effect landed.
    Applied,
    /// The target had it already, or nothing had changed.
    Unchanged,
    /// A newer version had been applied before.
    Stale,
    /// It came from the target in the first place.
    Echo,
    /// A field that the source does not own was taken out.
    Stripped,
    /// An effect is about to be tried.
    Intended,
    /// It goes back into its lane.
    Retry,
    /// It became an exception.
    Exception,
    /// An exception's message went back into its lane.
    Replayed,
    /// An exception was closed without replay.
    Discarded,
    /// Somebody looked in the target, and said whether an effect that was in doubt is there.
    Resolved,
    /// It waits, untried, for what becomes of something else.
    Deferred,
    /// A lease ran out, or the process died, while it held this message.
    Crashed,
    /// A worker tried to settle under a lease that it no longer held.
    Fenced,
}

impl AuditEvent {
    const ALL: [AuditEvent; 16] = [
        AuditEvent::Received,
        AuditEvent::Duplicate,
        AuditEvent::Applied,
        AuditEvent::Unchanged,
        AuditEvent::Stale,
        AuditEvent::Echo,
        AuditEvent::Stripped,
        AuditEvent::Intended,
        AuditEvent::Retry,
        AuditEvent::Exception,
        AuditEvent::Replayed,
        AuditEvent::Discarded,
        AuditEvent::Resolved,
        AuditEvent::Deferred,
        AuditEvent::Crashed,
        AuditEvent::Fenced,
    ];

    /// The word in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            AuditEvent::Received => "received",
            AuditEvent::Duplicate => "duplicate",
            AuditEvent::Applied => "applied",
            AuditEvent::Unchanged => "unchanged",
            AuditEvent::Stale => "stale",
            AuditEvent::Echo => "echo",
            AuditEvent::Stripped => "stripped",
            AuditEvent::Intended => "intended",
            AuditEvent::Retry => "retry",
            AuditEvent::Exception => "exception",
            AuditEvent::Replayed => "replayed",
            AuditEvent::Discarded => "discarded",
            AuditEvent::Resolved => "resolved",
            AuditEvent::Deferred => "deferred",
            AuditEvent::Crashed => "crashed",
            AuditEvent::Fenced => "fenced",
        }
    }

    /// The event of that word.
    pub fn from_word(word: &str) -> Option<AuditEvent> {
        AuditEvent::ALL.into_iter().find(|e| e.as_str() == word)
    }
}

/// One audit row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRecord {
    /// Its number; they have no gaps.
    pub seq: i64,
    /// Microseconds since 1970.
    pub at: i64,
    /// The flow.
    pub flow: String,
    /// The message.
    pub message: Uuid,
    /// What happened, as the word that was stored: a word that this version does not know must still verify.
    pub event: String,
    /// To what.
    pub subject: String,
    /// The particulars, a JSON object.
    pub detail: String,
    /// SHA-256 over the previous row's hash and this row.
    pub hash: [u8; 32],
}

/// Chains a row to the one before it: SHA-256 over the previous hash, the numbers in little-endian, and each text with its length before
/// it, so that no two rows have the same bytes.
pub(crate) fn chain(previous: &[u8; 32], seq: i64, at: i64, message: &Uuid, texts: [&str; 4]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(previous);
    hash.update(seq.to_le_bytes());
    hash.update(at.to_le_bytes());
    hash.update(message.as_bytes());
    for text in texts {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text.as_bytes());
    }
    hash.finalize().into()
}

/// How far a chain has been verified.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Verified {
    /// Rows verified. Cutting rows off the end is seen only by who has kept a later count and hash elsewhere.
    pub rows: u64,
    /// The hash of the last of them.
    pub head: [u8; 32],
}

impl Verified {
    /// The number of the first row not yet verified.
    pub fn next(&self) -> i64 {
        i64::try_from(self.rows).unwrap_or(i64::MAX - 1) + 1
    }
}

/// Where a chain is broken.
#[derive(Debug, Clone, Error, PartialEq, Eq)]
#[error("audit row {seq}: {problem}")]
pub struct ChainError {
    /// The first row that does not fit.
    pub seq: i64,
    /// What is wrong with it.
    pub problem: String,
}

/// Verifies rows that follow on what is verified already.
pub fn verify_chain(rows: &[AuditRecord], verified: Verified) -> Result<Verified, ChainError> {
    let mut verified = verified;
    for row in rows {
        let expected = verified.next();
        if row.seq != expected {
            let problem = format!("expected row {expected} here: rows are missing, added or out of order");
            return Err(ChainError { seq: row.seq, problem });
        }
        let texts = [row.flow.as_str(), row.event.as_str(), row.subject.as_str(), row.detail.as_str()];
        if chain(&verified.head, row.seq, row.at, &row.message, texts) != row.hash {
            let problem = "does not match its hash: it, or the row before it, was changed".to_owned();
            return Err(ChainError { seq: row.seq, problem });
        }
        verified = Verified { rows: verified.rows + 1, head: row.hash };
    }
    Ok(verified)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(n: i64) -> Vec<AuditRecord> {
        let mut previous = [0; 32];
        (1..=n)
            .map(|seq| {
                let mut row = AuditRecord {
                    seq,
                    at: seq * 10,
                    flow: "f".into(),
                    message: Uuid::nil(),
                    event: "applied".into(),
                    subject: format!("order {seq}"),
                    detail: "{}".into(),
                    hash: [0; 32],
                };
                row.hash = chain(
                    &previous,
                    seq,
                    row.at,
                    &row.message,
                    [&row.flow, &row.event, &row.subject, &row.detail],
                );
                previous = row.hash;
                row
            })
            .collect()
    }

    #[test]
    fn an_untouched_log_verifies_in_pages() {
        let rows = log(10);
        let half = verify_chain(&rows[..4], Verified::default()).unwrap();
        let whole = verify_chain(&rows[4..], half).unwrap();
        assert_eq!(whole, Verified { rows: 10, head: rows[9].hash });
    }

    #[test]
    fn each_way_of_tampering_is_found_with_its_first_row() {
        type Tamper = fn(&mut Vec<AuditRecord>);
        let cases: [(&str, Tamper, i64); 7] = [
            ("edit", |r| r[4].detail = "{\"a\":1}".into(), 5),
            (
                "edit with a new hash",
                |r| {
                    r[4].detail = "x".into();
                    r[4].hash =
                        chain(&r[3].hash.clone(), 5, 50, &Uuid::nil(), ["f", "applied", "order 5", "x"]);
                },
                6,
            ),
            ("delete", |r| drop(r.remove(4)), 6),
            ("insert", |r| r.insert(4, r[4].clone()), 5),
            ("swap", |r| r.swap(4, 5), 6),
            ("time", |r| r[4].at += 1, 5),
            (
                "text moved between fields",
                |r| {
                    r[4].event = "app".into();
                    r[4].subject = "liedorder 5".into();
                },
                5,
            ),
        ];
        for (name, tamper, first) in cases {
            let mut rows = log(10);
            tamper(&mut rows);
            // The inserted copy is row 5 twice: the first fits, the second has the wrong number.
            assert_eq!(verify_chain(&rows, Verified::default()).unwrap_err().seq, first, "{name}");
        }
    }

    #[test]
    fn words_come_back_as_events() {
        for event in AuditEvent::ALL {
            assert_eq!(AuditEvent::from_word(event.as_str()), Some(event));
        }
    }
}
