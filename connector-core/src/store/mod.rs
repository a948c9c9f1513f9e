//! The store: inbox, lanes, effects, exceptions, cursors and audit behind one semantic interface. What commits together is one call.

mod audit;
mod claim;
mod effect;
mod error;
mod exception;
mod ingest;
#[cfg(feature = "sqlite")]
mod lanes;
mod settlement;
#[cfg(feature = "sqlite")]
mod sqlite;
mod state;
mod tally;

pub use audit::{AuditEvent, AuditRecord, ChainError, Verified, verify_chain};
pub use claim::{Claim, ClaimRequest, GiveBack};
pub use effect::{EffectChange, EffectRecord, EffectState, HowNew, Intent};
pub use error::StoreError;
pub use exception::{Doubt, ExceptionDraft, ExceptionFilter, ExceptionRecord, ExceptionState, Found, Reason};
pub use ingest::{Admission, Arrival, CursorMove, Ingest};
pub use settlement::{AuditEntry, Settled, Settlement, Verdict};
#[cfg(feature = "sqlite")]
pub use sqlite::{SqliteOptions, SqliteStore};
pub use state::State;
pub use tally::{Latency, Tally};

use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::watch;

use crate::contract::{Cursor, EffectKey};

/// Holds everything that must survive.
///
/// # Contract
/// - Each method that writes is one transaction, its audit rows included; when it returns, the transaction is on disk.
/// - [`claim`](Store::claim) never hands out two messages of one lane at the same time, nor one message twice.
/// - [`settle`](Store::settle) with an epoch that is no longer held changes nothing and says [`StoreError::Fenced`].
/// - After a crash, what was claimed and not settled is claimable again, with one crash more on its record. A message with crashes on its
///   record is the first of its flow and out alone: nothing else is out beside it, in no flow.
/// - A lease that does not reach who asked for it, or is [given back](Store::release), is claimable again at once.
/// - A stored message that cannot be read becomes an exception by itself; what was claimed with it is handed out.
///
/// # Cancellation
/// A dropped call may still take effect; it is never half done.
#[async_trait]
pub trait Store: Send + Sync {
    /// Learns which flows there are, each with who answers for its exceptions. Open messages of any other flow become exceptions of reason
    /// [`Stranded`](Reason::Stranded); says how many, by flow.
    async fn adopt(&self, flows: Vec<(String, String)>, now: i64)
    -> Result<Vec<(String, usize)>, StoreError>;

    /// Stores arrivals and moves the cursor, together. Second deliveries ([`Identity`](crate::contract::Identity)) are answered as
    /// duplicates.
    async fn ingest(&self, batch: Ingest) -> Result<Vec<Admission>, StoreError>;

    /// Where the last poll of this flow ended.
    async fn cursor(&self, flow: &str) -> Result<Option<Cursor>, StoreError>;

    /// Leases up to `limit` messages, one a lane, whose turn it is. The lease runs on the monotonic clock.
    async fn claim(&self, request: ClaimRequest) -> Result<Claim, StoreError>;

    /// Lets a lease last for `lease` from `monotonic` on, if it is still held.
    async fn renew(&self, epoch: i64, monotonic: i64, lease: Duration) -> Result<(), StoreError>;

    /// Takes a lease back unsettled: its messages go back as they were, or, if their worker crashed over them, with one crash more and due at
    /// once; effects that were attempted may have landed, and are intended from then on. Does not wait, and does nothing if the lease is not
    /// held.
    fn release(&self, back: GiveBack);

    /// Writes down that these effects are about to be tried.
    async fn intend(&self, epoch: i64, intents: Vec<Intent>) -> Result<(), StoreError>;

    /// Records what became of claimed messages, and claims the next ones in the same transaction.
    async fn settle(&self, settlement: Settlement, next: Option<ClaimRequest>) -> Result<Claim, StoreError>;

    /// What is known of these effects, in order. Of what was applied before a lease was found, or ran out, it is not [sure](EffectRecord::sure).
    async fn effects(&self, keys: Vec<EffectKey>) -> Result<Vec<Option<EffectRecord>>, StoreError>;

    /// Takes back leases that ran out before `monotonic`; says how many messages came free.
    async fn sweep(&self, now: i64, monotonic: i64) -> Result<usize, StoreError>;

    /// Exceptions, oldest first, a page at a time.
    async fn exceptions(&self, filter: ExceptionFilter) -> Result<Vec<ExceptionRecord>, StoreError>;

    /// Puts the messages of open exceptions back into their lanes, at their old position. Positions that have no open exception are left
    /// alone; says how many were put back.
    async fn replay(&self, positions: Vec<i64>, actor: String, now: i64) -> Result<usize, StoreError>;

    /// Closes open exceptions without replay. Says how many.
    async fn discard(
        &self,
        positions: Vec<i64>,
        actor: String,
        why: String,
        now: i64,
    ) -> Result<usize, StoreError>;

    /// Settles effects that may have landed, as a person found them in the target. Landed, they are as good as applied, and the message is
    /// applied if its own object is among them; otherwise, and if they are absent, it goes back into its lane. Messages that are
    /// exceptions only because of the doubt can be replayed afterwards. Says how many effects were settled.
    async fn resolve(&self, doubt: Doubt, found: Found, actor: String, now: i64)
    -> Result<usize, StoreError>;

    /// Audit rows from `first` on, at most `limit`.
    async fn audit(&self, first: i64, limit: usize) -> Result<Vec<AuditRecord>, StoreError>;

    /// Counts for one flow.
    async fn tally(&self, flow: &str) -> Result<Tally, StoreError>;

    /// Messages of this flow that are not settled.
    async fn open_messages(&self, flow: &str) -> Result<usize, StoreError>;

    /// Changes whenever something may have become claimable. A hint only.
    fn wakeups(&self) -> watch::Receiver<u64>;
}

/// Checks the whole audit chain of a store, page by page.
pub async fn verify_audit(store: &dyn Store) -> Result<Verified, VerifyError> {
    let mut verified = Verified::default();
    loop {
        let page = store.audit(verified.next(), 4096).await?;
        if page.is_empty() {
            return Ok(verified);
        }
        verified = verify_chain(&page, verified)?;
    }
}

/// Why an audit could not be verified.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The store could not be read.
    #[error("the audit could not be read")]
    Store(#[from] StoreError),
    /// The chain is broken.
    #[error(transparent)]
    Chain(#[from] ChainError),
}
