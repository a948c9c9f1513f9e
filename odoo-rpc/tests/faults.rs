//! What each failure of a server is told as, with small bodies in the form that Odoo sends.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

use std::time::Duration;

use bytes::Bytes;
use odoo_rpc::transport::HttpResponse;
use odoo_rpc::xmlrpc::{Fault, encode_fault};
use odoo_rpc::{Call, Delivery as D, Error, ErrorKind as K, ProtocolKind, Retry};
use serde_json::{Value, json};

fn response(status: u16, body: impl Into<Bytes>) -> HttpResponse {
    HttpResponse { status, headers: vec![("Retry-After".to_owned(), "7".to_owned())], body: body.into() }
}

fn decode(kind: ProtocolKind, response: &HttpResponse) -> Result<Value, Error> {
    kind.protocol().decode(&Call::new("sale.order", "action_lock").ids([1]), response)
}

fn json2(status: u16, name: &str, message: &str) -> Error {
    let body = json!({"name": name, "message": message, "arguments": [message], "context": {}, "debug": "Traceback\nx"});
    decode(ProtocolKind::Json2, &response(status, body.to_string())).unwrap_err()
}

fn jsonrpc(name: &str, message: &str) -> Error {
    let data =
        json!({"name": name, "message": message, "arguments": [], "context": {}, "debug": "Traceback\nx"});
    let body = json!({"jsonrpc": "2.0", "id": 1, "error": {"code": 200, "message": "Odoo Server Error", "data": data}});
    decode(ProtocolKind::JsonRpc, &response(200, body.to_string())).unwrap_err()
}

fn fault(code: i64, text: &str) -> Result<Value, Error> {
    let body = encode_fault(&Fault { code, text: text.to_owned() }).unwrap();
    decode(ProtocolKind::XmlRpc, &response(200, body))
}

/// A traceback as Python prints it, with an exception that was raised while another one was handled.
fn traceback(exception: &str) -> String {
    format!(
        "Traceback (most recent call last):\n  File \"/a.py\", line 1, in f\n    x = y[z]\nKeyError: 'z'\n\nDuring handling \
         of the above exception, another exception occurred:\n\nTraceback (most recent call last):\n  File \"/b.py\", \
         line 2, in g\n    call()\n    ^^^^^^\n{exception}\n"
    )
}

#[test]
fn exceptions_mean_the_same_on_every_protocol() {
    for (status, name, message, kind, delivery, retry) in [
        (403, "odoo.exceptions.AccessDenied", "Access Denied", K::Auth, D::Rejected, Retry::Never),
        (403, "odoo.exceptions.AccessError", "no", K::AccessDenied, D::RolledBack, Retry::Never),
        (404, "odoo.exceptions.MissingError", "gone", K::Missing, D::RolledBack, Retry::Never),
        (409, "odoo.exceptions.LockError", "locked", K::Conflict, D::RolledBack, Retry::Safe),
        (422, "odoo.exceptions.UserError", "no", K::UserError, D::RolledBack, Retry::Never),
        (422, "odoo.exceptions.ValidationError", "no", K::Validation, D::RolledBack, Retry::Never),
        (500, "odoo.exceptions.RedirectWarning", "no", K::UserError, D::RolledBack, Retry::Never),
        (500, "builtins.ValueError", "Invalid field 'x'", K::BadArguments, D::RolledBack, Retry::Never),
        (500, "builtins.KeyError", "'x'", K::Server, D::RolledBack, Retry::Never),
        (500, "odoo.addons.x.Unheard", "x", K::Server, D::RolledBack, Retry::Never),
        (500, "psycopg2.errors.SerializationFailure", "could not", K::Conflict, D::RolledBack, Retry::Safe),
        (500, "psycopg2.errors.DeadlockDetected", "deadlock", K::Conflict, D::RolledBack, Retry::Safe),
        (500, "psycopg2.errors.LockNotAvailable", "lock", K::Conflict, D::RolledBack, Retry::Safe),
        (500, "psycopg2.pool.PoolError", "full", K::Unavailable, D::Rejected, Retry::Safe),
        (500, "psycopg2.InterfaceError", "closed", K::Unavailable, D::Unknown, Retry::IfIdempotent),
        (500, "psycopg2.OperationalError", "server closed", K::Unavailable, D::Unknown, Retry::IfIdempotent),
        (
            500,
            "psycopg2.errors.AdminShutdown",
            "terminating",
            K::Unavailable,
            D::Unknown,
            Retry::IfIdempotent,
        ),
        (500, "psycopg2.errors.ReadOnlySqlTransaction", "no", K::Unavailable, D::RolledBack, Retry::Safe),
        (500, "psycopg2.OperationalError", "could not connect", K::Unavailable, D::Rejected, Retry::Safe),
        (
            500,
            "psycopg2.OperationalError",
            "database \"x\" does not exist",
            K::Database,
            D::Rejected,
            Retry::Never,
        ),
    ] {
        let plain = name.strip_prefix("builtins.").unwrap_or(name);
        let errors = [
            json2(status, name, message),
            jsonrpc(name, message),
            fault(1, &traceback(&format!("{plain}: {message}"))).unwrap_err(),
        ];
        for error in errors {
            assert_eq!(
                (error.kind(), error.delivery(), error.retryable()),
                (kind, delivery, retry),
                "{error}"
            );
            assert_eq!(error.server_exception(), Some(name));
            assert_eq!((error.message(), error.operation()), (message, "sale.order.action_lock"));
            assert!(error.server_traceback().unwrap().contains("Traceback"));
        }
    }
}

