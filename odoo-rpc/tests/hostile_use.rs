//! What hostile use brought to light: each test states what the crate claims.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test may panic, and its time is held still"
)]

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::StreamExt as _;
use futures_util::stream;
use odoo_rpc::transport::{
    HttpRequest, HttpResponse, RequestBody, StreamedResponse, Transport, TransportError, TransportErrorKind,
};
use odoo_rpc::{
    Call, Client, Config, Cursor, Delivery, Domain, ErrorKind, Id, OdooModel, Policy, ProtocolKind,
    ReportFormat, StreamOptions, SystemClock, UpsertOptions, UpsertOutcome, UpsertRecord, Values, xmlrpc,
};
use serde_json::{Map, Value, json};

const KEY: &str = "canary-5ecret-key";

#[derive(Clone, Debug, OdooModel)]
#[odoo(model = "res.partner")]
struct Partner {
    id: Id<Self>,
    name: Option<String>,
}

#[derive(Clone, Debug, OdooModel)]
#[odoo(model = "res.partner")]
struct Amounts {
    id: Id<Self>,
    credit: f64,
    count: i64,
}

struct Step {
    wait: Duration,
    answer: Result<(u16, String), (TransportErrorKind, Delivery)>,
}

fn ok(body: impl ToString) -> Step {
    Step { wait: Duration::ZERO, answer: Ok((200, body.to_string())) }
}
fn status(status: u16, body: impl ToString) -> Step {
    Step { wait: Duration::ZERO, answer: Ok((status, body.to_string())) }
}
fn fails(kind: TransportErrorKind) -> Step {
    let delivery = if kind == TransportErrorKind::Connect { Delivery::NotSent } else { Delivery::Unknown };
    Step { wait: Duration::ZERO, answer: Err((kind, delivery)) }
}

type Behaviour = Box<dyn Fn(usize, &HttpRequest) -> Step + Send + Sync>;

struct Fake {
    behaviour: Behaviour,
    series: u16,
    asked: Mutex<Vec<(String, Value)>>,
    /// How the body of an answer that is opened is cut.
    cuts: Mutex<Vec<usize>>,
    content_type: &'static str,
    length: Option<usize>,
}

impl Fake {
    fn calls(&self) -> usize {
        self.asked.lock().unwrap_or_else(std::sync::PoisonError::into_inner).len()
    }
    fn body(&self, at: usize) -> Value {
        self.asked.lock().unwrap_or_else(std::sync::PoisonError::into_inner)[at].1.clone()
    }
    fn paths(&self) -> Vec<String> {
        self.asked
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .iter()
            .map(|(path, _)| path.clone())
            .collect()
    }
    async fn answer(&self, request: &HttpRequest) -> Result<(u16, String), TransportError> {
        let path = request.url.path().to_owned();
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let text = String::from_utf8_lossy(&request.body).into_owned();
        if path == "/web/version" {
            return Ok(match self.series {
                19.. => (200, json!({"version_info": [self.series, 0, 0, "final", 0, ""]}).to_string()),
                _ => (404, "no".to_owned()),
            });
        }
        if path == "/xmlrpc/2/common" {
            let info = json!({"server_version": "17.0", "server_version_info": [17, 0, 0, "final", 0, ""]});
            let answer = if text.contains("authenticate") { json!(2) } else { info };
            return Ok((200, xmlrpc::encode_response(&answer).unwrap()));
        }
        if path == "/jsonrpc" && text.contains("\"authenticate\"") {
            return Ok((200, rpc(json!(2)).to_string()));
        }
        let step = {
            let mut asked = self.asked.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            asked.push((path, body));
            (self.behaviour)(asked.len() - 1, request)
        };
        let fail = |(kind, delivery)| TransportError {
            delivery,
            kind,
            message: "scripted".to_owned(),
            source: None,
        };
        tokio::time::sleep(step.wait.min(request.timeout)).await;
        if step.wait > request.timeout {
            return Err(fail((TransportErrorKind::Timeout, Delivery::Unknown)));
        }
        step.answer.map_err(fail)
    }
}

#[async_trait]
impl Transport for Fake {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let (status, body) = self.answer(&request).await?;
        let headers = vec![("set-cookie".to_owned(), "session_id=abc; Path=/".to_owned())];
        Ok(HttpResponse { status, headers, body: Bytes::from(body) })
    }

    async fn open(
        &self,
        request: HttpRequest,
        body: Option<RequestBody>,
    ) -> Result<StreamedResponse, TransportError> {
        if let Some(mut body) = body {
            while let Some(part) = body.next().await {
                drop(part);
            }
        }
        let (status, body) = self.answer(&request).await?;
        let mut rest = Bytes::from(body);
        let mut parts = Vec::new();
        for cut in self.cuts.lock().unwrap().iter() {
            let part = rest.split_to((*cut).min(rest.len()));
            parts.push(Ok(part));
        }
        parts.push(Ok(rest));
        let mut headers = vec![("content-type".to_owned(), self.content_type.to_owned())];
        headers.extend(self.length.map(|length| ("content-length".to_owned(), length.to_string())));
        Ok(StreamedResponse { status, headers, body: stream::iter(parts).boxed() })
    }
}

fn rpc(result: Value) -> Value {
    json!({"jsonrpc": "2.0", "id": 1, "result": result})
}

struct With {
    series: u16,
    policy: Policy,
    protocol: Option<ProtocolKind>,
    cuts: Vec<usize>,
    length: Option<usize>,
}

impl Default for With {
    fn default() -> Self {
        Self { series: 19, policy: Policy::once(), protocol: None, cuts: vec![], length: None }
    }
}

async fn connect(
    with: With,
    behaviour: impl Fn(usize, &HttpRequest) -> Step + Send + Sync + 'static,
) -> (Client, Arc<Fake>) {
    let fake = Arc::new(Fake {
        behaviour: Box::new(behaviour),
        series: with.series,
        asked: Mutex::default(),
        cuts: Mutex::new(with.cuts),
        content_type: "text/html",
        length: with.length,
    });
    let mut config = Config::new("https://odoo.example.com", "prod", "bot", KEY);
    config.policy = with.policy;
    config.protocol = with.protocol;
    config.timeout = Duration::from_secs(60);
    let clock = Arc::new(SystemClock::new());
    let client = Client::connect_on(config, Arc::clone(&fake) as Arc<dyn Transport>, clock).await.unwrap();
    (client, fake)
}

fn policy() -> Policy {
    Policy { break_after: 0, ..Policy::self_hosted() }
}

// ---------------------------------------------------------------- delivery

