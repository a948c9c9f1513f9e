//! What can be asked of the writer, and what it answers.

use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::exception::{self, By};
use super::memory::Memory;
use super::returns::Leased;
use super::{ingest, lease, settle};
use crate::store::{Admission, ClaimRequest, Doubt, Found, GiveBack, Ingest, Intent, Settlement, StoreError};

/// Something to write.
pub(super) enum Work {
    Ingest(Ingest),
    Claim(ClaimRequest),
    Intend(i64, Vec<Intent>),
    Settle(Settlement, Option<ClaimRequest>),
    Renew {
        epoch: i64,
        monotonic: i64,
        lease: Duration,
    },
    /// A lease on its way back.
    Return(GiveBack),
    /// Nothing but a reason to look what is on its way back.
    Look,
    Unreadable {
        epoch: i64,
        position: i64,
        problem: String,
        now: i64,
    },
    Sweep {
        now: i64,
        monotonic: i64,
    },
    Replay {
        positions: Vec<i64>,
        actor: String,
        now: i64,
    },
    Discard {
        positions: Vec<i64>,
        actor: String,
        why: String,
        now: i64,
    },
    Resolve {
        doubt: Doubt,
        found: Found,
        actor: String,
        now: i64,
    },
    Adopt {
        flows: Vec<(String, String)>,
        now: i64,
    },
    CountOpen {
        flow: String,
    },
}

pub(super) enum Answer {
    Admissions(Vec<Admission>),
    Leased(Leased),
    Count(usize),
    Stranded(Vec<(String, usize)>),
    Done,
}

/// A call, and where its answer goes.
pub(super) type Call = (Work, oneshot::Sender<Result<Answer, StoreError>>);

/// What one call came to: an answer, a refusal of this call alone, or a failure of the database that takes the transaction with it.
pub(super) type Performed = rusqlite::Result<Result<Answer, StoreError>>;

pub(super) fn perform(db: &Connection, memory: &mut Memory, work: &Work) -> Performed {
    match work {
        Work::Ingest(batch) => ingest::ingest(db, memory, batch),
        Work::Claim(request) => Ok(Ok(Answer::Leased(lease::claim(db, memory, request)?))),
        Work::Intend(epoch, intents) => settle::intend(db, memory, *epoch, intents),
        Work::Settle(settlement, next) => settle::settle(db, memory, settlement, next.as_ref()),
        Work::Renew { epoch, monotonic, lease } => lease::renew(db, memory, *epoch, *monotonic, *lease),
        Work::Return(back) => lease::given_back(db, memory, back),
        Work::Look => Ok(Ok(Answer::Done)),
        Work::Unreadable { epoch, position, problem, now } => {
            lease::unreadable(db, memory, *epoch, *position, problem, *now)
        }
        Work::Sweep { now, monotonic } => lease::sweep(db, memory, *now, *monotonic),
        Work::Replay { positions, actor, now } => {
            exception::replay(db, memory, positions, &By { actor, now: *now })
        }
        Work::Discard { positions, actor, why, now } => {
            exception::discard(db, memory, positions, why, &By { actor, now: *now })
        }
        Work::Resolve { doubt, found, actor, now } => {
            exception::resolve(db, memory, doubt, *found, &By { actor, now: *now })
        }
        Work::Adopt { flows, now } => lease::adopt(db, memory, flows, *now),
        Work::CountOpen { flow } => Ok(Ok(Answer::Count(memory.lanes.open(flow)))),
    }
}
