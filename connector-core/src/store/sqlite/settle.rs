//! What happens to messages after they were claimed: intents, settlements, leases that ran out, replays.

use rusqlite::{CachedStatement, Connection, OptionalExtension, params};
use uuid::Uuid;

use super::open;
use super::writer::{self, Answer, Leased, Memory, Performed};
use crate::store::lanes::{Entry, Next};
use crate::store::{
    AuditEvent, ClaimRequest, EffectChange, EffectState, ExceptionState, Intent, Settled, Settlement, State,
    StoreError, Verdict,
};

pub(super) fn intend(db: &Connection, memory: &mut Memory, epoch: i64, intents: &[Intent]) -> Performed {
    if !memory.lanes.covers(epoch, intents.iter().map(|intent| intent.position)) {
        return Ok(Err(StoreError::Fenced { epoch }));
    }
    let mut upsert = effect_upsert(db)?;
    for intent in intents {
        let row: Option<(Uuid, String)> = db
            .prepare_cached("SELECT message, flow FROM inbox WHERE position = ?1")?
            .query_row([intent.position], |r| Ok((r.get(0)?, r.get(1)?)))
            .optional()?;
        let Some((message, flow)) = row else { return Ok(Err(StoreError::Fenced { epoch })) };
        let key = &intent.key;
        upsert.execute(params![
            key.target,
            key.source,
            key.object.as_str(),
            key.key,
            EffectState::Intended as i64,
            intent.version,
            intent.digest,
            None::<String>,
            intent.position,
            intent.now
        ])?;
        memory.audit.append(db, intent.now, &flow, &message, AuditEvent::Intended, &key.to_string(), "{}")?;
    }
    Ok(Ok(Answer::Done))
}

pub(super) fn settle(
    db: &Connection,
    memory: &mut Memory,
    settlement: &Settlement,
    next: Option<&ClaimRequest>,
) -> Performed {
    let Settlement { flow, epoch, results, now } = settlement;
    if !memory.lanes.holds(*epoch, results.iter().map(|r| r.position)) {
        for result in results {
            // What it did to the target it did; that must be provable whoever settles it in the end.
            for entry in &result.audit {
                memory.audit.append(
                    db,
                    *now,
                    flow,
                    &result.message,
                    entry.event,
                    &entry.subject,
                    &entry.detail,
                )?;
            }
            let detail = format!("{{\"epoch\":{epoch}}}");
            memory.audit.append(db, *now, flow, &result.message, AuditEvent::Fenced, "", &detail)?;
        }
        return Ok(Err(StoreError::Fenced { epoch: *epoch }));
    }
    let mut upsert = effect_upsert(db)?;
    for result in results {
        record(db, result, *now)?;
        for EffectChange { key, state, version, digest, remote, position } in &result.effects {
            upsert.execute(params![
                key.target,
                key.source,
                key.object.as_str(),
                key.key,
                *state as i64,
                version,
                digest,
                remote,
                position,
                now
            ])?;
        }
        for entry in &result.audit {
            memory.audit.append(
                db,
                *now,
                flow,
                &result.message,
                entry.event,
                &entry.subject,
                &entry.detail,
            )?;
        }
    }
    db.prepare_cached("DELETE FROM lease WHERE epoch = ?1")?.execute([epoch])?;
    let verdicts: std::collections::HashMap<i64, Next> =
        results.iter().map(|result| (result.position, next_of(&result.verdict))).collect();
    memory.lanes.release(*epoch, |position| verdicts.get(&position).copied().unwrap_or(Next::Leave));
    memory.woken = true;
    let leased = match next {
        Some(request) => writer::claim(db, memory, request)?,
        None => Leased::default(),
    };
    Ok(Ok(Answer::Leased(leased)))
}

fn next_of(verdict: &Verdict) -> Next {
    match verdict {
        Verdict::Later { due, crashed, .. } => Next::Stay { due: *due, crashed: *crashed },
        Verdict::Done(_) | Verdict::Exception(_) => Next::Leave,
    }
}

/// The message's own row, and its exception's.
fn record(db: &Connection, result: &Settled, now: i64) -> rusqlite::Result<()> {
    let position = result.position;
    let state = match &result.verdict {
        Verdict::Later { due, counted, crashed } => {
            db.prepare_cached("UPDATE inbox SET due = ?2, attempts = attempts + ?3, crashes = crashes + ?4 WHERE position = ?1")?
                .execute(params![position, due, *counted as i64, *crashed as i64])?;
            return Ok(());
        }
        Verdict::Done(state) => *state,
        Verdict::Exception(draft) => {
            db.prepare_cached(
                "INSERT OR REPLACE INTO exception (position, reason, code, path, detail, owner, opened_at) VALUES (?1,?2,?3,?4,?5,?6,?7)",
            )?
            .execute(params![position, draft.reason.as_str(), draft.code, draft.path, draft.detail, draft.owner, now])?;
            State::Exception
        }
    };
    db.prepare_cached(
        "UPDATE inbox SET state = ?2, settled_at = ?3, attempts = attempts + 1 WHERE position = ?1",
    )?
    .execute(params![position, state as i64, now])?;
    Ok(())
}