/// policy/gate.rs: the last attempt's delivery is told as that of the call.
#[tokio::test(start_paused = true)]
async fn a_repetition_that_was_not_sent_does_not_unsay_the_attempt_before() {
    let (client, fake) = connect(With { policy: policy(), ..With::default() }, |at, _| match at {
        0 => fails(TransportErrorKind::Read),
        _ => fails(TransportErrorKind::Connect),
    })
    .await;
    let error = client
        .write("res.partner", &[1], Map::from_iter([("name".to_owned(), json!("x"))]))
        .await
        .unwrap_err();
    assert!(fake.calls() > 1);
    // The first attempt may have been done.
    assert_eq!(error.delivery(), Delivery::Unknown, "{error}");
}

/// The same where the second attempt is rolled back: an action that the first one did.
#[tokio::test(start_paused = true)]
async fn a_repetition_that_was_rolled_back_does_not_unsay_the_attempt_before() {
    let (client, _) = connect(With { policy: policy(), ..With::default() }, |at, _| match at {
        0 => fails(TransportErrorKind::Read),
        _ => status(
            422,
            json!({"name": "odoo.exceptions.UserError", "message": "already confirmed", "debug": ""}),
        ),
    })
    .await;
    let call = Call::new("sale.order", "action_confirm").ids([1]).effect(odoo_rpc::Effect::Idempotent);
    let error = client.call(call).await.unwrap_err();
    assert_ne!(error.delivery(), Delivery::RolledBack, "{error}");
}

/// client/exchange.rs `open`: the body of a download is "taken" by the first attempt although there is none.
#[tokio::test(start_paused = true)]
async fn a_download_whose_connection_was_refused_is_tried_again() {
    let (client, _) = connect(With { policy: policy(), ..With::default() }, |at, _| match at {
        0 => fails(TransportErrorKind::Connect),
        _ => ok(json!([{"id": 12, "datas": "aGVsbG8="}])),
    })
    .await;
    let file = client.download(12).await.unwrap();
    assert_eq!(file.bytes(100).await.unwrap(), "hello");
}

/// client/exchange.rs `open`: an upload that never left is told as unknown.
#[tokio::test(start_paused = true)]
async fn an_upload_that_was_never_sent_says_so() {
    let (client, _) =
        connect(With { policy: policy(), ..With::default() }, |_, _| fails(TransportErrorKind::Connect))
            .await;
    let content = stream::iter([Ok(Bytes::from_static(b"hello"))]);
    let error = client.upload("x", None, 5, content).await.unwrap_err();
    assert_eq!(error.delivery(), Delivery::NotSent, "{error}");
}

/// answer.rs: a result that does not fit, before an error, hides the error and says "committed".
#[tokio::test]
async fn an_error_behind_a_null_result_is_the_error() {
    let (client, _) = connect(With { series: 17, ..With::default() }, |_, _| {
        ok(r#"{"jsonrpc":"2.0","id":1,"result":null,"error":{"code":0,"message":"x","data":{"name":"odoo.exceptions.UserError","message":"no"}}}"#)
    })
    .await;
    let error = client.search("res.partner", Domain::all(), Default::default()).await.unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (ErrorKind::UserError, Delivery::RolledBack), "{error}");
}

