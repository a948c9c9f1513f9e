//! Leases: given, renewed, given back, run out. A lease that is found at start was left by a process that died.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use super::call::{Answer, Performed};
use super::memory::{AuditHead, Memory};
use super::open::Poison;
use super::returns::Leased;
use super::{exception, owner_of, pack, settle};
use crate::store::lanes::Next;
use crate::store::{AuditEvent, ClaimRequest, ExceptionDraft, GiveBack, Reason, StoreError};

/// Microseconds by which the wall clock falls behind the monotonic one before that counts as put back.
const SET_BACK: i64 = 1_000_000;

pub(super) fn claim(
    db: &Connection,
    memory: &mut Memory,
    request: &ClaimRequest,
) -> rusqlite::Result<Leased> {
    let ClaimRequest { flow, limit, now, monotonic, lease } = request;
    follow(db, memory, *now, *monotonic)?;
    let until = until(*monotonic, *lease);
    // Unique within this process, which is enough: leases of a process that died are gone once the store is open again.
    let epoch = memory.epoch + 1;
    let claimed = memory.lanes.claim(flow, epoch, *limit, *now, until);
    // Who was put off for another flow's suspect must look again.
    memory.woken |= claimed.put_off;
    if claimed.positions.is_empty() {
        return Ok(Leased::nothing(memory.lanes.next_due(flow)));
    }
    memory.epoch = epoch;
    db.prepare_cached(
        "INSERT INTO lease (epoch, flow, taken_at, until, positions) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![epoch, flow, now, until, pack(&claimed.positions)])?;
    Ok(Leased::new(epoch, claimed.positions, memory.returns.clone()))
}

/// If somebody has put the wall clock back, what waits by it waits on for as long as it would have, not for that much longer.
fn follow(db: &Connection, memory: &mut Memory, now: i64, monotonic: i64) -> rusqlite::Result<()> {
    let before = memory.clocks.replace((now, monotonic));
    let Some((wall, passed)) = before else { return Ok(()) };
    let back = monotonic.saturating_sub(passed).saturating_sub(now.saturating_sub(wall));
    // Less is the clock's own steering, and not worth a walk over what waits.
    if back > SET_BACK {
        memory.lanes.sooner(back);
        db.execute("UPDATE inbox SET due = max(due - ?1, 1) WHERE state = 0 AND due > 0", [back])?;
        tracing::warn!(microseconds = back, "the clock was put back; what waits was put forward by as much");
    }
    Ok(())
}

fn until(monotonic: i64, lease: Duration) -> i64 {
    monotonic.saturating_add(i64::try_from(lease.as_micros()).unwrap_or(i64::MAX))
}

pub(super) fn renew(
    db: &Connection,
    memory: &mut Memory,
    epoch: i64,
    monotonic: i64,
    lease: Duration,
) -> Performed {
    let until = until(monotonic, lease);
    if !memory.lanes.renew(epoch, until) {
        return Ok(Err(StoreError::Fenced { epoch }));
    }
    db.prepare_cached("UPDATE lease SET until = ?2 WHERE epoch = ?1")?.execute(params![epoch, until])?;
    Ok(Ok(Answer::Done))
}

/// Takes back leases that ran out; how many messages came free.
pub(super) fn sweep(db: &Connection, memory: &mut Memory, now: i64, monotonic: i64) -> Performed {
    let mut freed = 0;
    let expired = memory.lanes.expired(monotonic);
    if !expired.is_empty() {
        unsure(db)?;
    }
    for epoch in expired {
        freed += take_back(db, memory, epoch, true, now)?;
    }
    Ok(Ok(Answer::Count(freed)))
}

/// A lease comes back unsettled.
pub(super) fn given_back(db: &Connection, memory: &mut Memory, back: &GiveBack) -> Performed {
    let GiveBack { epoch, crashed, attempted, now } = back;
    if memory.lanes.covers(*epoch, attempted.iter().map(|intent| intent.position)) {
        settle::write_intents(db, memory, attempted)?;
    } else if !attempted.is_empty() {
        unsure(db)?;
    }
    Ok(Ok(Answer::Count(take_back(db, memory, *epoch, *crashed, *now)?)))
}

/// A lease was lost, and with it what was sent under it: of no effect of a message so far can it be concluded that the target still has it.
/// What is applied for a message that arrives from now on can be relied upon again.
pub(super) fn unsure(db: &Connection) -> rusqlite::Result<()> {
    db.execute(
        "INSERT INTO unsure (id, upto) VALUES (0, (SELECT coalesce(max(position), 0) FROM inbox)) \
         ON CONFLICT (id) DO UPDATE SET upto = excluded.upto",
        [],
    )?;
    Ok(())
}

/// Ends a lease. Its messages go back as they were, or, if somebody `crashed` over them, with one crash more and due at once.
fn take_back(
    db: &Connection,
    memory: &mut Memory,
    epoch: i64,
    crashed: bool,
    now: i64,
) -> rusqlite::Result<usize> {
    let positions = memory.lanes.positions(epoch);
    let flow: Option<String> = db
        .query_row("DELETE FROM lease WHERE epoch = ?1 RETURNING flow", [epoch], |r| r.get(0))
        .optional()?;
    let mut poisoned = Vec::new();
    if crashed {
        let flow = flow.unwrap_or_default();
        for position in &positions {
            if count_crash(db, &flow, *position, &memory.poison, now, &mut memory.audit)? {
                poisoned.push(*position);
            }
        }
    }
    memory.lanes.release(epoch, |position| match poisoned.contains(&position) {
        true => Next::Leave,
        false => Next::Back { crashed },
    });
    memory.woken = true;
    Ok(positions.len())
}

/// Counts one crash against an open message; `true` if it is an exception now.
pub(super) fn count_crash(
    db: &Connection,
    flow: &str,
    position: i64,
    poison: &Poison,
    now: i64,
    audit: &mut AuditHead,
) -> rusqlite::Result<bool> {
    let row: Option<(Uuid, String, String, u32)> = db
        .query_row(
            "UPDATE inbox SET crashes = crashes + 1, due = 0 WHERE position = ?1 AND state = 0 RETURNING message, object, key, crashes",
            [position],
            |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)),
        )
        .optional()?;
    let Some((message, object, key, crashes)) = row else { return Ok(false) };
    let subject = format!("{object}:{key}");
    let detail = format!("{{\"crashes\":{crashes}}}");
    audit.append(db, now, flow, &message, AuditEvent::Crashed, &subject, &detail)?;
    if crashes < poison.after {
        return Ok(false);
    }
    let detail = format!(
        "the process died {crashes} times while it worked on this message; look at the payload before a replay"
    );
    let owner = owner_of(db, flow, &poison.owner)?;
    let draft = draft(Reason::Poison, "crash", detail, owner);
    exception::open(db, audit, flow, position, &draft, now)?;
    Ok(true)
}

