//! What the in-memory Odoo has beside calls: sessions, reports, documentation, keys that end; and the newer faults. Seen by the client.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

use std::time::Duration;

use odoo_rpc::testkit::{Fault, FaultPlan, FaultRule, OdooServer, Series, Setup};
use odoo_rpc::{
    Call, Client, Config, Delivery, Domain, ErrorKind, Policy, ProtocolKind, ReportFormat, Retry,
};
use serde_json::json;

async fn connect(server: &OdooServer, protocol: ProtocolKind) -> Client {
    connect_as(server, protocol, "admin", "admin-key").await
}

async fn connect_as(server: &OdooServer, protocol: ProtocolKind, login: &str, key: &str) -> Client {
    let mut config = Config::new(server.url(), "odoo", login, key);
    config.protocol = Some(protocol);
    config.policy = Policy::self_hosted();
    Client::connect(config).await.unwrap()
}

fn newest(series: Series) -> ProtocolKind {
    if series == Series::V17 { ProtocolKind::JsonRpc } else { ProtocolKind::Json2 }
}

#[tokio::test]
async fn a_session_is_renewed_when_it_ended_and_follows_its_new_id() {
    for series in [Series::V17, Series::V19] {
        let server = OdooServer::start(Setup::new(series)).await.unwrap();
        let client = connect(&server, newest(series)).await;
        let key_as_password = client.web_session("admin-key").await.unwrap_err();
        assert_eq!(key_as_password.kind(), ErrorKind::Auth);
        let session = client.web_session("admin").await.unwrap();
        let read = || Call::new("res.partner", "read").ids([1]).arg(json!(["name"]));
        assert_eq!(session.call(read()).await.unwrap()[0]["id"], 1);
        // The answer that brings the new id ends the old one.
        server.odoo().rotate_sessions();
        session.call(read()).await.unwrap();
        session.call(read()).await.unwrap();
        server.odoo().end_sessions();
        session.call(read()).await.unwrap();
        let pdf = session.report("sale.report_saleorder", &[1], ReportFormat::Pdf).await;
        assert_eq!(pdf.unwrap_err().kind(), ErrorKind::Server, "there is no order 1");
        let error =
            session.call(Call::new("no.such.model", "read").ids([1]).arg(json!(["name"]))).await.unwrap_err();
        assert_ne!(error.kind(), ErrorKind::Auth, "{error}");
    }
}

#[tokio::test]
async fn a_report_names_its_records_and_needs_a_session() {
    let server = OdooServer::start(Setup::new(Series::V19)).await.unwrap();
    let partner = server.odoo().create("res.partner", json!({"name": "Ann"})).unwrap();
    let order = server.odoo().create("sale.order", json!({"partner_id": partner})).unwrap();
    let client = connect(&server, ProtocolKind::Json2).await;
    let session = client.web_session("admin").await.unwrap();
    let pdf = session.report("sale.report_saleorder", &[order], ReportFormat::Pdf).await.unwrap();
    assert_eq!(pdf.content_type(), Some("application/pdf"));
    let pdf = pdf.bytes(100_000).await.unwrap();
    let text = String::from_utf8_lossy(&pdf);
    assert!(text.starts_with("%PDF-1.4") && text.contains("(S00001) Tj") && text.ends_with("%%EOF\n"));
    server.odoo().end_sessions();
    let html = session.report("sale.report_saleorder", &[order], ReportFormat::Html).await.unwrap();
    assert!(String::from_utf8_lossy(&html.bytes(100_000).await.unwrap()).contains("S00001"));
    let wrong = session.report("sale.no_such_report", &[order], ReportFormat::Text).await.unwrap_err();
    assert_eq!(wrong.kind(), ErrorKind::Server);
}

#[tokio::test]
async fn a_second_factor_leaves_only_the_key() {
    let setup = Setup::new(Series::V19).user("safe", "secret", "safe-key").second_factor("safe");
    let server = OdooServer::start(setup).await.unwrap();
    let client = connect_as(&server, ProtocolKind::Json2, "safe", "safe-key").await;
    let error = client.web_session("secret").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth);
    assert!(error.to_string().contains("second factor"), "{error}");
    client.search_read("res.partner", Domain::eq("id", 1), &["name"], Default::default()).await.unwrap();
    let mut config = Config::new(server.url(), "odoo", "safe", "secret");
    config.protocol = Some(ProtocolKind::JsonRpc);
    assert_eq!(Client::connect(config).await.unwrap_err().kind(), ErrorKind::Auth);
}