/// answer.rs: a second `error` overwrites the first one.
#[tokio::test]
async fn an_error_is_not_taken_back_by_a_second_one() {
    let (client, _) = connect(With { series: 17, ..With::default() }, |_, _| {
        ok(r#"{"jsonrpc":"2.0","id":1,"error":{"code":0,"message":"x","data":{"name":"odoo.exceptions.UserError","message":"no"}},"error":null}"#)
    })
    .await;
    assert!(client.unlink("res.partner", &[1]).await.is_err());
}

/// fault.rs by_status(500, readable): any JSON object counts as Odoo's own words.
#[tokio::test]
async fn a_gateways_json_page_does_not_say_rolled_back() {
    let (client, _) =
        connect(With::default(), |_, _| status(500, json!({"message": "Internal server error"}))).await;
    let error = client.create("res.partner", vec![Map::new()]).await.unwrap_err();
    assert_eq!(error.delivery(), Delivery::Unknown, "{error}");
}

/// upsert/mod.rs: a page that is not Odoo's, for a batch of one, is told as "nothing of it is in Odoo".
#[tokio::test]
async fn a_record_of_which_nothing_is_known_is_not_reported_as_refused() {
    let (client, _) = connect(With::default(), |_, _| status(500, "<html>")).await;
    let record = UpsertRecord::new("s.a").set("name", "x");
    match client.upsert("res.partner", vec![record], UpsertOptions::default()).await {
        Err(error) => assert_eq!(error.delivery(), Delivery::Unknown),
        Ok(report) => {
            let failed =
                report.outcomes().any(|(_, outcome)| matches!(outcome, UpsertOutcome::Failed { .. }));
            assert!(
                !failed,
                "delivery unknown, reported as: Odoo did not accept it, and nothing of it is in Odoo"
            );
        }
    }
}

/// fault.rs last_exception: the last "Traceback" can stand in data that the exception quotes.
#[tokio::test]
async fn a_traceback_in_the_data_does_not_make_a_failure_a_success() {
    let (client, _) = connect(
        With { series: 17, protocol: Some(ProtocolKind::XmlRpc), ..With::default() },
        |_, _| {
            let text = "Traceback (most recent call last):\n  File \"x.py\", line 1, in f\n    raise ValueError(name)\nValueError: bad name \
                        Traceback (most recent call last):\nTypeError: cannot marshal None unless allow_none is enabled";
            ok(xmlrpc::encode_fault(&xmlrpc::Fault { code: 1, text: text.to_owned() }).unwrap())
        },
    )
    .await;
    let values = Map::from_iter([("name".to_owned(), json!("x"))]);
    assert!(client.write("res.partner", &[1], values).await.is_err());
}

// ---------------------------------------------------------------- changes and stream

#[derive(Clone, Debug)]
struct Row {
    id: i64,
    at: i64,
    name: String,
    hidden: bool,
}

fn row(id: i64, at: i64) -> Row {
    Row { id, at, name: String::new(), hidden: false }
}

const T0: i64 = 1_790_000_000;

fn stamp(at: i64) -> String {
    odoo_rpc::field::format_datetime(odoo_rpc::field::Timestamp::from_second(at).unwrap())
}

/// Odoo's `search`, `search_read` and `read` on rows. What is hidden is taken out after the limit, as `mail.message._search` does it.
fn table(rows: &[Row], request: &HttpRequest) -> Step {
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    let method = request.url.path().rsplit('/').next().unwrap().to_owned();
    if method == "read" {
        let ids: Vec<i64> = serde_json::from_value(body["ids"].clone()).unwrap();
        let read: Vec<Value> = rows
            .iter()
            .filter(|row| ids.contains(&row.id))
            .map(|row| json!({"id": row.id, "name": row.name}))
            .collect();
        return ok(Value::from(read));
    }
    let fits = |row: &&Row| {
        body["domain"].as_array().unwrap().iter().filter_map(Value::as_array).all(|leaf| {
            let (mine, other) = match leaf[0].as_str().unwrap() {
                "id" => (row.id.to_string(), leaf[2].to_string()),
                _ => (stamp(row.at), leaf[2].as_str().unwrap().to_owned()),
            };
            let order = match mine.parse::<i64>() {
                Ok(mine) => mine.cmp(&other.parse::<i64>().unwrap()),
                Err(_) => mine.cmp(&other),
            };
            match leaf[1].as_str().unwrap() {
                ">" => order.is_gt(),
                ">=" => order.is_ge(),
                "<" => order.is_lt(),
                "<=" => order.is_le(),
                _ => unreachable!(),
            }
        })
    };
    let mut found: Vec<&Row> = rows.iter().filter(fits).collect();
    match body["order"].as_str() {
        Some("id") => found.sort_by_key(|row| row.id),
        _ => found.sort_by_key(|row| (row.at, row.id)),
    }
    found.truncate(body["limit"].as_u64().map_or(usize::MAX, |limit| limit as usize));
    found.retain(|row| !row.hidden);
    match method.as_str() {
        "search" => ok(Value::from(found.iter().map(|row| row.id).collect::<Vec<_>>())),
        _ => ok(Value::from(
            found
                .iter()
                .map(|row| json!({"id": row.id, "name": row.name, "write_date": stamp(row.at)}))
                .collect::<Vec<_>>(),
        )),
    }
}

async fn drain(changes: &mut odoo_rpc::Changes<Partner>) -> Vec<i64> {
    let mut seen = Vec::new();
    for _ in 0..200 {
        let page = changes.next().await.unwrap();
        if page.is_empty() {
            break;
        }
        seen.extend(page.iter().map(|partner| partner.id.get()));
    }
    seen
}

/// records/changes.rs: `advance` moves on before the records are read; a read that fails loses its page for good.
#[tokio::test]
async fn a_page_of_changes_that_could_not_be_read_comes_again() {
    // Twelve records an hour apart.
    let rows: Vec<Row> = (1..=12).map(|id| row(id, T0 + id * 3600)).collect();
    let broken = Arc::new(AtomicBool::new(true));
    let (client, _) = connect(With::default(), move |_, request| {
        if request.url.path().ends_with("/read") && broken.swap(false, Ordering::SeqCst) {
            return fails(TransportErrorKind::Read);
        }
        table(&rows, request)
    })
    .await;
    let mut changes = client.records::<Partner>().changes(Cursor::start()).page(5);
    changes.next().await.unwrap_err();
    let mut seen = drain(&mut changes).await;
    seen.extend(drain(&mut changes).await);
    seen.sort_unstable();
    assert_eq!(seen, (1..=12).collect::<Vec<_>>());
}

/// The same where the future is dropped (a timeout of the caller, `select!`).
#[tokio::test(start_paused = true)]
async fn a_page_of_changes_whose_future_was_dropped_comes_again() {
    let rows: Vec<Row> = (1..=12).map(|id| row(id, T0 + id * 3600)).collect();
    let slow = Arc::new(AtomicBool::new(true));
    let (client, _) = connect(With::default(), move |_, request| {
        let mut step = table(&rows, request);
        if request.url.path().ends_with("/read") && slow.swap(false, Ordering::SeqCst) {
            step.wait = Duration::from_secs(30);
        }
        step
    })
    .await;
    let mut changes = client.records::<Partner>().changes(Cursor::start()).page(5);
    assert!(tokio::time::timeout(Duration::from_secs(1), changes.next()).await.is_err());
    let mut seen = drain(&mut changes).await;
    seen.extend(drain(&mut changes).await);
    seen.sort_unstable();
    assert_eq!(seen, (1..=12).collect::<Vec<_>>());
}

/// records/changes.rs: `seen` is cut at the end of a round alone: a first run over a table keeps all its ids.
#[tokio::test]
async fn the_cursor_stays_small_within_a_round() {
    let rows: Vec<Row> = (1..=2000).map(|id| row(id, T0 - 20_000_000 + id * 3600)).collect();
    let (client, _) = connect(With::default(), move |_, request| table(&rows, request)).await;
    let mut changes = client.records::<Partner>().changes(Cursor::start()).page(50);
    for _ in 0..35 {
        changes.next().await.unwrap();
    }
    let kept = serde_json::to_value(changes.cursor()).unwrap()["seen"].as_object().unwrap().len();
    assert!(kept <= 50, "{kept} records in the cursor, of which the overlap of 180 s holds one");
}

/// records/changes.rs: a page that Odoo thinned out after the limit (`mail.message._search`) is taken for the last one.
#[tokio::test]
async fn changes_go_on_behind_a_page_that_odoo_thinned_out() {
    let mut rows: Vec<Row> = (1..=30).map(|id| row(id, T0 + id)).collect();
    rows[2].hidden = true;
    let (client, _) = connect(With::default(), move |_, request| table(&rows, request)).await;
    let mut changes = client.records::<Partner>().changes(Cursor::start()).page(10);
    let mut seen = Vec::new();
    for _ in 0..5 {
        seen.extend(drain(&mut changes).await);
    }
    assert_eq!(seen.len(), 29, "stuck at {seen:?}");
}

/// records/stream.rs: the same for the ids of a stream: it ends without an error, and the rest is missing.
#[tokio::test]
async fn a_stream_goes_on_behind_ids_that_odoo_thinned_out() {
    let mut rows: Vec<Row> = (1..=10_500).map(|id| row(id, T0)).collect();
    rows[7].hidden = true;
    let (client, _) = connect(With::default(), move |_, request| table(&rows, request)).await;
    let all: Vec<_> = client.stream::<Partner>().collect().await;
    assert_eq!(all.len(), 10_499);
}

/// records/stream.rs: pages are read by range, without the limit: what came into the query meanwhile goes over it.
#[tokio::test]
async fn a_stream_keeps_its_limit_while_records_come_in() {
    let (client, _) = connect(With::default(), |_, request| {
        let later = request.url.path().ends_with("search_read");
        let rows =
            if later { vec![row(1, T0), row(2, T0), row(3, T0)] } else { vec![row(1, T0), row(3, T0)] };
        table(&rows, request)
    })
    .await;
    let all: Vec<_> = client.records::<Partner>().limit(2).stream().collect().await;
    assert_eq!(all.len(), 2);
}

/// records/stream.rs: failures in a row are counted per page, so pages of fewer than 16 never give up.
#[tokio::test]
async fn a_stream_of_small_pages_gives_up_too() {
    let (client, fake) = connect(With::default(), |_, request| {
        if request.url.path().ends_with("search_read") {
            return status(500, json!({"name": "builtins.KeyError", "message": "x", "debug": ""}));
        }
        table(&(1..=200).map(|id| row(id, T0)).collect::<Vec<_>>(), request)
    })
    .await;
    let options = StreamOptions { page: 8, max_page: 8, parallel: 1, ..StreamOptions::default() };
    let all: Vec<_> = client.records::<Partner>().stream_with(options).collect().await;
    assert!(all.len() <= 20, "{} errors and {} calls of 200 records", all.len(), fake.calls());
}

/// records/stream.rs: an id that the server says twice, at the border of two pages or windows.
#[tokio::test]
async fn a_record_does_not_come_twice_where_the_server_says_its_id_twice() {
    let (client, _) = connect(With::default(), |_, request| {
        if request.url.path().ends_with("/search") {
            return ok(json!([1, 2, 2, 3]));
        }
        table(&[row(1, T0), row(2, T0), row(3, T0)], request)
    })
    .await;
    let options = StreamOptions { page: 2, max_page: 2, parallel: 1, ..StreamOptions::default() };
    let all: Vec<_> = client.records::<Partner>().stream_with(options).collect().await;
    let ids: Vec<i64> = all.into_iter().filter_map(Result::ok).map(|partner| partner.id.get()).collect();
    assert!(ids.is_empty() || ids == [1, 2, 3], "{ids:?}");
}

/// records/write.rs write_each: one call per value changes the order of writes to one record.
#[tokio::test]
async fn the_last_of_several_writes_to_a_record_holds() {
    let (client, fake) = connect(With::default(), |_, _| ok("true")).await;
    let set = |name: &str| Values::<Partner>::new().set(Partner::NAME, name.to_owned());
    let id = Id::new(1);
    client
        .records::<Partner>()
        .write_each(vec![(id, set("a")), (id, set("b")), (id, set("a"))])
        .await
        .unwrap();
    assert_eq!(fake.body(fake.calls() - 1)["vals"]["name"], "a");
}

/// client/options.rs: Odoo takes `limit=0` for no limit (`if self.limit` in `odoo/tools/query.py`).
#[tokio::test]
async fn a_limit_of_nothing_does_not_ask_for_everything() {
    let (client, fake) = connect(With::default(), |_, _| ok(json!([{"id": 1, "name": "x"}]))).await;
    let read = client.records::<Partner>().limit(0).fetch().await.unwrap();
    assert!(read.is_empty(), "asked with {}", fake.body(0));
}

// ---------------------------------------------------------------- secrets

/// key.rs redact: only the key of now is taken out, not the one that the call was made with.
#[tokio::test(start_paused = true)]
async fn the_old_key_does_not_leak_from_a_call_under_way() {
    let (client, _) = connect(With::default(), |_, _| Step {
        wait: Duration::from_secs(5),
        answer: Ok((
            422,
            json!({"name": "odoo.exceptions.UserError", "message": format!("no {KEY}")}).to_string(),
        )),
    })
    .await;
    let under_way = client.search_count("res.partner", Domain::all());
    let replace = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        client.replace_key("another-secret-key");
    };
    let (error, ()) = tokio::join!(under_way, replace);
    let error = error.unwrap_err();
    assert!(!format!("{error} {error:?}").contains(KEY), "{error:?}");
}

