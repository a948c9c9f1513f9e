//! Typed decoding of 20,000 partners from JSON and from XML-RPC, beside what else a program could do with the same bytes.
//!
//! `cargo bench -p connector-benches --bench decode -- [json|xml] [--rounds N] [--ours-only]`; the last one is for a profiler.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    missing_docs,
    unreachable_pub,
    reason = "a benchmark may panic and print"
)]

mod contenders;

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use connector_benches::rounds::Contender;
use connector_benches::{partners, rounds};
use odoo_rpc::transport::HttpResponse;

const ROWS: u64 = 20_000;

fn main() {
    let given = |wanted: &str| std::env::args().any(|argument| argument == wanted);
    if !given("xml") {
        let response = HttpResponse { status: 200, headers: vec![], body: partners::json_body(ROWS).into() };
        let contenders = contenders::json::contenders(&response);
        report("JSON", response.body.len(), contenders, 31, given("--ours-only"));
    }
    if !given("json") {
        let body = partners::xml_body(ROWS);
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("partners.xml");
        std::fs::write(&file, &body).unwrap();
        let mut contenders = contenders::xml::contenders(&body);
        let wanted = !given("--ours-only");
        if wanted && python(&file).is_some() {
            contenders
                .push(Contender::clocked("Python's xmlrpc.client", || python(&file).unwrap()).at_least(12.0));
        } else if wanted {
            println!("SKIPPED: Python's xmlrpc.client, for there is no python3 that runs");
        }
        report("XML", body.len(), contenders, 11, given("--ours-only"));
    }
}

fn report(what: &str, bytes: usize, mut contenders: Vec<Contender<'_>>, rounds: usize, ours_only: bool) {
    if ours_only {
        contenders.truncate(1);
    }
    let times = rounds::race(&contenders, rounds::rounds(rounds));
    println!("{ROWS} partners of 13 fields, {:.1} MB of {what}, one thread", bytes as f64 / 1e6);
    println!("{}", rounds::table(&contenders, &times, ROWS as usize, bytes));
}

/// How long Python's own client needs for the file. `None`: it is not there.
fn python(file: &Path) -> Option<Duration> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/compare/xmlrpc_client.py");
    let output = Command::new("python3").args([Path::new(script), file]).output().ok()?;
    let seconds: f64 = String::from_utf8(output.stdout).ok()?.trim().parse().ok()?;
    Some(Duration::from_secs_f64(seconds))
}