#[test]
fn xmlrpc_that_cannot_write_its_answer_has_committed() {
    let none = "TypeError: cannot marshal None unless allow_none is enabled";
    assert_eq!(fault(1, &traceback(none)).unwrap(), Value::Null);
    // Data with a `None` in them are not nothing.
    let body = encode_fault(&Fault { code: 1, text: traceback(none) }).unwrap();
    let call = Call::new("res.partner", "fields_get");
    let error = ProtocolKind::XmlRpc.protocol().decode(&call, &response(200, body)).unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (K::Protocol, D::Committed));
    for text in [
        "TypeError: cannot marshal <class 'odoo.api.res.partner'> objects",
        "TypeError: dictionary key must be string",
        "OverflowError: int exceeds XML-RPC limits",
    ] {
        let error = fault(1, &traceback(text)).unwrap_err();
        assert_eq!((error.kind(), error.delivery()), (K::Protocol, D::Committed), "{error}");
        assert_eq!(error.retryable(), Retry::Never);
    }
    // The same words from business code, or as part of other words, are a failure like any other.
    assert!(fault(2, none).is_err());
    assert!(fault(1, &traceback(&format!("ValueError: {none}"))).is_err());

    let error = jsonrpc("builtins.TypeError", "Object of type X is not JSON serializable");
    assert_eq!((error.kind(), error.delivery()), (K::Protocol, D::Committed));
    // JSON-2 commits after the answer is written.
    let error = json2(500, "builtins.TypeError", "Object of type X is not JSON serializable");
    assert_eq!(error.delivery(), D::RolledBack);
}

#[test]
fn xmlrpc_warnings_are_told_by_their_words_where_there_are_any() {
    for (code, text, kind) in [
        (2, "Object no.such doesn't exist", K::UnknownModel),
        (2, "The operation cannot be completed: another", K::Validation),
        (2, "Record does not exist or has been deleted.\n(Record: x(1,), User: 2)", K::Missing),
        (2, "Anything else", K::UserError),
        (3, "Access Denied", K::Auth),
        (4, "You are not allowed", K::AccessDenied),
        (1, "not a traceback at all", K::Server),
        (1, "", K::Server),
        (99, "x", K::Server),
    ] {
        assert_eq!(fault(code, text).unwrap_err().kind(), kind, "{text}");
    }
}

#[test]
fn jsonrpc_leaves_out_what_it_has_not() {
    let ok = |body: &str| decode(ProtocolKind::JsonRpc, &response(200, body.to_owned()));
    assert_eq!(ok(r#"{"jsonrpc": "2.0", "id": 1}"#).unwrap(), Value::Null);
    assert_eq!(ok(r#"{"jsonrpc": "2.0", "id": null, "error": null, "result": 5}"#).unwrap(), json!(5));
    assert_eq!(ok(r#"{"result": 5}"#).unwrap_err().kind(), K::Protocol);
    let error =
        ok(r#"{"jsonrpc": "2.0", "error": {"code": 100, "message": "Odoo Session Expired"}}"#).unwrap_err();
    assert_eq!(error.kind(), K::Auth);
    // Up to 15, a server with several databases answers 404 with a body of JSON-RPC.
    let body = r#"{"jsonrpc": "2.0", "error": {"code": 404, "message": "404: Not Found"}}"#;
    assert_eq!(decode(ProtocolKind::JsonRpc, &response(404, body)).unwrap_err().kind(), K::Config);
    let error = decode(ProtocolKind::JsonRpc, &response(400, "Invalid JSON data")).unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (K::BadArguments, D::Rejected));
}

#[test]
fn json2_bodies_need_not_be_objects() {
    let error = decode(ProtocolKind::Json2, &response(422, "\"a bare message\"")).unwrap_err();
    assert_eq!((error.kind(), error.message()), (K::UserError, "a bare message"));
    let error = decode(ProtocolKind::Json2, &response(404, "<!DOCTYPE html><h1>Not Found</h1>")).unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (K::Database, D::Rejected));
}

/// Between a client and Odoo stand proxies, which answer in HTML.
#[test]
fn statuses_of_proxies_say_whether_it_may_have_been_done() {
    for kind in [ProtocolKind::Json2, ProtocolKind::JsonRpc, ProtocolKind::XmlRpc] {
        for (status, expected, delivery, retry) in [
            (302, K::Config, D::Rejected, Retry::Never),
            (413, K::TooLarge, D::Rejected, Retry::Never),
            (429, K::RateLimited, D::Rejected, Retry::Safe),
            (500, K::Server, D::Unknown, Retry::IfIdempotent),
            (502, K::Unavailable, D::Unknown, Retry::IfIdempotent),
            (503, K::Unavailable, D::Unknown, Retry::IfIdempotent),
            (504, K::Unavailable, D::Unknown, Retry::IfIdempotent),
            (524, K::Unavailable, D::Unknown, Retry::IfIdempotent),
        ] {
            let error = decode(kind, &response(status, "<html>gateway</html>")).unwrap_err();
            assert_eq!(
                (error.kind(), error.delivery(), error.retryable()),
                (expected, delivery, retry),
                "{kind:?} {status}"
            );
            assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
        }
        // A page with status 200, such as a login page of a proxy, is no answer.
        let error = decode(kind, &response(200, "<html>please log in</html>")).unwrap_err();
        assert_eq!((error.kind(), error.delivery()), (K::Protocol, D::Unknown), "{kind:?}");
    }
}

#[test]
fn redirects_name_where_to_without_what_may_be_secret() {
    let mut answer = response(301, "");
    answer.headers.push(("location".to_owned(), "https://user:pw@new.example.com/x?token=s3cret".to_owned()));
    let error = decode(ProtocolKind::JsonRpc, &answer).unwrap_err();
    assert!(error.message().contains("https://new.example.com;"), "{error}");
    assert!(!error.message().contains("s3cret") && !error.message().contains("pw"), "{error}");
}
