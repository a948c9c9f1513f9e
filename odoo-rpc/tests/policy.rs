//! How a client behaves towards a server: what it repeats, how much at once, how fast, and when it stops. Time is tokio's, held still.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::future::join_all;
use odoo_rpc::transport::{HttpRequest, HttpResponse, Transport, TransportError, TransportErrorKind};
use odoo_rpc::{
    Call, CallOutcome, CallReport, Client, Clock, Config, Delivery, Effect, ErrorKind, Observer, Policy,
    SystemClock,
};
use serde_json::{Value, json};

/// What a server does with a request: after a time, an answer or a failure.
type Behaviour =
    Box<dyn Fn(usize, &HttpRequest) -> (Duration, Result<(u16, Value), TransportErrorKind>) + Send + Sync>;

struct Server {
    behaviour: Behaviour,
    clock: SystemClock,
    asked: Mutex<Vec<(Duration, String, Bytes)>>,
    under_way: AtomicUsize,
    most: AtomicUsize,
}

impl Server {
    fn times(&self) -> Vec<f64> {
        self.asked.lock().unwrap().iter().map(|(at, ..)| at.as_secs_f64()).collect()
    }

    fn calls(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

#[async_trait]
impl Transport for Server {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let version = request.url.path() == "/web/version";
        let (wait, answer) = match version {
            true => (Duration::ZERO, Ok((200, json!({"version_info": [19, 0, 0, "final", 0, ""]})))),
            false => {
                let mut asked = self.asked.lock().unwrap();
                asked.push((self.clock.now(), request.url.path().to_owned(), request.body.clone()));
                (self.behaviour)(asked.len() - 1, &request)
            }
        };
        let under_way = self.under_way.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(under_way, Ordering::SeqCst);
        let late = wait > request.timeout;
        self.clock.sleep(wait.min(request.timeout)).await;
        self.under_way.fetch_sub(1, Ordering::SeqCst);
        let fail = |kind| TransportError {
            delivery: if kind == TransportErrorKind::Connect { Delivery::NotSent } else { Delivery::Unknown },
            kind,
            message: "scripted".to_owned(),
            source: None,
        };
        if late {
            return Err(fail(TransportErrorKind::Timeout));
        }
        let (status, body) = answer.map_err(fail)?;
        // A page whose order counts stands as text.
        let body = match body {
            Value::String(page) if page.starts_with('{') => page,
            body => body.to_string(),
        };
        Ok(HttpResponse { status, headers: vec![], body: Bytes::from(body) })
    }
}

async fn connect(
    policy: Policy,
    behaviour: impl Fn(usize, &HttpRequest) -> (Duration, Result<(u16, Value), TransportErrorKind>)
    + Send
    + Sync
    + 'static,
) -> (Client, Arc<Server>) {
    let clock = SystemClock::new();
    let server = Arc::new(Server {
        behaviour: Box::new(behaviour),
        clock,
        asked: Mutex::default(),
        under_way: AtomicUsize::new(0),
        most: AtomicUsize::new(0),
    });
    let mut config = Config::new("https://odoo.example.com", "prod", "bot", "the-key");
    config.policy = policy;
    config.timeout = Duration::from_secs(60);
    let client =
        Client::connect_on(config, Arc::clone(&server) as Arc<dyn Transport>, Arc::new(clock)).await.unwrap();
    (client, server)
}

fn at_once(
    answer: Result<(u16, Value), TransportErrorKind>,
) -> (Duration, Result<(u16, Value), TransportErrorKind>) {
    (Duration::ZERO, answer)
}

fn conflict() -> Value {
    json!({"name": "psycopg2.errors.SerializationFailure", "message": "could not serialize access"})
}

fn read() -> Call {
    Call::new("res.partner", "search").arg(json!([]))
}

fn create() -> Call {
    Call::new("res.partner", "create").arg(json!([{"name": "x"}]))
}

#[tokio::test(start_paused = true)]
async fn what_may_have_been_done_is_repeated_only_if_that_does_not_double_it() {
    let lost = |n, _: &HttpRequest| {
        at_once(if n == 0 { Err(TransportErrorKind::Read) } else { Ok((200, json!([7]))) })
    };
    for (call, repeated) in [
        (read(), true),
        (Call::new("res.partner", "write").ids([1]).arg(json!({"name": "x"})), true),
        (create(), false),
        (Call::new("sale.order", "action_confirm").ids([1]), false),
        (create().effect(Effect::Idempotent), true),
    ] {
        let (client, server) = connect(Policy::self_hosted(), lost).await;
        let result = client.call(call.clone()).await;
        assert_eq!((result.is_ok(), server.calls()), (repeated, 1 + usize::from(repeated)), "{call:?}");
        if let Err(error) = result {
            assert_eq!((error.kind(), error.delivery()), (ErrorKind::Connection, Delivery::Unknown));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_certainly_not_done_is_repeated_whatever_it_is() {
    for first in [Err(TransportErrorKind::Connect), Ok((500, conflict()))] {
        let (client, server) = connect(Policy::self_hosted(), move |n, _| {
            at_once(if n == 0 { first.clone() } else { Ok((200, json!([7]))) })
        })
        .await;
        assert_eq!(client.call(create()).await.unwrap(), json!([7]));
        assert_eq!(server.calls(), 2);
    }
    let (client, server) = connect(Policy::self_hosted(), |_, _| at_once(Ok((500, conflict())))).await;
    assert_eq!(client.call(create()).await.unwrap_err().kind(), ErrorKind::Conflict);
    assert_eq!(server.calls(), 3);
    let (client, server) = connect(Policy::once(), |_, _| at_once(Ok((500, conflict())))).await;
    assert_eq!(client.call(read()).await.unwrap_err().kind(), ErrorKind::Conflict);
    assert_eq!(server.calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn one_deadline_covers_all_attempts() {
    let (client, server) =
        connect(Policy::self_hosted(), |_, _| (Duration::from_secs(4), Err(TransportErrorKind::Read))).await;
    let clock = SystemClock::new();
    let error = client.call(read().timeout(Duration::from_secs(6))).await.unwrap_err();
    assert!(clock.now() <= Duration::from_millis(6_001), "{:?}", clock.now());
    assert!(matches!(error.kind(), ErrorKind::Connection | ErrorKind::Timeout), "{error}");
    assert!(server.calls() <= 2);
}

#[tokio::test(start_paused = true)]
async fn repetitions_are_bounded_over_many_calls() {
    let policy = Policy { break_after: 0, ..Policy::self_hosted() };
    let (client, server) = connect(policy, |_, _| at_once(Ok((500, conflict())))).await;
    for _ in 0..200 {
        client.call(read()).await.unwrap_err();
    }
    // Ten that were saved and one for each ten calls.
    assert!((225..=232).contains(&server.calls()), "{}", server.calls());
}

#[tokio::test(start_paused = true)]
async fn no_more_than_the_limit_are_under_way_and_all_get_their_turn() {
    let policy = Policy { max_concurrent: 4, ..Policy::self_hosted() };
    let (client, server) = connect(policy, |_, _| (Duration::from_millis(100), Ok((200, json!([]))))).await;
    let results = join_all((0..40).map(|_| client.call(read()))).await;
    assert!(results.iter().all(Result::is_ok));
    assert_eq!(server.calls(), 40);
    // It starts with half and grows while the answers are fast.
    assert_eq!(server.most.load(Ordering::SeqCst), 4);
}

#[tokio::test(start_paused = true)]
async fn a_slow_server_gets_fewer_calls_at_once() {
    let policy = Policy { max_concurrent: 8, slow: Duration::from_secs(5), ..Policy::self_hosted() };
    let (client, server) = connect(policy, |n, _| {
        (if n < 16 { Duration::from_secs(10) } else { Duration::from_millis(10) }, Ok((200, json!([]))))
    })
    .await;
    join_all((0..16).map(|_| client.call(read()))).await;
    server.most.store(0, Ordering::SeqCst);
    join_all((0..3).map(|_| client.call(read()))).await;
    // Down to one, and up to two after the first fast answer.
    assert_eq!(server.most.load(Ordering::SeqCst), 2);
}

#[tokio::test(start_paused = true)]
async fn odoo_online_gets_one_call_per_second() {
    let (client, server) =
        connect(Policy::odoo_online(), |_, _| (Duration::from_millis(50), Ok((200, json!([]))))).await;
    let start = server.clock.now().as_secs_f64();
    join_all((0..8).map(|_| client.call(read()))).await;
    let last = server.times().last().unwrap() - start;
    // The version took one of the three that may come at once.
    assert!((5.5..=6.2).contains(&last), "{last} {:?}", server.times());
    assert_eq!(server.most.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn waiting_in_line_ends_with_the_deadline_and_was_not_sent() {
    let policy = Policy { max_concurrent: 1, ..Policy::self_hosted() };
    let (client, server) = connect(policy, |_, _| (Duration::from_secs(20), Ok((200, json!([]))))).await;
    let slow = client.call(read());
    let hasty = client.call(create().timeout(Duration::from_secs(1)));
    let (slow, hasty) = futures_util::future::join(slow, hasty).await;
    slow.unwrap();
    let error = hasty.unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (ErrorKind::Timeout, Delivery::NotSent));
    assert_eq!(server.calls(), 1);
    client.call(read()).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_not_there_is_left_alone_and_then_asked_once() {
    let policy = Policy { attempts: 1, break_after: 3, ..Policy::self_hosted() };
    let (client, server) = connect(policy, |n, _| {
        at_once(if n < 4 { Err(TransportErrorKind::Connect) } else { Ok((200, json!([]))) })
    })
    .await;
    for _ in 0..3 {
        client.call(read()).await.unwrap_err();
    }
    let error = client.call(read()).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.delivery(), server.calls()),
        (ErrorKind::Unavailable, Delivery::NotSent, 3)
    );
    server.clock.sleep(error.retry_after().unwrap()).await;
    client.call(read()).await.unwrap_err();
    assert_eq!(server.calls(), 4);
    client.call(read()).await.unwrap_err();
    assert_eq!(server.calls(), 4);
    server.clock.sleep(Duration::from_secs(6)).await;
    client.call(read()).await.unwrap();
    client.call(read()).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_refused_key_is_not_tried_until_the_address_is_locked_out() {
    let (client, server) = connect(Policy::self_hosted(), |_, request| {
        let good = request.headers.iter().any(|(_, value)| value == "bearer another-key");
        at_once(Ok(if good {
            (200, json!([]))
        } else {
            (401, json!({"name": "werkzeug.exceptions.Unauthorized", "message": "Invalid apikey"}))
        }))
    })
    .await;
    for _ in 0..5 {
        let error = client.call(read()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Auth);
    }
    assert_eq!(server.calls(), 2);
    client.clone().replace_key("another-key");
    client.call(read()).await.unwrap();
}

#[derive(Default)]
struct Log(Mutex<Vec<String>>);

impl Observer for Log {
    fn finished(&self, report: &CallReport<'_>) {
        let outcome = match &report.outcome {
            CallOutcome::Failed(error) => format!("{:?}", error.kind()),
            outcome => format!("{outcome:?}"),
        };
        self.0
            .lock()
            .unwrap()
            .push(format!("{}.{} {} {outcome}", report.model, report.method, report.attempts));
    }
}

#[tokio::test(start_paused = true)]
async fn every_end_of_a_call_is_told_and_a_dropped_one_frees_its_place() {
    let policy = Policy { max_concurrent: 1, ..Policy::self_hosted() };
    let (client, server) = connect(policy, |n, _| match n {
        0 => (Duration::from_secs(1000), Ok((200, json!([])))),
        1 => (Duration::ZERO, Ok((500, conflict()))),
        2 => (Duration::ZERO, Ok((200, json!([1])))),
        _ => (Duration::ZERO, Ok((422, json!({"name": "odoo.exceptions.UserError", "message": "no"})))),
    })
    .await;
    let log = Arc::new(Log::default());
    let client = client.with_observer(Arc::clone(&log) as Arc<dyn Observer>);
    let dropped = tokio::time::timeout(Duration::from_secs(1), client.call(create()));
    dropped.await.unwrap_err();
    client.call(create()).await.unwrap();
    client.call(create()).await.unwrap_err();
    assert_eq!(
        *log.0.lock().unwrap(),
        ["res.partner.create 1 Abandoned", "res.partner.create 2 Done", "res.partner.create 1 UserError"]
    );
    assert_eq!(server.calls(), 4);
}

#[tokio::test(start_paused = true)]
async fn names_that_the_table_lacks_come_from_the_server() {
    let (client, server) = connect(Policy::once(), |_, request| {
        at_once(Ok(match request.url.path() {
            "/doc-bearer/x.model.json" => {
                let page = r#"{"methods": {"zip": {"parameters": {"second": {"name": "second"}, "first": {"name": "first"}, "extra": {"name": "extra", "kind": "KEYWORD_ONLY"}}}}}"#;
                (200, json!(page))
            }
            "/json/2/x.model/zip" => (200, json!("done")),
            "/json/2/x.model/create" if request.body.starts_with(br#"{"list_vals""#) => (200, json!([1])),
            "/json/2/x.model/create" => {
                (422, json!({"name": "werkzeug.exceptions.UnprocessableEntity", "message": "missing a required argument: 'list_vals'"}))
            }
            _ => (404, json!({"name": "werkzeug.exceptions.NotFound", "message": "?"})),
        }))
    })
    .await;
    for _ in 0..2 {
        client.call(Call::new("x.model", "zip").arg(1).arg(2)).await.unwrap();
    }
    let paths = |server: &Server| -> Vec<String> {
        server.asked.lock().unwrap().iter().map(|(_, path, _)| path.clone()).collect()
    };
    assert_eq!(paths(&server), ["/doc-bearer/x.model.json", "/json/2/x.model/zip", "/json/2/x.model/zip"]);
    // The server's documentation lists them in the order of their positions; serde_json's map would sort them.
    let body: Value = serde_json::from_slice(&server.asked.lock().unwrap()[1].2).unwrap();
    assert_eq!(body["second"].as_i64().zip(body["first"].as_i64()), Some((1, 2)));

    // An addon that renamed an argument: learnt once, from a refusal that did nothing.
    client.create("x.model", vec![serde_json::Map::new()]).await.unwrap();
    client.create("x.model", vec![serde_json::Map::new()]).await.unwrap();
    assert_eq!(server.calls(), 6);

    let error = client.call(Call::new("y.model", "zip").arg(1)).await.unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (ErrorKind::BadArguments, Delivery::NotSent));
}
