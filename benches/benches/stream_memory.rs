//! How much memory a program takes to read 200,000 partners one by one, from an in-memory Odoo in a process of its own.
//!
//! `cargo bench -p connector-benches --bench stream_memory`; on systems without `/proc` it says that it was skipped.

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "a benchmark may panic and print")]

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Command, Stdio};
use std::time::Instant;

use connector_benches::partners::{self, Partner};
use futures_util::StreamExt as _;
use odoo_rpc::testkit::{OdooServer, Series, Setup};
use odoo_rpc::{Client, Config};

const ROWS: u64 = 200_000;
const AIM: f64 = 64.0;
const SERVE: &str = "--serve";

fn main() {
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    if std::env::args().any(|argument| argument == SERVE) {
        return tokio.block_on(serve());
    }
    if memory("VmHWM").is_none() {
        return println!("SKIPPED: there is no /proc/self/status to read the memory from");
    }
    let mut server = Command::new(std::env::current_exe().unwrap())
        .arg(SERVE)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut url = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut url).unwrap();
    tokio.block_on(read(url.trim()));
    // It ends with its input.
    drop(server.stdin.take());
    server.wait().unwrap();
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
async fn read(url: &str) {
    let odoo = Client::connect(Config::new(url, "odoo", "admin", "admin-key")).await.unwrap();
    // Connections, buffers and code that one page needs are there before.
    let page = odoo.records::<Partner>().with_archived().order("id").limit(200).fetch().await.unwrap();
    assert_eq!(page.len(), 200);
    drop(page);
    let before = memory("VmRSS").unwrap();
    // From here the peak is counted anew, where the system allows it; else it is what it was, which is more.
    let anew = std::fs::write("/proc/self/clear_refs", "5").is_ok();
    let begin = Instant::now();
    let (mut rows, mut last, mut bytes) = (0_u64, 0, 0);
    let mut stream = std::pin::pin!(odoo.records::<Partner>().with_archived().stream());
    while let Some(partner) = stream.next().await {
        let partner = partner.unwrap();
        assert!(partner.id.get() > last, "in the order of ids, each once");
        (rows, last, bytes) = (rows + 1, partner.id.get(), bytes + partner.name.len());
    }
    let took = begin.elapsed().as_secs_f64();
    let peak = memory("VmHWM").unwrap();
    assert!(rows >= ROWS, "{rows}");
    let more = peak - before;
    let verdict = if more < AIM { "ok" } else { "MISSED" };
    println!("{rows} partners streamed in {took:.1} s ({bytes} bytes of names)");
    println!(
        "before {before:.1} MiB, peak {peak:.1} MiB (counted anew: {anew}): {more:.1} MiB more, aim < {AIM} {verdict}"
    );
}

/// A server with the partners, until its input ends.
async fn serve() {
    let setup =
        (0..ROWS).fold(Setup::new(Series::V19), |setup, n| setup.record("res.partner", partners::values(n)));
    let server = OdooServer::start(setup).await.unwrap();
    println!("{}", server.url());
    let wait = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
    wait.await.unwrap().unwrap();
    server.stop().await;
}

/// A line of `/proc/self/status`, in MiB.
fn memory(line: &str) -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|text| text.strip_prefix(line)?.strip_prefix(':'))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<f64>().ok()? / 1024.0)
}
