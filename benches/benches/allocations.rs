//! Allocations per row of typed decoding: how many, how many bytes, and how many bytes at once.
//!
//! `cargo bench -p connector-benches --bench allocations`

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    missing_docs,
    unreachable_pub,
    reason = "a benchmark may panic and print"
)]

mod contenders;

use connector_benches::partners;
use connector_benches::rounds::Contender;
use odoo_rpc::transport::HttpResponse;

const ROWS: u64 = 20_000;

fn main() {
    let json = HttpResponse { status: 200, headers: vec![], body: partners::json_body(ROWS).into() };
    print("JSON", json.body.len(), &contenders::json::contenders(&json));
    let xml = partners::xml_body(ROWS);
    print("XML-RPC", xml.len(), &contenders::xml::contenders(&xml));
}

/// The answers are dropped within the measurement, so what is `kept` is what the answer itself holds.
fn print(what: &str, bytes: usize, contenders: &[Contender<'_>]) {
    println!("{what}: {ROWS} partners, {:.1} MB", bytes as f64 / 1e6);
    println!("{:<44} {:>12} {:>10} {:>10} {:>10}", "", "allocations", "bytes", "kept", "most");
    println!("{:<44} {:>12} {:>10} {:>10} {:>10}", "", "a row", "a row", "MB", "MB");
    for contender in contenders {
        let mut kept = 0;
        let all = allocation_counter::measure(|| {
            let mut answer = None;
            kept = allocation_counter::measure(|| answer = contender.once()).bytes_current;
        });
        println!(
            "{:<44} {:>12.1} {:>10.0} {:>10.1} {:>10.1}",
            contender.name,
            all.count_total as f64 / ROWS as f64,
            all.bytes_total as f64 / ROWS as f64,
            kept as f64 / 1e6,
            all.bytes_max as f64 / 1e6,
        );
    }
}
