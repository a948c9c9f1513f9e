//! Files, sessions, reports and keys against scripted answers that were seen on real servers.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

mod scripted;

use bytes::Bytes;
use futures_util::stream;
use odoo_rpc::{Call, Delivery, ErrorKind, ReportFormat};
use scripted::{KEY, connect, rpc, v17, v19};
use serde_json::json;

const PASSWORD: &str = "canary-passw0rd";

fn parts(
    parts: &[&'static str],
) -> impl futures_util::Stream<Item = std::io::Result<Bytes>> + Send + 'static {
    let parts: Vec<_> = parts.iter().map(|part| Ok(Bytes::from_static(part.as_bytes()))).collect();
    stream::iter(parts)
}

#[tokio::test]
async fn attachments_go_both_ways_with_an_api_key() {
    let (client, transport) = connect(
        v19()
            .then("/json/2/ir.attachment/create", 200, json!([12]))
            .then("/json/2/ir.attachment/read", 200, json!([{"id": 12, "datas": "aGVsbG8gd29ybGQ="}]))
            .then("/json/2/ir.attachment/read", 200, json!([]))
            .then("/json/2/ir.attachment/read", 200, json!([{"id": 13, "datas": false}]))
            .then(
                "/json/2/ir.attachment/read",
                403,
                json!({"name": "odoo.exceptions.AccessError", "message": format!("no {KEY}")}),
            )
            .then("/json/2/ir.attachment/read", 200, "[{\"id\": 12, \"datas\": \"aGVsbG8")
            .then("/json/2/ir.attachment/read", 200, "[{\"id\": 12, \"datas\": \"aGV$bG8=\"}]"),
    )
    .await;
    let id = client
        .upload("hello \"x\".txt", Some(("sale.order", 7)), 11, parts(&["hel", "lo wor", "ld"]))
        .await
        .unwrap();
    assert_eq!(id.get(), 12);
    let values = json!([{"name": "hello \"x\".txt", "res_model": "sale.order", "res_id": 7, "datas": "aGVsbG8gd29ybGQ="}]);
    assert_eq!(transport.body(1), json!({"vals_list": values}));
    let file = client.download(12).await.unwrap();
    assert_eq!(file.bytes(100).await.unwrap(), "hello world");
    for _ in 0..2 {
        assert_eq!(client.download(13).await.unwrap_err().kind(), ErrorKind::Missing);
    }
    let error = client.download(12).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AccessDenied);
    assert!(!format!("{error} {error:?}").contains(KEY));
    for _ in 0..2 {
        let error = client.download(12).await.unwrap().save(&mut Vec::new()).await.unwrap_err();
        assert_eq!((error.kind(), error.delivery()), (ErrorKind::Protocol, Delivery::Committed));
    }
    transport.finished();
    // What is not as long as it was said to be is not made.
    for content in [&["hello"][..], &["hello world and more"]] {
        let error = client.upload("x", None, 11, parts(content)).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.delivery()),
            (ErrorKind::BadArguments, Delivery::Rejected),
            "{error}"
        );
    }
}

#[tokio::test]
async fn attachments_go_with_the_older_protocols_too() {
    let (client, transport) =
        connect(v17().then("/jsonrpc", 200, rpc(json!([{"id": 12, "datas": "aGk="}]))).then(
            "/jsonrpc",
            200,
            rpc(json!([9])),
        ))
        .await;
    assert_eq!(client.download(12).await.unwrap().bytes(2).await.unwrap(), "hi");
    assert_eq!(client.upload("x", None, 2, parts(&["hi"])).await.unwrap().get(), 9);
    assert_eq!(transport.body(4)["params"]["args"][5], json!([[{"name": "x", "datas": "aGk="}]]));
    transport.finished();
}

#[tokio::test]
async fn a_session_prints_reports_and_renews_itself() {
    let login = rpc(json!({"uid": 2, "db": "prod"}));
    let (client, transport) = connect(
        v19()
            .then_with(
                "/web/session/authenticate",
                200,
                &[("Set-Cookie", "session_id=first; Path=/; HttpOnly")],
                &login,
            )
            .then_with(
                "/report/pdf/sale.report_saleorder/7,8",
                200,
                &[("Content-Type", "application/pdf")],
                "%PDF-1.4 x",
            )
            .then_with(
                "/report/pdf/sale.report_saleorder/7",
                303,
                &[("Location", "/web/login?redirect=x")],
                "",
            )
            .then_with(
                "/web/session/authenticate",
                200,
                &[("Set-Cookie", "session_id=second; Path=/")],
                &login,
            )
            .then("/report/pdf/sale.report_saleorder/7", 200, "%PDF-1.4 y")
            .then("/report/pdf/sale.report_saleorder/7", 500, "<html>wkhtmltopdf</html>"),
    )
    .await;
    let session = client.web_session(PASSWORD).await.unwrap();
    let file = session.report("sale.report_saleorder", &[7, 8], ReportFormat::Pdf).await.unwrap();
    assert_eq!(file.content_type(), Some("application/pdf"));
    assert_eq!(file.bytes(1000).await.unwrap(), "%PDF-1.4 x");
    let mut written = Vec::new();
    let file = session.report("sale.report_saleorder", &[7], ReportFormat::Pdf).await.unwrap();
    assert_eq!(file.save(&mut written).await.unwrap(), 10);
    assert_eq!(transport.header(5, "Cookie").unwrap(), "session_id=second");
    // A session has no key with it.
    assert_eq!(transport.header(5, "Authorization"), None);
    let error = session.report("sale.report_saleorder", &[7], ReportFormat::Pdf).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Server);
    for (name, ids) in [("../x", &[1][..]), ("", &[1]), ("a.b", &[])] {
        let error = session.report(name, ids, ReportFormat::Pdf).await.unwrap_err();
        assert_eq!(error.delivery(), Delivery::NotSent);
    }
    assert!(!format!("{session:?}").contains(PASSWORD));
    transport.finished();
}

