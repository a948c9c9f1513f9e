//! A recording of the whole suite: nothing secret is in it, and it answers the suite again without a server.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

mod suite;

use std::sync::Arc;

use odoo_rpc::testkit::{OdooServer, Recorder, Replay, ReplayError, Series, Setup};
use odoo_rpc::transport::Transport;
use odoo_rpc::{Call, Client, Config, Delivery, Domain, Policy, ProtocolKind, ReqwestTransport};
use serde_json::{Value, json};

const KEY: &str = "0f1e2d3c4b5a69788796a5b4c3d2e1f001234567";
const PASSWORD: &str = "correct <horse> \"battery\"";

async fn start(series: Series) -> OdooServer {
    OdooServer::start(Setup::new(series).admin("boss", PASSWORD, KEY)).await.unwrap()
}

async fn connect(url: String, protocol: ProtocolKind, transport: Arc<dyn Transport>) -> Client {
    let mut config = Config::new(url, "odoo", "boss", KEY);
    config.protocol = Some(protocol);
    config.policy = Policy::self_hosted();
    Client::connect_with(config, transport).await.unwrap()
}

async fn suite(client: &Client) {
    suite::run(client, "recorded").await;
    suite::attachments(client).await;
    suite::session(client, PASSWORD).await;
}

#[tokio::test]
async fn the_suite_can_be_recorded_and_replayed() {
    for (series, protocol) in [
        (Series::V17, ProtocolKind::XmlRpc),
        (Series::V17, ProtocolKind::JsonRpc),
        (Series::V19, ProtocolKind::XmlRpc),
        (Series::V19, ProtocolKind::Json2),
    ] {
        let server = start(series).await;
        let recorder = Recorder::new(Arc::new(ReqwestTransport::new().unwrap()));
        let client = connect(server.url(), protocol, Arc::new(recorder.clone())).await;
        suite(&client).await;
        let url = server.url();
        server.stop().await;
        assert!(recorder.len() > 50, "{}", recorder.len());
        let text = recorder.to_json();
        for secret in [KEY, PASSWORD, "horse", "battery"] {
            assert!(!text.contains(secret), "{protocol:?}: {secret} is in the recording");
        }
        let exchanges: Vec<Value> = serde_json::from_str(&text).unwrap();
        let cookies =
            exchanges.iter().filter_map(|exchange| exchange["request"]["headers"]["Cookie"].as_str());
        let cookies: Vec<&str> = cookies.collect();
        assert!(!cookies.is_empty() && cookies.iter().all(|cookie| *cookie == "session_id=SESSION"));
        let given = exchanges.iter().flat_map(|exchange| exchange["response"]["headers"].as_array().unwrap());
        let given =
            given.filter(|header| header[0] == "set-cookie").map(|header| header[1].as_str().unwrap());
        assert!(given.into_iter().all(|cookie| cookie.starts_with("session_id=SESSION")));

        let replay = Replay::from_json(&text).unwrap();
        let client = connect(url, protocol, Arc::new(replay.clone())).await;
        suite(&client).await;
        replay.finish().unwrap();
    }
}

#[tokio::test]
async fn a_request_that_is_not_there_is_told_with_what_was_expected() {
    let server = start(Series::V19).await;
    let recorder = Recorder::new(Arc::new(ReqwestTransport::new().unwrap())).without("Secret Customer");
    let client = connect(server.url(), ProtocolKind::Json2, Arc::new(recorder.clone())).await;
    let create = |name: &str| Call::new("res.partner", "create").arg(json!([{"name": name}]));
    client.call(create("Secret Customer")).await.unwrap();
    let count = || Call::new("res.partner", "search_count").arg(Domain::eq("name", "Secret Customer"));
    client.call(count()).await.unwrap();
    assert!(!recorder.to_json().contains("Secret Customer"));

    let replay = Replay::from_json(&recorder.to_json()).unwrap();
    let client = connect(server.url(), ProtocolKind::Json2, Arc::new(replay.clone())).await;
    let error = client.call(create("Somebody else")).await.unwrap_err();
    assert_eq!(error.delivery(), Delivery::NotSent);
    let text = "no recorded exchange fits res.partner.create: expected res.partner.create, which differs in $.vals_list[0].name";
    assert_eq!(replay.finish(), Err(ReplayError::Unexpected(text.to_owned())));

    let replay = Replay::from_json(&recorder.to_json()).unwrap();
    let client = connect(server.url(), ProtocolKind::Json2, Arc::new(replay.clone())).await;
    client.call(create("REMOVED")).await.unwrap();
    let left = ReplayError::Left { count: 1, first: "res.partner.search_count".to_owned() };
    assert_eq!(replay.finish(), Err(left));
    assert!(matches!(Replay::from_json("[1]"), Err(ReplayError::Format(_))));
}
