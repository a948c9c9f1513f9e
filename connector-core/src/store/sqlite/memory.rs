//! What the writer knows without asking the database.

use std::sync::Arc;

use rusqlite::{Connection, params};
use uuid::Uuid;

use super::open::Poison;
use super::returns::Returns;
use crate::store::AuditEvent;
use crate::store::audit::chain;
use crate::store::lanes::Lanes;

/// Kept beside the database, which remains the truth. Read anew from there when a transaction was rolled back.
pub(super) struct Memory {
    pub(super) lanes: Lanes,
    pub(super) audit: AuditHead,
    /// The last lease given.
    pub(super) epoch: i64,
    /// Something may have become claimable.
    pub(super) woken: bool,
    /// When a message that keeps killing its process becomes an exception, and whose.
    pub(super) poison: Poison,
    /// The last look at both clocks, wall and monotonic.
    pub(super) clocks: Option<(i64, i64)>,
    /// Leases on their way back.
    pub(super) returns: Arc<Returns>,
}

/// The audit's end.
#[derive(Debug, Clone, Copy)]
pub(super) struct AuditHead {
    pub(super) seq: i64,
    pub(super) hash: [u8; 32],
}

impl AuditHead {
    #[expect(clippy::too_many_arguments, reason = "they are the row's columns")]
    pub(super) fn append(
        &mut self,
        db: &Connection,
        at: i64,
        flow: &str,
        message: &Uuid,
        event: AuditEvent,
        subject: &str,
        detail: &str,
    ) -> rusqlite::Result<()> {
        let seq = self.seq + 1;
        let event = event.as_str();
        let hash = chain(&self.hash, seq, at, message, [flow, event, subject, detail]);
        db.prepare_cached("INSERT INTO audit (seq, at, flow, message, event, subject, detail, hash) VALUES (?1,?2,?3,?4,?5,?6,?7,?8)")?
            .execute(params![seq, at, flow, message, event, subject, detail, hash])?;
        *self = AuditHead { seq, hash };
        Ok(())
    }
}
