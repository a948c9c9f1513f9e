//! The writer thread: takes whatever has queued up, does it in one transaction, commits once, answers everybody.
//!
//! Durability is bound by fsync, a few hundred to a few thousand a second; what waits while one commit is under way shares the next.

use std::fs::File;
use std::thread::JoinHandle;

use rusqlite::{Connection, TransactionBehavior, params};
use tokio::sync::{mpsc, oneshot, watch};
use uuid::Uuid;

use super::open::{self, Opened, Poison};
use super::{failed, pack, settle};
use crate::contract::Dedup;
use crate::store::audit::chain;
use crate::store::lanes::{Entry, Lanes};
use crate::store::{Admission, AuditEvent, ClaimRequest, Ingest, Intent, Settlement, StoreError};

/// Calls that may wait for the writer before callers wait to ask.
const QUEUE: usize = 1024;
/// Calls that share a commit.
const GROUP: usize = 256;

/// Something to write.
pub(super) enum Work {
    Ingest(Ingest),
    Claim(ClaimRequest),
    Intend(i64, Vec<Intent>),
    Settle(Settlement, Option<ClaimRequest>),
    Sweep { now: i64 },
    Replay { positions: Vec<i64>, actor: String, now: i64 },
    Discard { positions: Vec<i64>, actor: String, why: String, now: i64 },
    CountOpen { flow: String },
}

/// A lease, before its messages are read.
#[derive(Debug, Default)]
pub(super) struct Leased {
    pub(super) epoch: i64,
    pub(super) positions: Vec<i64>,
    pub(super) next_due: Option<i64>,
}

pub(super) enum Answer {
    Admissions(Vec<Admission>),
    Leased(Leased),
    Count(usize),
    Done,
}

type Reply = oneshot::Sender<Result<Answer, StoreError>>;

/// What one call came to: an answer, a refusal of this call alone, or a failure of the database that takes the transaction with it.
pub(super) type Performed = rusqlite::Result<Result<Answer, StoreError>>;

/// The thread, from outside.
pub(super) struct WriterHandle {
    queue: Option<mpsc::Sender<(Work, Reply)>>,
    thread: Option<JoinHandle<()>>,
}

impl WriterHandle {
    pub(super) fn start(opened: Opened, signal: watch::Sender<u64>) -> Result<Self, StoreError> {
        let (queue, calls) = mpsc::channel(QUEUE);
        let Opened { db, lock, lanes, audit, poison } = opened;
        let writer = Writer {
            db,
            _lock: lock,
            state: Memory { lanes, audit, epoch: 0, woken: false, poison },
            signal,
        };
        let thread = std::thread::Builder::new()
            .name("store-writer".into())
            .spawn(move || writer.run(calls))
            .map_err(|e| StoreError::Failed { doing: "started the writer thread", cause: e.to_string() })?;
        Ok(WriterHandle { queue: Some(queue), thread: Some(thread) })
    }

    pub(super) async fn ask(&self, work: Work) -> Result<Answer, StoreError> {
        let (reply, answer) = oneshot::channel();
        let queue = self.queue.as_ref().ok_or(StoreError::Closed)?;
        queue.send((work, reply)).await.map_err(|_| StoreError::Closed)?;
        answer.await.map_err(|_| StoreError::Closed)?
    }
}

impl Drop for WriterHandle {
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(thread) = self.thread.take() {
            // The thread ends when the queue is empty and closed, so what was accepted is still written.
            let _ended = thread.join();
        }
    }
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

/// What the writer knows without asking the database. Read anew from there when a transaction was rolled back.
pub(super) struct Memory {
    pub(super) lanes: Lanes,
    pub(super) audit: AuditHead,
    /// The last lease given.
    pub(super) epoch: i64,
    /// Something may have become claimable.
    pub(super) woken: bool,
    /// When a message that keeps killing its process becomes an exception, and whose.
    pub(super) poison: Poison,
}

struct Writer {
    db: Connection,
    _lock: File,
    state: Memory,
    signal: watch::Sender<u64>,
}

impl Writer {
    fn run(mut self, mut calls: mpsc::Receiver<(Work, Reply)>) {
        let mut group = Vec::new();
        while let Some(call) = calls.blocking_recv() {
            group.push(call);
            while group.len() < GROUP
                && let Ok(call) = calls.try_recv()
            {
                group.push(call);
            }
            self.group(&mut group);
        }
    }

    /// One transaction for all; if the database refuses something in it, one each, so that one call's fault is not its neighbours'.
    fn group(&mut self, group: &mut Vec<(Work, Reply)>) {
        match self.transaction(group.iter().map(|(work, _)| work)) {
            Ok(answers) => {
                for ((_, reply), answer) in group.drain(..).zip(answers) {
                    let _gone = reply.send(answer);
                }
            }
            // A commit that failed is not tried again: what reached the disk is not known, and a second fsync may lie.
            Err(failure) if failure.at_commit || group.len() == 1 => {
                for (_, reply) in group.drain(..) {
                    let _gone = reply.send(Err(failure.error.clone()));
                }
            }
            Err(_) => {
                for (work, reply) in group.drain(..) {
                    let answer = self.transaction(std::iter::once(&work)).map(|mut answers| answers.pop());
                    let answer = answer.map_err(|failure| failure.error);
                    let _gone =
                        reply.send(answer.and_then(|answer| answer.unwrap_or(Err(StoreError::Closed))));
                }
            }
        }
        if std::mem::take(&mut self.state.woken) {
            self.signal.send_modify(|n| *n = n.wrapping_add(1));
        }
    }