/// error.rs redact: not the source, which `Debug` shows.
#[tokio::test]
async fn the_key_does_not_leak_from_the_source_of_an_error() {
    let (client, _) =
        connect(With { series: 17, protocol: Some(ProtocolKind::XmlRpc), ..With::default() }, |_, _| {
            ok(xmlrpc::encode_response(&json!(KEY)).unwrap())
        })
        .await;
    let error = client.search_count("res.partner", Domain::all()).await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains(KEY), "{error:?}");
}

/// error.rs redact: not the exception's name.
#[tokio::test]
async fn the_key_does_not_leak_from_the_name_of_an_exception() {
    let (client, _) =
        connect(With::default(), |_, _| status(500, json!({"name": format!("x.{KEY}"), "message": "m"})))
            .await;
    let error = client.search_count("res.partner", Domain::all()).await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains(KEY), "{error:?}");
}

/// error.rs: texts are cut before the key is looked for, so a key at the cut stays but for its end.
#[tokio::test]
async fn a_key_that_is_cut_in_two_does_not_leak() {
    let (client, _) = connect(With::default(), |_, _| {
        let message = format!("{}{KEY}", "x".repeat(1024 - KEY.len() + 1));
        let debug = format!("{KEY}{}", "x".repeat(16 * 1024 - KEY.len() + 1));
        status(422, json!({"name": "odoo.exceptions.UserError", "message": message, "debug": debug}))
    })
    .await;
    let error = client.search_count("res.partner", Domain::all()).await.unwrap_err();
    let message = error.message().contains(&KEY[..KEY.len() - 1]);
    let traceback = error.server_traceback().unwrap().contains(&KEY[1..]);
    assert_eq!((message, traceback), (false, false), "all but one letter of the key");
}

/// client/resolve.rs: `/doc-bearer` is asked before the model's name is checked, with the key.
#[tokio::test]
async fn the_key_goes_to_no_path_that_a_model_name_makes() {
    let (client, fake) = connect(With::default(), |_, _| status(404, "")).await;
    let error = client.call(Call::new("../../other", "do_it").arg(1)).await.unwrap_err();
    assert_eq!(error.delivery(), Delivery::NotSent);
    assert_eq!(fake.paths(), Vec::<String>::new());
}

// ---------------------------------------------------------------- client and policy

/// policy/breaker.rs: refusals of the key that was replaced lock out the new one.
#[tokio::test(start_paused = true)]
async fn a_new_key_is_not_locked_out_by_the_refusal_of_the_old_one() {
    let (client, _) = connect(With { policy: policy(), ..With::default() }, |_, request| {
        let old =
            request.headers.iter().any(|(name, value)| *name == "Authorization" && value.ends_with(KEY));
        match old {
            true => Step { wait: Duration::from_secs(5), answer: Ok((401, "{}".to_owned())) },
            false => ok("1"),
        }
    })
    .await;
    let two =
        futures_util::future::join_all((0..2).map(|_| client.search_count("res.partner", Domain::all())));
    let replace = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        client.replace_key("another-secret-key");
    };
    let (refused, ()) = tokio::join!(two, replace);
    assert!(refused.iter().all(Result::is_err));
    assert_eq!(client.search_count("res.partner", Domain::all()).await.unwrap(), 1);
}

/// client/resolve.rs: the question for the arguments has the whole timeout for itself, before the call has it again.
#[tokio::test(start_paused = true)]
async fn one_deadline_covers_the_question_for_the_arguments_too() {
    let (client, _) = connect(With::default(), |_, request| {
        let doc = request.url.path().contains("doc-bearer");
        let body = json!({"methods": {"do_it": {"parameters": {"what": {}}}}}).to_string();
        Step { wait: Duration::from_secs(if doc { 50 } else { 100 }), answer: Ok((200, body)) }
    })
    .await;
    let begun = tokio::time::Instant::now();
    let call = Call::new("res.partner", "do_it").arg(1).timeout(Duration::from_secs(10));
    client.call(call).await.unwrap_err();
    assert!(begun.elapsed() <= Duration::from_secs(11), "{:?} of 10 s", begun.elapsed());
}

