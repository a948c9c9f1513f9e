//! Exceptions: opened by the law or by the store itself, closed by a person.

use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use super::call::{Answer, Performed};
use super::memory::{AuditHead, Memory};
use crate::contract::EffectKey;
use crate::store::lanes::Entry;
use crate::store::{AuditEvent, Doubt, EffectState, ExceptionDraft, ExceptionState, Found, HowNew, State};

/// Who decides, and when.
pub(super) struct By<'a> {
    pub(super) actor: &'a str,
    pub(super) now: i64,
}

/// Makes an open message an exception of the store's own, with its audit row.
pub(super) fn open(
    db: &Connection,
    audit: &mut AuditHead,
    flow: &str,
    position: i64,
    draft: &ExceptionDraft,
    now: i64,
) -> rusqlite::Result<()> {
    insert(db, position, draft, now)?;
    let row: Option<(Uuid, String, String)> = db
        .prepare_cached(
            "UPDATE inbox SET state = ?2, settled_at = ?3 WHERE position = ?1 RETURNING message, object, key",
        )?
        .query_row(params![position, State::Exception as i64, now], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))
        .optional()?;
    let Some((message, object, key)) = row else { return Ok(()) };
    let detail =
        serde_json::json!({ "reason": draft.reason.as_str(), "code": draft.code, "owner": draft.owner });
    let subject = format!("{object}:{key}");
    audit.append(db, now, flow, &message, AuditEvent::Exception, &subject, &detail.to_string())
}

pub(super) fn insert(
    db: &Connection,
    position: i64,
    draft: &ExceptionDraft,
    now: i64,
) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT OR REPLACE INTO exception (position, reason, code, path, detail, owner, opened_at) VALUES (?1,?2,?3,?4,?5,?6,?7)",
    )?
    .execute(params![position, draft.reason.as_str(), draft.code, draft.path, draft.detail, draft.owner, now])?;
    Ok(())
}

pub(super) fn replay(db: &Connection, memory: &mut Memory, positions: &[i64], by: &By<'_>) -> Performed {
    let mut replayed = 0;
    for position in positions {
        if close(db, *position, ExceptionState::Replayed, by)? {
            put_back(db, memory, *position, by)?;
            let detail = serde_json::json!({ "actor": by.actor });
            note(db, memory, *position, AuditEvent::Replayed, None, &detail, by.now)?;
            replayed += 1;
        }
    }
    Ok(Ok(Answer::Count(replayed)))
}

pub(super) fn discard(
    db: &Connection,
    memory: &mut Memory,
    positions: &[i64],
    why: &str,
    by: &By<'_>,
) -> Performed {
    let mut discarded = 0;
    for position in positions {
        if close(db, *position, ExceptionState::Discarded, by)? {
            db.prepare_cached("UPDATE inbox SET state = ?2 WHERE position = ?1")?
                .execute(params![position, State::Discarded as i64])?;
            let detail = serde_json::json!({ "actor": by.actor, "why": why });
            note(db, memory, *position, AuditEvent::Discarded, None, &detail, by.now)?;
            discarded += 1;
        }
    }
    Ok(Ok(Answer::Count(discarded)))
}

/// A person has looked in the target. Settles each effect that was in doubt, and the message that it belongs to; how many effects.
pub(super) fn resolve(
    db: &Connection,
    memory: &mut Memory,
    doubt: &Doubt,
    found: Found,
    by: &By<'_>,
) -> Performed {
    let effects = doubtful(db, doubt)?;
    for (position, key) in &effects {
        settle_doubt(db, key, found, by.now)?;
        let detail = serde_json::json!({ "actor": by.actor, "found": found.as_str() });
        let subject = format!("{}:{}:{}:{}", key.0, key.1, key.2, key.3);
        note(db, memory, *position, AuditEvent::Resolved, Some(&subject), &detail, by.now)?;
    }
    let mut messages: Vec<i64> = effects.iter().map(|(position, _)| *position).collect();
    messages.dedup();
    for position in messages {
        // Somebody may have discarded it meanwhile: then the effect alone was in doubt.
        if !close(db, position, ExceptionState::Resolved, by)? {
            continue;
        }
        let own: (String, String) = db
            .prepare_cached("SELECT object, key FROM inbox WHERE position = ?1")?
            .query_row([position], |r| Ok((r.get(0)?, r.get(1)?)))?;
        // Its own object comes last; with that in the target nothing of it is left to do.
        let all = effects.iter().any(|(at, key)| *at == position && (&key.2, &key.3) == (&own.0, &own.1));
        if found == Found::Landed && all {
            db.prepare_cached("UPDATE inbox SET state = ?2, settled_at = ?3 WHERE position = ?1")?
                .execute(params![position, State::Applied as i64, by.now])?;
        } else {
            put_back(db, memory, position, by)?;
        }
    }
    memory.woken = true;
    Ok(Ok(Answer::Count(effects.len())))
}