    fn transaction<'a>(
        &mut self,
        works: impl Iterator<Item = &'a Work>,
    ) -> Result<Vec<Result<Answer, StoreError>>, Failed> {
        // Before it began and while it commits, trying each call by itself is no help.
        let mut at_commit = true;
        let done = (|| {
            let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            at_commit = false;
            let answers = works
                .map(|work| perform(&tx, &mut self.state, work))
                .collect::<rusqlite::Result<Vec<_>>>()?;
            at_commit = true;
            tx.commit()?;
            Ok(answers)
        })();
        done.map_err(|error| {
            tracing::error!(%error, at_commit, "the store's transaction was rolled back");
            // Lanes and audit in memory are ahead of what was rolled back.
            match open::load_lanes(&self.db).and_then(|lanes| Ok((lanes, open::audit_head(&self.db)?))) {
                Ok((lanes, audit)) => {
                    self.state.lanes = lanes;
                    self.state.audit = audit;
                    self.state.woken = true;
                }
                Err(error) => tracing::error!(%error, "the lanes could not be read again"),
            }
            Failed { at_commit, error: failed("wrote")(error) }
        })
    }
}

/// A transaction that did not happen.
struct Failed {
    at_commit: bool,
    error: StoreError,
}

fn perform(db: &Connection, memory: &mut Memory, work: &Work) -> Performed {
    match work {
        Work::Ingest(batch) => ingest(db, memory, batch),
        Work::Claim(request) => Ok(Ok(Answer::Leased(claim(db, memory, request)?))),
        Work::Intend(epoch, intents) => settle::intend(db, memory, *epoch, intents),
        Work::Settle(settlement, next) => settle::settle(db, memory, settlement, next.as_ref()),
        Work::Sweep { now } => settle::sweep(db, memory, *now),
        Work::Replay { positions, actor, now } => settle::replay(db, memory, positions, actor, *now),
        Work::Discard { positions, actor, why, now } => {
            settle::discard(db, memory, positions, actor, why, *now)
        }
        Work::CountOpen { flow } => Ok(Ok(Answer::Count(memory.lanes.open(flow)))),
    }
}

fn ingest(db: &Connection, memory: &mut Memory, batch: &Ingest) -> Performed {
    if let Some(cursor) = &batch.cursor {
        let stored = super::read::cursor(db, &batch.flow)?;
        if stored != cursor.expected {
            return Ok(Err(StoreError::CursorMoved { flow: batch.flow.clone() }));
        }
        db.prepare_cached(
            "INSERT INTO cursor (flow, cursor, moved_at) VALUES (?1, ?2, ?3) \
             ON CONFLICT DO UPDATE SET cursor = excluded.cursor, moved_at = excluded.moved_at",
        )?
        .execute(params![batch.flow, cursor.next.0, batch.now])?;
    }
    let mut insert = db.prepare_cached(
        "INSERT INTO inbox (dedup, message, flow, lane, object, key, operation, version, format, delivery_id, origins, received_at, each, age_from) \
         VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?12) ON CONFLICT (dedup) DO NOTHING",
    )?;
    let mut body = db.prepare_cached("INSERT INTO body (position, payload) VALUES (?1, ?2)")?;
    let mut admissions = Vec::with_capacity(batch.arrivals.len());
    for arrival in &batch.arrivals {
        let change = &arrival.change;
        let inserted = insert.execute(params![
            arrival.dedup,
            arrival.message,
            batch.flow,
            change.ordering_key,
            change.object.as_str(),
            change.key,
            change.operation.as_str(),
            change.version,
            change.format,
            change.delivery_id,
            change.origins.join(","),
            batch.now,
            change.dedup == Dedup::Delivery,
        ])?;
        let subject = &arrival.subject;
        if inserted == 0 {
            let (position, message): (i64, Uuid) = db
                .prepare_cached("SELECT position, message FROM inbox WHERE dedup = ?1")?
                .query_row([arrival.dedup], |r| Ok((r.get(0)?, r.get(1)?)))?;
            if !batch.polled {
                let (flow, event) = (&batch.flow, AuditEvent::Duplicate);
                memory.audit.append(db, batch.now, flow, &message, event, subject, &arrival.detail)?;
            }
            admissions.push(Admission::Duplicate(position));
            continue;
        }
        let position = db.last_insert_rowid();
        body.execute(params![position, &*change.payload])?;
        memory.audit.append(
            db,
            batch.now,
            &batch.flow,
            &arrival.message,
            AuditEvent::Received,
            subject,
            &arrival.detail,
        )?;
        memory.lanes.add(&batch.flow, &change.ordering_key, Entry { position, due: 0, crashes: 0 });
        memory.woken = true;
        admissions.push(Admission::Stored(position));
    }
    Ok(Ok(Answer::Admissions(admissions)))
}

pub(super) fn claim(
    db: &Connection,
    memory: &mut Memory,
    request: &ClaimRequest,
) -> rusqlite::Result<Leased> {
    let ClaimRequest { flow, limit, now, lease } = request;
    let until = now.saturating_add(i64::try_from(lease.as_micros()).unwrap_or(i64::MAX));
    // Unique within this process, which is enough: leases of a process that died are gone once the store is open again.
    let epoch = memory.epoch + 1;
    let positions = memory.lanes.claim(flow, epoch, *limit, *now, until);
    if positions.is_empty() {
        return Ok(Leased { epoch: 0, positions, next_due: memory.lanes.next_due(flow) });
    }
    memory.epoch = epoch;
    db.prepare_cached(
        "INSERT INTO lease (epoch, flow, taken_at, until, positions) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![epoch, flow, now, until, pack(&positions)])?;
    Ok(Leased { epoch, positions, next_due: None })
}