/// client/exchange.rs: and after a name was learnt the deadline begins anew.
#[tokio::test(start_paused = true)]
async fn one_deadline_covers_the_second_sending_under_a_learnt_name_too() {
    let (client, _) = connect(With::default(), |_, _| Step {
        wait: Duration::from_secs(9),
        answer: Ok((422, json!({"name": "werkzeug.exceptions.UnprocessableEntity", "message": "missing a required argument: 'other'"}).to_string())),
    })
    .await;
    let begun = tokio::time::Instant::now();
    let call = Call::new("res.partner", "write").ids([1]).arg(json!({})).timeout(Duration::from_secs(10));
    client.call(call).await.unwrap_err();
    assert!(begun.elapsed() <= Duration::from_secs(11), "{:?} of 10 s", begun.elapsed());
}

/// client/resolve.rs: a documentation that could not be had once is never asked for again.
#[tokio::test]
async fn a_blip_while_asking_for_the_arguments_is_not_for_ever() {
    let (client, _) =
        connect(With::default(), |at, request| match request.url.path().contains("doc-bearer") {
            true if at == 0 => status(503, ""),
            true => ok(json!({"methods": {"do_it": {"parameters": {"what": {}}}}})),
            false => ok("1"),
        })
        .await;
    let call = || Call::new("res.partner", "do_it").arg(1);
    let _first = client.call(call()).await;
    assert_eq!(client.call(call()).await.unwrap(), 1);
}

/// client/resolve.rs learn_name: a required argument that is missing is taken for the name of the one that is there.
#[tokio::test]
async fn a_missing_argument_is_not_the_name_of_another_one() {
    // An addon's `write(self, vals, reason)`.
    let (client, fake) = connect(With::default(), |_, request| {
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        for name in ["vals", "reason"] {
            if body.get(name).is_none() {
                let message = format!("missing a required argument: '{name}'");
                return status(
                    422,
                    json!({"name": "werkzeug.exceptions.UnprocessableEntity", "message": message}),
                );
            }
        }
        ok("true")
    })
    .await;
    let call = || Call::new("res.partner", "write").ids([1]).arg(json!({"name": "x"}));
    client.call(call()).await.unwrap_err();
    // The right call: what the refusal "taught" must not stand in its way.
    let sent = client.call(call().kwarg("reason", "r")).await;
    assert_eq!(sent.unwrap(), true);
    assert_eq!(fake.body(fake.calls() - 1)["vals"], json!({"name": "x"}));
}

/// The same where the other argument alone is required: the call runs with the value in the wrong place.
#[tokio::test]
async fn a_value_is_not_sent_under_the_name_of_another_argument() {
    // An addon's `copy(self, default=None, *, reason)`.
    let (client, _) = connect(With::default(), |_, request| {
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        match body.get("reason") {
            None => status(422, json!({"name": "werkzeug.exceptions.UnprocessableEntity", "message": "missing a required argument: 'reason'"})),
            Some(_) => ok(json!([7])),
        }
    })
    .await;
    let call = Call::new("res.partner", "copy").ids([1]).arg(json!({"name": "copy"}));
    assert!(
        client.call(call).await.is_err(),
        "done, with the values given as the reason and none as the default"
    );
}

