//! Reading, beside the writer: each reader sees what was committed when it began.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use bytes::Bytes;
use odoo_canonical::ObjectKind;
use rusqlite::config::DbConfig;
use rusqlite::types::Type;
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, params};

use super::failed;
use crate::contract::{Cursor, Delivered, EffectKey, Operation};
use crate::store::{
    AuditRecord, EffectRecord, EffectState, ExceptionDraft, ExceptionFilter, ExceptionRecord, ExceptionState,
    HowNew, Reason, StoreError,
};

/// Read-only connections, opened when one more is needed at the same time.
pub(super) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(super) fn new(path: &Path) -> Self {
        Readers { path: path.to_owned(), idle: Mutex::new(Vec::new()) }
    }

    pub(super) async fn with<T: Send + 'static>(
        self: &std::sync::Arc<Self>,
        doing: &'static str,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let readers = self.clone();
        let task = tokio::task::spawn_blocking(move || {
            let idle = readers.lock().pop();
            let db = match idle {
                Some(db) => db,
                None => readers.open()?,
            };
            let result = read(&db);
            readers.lock().push(db);
            result
        });
        match task.await {
            Ok(result) => result.map_err(failed(doing)),
            Err(_) => Err(StoreError::Closed),
        }
    }

    fn open(&self) -> rusqlite::Result<Connection> {
        let db = Connection::open_with_flags(
            &self.path,
            OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?;
        db.busy_timeout(Duration::from_secs(5))?;
        db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        db.set_prepared_statement_cache_capacity(32);
        Ok(db)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

pub(super) fn cursor(db: &Connection, flow: &str) -> rusqlite::Result<Option<Cursor>> {
    db.prepare_cached("SELECT cursor FROM cursor WHERE flow = ?1")?
        .query_row([flow], |r| r.get(0).map(Cursor))
        .optional()
}

/// A message, or why its row cannot be read.
type Readable = Result<Delivered, String>;

/// These messages, by position. An error is the database's; a row that cannot be read is that row's own.
pub(super) fn messages(db: &Connection, positions: &[i64]) -> rusqlite::Result<Vec<(i64, Readable)>> {
    // One transaction, so that a batch costs one lock.
    let tx = db.unchecked_transaction()?;
    let mut select = tx.prepare_cached(
        "SELECT i.position, i.message, i.object, i.key, i.operation, i.version, i.lane, i.format, i.origins, i.received_at, i.attempts, \
         i.crashes, b.payload, i.each, i.age_from FROM inbox i JOIN body b ON b.position = i.position WHERE i.position = ?1",
    )?;
    let mut read = |position: &i64| match select.query_row([position], delivered) {
        Ok(message) => Ok((*position, Ok(message))),
        Err(rusqlite::Error::SqliteFailure(code, detail)) => {
            Err(rusqlite::Error::SqliteFailure(code, detail))
        }
        Err(rusqlite::Error::QueryReturnedNoRows) => Ok((*position, Err("its payload is missing".into()))),
        Err(error) => Ok((*position, Err(error.to_string()))),
    };
    positions.iter().map(&mut read).collect()
}

fn delivered(row: &Row<'_>) -> rusqlite::Result<Delivered> {
    Ok(Delivered {
        position: row.get(0)?,
        message: row.get(1)?,
        object: object(row, 2)?,
        key: row.get(3)?,
        operation: match row.get_ref(4)?.as_str()? {
            "cancel" => Operation::Cancel,
            _ => Operation::Upsert,
        },
        version: row.get(5)?,
        ordering_key: row.get(6)?,
        format: row.get(7)?,
        origins: serde_json::from_str(row.get_ref(8)?.as_str()?).map_err(|e| unknown(8, e.to_string()))?,
        received_at: row.get(9)?,
        each: row.get(13)?,
        age_from: row.get(14)?,
        attempts: row.get(10)?,
        crashes: row.get(11)?,
        payload: Bytes::copy_from_slice(row.get_ref(12)?.as_blob()?),
    })
}

fn object(row: &Row<'_>, column: usize) -> rusqlite::Result<ObjectKind> {
    let word = row.get_ref(column)?.as_str()?;
    word.parse().map_err(|_| unknown(column, format!("this version knows no object kind `{word}`")))
}

pub(super) fn unknown(column: usize, what: String) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, what.into())
}