/// Landed, the effect is as new as the newer of the attempt and of what the target had; absent, as new as that was.
fn settle_doubt(db: &Connection, key: &Key, found: Found, now: i64) -> rusqlite::Result<()> {
    let read = |r: &rusqlite::Row<'_>| {
        let tried = HowNew { version: r.get(0)?, position: r.get(1)? };
        Ok((tried, HowNew { version: r.get(2)?, position: r.get(3)? }))
    };
    let (tried, had) = db
        .prepare_cached(
            "SELECT version, position, had_version, had_position FROM effect WHERE target = ?1 AND source = ?2 AND object = ?3 AND key = ?4",
        )?
        .query_row(params![key.0, key.1, key.2, key.3], read)?;
    let (state, age) = match found {
        Found::Landed => (EffectState::Applied, tried.and(had)),
        Found::Absent => (EffectState::Absent, had),
    };
    db.prepare_cached(
        "UPDATE effect SET state = ?5, at = ?6, version = ?7, position = ?8, had_version = ?7, had_position = ?8 \
         WHERE target = ?1 AND source = ?2 AND object = ?3 AND key = ?4",
    )?
    .execute(params![key.0, key.1, key.2, key.3, state as i64, now, age.version, age.position])?;
    Ok(())
}

type Key = (String, String, String, String);

/// Effects that may have landed, with the message that tried them.
fn doubtful(db: &Connection, doubt: &Doubt) -> rusqlite::Result<Vec<(i64, Key)>> {
    let read = |r: &rusqlite::Row<'_>| Ok((r.get(0)?, (r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?)));
    match doubt {
        Doubt::Message(position) => db
            .prepare_cached(
                "SELECT e.position, e.target, e.source, e.object, e.key FROM effect e JOIN exception x ON x.position = e.position \
                 WHERE e.position = ?1 AND e.state = 0 AND x.state = 0",
            )?
            .query_map([position], read)?
            .collect(),
        Doubt::Effect(EffectKey { target, source, object, key }) => db
            .prepare_cached(
                "SELECT e.position, e.target, e.source, e.object, e.key FROM effect e JOIN inbox i ON i.position = e.position \
                 WHERE e.target = ?1 AND e.source = ?2 AND e.object = ?3 AND e.key = ?4 AND e.state = 0 AND i.state <> 0",
            )?
            .query_map(params![target, source, object.as_str(), key], read)?
            .collect(),
    }
}

/// Compare-and-set: only an open exception is closed, so of two decisions one is carried out.
fn close(db: &Connection, position: i64, to: ExceptionState, by: &By<'_>) -> rusqlite::Result<bool> {
    let changed = db
        .prepare_cached("UPDATE exception SET state = ?2, closed_at = ?3, closed_by = ?4 WHERE position = ?1 AND state = 0")?
        .execute(params![position, to as i64, by.now, by.actor])?;
    Ok(changed == 1)
}

/// Back into its lane, at its old position. A fresh start: who decides has looked at it.
fn put_back(db: &Connection, memory: &mut Memory, position: i64, by: &By<'_>) -> rusqlite::Result<()> {
    let (flow, lane): (String, String) = db
        .prepare_cached(
            "UPDATE inbox SET state = 0, settled_at = NULL, due = 0, attempts = 0, crashes = 0, age_from = ?2 WHERE position = ?1 \
             RETURNING flow, lane",
        )?
        .query_row(params![position, by.now], |r| Ok((r.get(0)?, r.get(1)?)))?;
    memory.lanes.add(&flow, &lane, Entry { position, due: 0, crashes: 0 });
    memory.woken = true;
    Ok(())
}

/// An audit row of this message; its subject is the message's own unless it is another.
fn note(
    db: &Connection,
    memory: &mut Memory,
    position: i64,
    event: AuditEvent,
    subject: Option<&str>,
    detail: &serde_json::Value,
    now: i64,
) -> rusqlite::Result<()> {
    let (message, flow, object, key): (Uuid, String, String, String) = db
        .prepare_cached("SELECT message, flow, object, key FROM inbox WHERE position = ?1")?
        .query_row([position], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)))?;
    let own = format!("{object}:{key}");
    memory.audit.append(db, now, &flow, &message, event, subject.unwrap_or(&own), &detail.to_string())
}