/// client/methods.rs: `call` refuses an answer in which a name stands twice, `read` and `search_read` take the latter.
#[tokio::test]
async fn a_name_that_stands_twice_in_a_record_is_refused_by_every_method() {
    let (client, _) = connect(With::default(), |_, _| ok(r#"[{"id":1,"credit":5.0,"credit":5000.0}]"#)).await;
    assert!(client.call(Call::new("res.partner", "read").ids([1])).await.is_err());
    let read = client.read("res.partner", &[1], &["credit"]).await;
    assert!(read.is_err(), "{read:?}");
}

/// policy/gate.rs enter: a call that is dropped while it waits for its pace keeps its token.
#[tokio::test(start_paused = true)]
async fn calls_that_were_dropped_in_line_leave_no_debt() {
    let policy = Policy { calls_per_second: Some(1.0), burst: 1, break_after: 0, ..Policy::self_hosted() };
    let (client, fake) = connect(With { policy, ..With::default() }, |_, _| ok("1")).await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    client.search_count("res.partner", Domain::all()).await.unwrap();
    for _ in 0..50 {
        let call = client.search_count("res.partner", Domain::all());
        assert!(tokio::time::timeout(Duration::from_millis(10), call).await.is_err());
    }
    assert_eq!(fake.calls(), 1);
    let begun = tokio::time::Instant::now();
    client.search_count("res.partner", Domain::all()).await.unwrap();
    assert!(begun.elapsed() <= Duration::from_secs(2), "{:?}", begun.elapsed());
}

/// policy/effect.rs: lines of lines need keys too.
#[tokio::test(start_paused = true)]
async fn a_load_with_lines_of_lines_without_keys_is_not_repeated() {
    let (client, fake) =
        connect(With { policy: policy(), ..With::default() }, |_, _| fails(TransportErrorKind::Read)).await;
    let fields = ["id", "line_ids/id", "line_ids/sub_ids/name"];
    let rows = vec![vec!["s.a".to_owned(), "s.l".to_owned(), "new each time".to_owned()]];
    client.load("x.y", &fields, rows).await.unwrap_err();
    assert_eq!(fake.calls(), 1);
}

/// upsert/mod.rs check: a column that makes lines without an external id is sent as repeatable.
#[tokio::test(start_paused = true)]
async fn an_upsert_whose_columns_make_lines_without_keys_is_not_repeated() {
    let (client, fake) =
        connect(With { policy: policy(), ..With::default() }, |_, _| fails(TransportErrorKind::Read)).await;
    let record =
        UpsertRecord::new("s.order").set("order_line/name", "doubled").set("order_line/product_id/id", "s.p");
    let _error = client.upsert("sale.order", vec![record], UpsertOptions::default()).await.unwrap_err();
    assert!(fake.calls() <= 1, "sent {} times", fake.calls());
}

/// upsert/mod.rs check: a column named like the key is a second key.
#[tokio::test]
async fn an_upsert_has_one_key() {
    let (client, fake) = connect(With::default(), |_, _| ok(json!({"ids": [1], "messages": []}))).await;
    let record = UpsertRecord::new("s.a").set("id", "s.other");
    let sent = client.upsert("res.partner", vec![record], UpsertOptions::default()).await;
    assert!(sent.is_err(), "{}", fake.body(0));
}

/// policy/breaker.rs: `now + pause`.
#[tokio::test]
async fn a_pause_for_ever_does_not_panic() {
    let policy = Policy { break_after: 1, break_for: Duration::MAX, attempts: 1, ..Policy::self_hosted() };
    let (client, _) =
        connect(With { policy, ..With::default() }, |_, _| fails(TransportErrorKind::Connect)).await;
    for _ in 0..2 {
        assert!(client.search_count("res.partner", Domain::all()).await.is_err());
    }
}

/// web/mod.rs: a password that is refused is tried at each call; Odoo locks the address out after five.
#[tokio::test(start_paused = true)]
async fn a_password_that_is_refused_is_not_tried_for_ever() {
    let logins = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&logins);
    let (client, _) = connect(With { policy: policy(), ..With::default() }, move |_, request| {
        let refused = |name: &str| {
            ok(json!({"jsonrpc": "2.0", "id": 1, "error": {"code": 100, "message": "x", "data": {"name": name, "message": "no"}}}))
        };
        if request.url.path() == "/web/session/authenticate" {
            return match counted.fetch_add(1, Ordering::SeqCst) {
                0 => ok(rpc(json!({"uid": 2}))),
                _ => refused("odoo.exceptions.AccessDenied"),
            };
        }
        refused("odoo.http.SessionExpiredException")
    })
    .await;
    let session = client.web_session("passw0rd").await.unwrap();
    for _ in 0..10 {
        session.call(Call::new("res.partner", "search_count")).await.unwrap_err();
    }
    let tried = logins.load(Ordering::SeqCst) - 1;
    assert!(tried <= 2, "the refused password was sent {tried} times");
}

/// files/attachment.rs: a refused key is not counted for downloads.
#[tokio::test(start_paused = true)]
async fn a_key_that_is_refused_is_not_tried_for_ever_by_downloads() {
    let (client, fake) = connect(With { policy: policy(), ..With::default() }, |_, _| {
        status(401, json!({"name": "werkzeug.exceptions.Unauthorized", "message": "Invalid apikey"}))
    })
    .await;
    for _ in 0..10 {
        client.download(1).await.unwrap_err();
    }
    assert!(fake.calls() <= 2, "the refused key was sent {} times", fake.calls());
}

// ---------------------------------------------------------------- files

/// files/attachment.rs: `"datas":` cut by a border of chunks, before a large one.
#[tokio::test]
async fn a_download_stands_any_border_of_chunks() {
    let content = "QUJD".repeat(50_000);
    let body = format!(r#"[{{"id": 12, "datas": "{content}"}}]"#);
    let (client, _) = connect(With { cuts: vec![15], ..With::default() }, move |_, _| ok(&body)).await;
    let file = client.download(12).await.unwrap();
    assert_eq!(file.bytes(1_000_000).await.unwrap().len(), 150_000);
}

/// files/attachment.rs: padding in the middle is accepted where a border of chunks stands behind it.
#[tokio::test]
async fn padding_in_the_middle_is_refused_whatever_the_chunks() {
    let body = r#"[{"id": 12, "datas": "QQ==QUJD"}]"#;
    let cut = body.find("QUJD").unwrap();
    for cuts in [vec![], vec![cut]] {
        let (client, _) = connect(With { cuts, ..With::default() }, move |_, _| ok(body)).await;
        assert!(client.download(12).await.unwrap().bytes(100).await.is_err());
    }
}

/// files/attachment.rs: whatever stands under `"datas"`, at whatever depth, is the file: also in an error, also of another record.
#[tokio::test]
async fn an_error_is_no_file() {
    let body = r#"{"jsonrpc": "2.0", "id": 1, "error": {"code": 200, "data": {"name": "odoo.exceptions.AccessError", "message": "no", "context": {"datas": "QUJD"}}}}"#;
    let (client, _) = connect(With { series: 17, ..With::default() }, move |_, _| ok(body)).await;
    let file = match client.download(12).await {
        Err(_) => return,
        Ok(file) => file.bytes(100).await,
    };
    assert!(file.is_err(), "{file:?}");
}

/// files/attachment.rs: an error whose traceback is longer than 64 KiB is not told.
#[tokio::test]
async fn an_error_with_a_long_traceback_is_told() {
    let body = json!({"jsonrpc": "2.0", "id": 1, "error": {"code": 200, "message": "x", "data": {
        "name": "odoo.exceptions.AccessError", "message": "no", "debug": "x".repeat(100_000)}}})
    .to_string();
    let (client, _) = connect(With { series: 17, ..With::default() }, move |_, _| ok(&body)).await;
    let error = client.download(12).await.unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (ErrorKind::AccessDenied, Delivery::RolledBack), "{error}");
}

/// web/report.rs: an HTML page is given as a PDF, and a body shorter than its length as whole.
#[tokio::test]
async fn a_page_is_no_pdf_and_a_part_is_no_whole() {
    let (client, _) = connect(With { length: Some(100_000), ..With::default() }, |_, request| {
        match request.url.path() == "/web/session/authenticate" {
            true => ok(rpc(json!({"uid": 2}))),
            false => ok("<html>maintenance"),
        }
    })
    .await;
    let session = client.web_session("passw0rd").await.unwrap();
    let html = session
        .report("sale.report_saleorder", &[1], ReportFormat::Html)
        .await
        .unwrap()
        .bytes(1_000_000)
        .await;
    let pdf = session.report("sale.report_saleorder", &[1], ReportFormat::Pdf).await;
    assert_eq!((html.is_err(), pdf.is_err()), (true, true), "17 bytes of 100000; text/html as a PDF");
}

// ---------------------------------------------------------------- values

/// field/scalar.rs: 2^53 itself can be 2^53 + 1 rounded.
#[tokio::test]
async fn an_integer_that_a_double_rounded_is_not_taken_for_exact() {
    let (client, _) =
        connect(With { series: 17, protocol: Some(ProtocolKind::XmlRpc), ..With::default() }, |_, _| {
            // What Python makes of float(2**53 + 1).
            ok("<methodResponse><params><param><value><array><data><value><struct>\
                <member><name>id</name><value><int>1</int></value></member>\
                <member><name>credit</name><value><double>1.0</double></value></member>\
                <member><name>count</name><value><double>9007199254740992.0</double></value></member>\
                </struct></value></data></array></value></param></params></methodResponse>")
        })
        .await;
    let read = client.records::<Amounts>().fetch().await;
    assert!(read.is_err(), "{read:?}");
}

/// field/properties.rs: a many2many property is read as pairs and would be written as pairs.
#[test]
fn many2many_properties_are_written_as_ids() {
    use odoo_rpc::field::{FieldValue as _, Properties};
    let wire = json!([{"name": "a", "string": "A", "type": "many2many", "comodel": "res.partner", "value": [[1, "x"], [2, "y"]]}]);
    let properties = Properties::decode(wire).unwrap().unwrap();
    assert_eq!(properties.encode(), json!({"a": [1, 2]}));
}

/// domain/text.rs: in Python `(5)` is 5, a tuple needs its comma.
#[test]
fn brackets_around_one_value_make_no_list() {
    if let Ok(domain) = "[('id', '=', (5))]".parse::<Domain>() {
        assert_eq!(domain.to_value(), json!([["id", "=", 5]]));
    }
}

/// domain/text.rs: whole numbers beyond i64 become floats.
#[test]
fn a_large_whole_number_reads_back() {
    let domain = Domain::eq("a", u64::MAX);
    if let Ok(read) = domain.to_string().parse::<Domain>() {
        assert_eq!(read, domain);
    }
}

/// load.rs is_conflict: the words can stand in the data of one record, and then nothing is upserted, ever.
#[tokio::test(start_paused = true)]
async fn the_words_of_a_conflict_in_the_data_are_no_conflict() {
    let (client, _) = connect(With { policy: policy(), ..With::default() }, |_, _| {
        ok(json!({"ids": false, "messages": [{"type": "error", "rows": {"from": 0, "to": 0}, "record": 0, "field": "country_id",
            "message": "No matching record found for name 'deadlock detected' in field 'Country'"}]}))
    })
    .await;
    let record = UpsertRecord::new("s.a").set("country_id", "deadlock detected");
    let report = client.upsert("res.partner", vec![record], UpsertOptions::default()).await.unwrap();
    assert_eq!(report.failures().count(), 1);
}

// ---------------------------------------------------------------- second round

#[derive(Clone, Debug, PartialEq, OdooModel)]
#[odoo(model = "res.partner.category")]
struct Tag {
    id: Id<Self>,
    name: Option<String>,
}

#[derive(Clone, Debug, PartialEq, OdooModel)]
#[odoo(model = "res.partner")]
struct Tagged {
    id: Id<Self>,
    /// A many2many in Odoo.
    category_id: Vec<Tag>,
    /// A many2one.
    parent_id: Option<Tag>,
}

fn tag(id: i64) -> Tag {
    Tag { id: Id::new(id), name: Some("x".to_owned()) }
}

/// model/command.rs diff_commands: a tag that is taken off one record is deleted from the database, for all records.
#[tokio::test]
async fn a_tag_that_is_taken_off_a_record_is_not_deleted() {
    let (client, fake) = connect(With::default(), |_, _| ok("true")).await;
    let old = Tagged { id: Id::new(1), category_id: vec![tag(7), tag(8)], parent_id: None };
    let new = Tagged { category_id: vec![tag(8)], ..old.clone() };
    client.records::<Tagged>().update(&old, &new).await.unwrap();
    let commands = fake.body(0)["vals"]["category_id"].clone();
    // 2: delete the record; 3: take it off the list.
    assert_ne!(commands, json!([[2, 7, 0]]));
}

/// records/group.rs: what the server left out is told as "there was nothing to compute".
#[tokio::test]
async fn a_sum_that_the_server_left_out_is_an_error() {
    let (client, _) = connect(With::default(), |_, _| ok(json!([{"id": 1, "__count": 3}]))).await;
    let groups = client
        .records::<Amounts>()
        .groups()
        .by(&Amounts::COUNT)
        .with(&Amounts::CREDIT, odoo_rpc::Aggregate::Sum)
        .fetch()
        .await;
    assert!(groups.is_err(), "{groups:?}");
}

/// client/resolve.rs: the question for the arguments goes past the breaker, with the key that is locked.
#[tokio::test(start_paused = true)]
async fn a_locked_key_is_not_sent_to_ask_for_arguments() {
    let (client, fake) =
        connect(With { policy: policy(), ..With::default() }, |_, _| status(401, "{}")).await;
    for _ in 0..2 {
        client.search_count("res.partner", Domain::all()).await.unwrap_err();
    }
    for model in ["a.a", "b.b", "c.c", "d.d", "e.e"] {
        client.call(Call::new(model, "do_it").arg(1)).await.unwrap_err();
    }
    assert_eq!(fake.calls(), 2, "{:?}", fake.paths());
}

struct SlowVersion(Arc<AtomicUsize>);

#[async_trait]
impl Transport for SlowVersion {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        self.0.fetch_add(1, Ordering::SeqCst);
        tokio::time::sleep(request.timeout.min(Duration::from_secs(50))).await;
        Ok(HttpResponse { status: 404, headers: vec![], body: Bytes::new() })
    }
}