pub(super) fn effects(db: &Connection, keys: &[EffectKey]) -> rusqlite::Result<Vec<Option<EffectRecord>>> {
    let tx = db.unchecked_transaction()?;
    let mut select = tx.prepare_cached(
        "SELECT state, version, digest, remote, position, had_version, had_position, cancelled, \
         position > coalesce((SELECT upto FROM unsure), 0) FROM effect \
         WHERE target = ?1 AND source = ?2 AND object = ?3 AND key = ?4",
    )?;
    let record = |row: &Row<'_>| {
        let state = match row.get::<_, i64>(0)? {
            0 => EffectState::Intended,
            1 => EffectState::Applied,
            _ => EffectState::Absent,
        };
        Ok(EffectRecord {
            state,
            version: row.get(1)?,
            digest: row.get(2)?,
            remote: row.get(3)?,
            position: row.get(4)?,
            had: HowNew { version: row.get(5)?, position: row.get(6)? },
            cancelled: row.get(7)?,
            sure: row.get(8)?,
        })
    };
    keys.iter()
        .map(|k| select.query_row(params![k.target, k.source, k.object.as_str(), k.key], record).optional())
        .collect()
}

pub(super) fn exceptions(
    db: &Connection,
    filter: &ExceptionFilter,
) -> rusqlite::Result<Vec<ExceptionRecord>> {
    let mut select = db.prepare_cached(
        "SELECT e.position, i.message, i.flow, i.object, i.key, e.reason, e.code, e.path, e.detail, e.owner, e.state, e.opened_at, \
         coalesce(b.payload, x'') FROM exception e JOIN inbox i ON i.position = e.position LEFT JOIN body b ON b.position = e.position \
         WHERE (?1 IS NULL OR i.flow = ?1) AND (e.state = 0 OR ?2) AND e.position > ?4 ORDER BY e.position LIMIT ?3",
    )?;
    let limit = i64::try_from(filter.limit).unwrap_or(i64::MAX);
    let rows = select.query_map(params![filter.flow, filter.closed_too, limit, filter.after], |row| {
        let word: String = row.get(5)?;
        Ok(ExceptionRecord {
            position: row.get(0)?,
            message: row.get(1)?,
            flow: row.get(2)?,
            object: row.get(3)?,
            key: row.get(4)?,
            draft: ExceptionDraft {
                reason: Reason::from_word(&word)
                    .ok_or_else(|| unknown(5, format!("this version knows no reason `{word}`")))?,
                code: row.get(6)?,
                path: row.get(7)?,
                detail: row.get(8)?,
                owner: row.get(9)?,
            },
            state: match row.get::<_, i64>(10)? {
                0 => ExceptionState::Open,
                1 => ExceptionState::Replayed,
                2 => ExceptionState::Discarded,
                _ => ExceptionState::Resolved,
            },
            opened_at: row.get(11)?,
            payload: row.get(12)?,
        })
    })?;
    rows.collect()
}

pub(super) fn audit(db: &Connection, first: i64, limit: usize) -> rusqlite::Result<Vec<AuditRecord>> {
    let mut select = db.prepare_cached(
        "SELECT seq, at, flow, message, event, subject, detail, hash FROM audit WHERE seq >= ?1 ORDER BY seq LIMIT ?2",
    )?;
    let rows = select.query_map(params![first, i64::try_from(limit).unwrap_or(i64::MAX)], |row| {
        Ok(AuditRecord {
            seq: row.get(0)?,
            at: row.get(1)?,
            flow: row.get(2)?,
            message: row.get(3)?,
            event: row.get(4)?,
            subject: row.get(5)?,
            detail: row.get(6)?,
            hash: row.get(7)?,
        })
    })?;
    rows.collect()
}
