//! Opening: keeping a second process out, the schema, and taking back what a process that died had claimed.

use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

use super::memory::AuditHead;
use super::{SqliteOptions, failed, lease, unpack};
use crate::store::StoreError;
use crate::store::lanes::{Entry, Lanes};

/// The newest schema version known here; `PRAGMA user_version` holds the file's.
const SCHEMA: i64 = 3;

/// Microseconds; what the gate and the paces wait at most.
const LONGEST_WAIT: i64 = 900_000_000;

/// A database that is ready to be written to.
pub(super) struct Opened {
    pub(super) db: Connection,
    /// Held as long as the database is open.
    pub(super) lock: File,
    pub(super) lanes: Lanes,
    pub(super) audit: AuditHead,
    pub(super) poison: Poison,
}

/// When a message that keeps killing its process becomes an exception.
#[derive(Debug, Clone)]
pub(super) struct Poison {
    pub(super) after: u32,
    /// Whose, where no runtime has said who answers for the flow.
    pub(super) owner: String,
}

pub(super) fn open(options: &SqliteOptions, now: i64) -> Result<Opened, StoreError> {
    let lock = lock(options)?;
    let mut db = Connection::open(&options.path).map_err(failed("opened the file"))?;
    check_library()?;
    settings(&db).map_err(failed("set the journal mode"))?;
    migrate(&mut db)?;
    let mut audit = audit_head(&db).map_err(failed("read the audit's end"))?;
    let poison = Poison { after: options.poison_after, owner: options.owner.clone() };
    recover(&mut db, &poison, now, &mut audit).map_err(failed("took back what was claimed"))?;
    let lanes = load_lanes(&db).map_err(failed("read the lanes"))?;
    Ok(Opened { db, lock, lanes, audit, poison })
}

/// The one name of the file, whatever it is called: the lock goes by it. The file is made if it is missing; if it is there it is not opened, since
/// closing it would release what SQLite has locked in this process.
pub(super) fn real_path(path: &Path) -> Result<PathBuf, StoreError> {
    let cause = |e: std::io::Error| StoreError::Failed { doing: "opened the file", cause: e.to_string() };
    match File::options().write(true).create_new(true).open(path) {
        Err(e) if e.kind() != ErrorKind::AlreadyExists => Err(cause(e)),
        _ => path.canonicalize().map_err(cause),
    }
}

fn lock(options: &SqliteOptions) -> Result<File, StoreError> {
    let mut path = options.path.clone().into_os_string();
    path.push(".lock");
    let cause =
        |e: std::io::Error| StoreError::Failed { doing: "opened the lock file", cause: e.to_string() };
    let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(cause)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::Locked { path: options.path.display().to_string() }),
        Err(TryLockError::Error(e)) => Err(cause(e)),
    }
}

/// SQLite before 3.51.3 can corrupt a database when the WAL is reset (sqlite.org, wal.html, "the WAL-reset bug").
fn check_library() -> Result<(), StoreError> {
    match rusqlite::version_number() {
        version if version >= 3_051_003 => Ok(()),
        version => Err(StoreError::Failed {
            doing: "checked the SQLite library",
            cause: format!("version {version} can corrupt a database in WAL mode; 3.51.3 or newer is needed"),
        }),
    }
}

fn settings(db: &Connection) -> rusqlite::Result<()> {
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.pragma_update(None, "synchronous", "FULL")?;
    db.pragma_update(None, "wal_autocheckpoint", 4000)?;
    db.pragma_update(None, "cache_size", -32_000)?;
    db.pragma_update(None, "temp_store", "MEMORY")?;
    // Without it, a statement whose plan looked at a bound value is compiled anew each time that it is bound.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    db.set_prepared_statement_cache_capacity(64);
    Ok(())
}

fn migrate(db: &mut Connection) -> Result<(), StoreError> {
    let cause = failed("brought the schema up to date");
    let found: i64 = db.query_row("PRAGMA user_version", [], |r| r.get(0)).map_err(&cause)?;
    let steps: &[&str] = match found {
        SCHEMA => return Ok(()),
        0 => &[include_str!("schema.sql")],
        1 => &[include_str!("from_1.sql"), include_str!("from_2.sql")],
        2 => &[include_str!("from_2.sql")],
        found => return Err(StoreError::TooNew { found, known: SCHEMA }),
    };
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate).map_err(&cause)?;
    for step in steps {
        tx.execute_batch(step).map_err(&cause)?;
    }
    tx.pragma_update(None, "user_version", SCHEMA).map_err(&cause)?;
    tx.commit().map_err(&cause)
}

pub(super) fn audit_head(db: &Connection) -> rusqlite::Result<AuditHead> {
    let last = db
        .query_row("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1", [], |r| {
            Ok((r.get(0)?, r.get(1)?))
        })
        .optional()?;
    let (seq, hash) = last.unwrap_or((0, [0; 32]));
    Ok(AuditHead { seq, hash })
}

/// A lease found at start belonged to a process that died: one crash more for each of its messages, and an exception for those that have
/// too many.
fn recover(db: &mut Connection, poison: &Poison, now: i64, audit: &mut AuditHead) -> rusqlite::Result<()> {
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let leases: Vec<(String, Vec<u8>)> = tx
        .prepare("SELECT flow, positions FROM lease ORDER BY epoch")?
        .query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    if !leases.is_empty() {
        lease::unsure(&tx)?;
    }
    // Nothing waits for longer than that; what seems to was put off by a clock that has been put back since.
    tx.execute("UPDATE inbox SET due = ?1 WHERE state = 0 AND due > ?1", [now.saturating_add(LONGEST_WAIT)])?;
    for (flow, positions) in leases {
        for position in unpack(&positions) {
            lease::count_crash(&tx, &flow, position, poison, now, audit)?;
        }
    }
    tx.execute("DELETE FROM lease", [])?;
    tx.commit()
}

/// The lanes as the database has them, leases that are held included: at start there are none, after a rollback there may be.
pub(super) fn load_lanes(db: &Connection) -> rusqlite::Result<Lanes> {
    let mut lanes = Lanes::default();
    // Named, because without statistics the planner may walk the whole inbox.
    let mut open = db.prepare(
        "SELECT position, flow, lane, due, crashes FROM inbox INDEXED BY inbox_open WHERE state = 0 ORDER BY position",
    )?;
    let mut rows = open.query([])?;
    while let Some(row) = rows.next()? {
        let entry = Entry { position: row.get(0)?, due: row.get(3)?, crashes: row.get(4)? };
        lanes.add(row.get_ref(1)?.as_str()?, row.get_ref(2)?.as_str()?, entry);
    }
    let mut leases = db.prepare("SELECT epoch, flow, until, positions FROM lease ORDER BY epoch")?;
    let mut lane_of = db.prepare("SELECT lane FROM inbox WHERE position = ?1")?;
    let mut rows = leases.query([])?;
    while let Some(row) = rows.next()? {
        let positions = unpack(row.get_ref(3)?.as_blob()?);
        let with_lane = |position: i64| Ok((position, lane_of.query_row([position], |r| r.get(0))?));
        let messages = positions.into_iter().map(with_lane).collect::<rusqlite::Result<Vec<_>>>()?;
        lanes.restore(row.get_ref(1)?.as_str()?, row.get(0)?, messages, row.get(2)?);
    }
    Ok(lanes)
}