#[tokio::test]
async fn a_key_that_ended_or_was_revoked_is_an_auth_error() {
    for protocol in [ProtocolKind::XmlRpc, ProtocolKind::JsonRpc, ProtocolKind::Json2] {
        let setup = Setup::new(Series::V19).user("clerk", "secret", "clerk-key");
        let server = OdooServer::start(setup.key_expires("clerk", "2026-06-01 12:00:00")).await.unwrap();
        server.odoo().set_clock("2026-06-01 11:59:00").unwrap();
        let client = connect_as(&server, protocol, "clerk", "clerk-key").await;
        let count = || Call::new("res.partner", "search_count").arg(json!([]));
        client.call(count()).await.unwrap();
        server.odoo().advance_clock(Duration::from_secs(61));
        let error = client.call(count()).await.unwrap_err();
        assert_eq!((error.kind(), error.delivery()), (ErrorKind::Auth, Delivery::Rejected), "{protocol:?}");

        let client = connect(&server, protocol).await;
        let rule = FaultRule::new(Fault::RevokeKey).model("res.partner").nth(2);
        server.faults().set(FaultPlan::new().rule(rule));
        client.call(count()).await.unwrap();
        let create = Call::new("res.partner", "create").arg(json!([{"name": "never"}]));
        let error = client.call(create).await.unwrap_err();
        assert_eq!((error.kind(), error.delivery()), (ErrorKind::Auth, Delivery::Rejected), "{protocol:?}");
        let found = server.odoo().search("res.partner", &json!([["name", "=", "never"]])).unwrap();
        assert!(found.is_empty());
        // A new key opens it again.
        server.odoo().add_key("admin", "the-next-key", None).unwrap();
        client.replace_key("the-next-key");
        client.call(count()).await.unwrap();
    }
}

#[tokio::test]
async fn a_key_rotates_where_the_server_lets_keys_make_keys() {
    let server = OdooServer::start(Setup::new(Series::V19).key_methods(true)).await.unwrap();
    server.odoo().set_clock("2026-06-01 12:00:00").unwrap();
    let client = connect(&server, ProtocolKind::Json2).await;
    let expires = odoo_rpc::field::Timestamp::from_second(1_782_000_000).unwrap();
    let mut kept = None;
    let store = |key| {
        kept = Some(key);
        std::future::ready(Ok::<(), std::io::Error>(()))
    };
    client.rotate_key("next", expires, store).await.unwrap();
    assert!(kept.is_some());
    let names: Vec<String> = client.keys().await.unwrap().into_iter().map(|key| key.name).collect();
    assert_eq!(names, ["next"]);
    let old = connect(&server, ProtocolKind::Json2).await;
    let error = old.call(Call::new("res.partner", "search_count").arg(json!([]))).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth);

    for (setup, kind) in [
        (Setup::new(Series::V19), ErrorKind::UnknownMethod),
        (Setup::new(Series::V19).key_methods(false), ErrorKind::AccessDenied),
    ] {
        let server = OdooServer::start(setup).await.unwrap();
        let client = connect(&server, ProtocolKind::Json2).await;
        let store = |_| std::future::ready(Ok::<(), std::io::Error>(()));
        assert_eq!(client.rotate_key("next", expires, store).await.unwrap_err().kind(), kind);
    }
}

/// Arguments by position get their names from the server's documentation, where the user may read it.
#[tokio::test]
async fn documentation_names_arguments_for_who_may_read_it() {
    let setup = || Setup::new(Series::V19).user("clerk", "secret", "clerk-key").key_methods(true);
    let positional = || {
        let args = ["clerk-key", "rpc", "by position", "2026-06-20"];
        args.into_iter().fold(Call::new("res.users.apikeys", "generate"), |call, arg| call.arg(arg))
    };
    for (setup, works) in [(setup().documentation("clerk"), true), (setup(), false)] {
        let server = OdooServer::start(setup).await.unwrap();
        server.odoo().set_clock("2026-06-01 12:00:00").unwrap();
        let client = connect_as(&server, ProtocolKind::Json2, "clerk", "clerk-key").await;
        let result = client.call(positional()).await;
        assert_eq!(result.is_ok(), works, "{result:?}");
        assert_eq!(server.odoo().count("res.users.apikeys"), if works { 3 } else { 2 });
    }
}

