//! Counts, made by the database: nothing is loaded to be counted.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, params};

use super::read::unknown;
use crate::store::{Latency, Reason, State, Tally};

pub(super) fn tally(db: &Connection, flow: &str) -> rusqlite::Result<Tally> {
    let tx = db.unchecked_transaction()?;
    let mut tally = Tally::default();
    let mut states = tx.prepare("SELECT state, count(*) FROM inbox WHERE flow = ?1 GROUP BY state")?;
    let mut rows = states.query([flow])?;
    while let Some(row) = rows.next()? {
        let (code, count): (i64, u64) = (row.get(0)?, row.get(1)?);
        tally.received += count;
        let slot = State::from_code(code).and_then(|state| tally.by_state.get_mut(state as usize));
        if let Some(slot) = slot {
            *slot = count;
        }
    }
    let mut events = tx.prepare("SELECT event, count(*) FROM audit WHERE flow = ?1 AND event IN ('duplicate', 'retry') GROUP BY event")?;
    let mut rows = events.query([flow])?;
    while let Some(row) = rows.next()? {
        match row.get_ref(0)?.as_str()? {
            "duplicate" => tally.duplicates = row.get(1)?,
            _ => tally.retried = row.get(1)?,
        }
    }
    let mut reasons = tx.prepare(
        "SELECT e.reason, count(*) FROM exception e JOIN inbox i ON i.position = e.position \
         WHERE i.flow = ?1 AND e.state = 0 GROUP BY e.reason ORDER BY e.reason",
    )?;
    let mut rows = reasons.query([flow])?;
    while let Some(row) = rows.next()? {
        let word: String = row.get(0)?;
        let reason = Reason::from_word(&word)
            .ok_or_else(|| unknown(0, format!("this version knows no reason `{word}`")))?;
        tally.exceptions.push((reason, row.get(1)?));
    }
    tally.latency = latency(&tx, flow)?;
    Ok(tally)
}

fn latency(db: &Connection, flow: &str) -> rusqlite::Result<Latency> {
    let count: u64 = db.query_row(
        "SELECT count(*) FROM inbox WHERE flow = ?1 AND state = ?2",
        params![flow, State::Applied as i64],
        |r| r.get(0),
    )?;
    let at = |share: u64| {
        let index = (count * share).div_ceil(100).saturating_sub(1);
        let time: Option<i64> = db
            .prepare_cached(
                "SELECT settled_at - received_at FROM inbox WHERE flow = ?1 AND state = ?2 ORDER BY 1 LIMIT 1 OFFSET ?3",
            )?
            .query_row(params![flow, State::Applied as i64, index], |r| r.get(0))
            .optional()?;
        Ok::<_, rusqlite::Error>(Duration::from_micros(u64::try_from(time.unwrap_or(0)).unwrap_or(0)))
    };
    Ok(Latency { p50: at(50)?, p99: at(99)? })
}
