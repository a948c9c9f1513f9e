//! The embedded store: SQLite in WAL mode with `synchronous=FULL`, one writer thread that commits in groups, readers beside it.

mod call;
mod exception;
mod ingest;
mod lease;
mod memory;
mod open;
mod read;
mod returns;
mod settle;
mod tally;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension};
use tokio::sync::watch;

use self::call::{Answer, Work};
use self::read::Readers;
use self::returns::Leased;
use self::writer::WriterHandle;
use super::{
    Admission, AuditRecord, Claim, ClaimRequest, Doubt, EffectRecord, ExceptionFilter, ExceptionRecord,
    Found, GiveBack, Ingest, Intent, Settlement, Store, StoreError, Tally,
};
use crate::contract::{Cursor, EffectKey};

/// How to open the store.
#[derive(Debug, Clone)]
pub struct SqliteOptions {
    /// The database file; made if missing. `FILE.lock` beside it keeps a second process out.
    pub path: PathBuf,
    /// Deaths over one message after which it becomes an exception of reason `poison`.
    pub poison_after: u32,
    /// Who answers for exceptions that the store opens for a flow before any runtime has said who does.
    pub owner: String,
}

impl SqliteOptions {
    /// The usual settings for this file.
    pub fn new(path: impl AsRef<Path>) -> Self {
        SqliteOptions { path: path.as_ref().to_owned(), poison_after: 3, owner: "operations".into() }
    }
}

/// The embedded store. Cheap to clone; the last clone that goes closes the database.
///
/// # Guarantees
/// What a method returned is on disk (`synchronous=FULL`). One process has the file at a time; a second one gets
/// [`StoreError::Locked`].
#[derive(Clone)]
pub struct SqliteStore {
    writer: Arc<WriterHandle>,
    readers: Arc<Readers>,
    wakeups: watch::Receiver<u64>,
}

impl SqliteStore {
    /// Opens the store and takes back what a process that died had claimed. `now` is microseconds since 1970.
    pub fn open(options: &SqliteOptions, now: i64) -> Result<Self, StoreError> {
        let options = SqliteOptions { path: open::real_path(&options.path)?, ..options.clone() };
        let opened = open::open(&options, now)?;
        let (signal, wakeups) = watch::channel(0);
        let writer = WriterHandle::start(opened, signal)?;
        let readers = Readers::new(&options.path);
        Ok(SqliteStore { writer: Arc::new(writer), readers: Arc::new(readers), wakeups })
    }

    /// Reads what was leased. Fails it, or is it dropped, the lease goes back.
    async fn fetch(&self, leased: Leased, now: i64) -> Result<Claim, StoreError> {
        let (epoch, next_due) = (leased.epoch, leased.next_due);
        let mut messages = Vec::new();
        if !leased.positions.is_empty() {
            let positions = leased.positions.clone();
            let rows = self.readers.with("read messages", move |db| read::messages(db, &positions)).await?;
            for (position, row) in rows {
                match row {
                    Ok(message) => messages.push(message),
                    Err(problem) => {
                        self.writer.ask(Work::Unreadable { epoch, position, problem, now }).await?;
                    }
                }
            }
        }
        leased.handed_on();
        Ok(Claim { epoch, messages, next_due })
    }

