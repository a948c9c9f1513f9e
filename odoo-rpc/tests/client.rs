//! The client against scripted answers: what it sends, in which order, and what it makes of the answers.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

mod scripted;

use std::sync::Arc;
use std::time::Duration;

use odoo_rpc::transport::{Transport, TransportErrorKind};
use odoo_rpc::{
    Call, Client, Config, Delivery, Domain, Error, ErrorKind, LoadMessageKind, ProtocolKind, Retry,
    SearchOptions, xmlrpc,
};
use scripted::{KEY, Scripted, config, connect, rpc, v17, v19};
use serde_json::{Map, Value, json};

async fn refused(config: Config, script: Scripted) -> Error {
    let transport = Arc::new(script);
    let error = Client::connect_with(config, Arc::clone(&transport) as Arc<dyn Transport>).await.unwrap_err();
    transport.finished();
    error
}

fn record(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

#[tokio::test]
async fn a_new_server_is_spoken_to_in_json2() {
    let (client, transport) =
        connect(v19().then("/json/2/res.partner/search_read", 200, json!([{"id": 7}]))).await;
    assert_eq!((client.protocol(), client.uid()), (ProtocolKind::Json2, None));
    assert_eq!(client.version().unwrap().to_string(), "19.0");
    let client = client.with_context("lang", "fr_BE").with_context("allowed_company_ids", json!([3]));
    let rows = client
        .search_read(
            "res.partner",
            Domain::eq("vat", "BE0477472701"),
            &["id"],
            SearchOptions::new().limit(1).order("id"),
        )
        .await
        .unwrap();
    assert_eq!(rows, vec![record(json!({"id": 7}))]);
    assert_eq!(
        transport.body(1),
        json!({
            "domain": [["vat", "=", "BE0477472701"]], "fields": ["id"], "limit": 1, "order": "id",
            "context": {"lang": "fr_BE", "allowed_company_ids": [3]},
        })
    );
    assert_eq!(transport.header(1, "Authorization").unwrap(), format!("bearer {KEY}"));
    assert_eq!(transport.header(1, "X-Odoo-Database").unwrap(), "prod");
    // The version is public: it is asked for without the key.
    assert_eq!(transport.header(0, "Authorization"), None);
    transport.finished();
}

#[tokio::test]
async fn an_old_server_is_spoken_to_in_jsonrpc_after_authentication() {
    let (client, transport) = connect(v17().then("/jsonrpc", 200, rpc(json!(41)))).await;
    assert_eq!((client.protocol(), client.uid()), (ProtocolKind::JsonRpc, Some(2)));
    let client = client.with_context("lang", "fr_BE").with_context("tz", "UTC");
    let call = Call::new("res.partner", "create").arg(json!({"name": "x"})).context("lang", "nl_BE");
    // `create` of one is a list on every protocol.
    assert_eq!(client.call(call).await.unwrap(), json!([41]));
    let auth = json!(["prod", "bot", KEY, {}]);
    assert_eq!(
        transport.body(2)["params"],
        json!({"service": "common", "method": "authenticate", "args": auth})
    );
    let args = json!(["prod", 2, KEY, "res.partner", "create", [{"name": "x"}], {"context": {"lang": "nl_BE", "tz": "UTC"}}]);
    assert_eq!(
        transport.body(3)["params"],
        json!({"service": "object", "method": "execute_kw", "args": args})
    );
    transport.finished();
}

#[tokio::test]
async fn the_protocol_can_be_forced() {
    let mut config = config();
    config.protocol = Some(ProtocolKind::XmlRpc);
    let transport =
        Arc::new(v19().then("/xmlrpc/2/common", 200, xmlrpc::encode_response(&json!(2)).unwrap()).then(
            "/xmlrpc/2/object",
            200,
            xmlrpc::encode_response(&json!([1, 2])).unwrap(),
        ));
    let client = Client::connect_with(config, Arc::clone(&transport) as Arc<dyn Transport>).await.unwrap();
    assert_eq!(client.search("res.partner", Domain::all(), SearchOptions::new()).await.unwrap(), vec![1, 2]);
    transport.finished();
}

#[tokio::test]
async fn a_server_that_hides_its_version_needs_a_protocol() {
    let hidden = || {
        Scripted::default()
            .then("/web/version", 403, "")
            .then("/xmlrpc/2/common", 403, "")
            .then("/jsonrpc", 403, "")
    };
    assert_eq!(refused(config(), hidden()).await.delivery(), Delivery::Rejected);
    let page = "<html>please log in</html>";
    let fenced = ["/web/version", "/xmlrpc/2/common", "/jsonrpc"]
        .into_iter()
        .fold(Scripted::default(), |script, path| script.then(path, 200, page));
    let mut forced = config();
    forced.protocol = Some(ProtocolKind::Json2);
    assert!(Client::connect_with(forced, Arc::new(fenced)).await.is_ok());
    // Overload is no way to hide.
    let mut forced = config();
    forced.protocol = Some(ProtocolKind::Json2);
    let busy = ["/web/version", "/xmlrpc/2/common", "/jsonrpc"]
        .into_iter()
        .fold(Scripted::default(), |script, path| script.then(path, 503, page));
    assert_eq!(refused(forced, busy).await.kind(), ErrorKind::Unavailable);
    let mut forced = config();
    forced.protocol = Some(ProtocolKind::Json2);
    let client = Client::connect_with(forced, Arc::new(hidden())).await.unwrap();
    assert_eq!((client.version(), client.protocol()), (None, ProtocolKind::Json2));
}

#[tokio::test]
async fn what_prevents_connecting_is_told_apart_and_never_repeated() {
    let info = xmlrpc::encode_response(&json!({"server_version_info": [17, 0, 0, "final", 0, ""]})).unwrap();
    let old = || Scripted::default().then("/web/version", 404, "").then("/xmlrpc/2/common", 200, &info);
    let error = refused(config(), old().then("/jsonrpc", 200, rpc(json!(false)))).await;
    assert_eq!((error.kind(), error.retryable()), (ErrorKind::Auth, Retry::Never));

    let error = refused(config(), old().then_fails("/jsonrpc", TransportErrorKind::Read)).await;
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Connection, "authenticate"));

    let error =
        refused(config(), Scripted::default().then_fails("/web/version", TransportErrorKind::Connect)).await;
    assert_eq!((error.kind(), error.retryable()), (ErrorKind::Connection, Retry::Safe));

    let nothing = ["/web/version", "/xmlrpc/2/common", "/jsonrpc"]
        .into_iter()
        .fold(Scripted::default(), |script, path| script.then(path, 404, "<html>nginx</html>"));
    assert_eq!(refused(config(), nothing).await.kind(), ErrorKind::Config);

    let mut plain = config();
    plain.url = "http://odoo.example.com".to_owned();
    assert_eq!(refused(plain, Scripted::default()).await.kind(), ErrorKind::Config);
}