fn effect_upsert(db: &Connection) -> rusqlite::Result<CachedStatement<'_>> {
    db.prepare_cached(
        "INSERT INTO effect (target, source, object, key, state, version, digest, remote, position, at) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10) \
         ON CONFLICT DO UPDATE SET state = excluded.state, version = excluded.version, digest = excluded.digest, \
         remote = coalesce(excluded.remote, remote), position = excluded.position, at = excluded.at",
    )
}

pub(super) fn sweep(db: &Connection, memory: &mut Memory, now: i64) -> Performed {
    let mut freed = 0;
    for (epoch, positions) in memory.lanes.expired(now) {
        let flow: Option<String> = db
            .query_row("DELETE FROM lease WHERE epoch = ?1 RETURNING flow", [epoch], |r| r.get(0))
            .optional()?;
        let flow = flow.unwrap_or_default();
        let mut poisoned = Vec::new();
        for position in &positions {
            if open::crashed(db, &flow, *position, &memory.poison, now, &mut memory.audit)? {
                poisoned.push(*position);
            }
        }
        freed += positions.len();
        memory.lanes.release(epoch, |position| match poisoned.contains(&position) {
            true => Next::Leave,
            false => Next::Stay { due: now, crashed: true },
        });
        memory.woken = true;
    }
    Ok(Ok(Answer::Count(freed)))
}

pub(super) fn replay(
    db: &Connection,
    memory: &mut Memory,
    positions: &[i64],
    actor: &str,
    now: i64,
) -> Performed {
    let mut replayed = 0;
    for position in positions {
        if !close(db, *position, ExceptionState::Replayed, actor, now)? {
            continue;
        }
        // A fresh start: who replays has looked at it.
        let (message, flow, lane, object, key): (Uuid, String, String, String, String) = db
            .prepare_cached(
                "UPDATE inbox SET state = 0, settled_at = NULL, due = 0, attempts = 0, crashes = 0, age_from = ?2 WHERE position = ?1 \
                 RETURNING message, flow, lane, object, key",
            )?
            .query_row(params![position, now], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?)))?;
        let detail = serde_json::json!({ "actor": actor }).to_string();
        memory.audit.append(
            db,
            now,
            &flow,
            &message,
            AuditEvent::Replayed,
            &format!("{object}:{key}"),
            &detail,
        )?;
        memory.lanes.add(&flow, &lane, Entry { position: *position, due: 0, crashes: 0 });
        memory.woken = true;
        replayed += 1;
    }
    Ok(Ok(Answer::Count(replayed)))
}

pub(super) fn discard(
    db: &Connection,
    memory: &mut Memory,
    positions: &[i64],
    actor: &str,
    why: &str,
    now: i64,
) -> Performed {
    let mut discarded = 0;
    for position in positions {
        if !close(db, *position, ExceptionState::Discarded, actor, now)? {
            continue;
        }
        let (message, flow, object, key): (Uuid, String, String, String) = db
            .prepare_cached(
                "UPDATE inbox SET state = ?2 WHERE position = ?1 RETURNING message, flow, object, key",
            )?
            .query_row(params![position, State::Discarded as i64], |r| {
                Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?))
            })?;
        let detail = serde_json::json!({ "actor": actor, "why": why }).to_string();
        memory.audit.append(
            db,
            now,
            &flow,
            &message,
            AuditEvent::Discarded,
            &format!("{object}:{key}"),
            &detail,
        )?;
        discarded += 1;
    }
    Ok(Ok(Answer::Count(discarded)))
}

/// Compare-and-set: only an open exception is closed, so of two replays one does it.
fn close(
    db: &Connection,
    position: i64,
    to: ExceptionState,
    actor: &str,
    now: i64,
) -> rusqlite::Result<bool> {
    let changed = db
        .prepare_cached("UPDATE exception SET state = ?2, closed_at = ?3, closed_by = ?4 WHERE position = ?1 AND state = 0")?
        .execute(params![position, to as i64, now, actor])?;
    Ok(changed == 1)
}
