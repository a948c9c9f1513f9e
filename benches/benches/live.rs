//! Writing and reading partners on a real Odoo, beside OdooRPC, the client that Python programs use. See `compare/README.md`.
//!
//! `cargo bench -p connector-benches --bench live -- [write|read] [--rounds N]`

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "a benchmark may panic and print")]

use std::cell::Cell;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use connector_benches::partners::Partner;
use connector_benches::rounds::{self, Contender};
use futures_util::StreamExt as _;
use odoo_rpc::{Client, Config, Domain, UpsertOptions, UpsertRecord};
use tokio::runtime::Runtime;

/// In each round, so that four rounds are 10,000.
const UPSERTED: u32 = 2_500;
/// In each round, for one call takes as long as the next.
const CREATED: u32 = 250;
const READ: u32 = 20_000;
/// What a time is told for.
const PER: u32 = 1_000;

#[expect(clippy::disallowed_methods, reason = "which server and which Python is the environment's to say")]
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn main() {
    let [url, database, login, key] = ["ODOO_URL", "ODOO_DB", "ODOO_LOGIN", "ODOO_API_KEY"].map(environment);
    let (Some(url), Some(database), Some(login), Some(key)) = (url, database, login, key) else {
        return println!("SKIPPED: ODOO_URL, ODOO_DB, ODOO_LOGIN and ODOO_API_KEY do not name a server");
    };
    let Some(python) = environment("ODOORPC_PYTHON") else {
        return println!("SKIPPED: ODOORPC_PYTHON does not name a Python that has OdooRPC");
    };
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let odoo = tokio.block_on(Client::connect(Config::new(&url, database, login, key))).unwrap();
    let given = |wanted: &str| std::env::args().any(|argument| argument == wanted);
    let names = Names::new();
    if !given("read") {
        let contenders = [
            Contender::clocked("odoo-rpc: upsert", || {
                upsert(&tokio, &odoo, UPSERTED, &names.next()) * PER / UPSERTED
            }),
            Contender::clocked("OdooRPC: create, one a call", || {
                peer(&python, "create", CREATED, &names.next()) * PER / CREATED
            })
            .at_least(15.0),
            Contender::clocked("OdooRPC: load, 500 a call", || {
                peer(&python, "load", UPSERTED, &names.next()) * PER / UPSERTED
            }),
        ];
        let times = rounds::race(&contenders, rounds::rounds(3));
        println!("New partners of 5 fields; times are for {PER} partners");
        println!("{}", rounds::table(&contenders, &times, PER as usize, 0));
    }
    if !given("write") {
        let there = tokio.block_on(odoo.search_count("res.partner", Domain::all())).unwrap();
        let missing = READ.saturating_sub(u32::try_from(there).unwrap());
        upsert(&tokio, &odoo, missing, &names.next());
        let contenders = [
            Contender::clocked("odoo-rpc: stream", || stream(&tokio, &odoo)),
            Contender::clocked("OdooRPC: read, 1,000 a call", || peer(&python, "read", READ, "none"))
                .at_least(1.7),
        ];
        let times = rounds::race(&contenders, rounds::rounds(7));
        println!("{READ} partners of 13 fields");
        println!("{}", rounds::table(&contenders, &times, READ as usize, 0));
    }
}

/// Modules of external ids that no run before had.
struct Names {
    start: u64,
    count: Cell<u32>,
}

impl Names {
    #[expect(clippy::disallowed_methods, reason = "names of a run of a benchmark")]
    fn new() -> Self {
        let start = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
        Self { start, count: Cell::new(0) }
    }

    fn next(&self) -> String {
        self.count.set(self.count.get() + 1);
        format!("bench_{}_{}", self.start, self.count.get())
    }
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn upsert(tokio: &Runtime, odoo: &Client, count: u32, prefix: &str) -> Duration {
    let begin = Instant::now();
    let record = |number: u32| {
        UpsertRecord::new(format!("{prefix}.partner_{number}"))
            .set("name", format!("Customer {prefix} {number}"))
            .set("email", format!("office{number}@client.example.com"))
            .set("phone", format!("+1 555-{number:07}"))
            .set("street", format!("{number} Old Mill Road"))
            .set("city", "Springfield")
    };
    let records = (0..count).map(record).collect();
    let report = tokio.block_on(odoo.upsert("res.partner", records, UpsertOptions::default())).unwrap();
    let took = begin.elapsed();
    assert_eq!((report.ids().len(), report.failures().next()), (count as usize, None));
    took
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn stream(tokio: &Runtime, odoo: &Client) -> Duration {
    let begin = Instant::now();
    let records = odoo.records::<Partner>().limit(READ.into());
    let partners: Vec<_> = tokio.block_on(records.stream().map(Result::unwrap).collect());
    let took = begin.elapsed();
    assert_eq!(partners.len(), READ as usize);
    took
}

/// How long OdooRPC needs for a task, without starting and connecting.
fn peer(python: &str, task: &str, count: u32, prefix: &str) -> Duration {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/compare/odoorpc_client.py");
    let arguments = [script, task, &count.to_string(), prefix];
    let output = Command::new(python).args(arguments).stderr(Stdio::inherit()).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    Duration::from_secs_f64(text.trim().parse().unwrap())
}