#[tokio::test]
async fn the_outcome_of_a_lost_answer_is_unknown() {
    for (kind, expected, retry) in [
        (TransportErrorKind::Connect, ErrorKind::Connection, Retry::Safe),
        (TransportErrorKind::Read, ErrorKind::Connection, Retry::IfIdempotent),
        (TransportErrorKind::Timeout, ErrorKind::Timeout, Retry::IfIdempotent),
        (TransportErrorKind::TooLarge, ErrorKind::TooLarge, Retry::Never),
    ] {
        let (client, transport) = connect(v19().then_fails("/json/2/sale.order/action_confirm", kind)).await;
        let error = client.call(Call::new("sale.order", "action_confirm").ids([1])).await.unwrap_err();
        assert_eq!((error.kind(), error.retryable()), (expected, retry));
        assert_eq!(error.operation(), "sale.order.action_confirm");
        transport.finished();
    }
}

#[tokio::test]
async fn records_are_written_and_nothing_is_sent_for_none() {
    let script = v19()
        .then("/json/2/res.partner/create", 200, json!([5, 6]))
        .then("/json/2/res.partner/write", 200, json!(true))
        .then("/json/2/res.partner/unlink", 200, json!("<bound method>"))
        .then("/json/2/res.partner/read", 200, json!([{"id": 5}]))
        .then("/json/2/res.partner/search_count", 200, json!(9));
    let (client, transport) = connect(script).await;
    let two = vec![record(json!({"name": "a"})), record(json!({"name": "b"}))];
    assert_eq!(client.create("res.partner", two).await.unwrap(), vec![5, 6]);
    client.write("res.partner", &[5, 6], record(json!({"active": false}))).await.unwrap();
    client.unlink("res.partner", &[6]).await.unwrap();
    assert_eq!(client.read("res.partner", &[5], &["name"]).await.unwrap().len(), 1);
    assert_eq!(client.search_count("res.partner", Domain::all()).await.unwrap(), 9);
    assert_eq!(transport.body(1), json!({"vals_list": [{"name": "a"}, {"name": "b"}]}));
    assert_eq!(transport.body(2), json!({"ids": [5, 6], "vals": {"active": false}}));
    transport.finished();

    assert_eq!(client.create("res.partner", vec![]).await.unwrap(), Vec::<i64>::new());
    client.write("res.partner", &[], Map::new()).await.unwrap();
    client.unlink("res.partner", &[]).await.unwrap();
    assert!(client.read("res.partner", &[], &[]).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_result_that_cannot_be_read_was_done_all_the_same() {
    let (client, _) = connect(v19().then("/json/2/res.partner/create", 200, json!([5]))).await;
    let error = client.create("res.partner", vec![Map::new(), Map::new()]).await.unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (ErrorKind::Protocol, Delivery::Committed));
    let (client, _) = connect(v19().then("/json/2/res.partner/create", 200, json!("x"))).await;
    let error = client.create("res.partner", vec![Map::new()]).await.unwrap_err();
    assert_eq!((error.delivery(), error.retryable()), (Delivery::Committed, Retry::Never));
}

#[tokio::test]
async fn load_tells_ids_rows_and_conflicts_apart() {
    let message =
        |text: &str| json!({"type": "error", "message": text, "record": 0, "rows": {"from": 0, "to": 0}});
    let script = v19()
        .then("/json/2/res.partner/load", 200, json!({"ids": [7], "messages": [], "nextrow": 0}))
        .then(
            "/json/2/res.partner/load",
            200,
            json!({"ids": false, "messages": [message("No such country")]}),
        )
        .then(
            "/json/2/res.partner/load",
            200,
            json!({"ids": false, "messages": [message("could not serialize access")]}),
        );
    let (client, transport) = connect(script).await;
    let load =
        || client.load("res.partner", &["id", "name"], vec![vec!["shop.p1".to_owned(), "x".to_owned()]]);
    assert_eq!(load().await.unwrap().into_ids().unwrap(), vec![7]);
    assert_eq!(transport.body(1), json!({"fields": ["id", "name"], "data": [["shop.p1", "x"]]}));
    let loaded = load().await.unwrap();
    assert_eq!((loaded.ids, loaded.messages[0].kind), (None, LoadMessageKind::Error));
    let error = load().await.unwrap_err();
    assert_eq!((error.kind(), error.retryable()), (ErrorKind::Conflict, Retry::Safe));

    let error =
        client.load("res.partner", &["id", "name"], vec![vec!["shop.p1".to_owned()]]).await.unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (ErrorKind::BadArguments, Delivery::NotSent));
    transport.finished();
}

#[tokio::test]
async fn timeouts_go_with_the_request() {
    let (client, transport) =
        connect(v19().then("/json/2/a.b/c", 200, 1).then("/json/2/a.b/c", 200, 1)).await;
    client.call(Call::new("a.b", "c")).await.unwrap();
    client.call(Call::new("a.b", "c").timeout(Duration::from_secs(3))).await.unwrap();
    let timeouts: Vec<_> =
        transport.asked.lock().unwrap().iter().map(|request| request.timeout.as_secs_f64().ceil()).collect();
    assert_eq!(timeouts, vec![150.0, 150.0, 3.0]);
}

#[test]
fn clients_are_shared_between_tasks() {
    fn shared<T: Send + Sync + Clone + 'static>() {}
    shared::<Client>();
    fn object_safe(_: Option<&dyn Transport>, _: Option<&dyn odoo_rpc::protocol::Protocol>) {}
    object_safe(None, None);
}
