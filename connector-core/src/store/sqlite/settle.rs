//! What becomes of claimed messages: intents before the target is called, settlement after it.

use rusqlite::{CachedStatement, Connection, params};
use uuid::Uuid;

use super::call::{Answer, Performed};
use super::memory::Memory;
use super::returns::Leased;
use super::{exception, lease};
use crate::store::lanes::Next;
use crate::store::{
    AuditEvent, ClaimRequest, EffectChange, EffectState, Intent, Settled, Settlement, State, StoreError,
    Verdict,
};

pub(super) fn intend(db: &Connection, memory: &mut Memory, epoch: i64, intents: &[Intent]) -> Performed {
    if !memory.lanes.covers(epoch, intents.iter().map(|intent| intent.position)) {
        return Ok(Err(StoreError::Fenced { epoch }));
    }
    write_intents(db, memory, intents)?;
    Ok(Ok(Answer::Done))
}

pub(super) fn write_intents(
    db: &Connection,
    memory: &mut Memory,
    intents: &[Intent],
) -> rusqlite::Result<()> {
    let mut upsert = effect_upsert(db)?;
    for intent in intents {
        let (message, flow): (Uuid, String) = db
            .prepare_cached("SELECT message, flow FROM inbox WHERE position = ?1")?
            .query_row([intent.position], |r| Ok((r.get(0)?, r.get(1)?)))?;
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
            intent.now,
            false
        ])?;
        memory.audit.append(db, intent.now, &flow, &message, AuditEvent::Intended, &key.to_string(), "{}")?;
    }
    Ok(())
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
        // It may have reached the target after what was applied since.
        lease::unsure(db)?;
        return Ok(Err(StoreError::Fenced { epoch: *epoch }));
    }
    let mut upsert = effect_upsert(db)?;
    for result in results {
        record(db, result, *now)?;
        for EffectChange { key, state, version, digest, remote, position, cancelled } in &result.effects {
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
                now,
                cancelled
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
        Some(request) => lease::claim(db, memory, request)?,
        None => Leased::nothing(None),
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
            exception::insert(db, position, draft, now)?;
            State::Exception
        }
    };
    db.prepare_cached(
        "UPDATE inbox SET state = ?2, settled_at = ?3, attempts = attempts + 1 WHERE position = ?1",
    )?
    .execute(params![position, state as i64, now])?;
    Ok(())
}

/// An intent leaves standing what the target had before it.
fn effect_upsert(db: &Connection) -> rusqlite::Result<CachedStatement<'_>> {
    db.prepare_cached(
        "INSERT INTO effect (target, source, object, key, state, version, digest, remote, position, at, had_version, had_position, cancelled) \
         VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10, iif(?5 = 0, 0, ?6), iif(?5 = 0, 0, ?9), ?11) \
         ON CONFLICT DO UPDATE SET state = excluded.state, version = excluded.version, digest = excluded.digest, \
         remote = coalesce(excluded.remote, remote), position = excluded.position, at = excluded.at, \
         had_version = iif(excluded.state = 0, had_version, excluded.version), \
         had_position = iif(excluded.state = 0, had_position, excluded.position), \
         cancelled = iif(excluded.state = 1, excluded.cancelled, cancelled)",
    )
}