/// Takes a message that cannot be read out of its lease, and makes it an exception; its neighbours go on.
pub(super) fn unreadable(
    db: &Connection,
    memory: &mut Memory,
    epoch: i64,
    position: i64,
    problem: &str,
    now: i64,
) -> Performed {
    let Some(flow) = memory.lanes.drop_from(epoch, position) else {
        return Ok(Err(StoreError::Fenced { epoch }));
    };
    match memory.lanes.positions(epoch) {
        none if none.is_empty() => {
            db.prepare_cached("DELETE FROM lease WHERE epoch = ?1")?.execute([epoch])?;
        }
        rest => {
            db.prepare_cached("UPDATE lease SET positions = ?2 WHERE epoch = ?1")?
                .execute(params![epoch, pack(&rest)])?;
        }
    }
    memory.woken = true;
    let detail = format!(
        "the stored message cannot be read: {problem}; mend the row, or use the version that wrote it, then replay"
    );
    let owner = owner_of(db, &flow, &memory.poison.owner)?;
    let draft = draft(Reason::Contract, "unreadable", detail, owner);
    exception::open(db, &mut memory.audit, &flow, position, &draft, now)?;
    Ok(Ok(Answer::Done))
}

/// Learns which flows there are, and who answers for them. What belongs to another becomes an exception, or nobody would ever look at it.
pub(super) fn adopt(db: &Connection, memory: &mut Memory, known: &[(String, String)], now: i64) -> Performed {
    let mut stranded = Vec::new();
    for flow in memory.lanes.flows() {
        if known.iter().any(|(name, _)| *name == flow) {
            continue;
        }
        let owner = owner_of(db, &flow, &memory.poison.owner)?;
        let positions = memory.lanes.strand(&flow);
        for position in &positions {
            let detail = format!(
                "no flow is called `{flow}` any more; bring it back under this name and replay, or discard"
            );
            let draft = draft(Reason::Stranded, "flow", detail, owner.clone());
            exception::open(db, &mut memory.audit, &flow, *position, &draft, now)?;
        }
        if !positions.is_empty() {
            stranded.push((flow, positions.len()));
        }
    }
    for (name, owner) in known {
        db.execute("INSERT OR REPLACE INTO flow (name, owner) VALUES (?1, ?2)", params![name, owner])?;
    }
    memory.woken = true;
    Ok(Ok(Answer::Stranded(stranded)))
}

fn draft(reason: Reason, code: &str, detail: String, owner: String) -> ExceptionDraft {
    ExceptionDraft { reason, code: code.to_owned(), path: String::new(), detail, owner }
}