#[tokio::test]
async fn a_password_that_is_refused_and_a_second_factor_are_told_apart() {
    let denied = json!({"jsonrpc": "2.0", "id": 1, "error": {"code": 200, "message": "Odoo Server Error", "data": {"name": "odoo.exceptions.AccessDenied", "message": format!("Access Denied {PASSWORD}")}}});
    let (client, transport) = connect(v19().then("/web/session/authenticate", 200, denied).then(
        "/web/session/authenticate",
        200,
        rpc(json!({"uid": null})),
    ))
    .await;
    let error = client.web_session(PASSWORD).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth);
    assert!(!format!("{error} {error:?}").contains(PASSWORD));
    let error = client.web_session(PASSWORD).await.unwrap_err();
    assert!(error.message().contains("second factor"), "{error}");
    transport.finished();
}

#[tokio::test]
async fn a_session_makes_keys_with_the_password_asked_again() {
    let check = json!({"type": "ir.actions.act_window", "res_model": "res.users.identitycheck", "res_id": 5});
    let show = json!({"res_model": "res.users.apikeys.show", "context": {"default_key": "the-new-key"}});
    let login = rpc(json!({"uid": 2}));
    let (client, transport) = connect(
        v19()
            .then_with("/web/session/authenticate", 200, &[("Set-Cookie", "session_id=s; Path=/")], &login)
            .then("/web/dataset/call_kw/res.users.apikeys.description/create", 200, rpc(json!([3])))
            .then("/web/dataset/call_kw/res.users.apikeys.description/make_key", 200, rpc(check))
            .then("/web/dataset/call_kw/res.users.identitycheck/run_check", 200, rpc(show)),
    )
    .await;
    let session = client.web_session(PASSWORD).await.unwrap();
    let expires = "2027-01-31T00:00:00Z".parse().unwrap();
    let key = session.create_key("nightly", Some(expires)).await.unwrap();
    assert_eq!(secrecy::ExposeSecret::expose_secret(&key), "the-new-key");
    assert_eq!(
        transport.body(2)["params"]["args"],
        json!([[{"name": "nightly", "duration": "-1", "expiration_date": "2027-01-31 00:00:00"}]])
    );
    assert_eq!(transport.body(4)["params"]["kwargs"]["context"]["password"], PASSWORD);
    transport.finished();
}

#[tokio::test]
async fn a_key_is_replaced_while_it_still_works() {
    let (client, transport) = connect(
        v19()
            .then("/json/2/res.users.apikeys/generate", 200, json!("the-new-key"))
            .then("/json/2/res.users.apikeys/revoke", 200, json!(true))
            .then("/json/2/a.b/c", 200, json!(1))
            .then("/json/2/res.users.apikeys/generate", 200, json!("a-third-key"))
            .then("/json/2/res.users.apikeys/revoke", 200, json!(true)),
    )
    .await;
    let expires = "2027-01-31T00:00:00Z".parse().unwrap();
    let other = client.with_context("lang", "nl_BE");
    client.rotate_key("bot", expires, |_| async { Ok::<_, std::io::Error>(()) }).await.unwrap();
    assert_eq!(transport.body(1)["expiration_date"], "2027-01-31 00:00:00");
    assert_eq!(transport.header(1, "Authorization").unwrap(), format!("bearer {KEY}"));
    // The new one revokes the old one, and clones use it too.
    assert_eq!(
        (transport.header(2, "Authorization").unwrap().as_str(), &transport.body(2)["key"]),
        ("bearer the-new-key", &json!(KEY))
    );
    other.call(Call::new("a.b", "c")).await.unwrap();
    assert_eq!(transport.header(3, "Authorization").unwrap(), "bearer the-new-key");

    let full = || async { Err(std::io::Error::other("the vault is sealed")) };
    let error = client.rotate_key("bot", expires, |_| full()).await.unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (ErrorKind::Config, Delivery::RolledBack));
    assert_eq!(
        (transport.header(5, "Authorization").unwrap().as_str(), &transport.body(5)["key"]),
        ("bearer the-new-key", &json!("a-third-key"))
    );
    transport.finished();
}
