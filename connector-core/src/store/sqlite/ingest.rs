//! Storing arrivals, and telling second deliveries from new ones.

use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use super::call::{Answer, Performed};
use super::memory::Memory;
use crate::contract::{Dedup, Identity};
use crate::store::lanes::Entry;
use crate::store::{Admission, Arrival, AuditEvent, Ingest, State, StoreError};

pub(super) fn ingest(db: &Connection, memory: &mut Memory, batch: &Ingest) -> Performed {
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
    let admissions = batch.arrivals.iter().map(|arrival| admit(db, memory, batch, arrival));
    Ok(Ok(Answer::Admissions(admissions.collect::<rusqlite::Result<_>>()?)))
}

fn admit(
    db: &Connection,
    memory: &mut Memory,
    batch: &Ingest,
    arrival: &Arrival,
) -> rusqlite::Result<Admission> {
    let Ingest { flow, now, .. } = batch;
    let Arrival { change, subject, detail, .. } = arrival;
    let known = known(db, flow, arrival)?;
    let admission = match known {
        Some((position, message)) => {
            if !batch.polled {
                memory.audit.append(db, *now, flow, &message, AuditEvent::Duplicate, subject, detail)?;
            }
            Admission::Duplicate(position)
        }
        None => {
            let position = insert(db, batch, arrival)?;
            memory.audit.append(db, *now, flow, &arrival.message, AuditEvent::Received, subject, detail)?;
            memory.lanes.add(flow, &change.ordering_key, Entry { position, due: 0, crashes: 0 });
            memory.woken = true;
            Admission::Stored(position)
        }
    };
    if let Some(id) = arrival.identity.delivery {
        let (Admission::Stored(position) | Admission::Duplicate(position)) = admission;
        db.prepare_cached("INSERT OR REPLACE INTO delivery (id, position) VALUES (?1, ?2)")?
            .execute(params![id, position])?;
    }
    Ok(admission)
}

/// The message that this is a second delivery of. What somebody discarded is no such message: it can be sent again.
fn known(db: &Connection, flow: &str, arrival: &Arrival) -> rusqlite::Result<Option<(i64, Uuid)>> {
    let Identity { content, delivery } = arrival.identity;
    if let Some(id) = delivery {
        let seen = db
            .prepare_cached(
                "SELECT i.position, i.message FROM delivery d JOIN inbox i ON i.position = d.position WHERE d.id = ?1 AND i.state <> ?2",
            )?
            .query_row(params![id, State::Discarded as i64], |r| Ok((r.get(0)?, r.get(1)?)))
            .optional()?;
        if seen.is_some() {
            return Ok(seen);
        }
    }
    let Some(content) = content else { return Ok(None) };
    // Of the object's latest message only: what the object was before that it can become again.
    let latest: Option<(i64, Uuid, Option<[u8; 16]>, i64)> = db
        .prepare_cached(
            "SELECT position, message, content, state FROM inbox INDEXED BY inbox_object \
             WHERE flow = ?1 AND object = ?2 AND key = ?3 ORDER BY position DESC LIMIT 1",
        )?
        .query_row(params![flow, arrival.change.object.as_str(), arrival.change.key], |r| {
            Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?))
        })
        .optional()?;
    Ok(latest
        .filter(|(.., latest, state)| *latest == Some(content) && *state != State::Discarded as i64)
        .map(|(position, message, ..)| (position, message)))
}

fn insert(db: &Connection, batch: &Ingest, arrival: &Arrival) -> rusqlite::Result<i64> {
    let change = &arrival.change;
    db.prepare_cached(
        "INSERT INTO inbox (content, message, flow, lane, object, key, operation, version, format, delivery_id, origins, received_at, each, age_from) \
         VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?12)",
    )?
    .execute(params![
        arrival.identity.content,
        arrival.message,
        batch.flow,
        change.ordering_key,
        change.object.as_str(),
        change.key,
        change.operation.as_str(),
        change.version,
        change.format,
        change.delivery_id,
        serde_json::Value::from(change.origins.clone()).to_string(),
        batch.now,
        change.dedup == Dedup::Delivery,
    ])?;
    let position = db.last_insert_rowid();
    db.prepare_cached("INSERT INTO body (position, payload) VALUES (?1, ?2)")?
        .execute(params![position, &*change.payload])?;
    Ok(position)
}
