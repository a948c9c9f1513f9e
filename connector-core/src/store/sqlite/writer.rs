//! The writer thread: takes whatever has queued up, does it in one transaction, commits once, answers everybody.
//!
//! Durability is bound by fsync, a few hundred to a few thousand a second; what waits while one commit is under way shares the next.

use std::fs::File;
use std::sync::Arc;
use std::thread::JoinHandle;

use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::{mpsc, oneshot, watch};

use super::call::{Answer, Call, Work, perform};
use super::failed;
use super::memory::Memory;
use super::open::{self, Opened};
use super::returns::Returns;
use crate::store::{GiveBack, StoreError};

/// Calls that may wait for the writer before callers wait to ask.
const QUEUE: usize = 1024;
/// Calls that share a commit.
const GROUP: usize = 256;

/// The thread, from outside.
pub(super) struct WriterHandle {
    queue: Option<mpsc::Sender<Call>>,
    returns: Arc<Returns>,
    thread: Option<JoinHandle<()>>,
}

impl WriterHandle {
    pub(super) fn start(opened: Opened, signal: watch::Sender<u64>) -> Result<Self, StoreError> {
        let (queue, calls) = mpsc::channel(QUEUE);
        let Opened { db, lock, lanes, audit, poison } = opened;
        let returns = Arc::new(Returns::new(queue.downgrade()));
        let memory =
            Memory { lanes, audit, epoch: 0, woken: false, poison, clocks: None, returns: returns.clone() };
        let writer = Writer { db, _lock: lock, memory, behind: false, signal };
        let thread = std::thread::Builder::new()
            .name("store-writer".into())
            .spawn(move || writer.run(calls))
            .map_err(|e| StoreError::Failed { doing: "started the writer thread", cause: e.to_string() })?;
        Ok(WriterHandle { queue: Some(queue), returns, thread: Some(thread) })
    }

    pub(super) async fn ask(&self, work: Work) -> Result<Answer, StoreError> {
        let (reply, answer) = oneshot::channel();
        let queue = self.queue.as_ref().ok_or(StoreError::Closed)?;
        queue.send((work, reply)).await.map_err(|_| StoreError::Closed)?;
        answer.await.map_err(|_| StoreError::Closed)?
    }
}

impl WriterHandle {
    /// Gives a lease back, without waiting for it.
    pub(super) fn give_back(&self, lease: GiveBack) {
        self.returns.give_back(lease);
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

struct Writer {
    db: Connection,
    _lock: File,
    memory: Memory,
    /// A transaction was rolled back and the memory could not be read anew: nothing is done until it can.
    behind: bool,
    signal: watch::Sender<u64>,
}

/// A transaction that did not happen.
struct Failed {
    /// Trying each call by itself is no help.
    whole: bool,
    error: StoreError,
}

impl Writer {
    fn run(mut self, mut calls: mpsc::Receiver<Call>) {
        let mut group = Vec::new();
        while let Some(call) = calls.blocking_recv() {
            group.extend(self.returned());
            group.push(call);
            while group.len() < GROUP
                && let Ok(call) = calls.try_recv()
            {
                group.push(call);
            }
            self.group(&mut group);
        }
        // Who gave something back while the last calls were written.
        group.extend(self.returned());
        self.group(&mut group);
    }

    fn returned(&self) -> Vec<Call> {
        let returns = self.memory.returns.take();
        returns.into_iter().map(|lease| (Work::Return(lease), oneshot::channel().0)).collect()
    }

    /// One transaction for all; if the database refuses something in it, one each, so that one call's fault is not its neighbours'.
    fn group(&mut self, group: &mut Vec<Call>) {
        match self.transaction(group.iter().map(|(work, _)| work)) {
            Ok(answers) => {
                for (call, answer) in group.drain(..).zip(answers) {
                    self.answer(call, answer);
                }
            }
            // A commit that failed is not tried again: what reached the disk is not known, and a second fsync may lie.
            Err(failure) if failure.whole || group.len() == 1 => {
                for call in group.drain(..) {
                    self.answer(call, Err(failure.error.clone()));
                }
            }
            Err(_) => {
                for call in group.drain(..) {
                    let answer = self.transaction(std::iter::once(&call.0)).map(|mut answers| answers.pop());
                    let answer = answer.map_err(|failure| failure.error);
                    self.answer(call, answer.and_then(|answer| answer.unwrap_or(Err(StoreError::Closed))));
                }
            }
        }
        if std::mem::take(&mut self.memory.woken) {
            self.signal.send_modify(|n| *n = n.wrapping_add(1));
        }
    }

    fn answer(&self, (work, reply): Call, answer: Result<Answer, StoreError>) {
        if let (Work::Return(lease), Err(_)) = (work, &answer) {
            self.memory.returns.keep(lease);
        }
        // If nobody listens any more and the answer is a lease, dropping it gives it back.
        let _gone = reply.send(answer);
    }

    fn transaction<'a>(
        &mut self,
        works: impl Iterator<Item = &'a Work>,
    ) -> Result<Vec<Result<Answer, StoreError>>, Failed> {
        if self.behind {
            self.catch_up().map_err(|error| Failed { whole: true, error })?;
        }
        // Before it began and while it commits, trying each call by itself is no help.
        let mut whole = true;
        let done = (|| {
            let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            whole = false;
            let answers = works
                .map(|work| perform(&tx, &mut self.memory, work))
                .collect::<rusqlite::Result<Vec<_>>>()?;
            whole = true;
            tx.commit()?;
            Ok(answers)
        })();
        done.map_err(|error| {
            tracing::error!(%error, at_commit = whole, "the store's transaction was rolled back");
            // The memory is ahead of what was rolled back.
            self.behind = true;
            if let Err(error) = self.catch_up() {
                tracing::error!(%error, "nothing is done until the lanes can be read again");
            }
            Failed { whole, error: failed("wrote")(error) }
        })
    }

    fn catch_up(&mut self) -> Result<(), StoreError> {
        let cause = failed("read the lanes again after a rollback");
        self.memory.lanes = open::load_lanes(&self.db).map_err(&cause)?;
        self.memory.audit = open::audit_head(&self.db).map_err(&cause)?;
        self.memory.woken = true;
        self.behind = false;
        Ok(())
    }
}