#[tokio::test]
async fn a_poisoned_record_fails_every_read_that_touches_it() {
    for protocol in [ProtocolKind::XmlRpc, ProtocolKind::JsonRpc, ProtocolKind::Json2] {
        let server = OdooServer::start(Setup::new(Series::V19)).await.unwrap();
        let ids: Vec<i64> = (0..3)
            .map(|n| server.odoo().create("res.partner", json!({"name": n.to_string()})).unwrap())
            .collect();
        let client = connect(&server, protocol).await;
        server.odoo().poison("res.partner", &ids[1..2]);
        let error = client.read("res.partner", &ids, &["name"]).await.unwrap_err();
        assert_eq!(error.retryable(), Retry::Never, "{error}");
        let found = Domain::is_in("id", ids.clone());
        let error =
            client.search_read("res.partner", found, &["name"], Default::default()).await.unwrap_err();
        assert_eq!(error.delivery(), Delivery::RolledBack, "{error}");
        assert_eq!(client.read("res.partner", &[ids[0], ids[2]], &["name"]).await.unwrap().len(), 2);
        server.odoo().poison("res.partner", &[]);
        assert_eq!(client.read("res.partner", &ids, &["name"]).await.unwrap().len(), 3);
    }
}

#[tokio::test]
async fn slow_parts_and_large_answers_arrive_or_are_refused() {
    let server = OdooServer::start(Setup::new(Series::V19)).await.unwrap();
    for protocol in [ProtocolKind::XmlRpc, ProtocolKind::JsonRpc, ProtocolKind::Json2] {
        let client = connect(&server, protocol).await;
        let rule = |fault| FaultPlan::new().rule(FaultRule::new(fault).model("res.country"));
        let all = || Call::new("res.country", "search_read").arg(json!([])).arg(json!(["name", "code"]));
        let pause = Duration::from_millis(2);
        server.faults().set(rule(Fault::Trickle { parts: 7, pause }));
        assert_eq!(client.call(all()).await.unwrap().as_array().map(Vec::len), Some(48));
        let pause = Duration::from_secs(3600);
        server.faults().set(rule(Fault::Trickle { parts: 2, pause }));
        let error = client.call(all().timeout(Duration::from_millis(200))).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout, "{protocol:?}");
        server.faults().set(rule(Fault::Oversized { bytes: 1_000_000 }));
        assert_eq!(client.call(all()).await.unwrap().as_array().map(Vec::len), Some(48));
        server.faults().clear();
    }
    let mut config = Config::new(server.url(), "odoo", "admin", "admin-key");
    config.protocol = Some(ProtocolKind::Json2);
    let transport = odoo_rpc::ReqwestTransport::with_max_body(100_000).unwrap();
    let client = Client::connect_with(config, std::sync::Arc::new(transport)).await.unwrap();
    server
        .faults()
        .set(FaultPlan::new().rule(FaultRule::new(Fault::Oversized { bytes: 200_000 }).model("res.partner")));
    let create = Call::new("res.partner", "create").arg(json!([{"name": "made all the same"}]));
    let error = client.call(create).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge);
    assert_ne!(error.delivery(), Delivery::NotSent, "it ran");
    assert_eq!(
        server.odoo().search("res.partner", &json!([["name", "=", "made all the same"]])).unwrap().len(),
        1
    );
}

#[tokio::test]
async fn a_replica_may_not_know_the_last_write_yet() {
    let server = OdooServer::start(Setup::new(Series::V19)).await.unwrap();
    let client = connect(&server, ProtocolKind::Json2).await;
    let id = server.odoo().create("res.partner", json!({"name": "old"})).unwrap();
    let write = Call::new("res.partner", "write").ids([id]).arg(json!({"name": "new"}));
    client.call(write).await.unwrap();
    let name = async || client.read("res.partner", &[id], &["name"]).await.unwrap()[0]["name"].clone();
    server.faults().set(FaultPlan::new().rule(FaultRule::new(Fault::StaleRead).first(1)));
    assert_eq!((name().await, name().await), (json!("old"), json!("new")));
    // A write never runs on a replica.
    server.faults().set(FaultPlan::new().rule(FaultRule::new(Fault::StaleRead)));
    client.call(Call::new("res.partner", "write").ids([id]).arg(json!({"ref": "r"}))).await.unwrap();
    server.faults().clear();
    let row = server.odoo().row("res.partner", id).unwrap();
    assert_eq!((&row["name"], &row["ref"]), (&json!("new"), &json!("r")));
}