/// probe.rs version: each of three requests has the whole time that is left.
#[tokio::test(start_paused = true)]
async fn one_deadline_covers_all_questions_for_the_version() {
    let mut config = Config::new("https://odoo.example.com", "prod", "bot", KEY);
    config.timeout = Duration::from_secs(60);
    config.policy = Policy::once();
    let begun = tokio::time::Instant::now();
    let transport = Arc::new(SlowVersion(Arc::default()));
    Client::connect_with(config, transport).await.unwrap_err();
    assert!(begun.elapsed() <= Duration::from_secs(61), "{:?} of 60 s", begun.elapsed());
}

/// policy/effect.rs: Python takes `false` and `0.0` for 0, the command that creates.
#[tokio::test(start_paused = true)]
async fn a_write_with_a_disguised_create_command_is_not_repeated() {
    for code in [json!(false), json!(0.0)] {
        let (client, fake) =
            connect(With { policy: policy(), ..With::default() }, |_, _| fails(TransportErrorKind::Read))
                .await;
        let values = json!({"child_ids": [[code, 0, {"name": "doubled"}]]});
        client.write("res.partner", &[1], values.as_object().unwrap().clone()).await.unwrap_err();
        assert_eq!(fake.calls(), 1, "{values}");
    }
}

/// testkit/record/secrets.rs response: a password member of an XML answer is masked in a copy that is thrown away.
#[cfg(feature = "testkit")]
#[tokio::test]
async fn a_recording_masks_password_members_of_xml_answers_too() {
    let fake = Arc::new(Fake {
        behaviour: Box::new(|_, _| {
            ok(xmlrpc::encode_response(&json!([{"id": 1, "password": "hunter2"}])).unwrap())
        }),
        series: 17,
        asked: Mutex::default(),
        cuts: Mutex::default(),
        content_type: "text/xml",
        length: None,
    });
    let recorder = odoo_rpc::testkit::Recorder::new(fake);
    let mut config = Config::new("https://odoo.example.com", "prod", "bot", KEY);
    config.protocol = Some(ProtocolKind::XmlRpc);
    let client = Client::connect_with(config, Arc::new(recorder.clone())).await.unwrap();
    client.read("res.users", &[1], &["password"]).await.unwrap();
    assert!(!recorder.to_json().contains("hunter2"));
}

/// testkit/record/secrets.rs response: a body that is no UTF-8 is kept as it is.
#[cfg(feature = "testkit")]
#[tokio::test]
async fn a_recording_keeps_no_key_in_binary_answers() {
    use base64_of as encode;
    struct Binary;
    #[async_trait]
    impl Transport for Binary {
        async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
            let version = request.url.path() == "/web/version";
            let body = match version {
                true => json!({"version_info": [19, 0, 0, "final", 0, ""]}).to_string().into_bytes(),
                false => [b"\xff\xfe ", KEY.as_bytes()].concat(),
            };
            Ok(HttpResponse { status: 200, headers: vec![], body: body.into() })
        }
    }
    let recorder = odoo_rpc::testkit::Recorder::new(Arc::new(Binary));
    let config = Config::new("https://odoo.example.com", "prod", "bot", KEY);
    let client = Client::connect_with(config, Arc::new(recorder.clone())).await.unwrap();
    client.search_count("res.partner", Domain::all()).await.unwrap_err();
    assert!(!recorder.to_json().contains(&encode(&[b"\xff\xfe ", KEY.as_bytes()].concat())));
}

