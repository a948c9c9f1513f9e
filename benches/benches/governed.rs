//! Governed messages per second on SQLite with synchronous=FULL, beside the raw limit: all rows that these messages left in the store
//! (inbox, body, effect, audit), read back from it and written again by bare rusqlite into the same schema, at the same batch size.
//!
//! `cargo bench -p connector-benches` prints both and their ratio; with `-- --governed-only` the governed side runs alone, for a profiler.

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "a benchmark may panic and print")]

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use connector_benches::orders::{FLOW, change, connectors, governance};
use connector_core::Runtime;
use connector_core::contract::Change;
use connector_core::store::{SqliteOptions, SqliteStore, State, Store};
use criterion::{Criterion, Throughput};
use rusqlite::types::Value;
use rusqlite::{Connection, TransactionBehavior, params_from_iter};

const GROUP: usize = 256;
const MESSAGES: usize = 80 * GROUP;
const KEYS: usize = 2000;

/// From the first message admitted to the last one settled.
#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn governed(tokio: &tokio::runtime::Runtime, path: &Path, changes: &[Change]) -> Duration {
    tokio.block_on(async {
        let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&SqliteOptions::new(path), 1).unwrap());
        let mut builder = Runtime::builder(governance(GROUP)).store(store.clone());
        for connector in connectors() {
            builder = builder.connector(connector);
        }
        let runtime = builder.build().unwrap();
        let running = runtime.start();
        let begin = Instant::now();
        for group in changes.chunks(GROUP) {
            runtime.accept(FLOW, group.to_vec()).await.unwrap();
        }
        runtime.settled(FLOW).await.unwrap();
        let took = begin.elapsed();
        let tally = store.tally(FLOW).await.unwrap();
        assert_eq!(tally.in_state(State::Applied), changes.len() as u64);
        running.drain(&connector_core::context::SystemClock, Duration::from_secs(10)).await;
        took
    })
}

/// All rows of a table, whole.
fn rows(db: &Connection, table: &str) -> Vec<Vec<Value>> {
    let mut select = db.prepare(&format!("SELECT * FROM {table}")).unwrap();
    let columns = select.column_count();
    let rows = select.query_map([], |row| (0..columns).map(|c| row.get(c)).collect()).unwrap();
    rows.map(Result::unwrap).collect()
}

/// The same rows by bare rusqlite.
#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn raw(path: &Path, tables: &[(&str, Vec<Vec<Value>>)], messages: usize) -> Duration {
    drop(SqliteStore::open(&SqliteOptions::new(path), 1).unwrap());
    let mut db = Connection::open(path).unwrap();
    db.pragma_update(None, "journal_mode", "WAL").unwrap();
    db.pragma_update(None, "synchronous", "FULL").unwrap();
    db.pragma_update(None, "wal_autocheckpoint", 4000).unwrap();
    db.pragma_update(None, "cache_size", -32_000).unwrap();
    let begin = Instant::now();
    for group in 0..messages.div_ceil(GROUP) {
        let tx = db.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
        for (table, rows) in tables {
            let of_message = rows.len() / messages;
            let from = group * GROUP * of_message;
            let Some(first) = rows.first() else { continue };
            let marks = vec!["?"; first.len()].join(",");
            let mut insert = tx.prepare_cached(&format!("INSERT INTO {table} VALUES ({marks})")).unwrap();
            for row in rows.iter().skip(from).take(GROUP * of_message) {
                insert.execute(params_from_iter(row)).unwrap();
            }
        }
        tx.commit().unwrap();
    }
    begin.elapsed()
}

fn main() {
    let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let changes: Vec<Change> = (0..MESSAGES).map(|n| change(n, KEYS)).collect();
    let dir = tempfile::tempdir().unwrap();
    let mut n = 0;
    let mut fresh = || {
        n += 1;
        dir.path().join(format!("{n}.db"))
    };

    let model = fresh();
    let first = governed(&tokio, &model, &changes);
    if std::env::args().any(|arg| arg == "--governed-only") {
        println!("governed: {:.0} messages/s", MESSAGES as f64 / first.as_secs_f64());
        for _ in 0..10 {
            governed(&tokio, &fresh(), &changes);
        }
        return;
    }
    let db = Connection::open(&model).unwrap();
    let tables: Vec<(&str, Vec<Vec<Value>>)> =
        ["inbox", "body", "effect", "audit"].map(|table| (table, rows(&db, table))).into();
    for (table, rows) in &tables {
        println!("{table}: {} rows a message", rows.len() as f64 / MESSAGES as f64);
    }
    drop(db);

    let mut criterion =
        Criterion::default().sample_size(10).measurement_time(Duration::from_secs(20)).configure_from_args();
    let mut group = criterion.benchmark_group("sqlite-full-256");
    group.throughput(Throughput::Elements(MESSAGES as u64));
    let mut sums = [(Duration::ZERO, 0u32), (Duration::ZERO, 0)];
    let mut once = |which: usize, fresh: &mut dyn FnMut() -> std::path::PathBuf| {
        let path = fresh();
        let took = if which == 0 { governed(&tokio, &path, &changes) } else { raw(&path, &tables, MESSAGES) };
        for file in [path.clone(), path.with_extension("db-wal"), path.with_extension("db-shm")] {
            let _missing = std::fs::remove_file(file);
        }
        if let Some((sum, count)) = sums.get_mut(which) {
            *sum += took;
            *count += 1;
        }
        took
    };
    for (which, name) in ["governed", "raw rows"].into_iter().enumerate() {
        group.bench_function(name, |b| {
            b.iter_custom(|iters| (0..iters).map(|_| once(which, &mut fresh)).sum())
        });
    }
    group.finish();
    let [governed, raw] = sums.map(|(sum, count)| MESSAGES as f64 * f64::from(count) / sum.as_secs_f64());
    println!("governed {governed:.0}/s, raw rows {raw:.0}/s: {:.2} of the raw limit", governed / raw);
}