    async fn count(&self, work: Work) -> Result<usize, StoreError> {
        match self.writer.ask(work).await? {
            Answer::Count(n) => Ok(n),
            _ => Err(StoreError::Closed),
        }
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn adopt(
        &self,
        flows: Vec<(String, String)>,
        now: i64,
    ) -> Result<Vec<(String, usize)>, StoreError> {
        match self.writer.ask(Work::Adopt { flows, now }).await? {
            Answer::Stranded(stranded) => Ok(stranded),
            _ => Err(StoreError::Closed),
        }
    }

    async fn ingest(&self, batch: Ingest) -> Result<Vec<Admission>, StoreError> {
        match self.writer.ask(Work::Ingest(batch)).await? {
            Answer::Admissions(admissions) => Ok(admissions),
            _ => Err(StoreError::Closed),
        }
    }

    async fn cursor(&self, flow: &str) -> Result<Option<Cursor>, StoreError> {
        let flow = flow.to_owned();
        self.readers.with("read a cursor", move |db| read::cursor(db, &flow)).await
    }

    async fn claim(&self, request: ClaimRequest) -> Result<Claim, StoreError> {
        let now = request.now;
        match self.writer.ask(Work::Claim(request)).await? {
            Answer::Leased(leased) => self.fetch(leased, now).await,
            _ => Err(StoreError::Closed),
        }
    }

    async fn renew(&self, epoch: i64, monotonic: i64, lease: Duration) -> Result<(), StoreError> {
        self.writer.ask(Work::Renew { epoch, monotonic, lease }).await.map(|_| ())
    }

    fn release(&self, back: GiveBack) {
        self.writer.give_back(back);
    }

    async fn intend(&self, epoch: i64, intents: Vec<Intent>) -> Result<(), StoreError> {
        self.writer.ask(Work::Intend(epoch, intents)).await.map(|_| ())
    }

    async fn settle(&self, settlement: Settlement, next: Option<ClaimRequest>) -> Result<Claim, StoreError> {
        let now = settlement.now;
        match self.writer.ask(Work::Settle(settlement, next)).await? {
            // The settlement is on disk, whatever becomes of the claim that came with it.
            Answer::Leased(leased) => Ok(self.fetch(leased, now).await.unwrap_or_else(|error| {
                tracing::error!(%error, "the next messages could not be read; they were given back");
                Claim::default()
            })),
            _ => Err(StoreError::Closed),
        }
    }

    async fn effects(&self, keys: Vec<EffectKey>) -> Result<Vec<Option<EffectRecord>>, StoreError> {
        self.readers.with("read effects", move |db| read::effects(db, &keys)).await
    }

    async fn sweep(&self, now: i64, monotonic: i64) -> Result<usize, StoreError> {
        self.count(Work::Sweep { now, monotonic }).await
    }

    async fn exceptions(&self, filter: ExceptionFilter) -> Result<Vec<ExceptionRecord>, StoreError> {
        self.readers.with("read exceptions", move |db| read::exceptions(db, &filter)).await
    }

    async fn replay(&self, positions: Vec<i64>, actor: String, now: i64) -> Result<usize, StoreError> {
        self.count(Work::Replay { positions, actor, now }).await
    }

    async fn discard(
        &self,
        positions: Vec<i64>,
        actor: String,
        why: String,
        now: i64,
    ) -> Result<usize, StoreError> {
        self.count(Work::Discard { positions, actor, why, now }).await
    }

    async fn resolve(
        &self,
        doubt: Doubt,
        found: Found,
        actor: String,
        now: i64,
    ) -> Result<usize, StoreError> {
        self.count(Work::Resolve { doubt, found, actor, now }).await
    }

    async fn audit(&self, first: i64, limit: usize) -> Result<Vec<AuditRecord>, StoreError> {
        self.readers.with("read the audit", move |db| read::audit(db, first, limit)).await
    }

    async fn tally(&self, flow: &str) -> Result<Tally, StoreError> {
        let flow = flow.to_owned();
        self.readers.with("count", move |db| tally::tally(db, &flow)).await
    }

    async fn open_messages(&self, flow: &str) -> Result<usize, StoreError> {
        self.count(Work::CountOpen { flow: flow.to_owned() }).await
    }

    fn wakeups(&self) -> watch::Receiver<u64> {
        self.wakeups.clone()
    }
}

fn failed(doing: &'static str) -> impl Fn(rusqlite::Error) -> StoreError {
    move |e| StoreError::Failed { doing, cause: e.to_string() }
}

/// Who answers for this flow's exceptions; `other` if no runtime has said so yet.
fn owner_of(db: &Connection, flow: &str, other: &str) -> rusqlite::Result<String> {
    let owner = db.query_row("SELECT owner FROM flow WHERE name = ?1", [flow], |r| r.get(0)).optional()?;
    Ok(owner.unwrap_or_else(|| other.to_owned()))
}

/// Positions as a lease row holds them: 8 bytes little-endian each.
fn pack(positions: &[i64]) -> Vec<u8> {
    positions.iter().flat_map(|p| p.to_le_bytes()).collect()
}

fn unpack(bytes: &[u8]) -> Vec<i64> {
    let (numbers, _rest) = bytes.as_chunks::<8>();
    numbers.iter().map(|b| i64::from_le_bytes(*b)).collect()
}