#[cfg(feature = "testkit")]
fn base64_of(bytes: &[u8]) -> String {
    use odoo_rpc::field::{Binary, FieldValue as _};
    Binary(bytes.to_vec()).encode().as_str().unwrap().to_owned()
}

/// records/changes.rs: an empty page is "none for now", also where all of its records were deleted meanwhile.
#[tokio::test]
async fn a_page_of_deleted_records_is_not_the_end() {
    let rows: Vec<Row> = (1..=12).map(|id| row(id, T0 + id * 3600)).collect();
    let first = Arc::new(AtomicBool::new(true));
    let (client, _) = connect(With::default(), move |_, request| {
        if request.url.path().ends_with("/read") && first.swap(false, Ordering::SeqCst) {
            return ok("[]");
        }
        table(&rows, request)
    })
    .await;
    let mut changes = client.records::<Partner>().changes(Cursor::start()).page(5);
    assert!(!changes.next().await.unwrap().is_empty(), "\"none for now\", with eight more to come");
}

/// field/time.rs: what Odoo never writes is read as an instant all the same.
#[test]
fn half_a_time_is_no_time() {
    for text in ["2026-11-23 08", "2026-11-23 08:24", "2026-11-23 082406", "2026-11-23 23:59:60"] {
        assert_eq!(odoo_rpc::field::parse_datetime(text), None, "{text}");
    }
}

// ---------------------------------------------------------------- what held: the double is sound, and so is this

#[tokio::test]
async fn held_changes_and_stream_without_disturbance() {
    let rows: Vec<Row> = (1..=40).map(|id| row(id, T0 + id / 9)).collect();
    let (client, _) = connect(With::default(), move |_, request| table(&rows, request)).await;
    for page in [2, 3, 9, 10, 40, 41] {
        let mut changes = client.records::<Partner>().changes(Cursor::start()).page(page);
        let mut seen = drain(&mut changes).await;
        // A cursor that was kept in the middle and restored.
        let kept: Cursor = serde_json::from_str(&serde_json::to_string(changes.cursor()).unwrap()).unwrap();
        seen.extend(drain(&mut client.records::<Partner>().changes(kept).page(page)).await);
        seen.sort_unstable();
        assert_eq!(seen, (1..=40).collect::<Vec<_>>(), "pages of {page}");
    }
    for page in [0, 1, 2, 40, 41] {
        let options = StreamOptions { page, max_page: page, ..StreamOptions::default() };
        let all: Vec<_> = client.records::<Partner>().stream_with(options).collect().await;
        let ids: Vec<i64> = all.into_iter().map(|partner| partner.unwrap().id.get()).collect();
        assert_eq!(ids, (1..=40).collect::<Vec<_>>(), "pages of {page}");
    }
}

#[tokio::test(start_paused = true)]
async fn held_places_come_back_after_panic_drop_and_timeout() {
    let policy = Policy { max_concurrent: 1, break_after: 1, ..Policy::once() };
    let (client, _) = connect(With { policy, ..With::default() }, |at, _| match at {
        0 => panic!("a transport that panics"),
        1 | 2 => Step { wait: Duration::from_secs(1000), answer: Ok((200, "1".to_owned())) },
        _ => ok("1"),
    })
    .await;
    let count = || client.search_count("res.partner", Domain::all());
    let panics = client.clone();
    let task = tokio::spawn(async move { panics.search_count("res.partner", Domain::all()).await });
    assert!(task.await.unwrap_err().is_panic());
    assert!(tokio::time::timeout(Duration::from_secs(1), count()).await.is_err());
    let (first, queued) = tokio::join!(count(), count());
    assert_eq!(first.unwrap_err().kind(), ErrorKind::Timeout);
    queued.unwrap_err();
    // The breaker opened; after its pause a probe that is dropped gives way to the next.
    tokio::time::sleep(Duration::from_secs(6)).await;
    assert!(tokio::time::timeout(Duration::ZERO, count()).await.is_ok_and(|read| read.is_ok()));
    assert_eq!(count().await.unwrap(), 1);
}

#[tokio::test]
async fn held_a_poisoned_record_at_any_place_of_a_page() {
    for poison in [1, 2, 10, 11, 20] {
        let rows: Vec<Row> = (1..=20).map(|id| row(id, T0)).collect();
        let (client, _) = connect(With::default(), move |_, request| {
            let step = table(&rows, request);
            let hit = step.answer.as_ref().is_ok_and(|(_, body)| body.contains(&format!("\"id\":{poison},")));
            match hit && request.url.path().ends_with("search_read") {
                true => status(500, json!({"name": "builtins.KeyError", "message": "x", "debug": ""})),
                false => step,
            }
        })
        .await;
        for parallel in [1, 4] {
            let options = StreamOptions { page: 10, max_page: 10, parallel, ..StreamOptions::default() };
            let all: Vec<_> = client.records::<Partner>().stream_with(options).collect().await;
            let told: Vec<i64> = all
                .into_iter()
                .map(|item| item.map_or_else(|error| error.record().unwrap(), |partner| partner.id.get()))
                .collect();
            assert_eq!(told, (1..=20).collect::<Vec<_>>());
        }
    }
}

#[test]
fn held_upload_place_and_base64_of_any_cut() {
    // The name holds the place, and stands before the content only where maps keep their order.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (client, _) = connect(With::default(), |_, _| ok("[12]")).await;
        let content = stream::iter([Ok(Bytes::from_static(b"hello"))]);
        assert_eq!(client.upload("@odoo-rpc-content@", None, 5, content).await.unwrap().get(), 12);
        let body = r#"[{"id": 12, "datas" : "aGVsbG8gd29ybGQ="}]"#;
        let body = &body.replace("\" :", "\":");
        for cut in 0..body.len() {
            let text = body.clone();
            let (client, _) =
                connect(With { cuts: vec![cut], ..With::default() }, move |_, _| ok(&text)).await;
            assert_eq!(client.download(12).await.unwrap().bytes(100).await.unwrap(), "hello world", "{cut}");
        }
        for end in 0..body.len() - 3 {
            let text = body[..end].to_owned();
            let (client, _) = connect(With::default(), move |_, _| ok(&text)).await;
            let whole = match client.download(12).await {
                Ok(file) => file.bytes(100).await,
                Err(error) => Err(error),
            };
            assert!(whole.is_err(), "{end}");
        }
    });
}
