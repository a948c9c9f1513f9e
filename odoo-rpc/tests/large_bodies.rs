//! Answers of 100 MB, over a real socket: each ends as a value or as a clear error, and memory stays within a few times what was read.
#![cfg(feature = "reqwest")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use odoo_rpc::{Call, Client, Config, Delivery, Error, ErrorKind, Policy, ProtocolKind, ReqwestTransport};

const MB: usize = 1_000_000;
/// What the transport reads at most where a case says nothing else.
const CAP: usize = 64 * 1024 * 1024;

/// A body too large to be written down: how it begins, what is repeated until it is 100 MB, how it ends.
struct Body {
    before: &'static str,
    piece: &'static str,
    after: &'static str,
    /// Whether its length is told before it comes.
    length: bool,
}

impl Body {
    fn write(&self, socket: &mut TcpStream) -> std::io::Result<()> {
        let times = 100 * MB / self.piece.len();
        let length = self.before.len() + times * self.piece.len() + self.after.len();
        let told = if self.length { format!("Content-Length: {length}\r\n") } else { String::new() };
        write!(socket, "HTTP/1.1 200 OK\r\nConnection: close\r\n{told}\r\n{}", self.before)?;
        let many = self.piece.repeat(4096);
        for _ in 0..times / 4096 {
            socket.write_all(many.as_bytes())?;
        }
        socket.write_all(self.piece.repeat(times % 4096).as_bytes())?;
        socket.write_all(self.after.as_bytes())
    }
}

fn small(socket: &mut TcpStream, body: &str) -> std::io::Result<()> {
    write!(socket, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

/// A server that answers a login, and every other call with the body.
fn serve(body: Body) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for socket in listener.incoming() {
            let mut socket = socket.unwrap();
            let request = request(&mut socket);
            let login = "<methodResponse><params><param><value><int>2</int></value></param></params></methodResponse>";
            // A caller who has had enough hangs up.
            drop(match request {
                request if request.starts_with("GET /web/version") => {
                    small(&mut socket, r#"{"version_info": [19, 0, 0, "final", 0, ""], "version": "19.0"}"#)
                }
                request if request.contains("authenticate") => small(&mut socket, login),
                _ => body.write(&mut socket),
            });
        }
    });
    url
}

fn request(socket: &mut TcpStream) -> String {
    let mut read = Vec::new();
    let mut part = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&read);
        if let Some((head, rest)) = text.split_once("\r\n\r\n") {
            let head = head.to_ascii_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
            if rest.len() >= length.map_or(0, |length| length.trim().parse().unwrap()) {
                return text.into_owned();
            }
        }
        match socket.read(&mut part).unwrap() {
            0 => return String::from_utf8_lossy(&read).into_owned(),
            length => read.extend_from_slice(&part[..length]),
        }
    }
}

async fn names(protocol: ProtocolKind, cap: usize, body: Body) -> Result<Vec<Partner>, Error> {
    let mut config = Config::new(serve(body), "prod", "bot", "key");
    config.protocol = Some(protocol);
    config.policy = Policy::once();
    config.timeout = Duration::from_secs(300);
    let transport = Arc::new(ReqwestTransport::with_max_body(cap).unwrap());
    let client = Client::connect_with(config, transport).await.unwrap();
    client.call_as(Call::new("res.partner", "search_read").arg(serde_json::json!([])).arg(vec!["name"])).await
}

#[derive(Debug, serde::Deserialize)]
struct Partner {
    name: String,
}

/// A line of `/proc/self/status`, in bytes. `None` where there is none.
fn memory(line: &str) -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let text = status.lines().find_map(|found| found.strip_prefix(line)?.strip_prefix(':'))?;
    Some(text.trim().strip_suffix(" kB")?.parse::<usize>().ok()? * 1024)
}

/// One test, since memory is that of the process.
#[tokio::test]
async fn an_answer_of_100_mb_is_a_value_or_a_clear_error() {
    use ProtocolKind::{Json2, XmlRpc};
    let text = |piece, length| Body { before: r#"[{"name": ""#, piece, after: r#""}]"#, length };
    let xml = |piece, after| Body {
        before: "<methodResponse><params><param><value><array><data><value><struct><member><name>name</name><value>",
        piece,
        after,
        length: true,
    };
    let closed =
        "</value></member></struct></value></data></array></value></param></params></methodResponse>";
    // Protocol, cap, body, what the error says, and how many times the cap or the body may be in memory.
    let cases = [
        ("over the cap, told", Json2, CAP, text("abcdefgh", true), Some("larger than")),
        ("over the cap, not told", Json2, CAP, text("abcdefgh", false), Some("larger than")),
        ("over the cap, XML", XmlRpc, CAP, xml("abcdefgh", closed), Some("larger than")),
        ("one text", Json2, 120 * MB, text("abcdefgh", true), None),
        ("one text, each letter escaped", Json2, 120 * MB, text("\\u0041", true), None),
        ("one text, XML", XmlRpc, 120 * MB, xml("abcdefgh", closed), None),
        (
            "one text, XML, with references",
            XmlRpc,
            120 * MB,
            xml("abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz &amp; &#65;", closed),
            None,
        ),
        ("cut off", Json2, 120 * MB, Body { after: "", ..text("abcdefgh", false) }, Some("EOF")),
        ("cut off, XML", XmlRpc, 120 * MB, xml("abcdefgh", ""), Some("too early")),
        (
            "brackets",
            Json2,
            120 * MB,
            Body { before: "", piece: "[", after: "", length: true },
            Some("invalid type"),
        ),
        ("tags", XmlRpc, 120 * MB, xml("<array><data><value>", ""), Some("invalid type")),
        (
            "tags that nobody reads",
            XmlRpc,
            120 * MB,
            Body {
                before: "<methodResponse><params><param><value><array><data><value><struct><member><name>x</name><value>",
                ..xml("<array><data><value>", "")
            },
            Some("deep"),
        ),
        (
            "digits",
            Json2,
            120 * MB,
            Body { before: "[", piece: "1", after: "]", length: true },
            Some("number"),
        ),
        (
            "spaces",
            XmlRpc,
            120 * MB,
            Body { before: "", piece: " ", after: "", length: true },
            Some("methodResponse"),
        ),
    ];
    for (case, protocol, cap, body, expected) in cases {
        // What was the most so far counts from here on.
        let measured = std::fs::write("/proc/self/clear_refs", "5").is_ok();
        let before = memory("VmRSS");
        let outcome = names(protocol, cap, body).await;
        match (&outcome, expected) {
            (Ok(partners), None) => assert!(partners[0].name.len() >= 100 * MB / 6, "{case}"),
            (Err(error), Some(text)) => {
                let told = error.to_string();
                assert!(told.contains(text) && told.len() < 1_000, "{case}: {told}");
                let kind = if cap == CAP { ErrorKind::TooLarge } else { ErrorKind::Protocol };
                assert_eq!(error.kind(), kind, "{case}");
                assert_ne!(error.delivery(), Delivery::NotSent, "{case}");
            }
            _ => panic!("{case}: {:?}", outcome.map(|partners| partners.len())),
        }
        drop(outcome);
        match (before, memory("VmHWM").filter(|_| measured)) {
            (Some(before), Some(most)) => {
                let used = most.saturating_sub(before) / MB;
                assert!(used <= 4 * cap.min(100 * MB) / MB, "{case}: {used} MB");
                println!("{case}: {used} MB at most");
            }
            _ => println!("skipped: there is no /proc to read the memory of this process from"),
        }
    }
}
