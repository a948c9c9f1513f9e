//! What a server's failure means: tables from exception names, fault codes and HTTP statuses to kind and delivery.
//!
//! Sources: Odoo's `odoo/http.py` and `odoo/service/model.py` (`retrying`, `get_public_method`), the exceptions in
//! `odoo/exceptions.py`, `addons/rpc/controllers/{json2,jsonrpc,xmlrpc}.py` (before 19.0 `addons/base/controllers/rpc.py`),
//! and psycopg2's `errors` and `extensions`.

use std::time::Duration;

use serde_json::Value;

use crate::error::{Delivery, Error, ErrorKind};
use crate::http_date::http_date;
use crate::transport::HttpResponse;
use crate::xmlrpc;

/// How much of an answer that is no success is read.
pub(crate) const MAX_ERROR_PAGE: usize = 256 * 1024;

/// Kind and delivery of one failure.
type Verdict = (ErrorKind, Delivery);

/// A server's exception as JSON-2 (the body) and JSON-RPC (`error.data`) send it.
struct Exception<'a> {
    name: Option<&'a str>,
    message: &'a str,
    traceback: Option<&'a str>,
}

/// Reads the failure that JSON-2 answered: any status other than 200.
pub(crate) fn from_json2(operation: &str, response: &HttpResponse) -> Error {
    let body = serde_json::from_slice::<Value>(&response.body).ok();
    let (exception, readable) = match &body {
        // A gateway's own error can be JSON too; Odoo's names the exception.
        Some(body @ Value::Object(_)) if body.get("name").is_some_and(Value::is_string) => {
            (exception(body), true)
        }
        // Pre-releases of 19.0 sent the message alone.
        Some(Value::String(message)) => (Exception { name: None, message, traceback: None }, true),
        _ => (Exception { name: None, message: "", traceback: None }, false),
    };
    let verdict = exception
        .name
        .and_then(|name| by_exception(name, exception.message))
        .unwrap_or_else(|| by_status(response.status, readable));
    let message = match (exception.message, response.status) {
        // Werkzeug's own page: no controller of a database took the path, so no database was selected.
        ("", 404) => "no database was selected: no such database, or none named, or no JSON-2 before Odoo 19",
        ("", _) => return http_error(operation, response, verdict),
        (message, _) => message,
    };
    build(operation, verdict, message, &exception).with_retry_after(retry_after(response))
}

/// Reads `error` of a JSON-RPC answer.
pub(crate) fn from_jsonrpc(operation: &str, error: &Value) -> Error {
    let code = error.get("code").and_then(Value::as_i64);
    let exception = error.get("data").map(exception);
    let Some(exception) = exception.filter(|exception| exception.name.is_some()) else {
        let message = error.get("message").and_then(Value::as_str).unwrap_or("an error without a message");
        let verdict = match code {
            Some(404) => (ErrorKind::Config, Delivery::Rejected),
            Some(100) => (ErrorKind::Auth, Delivery::Rejected),
            _ => (ErrorKind::Server, Delivery::Unknown),
        };
        return Error::new(verdict.0, verdict.1, operation, message);
    };
    let name = exception.name.unwrap_or_default();
    let verdict = if name == "builtins.TypeError" && exception.message.contains("not JSON serializable") {
        // The transaction is committed before the answer is put into JSON (`execute_cr`).
        (ErrorKind::Protocol, Delivery::Committed)
    } else {
        by_exception(name, exception.message).unwrap_or((ErrorKind::Server, Delivery::RolledBack))
    };
    build(operation, verdict, exception.message, &exception)
}

/// Reads an XML-RPC fault. `Ok(())` means that the call was done and returned `None`, or something with a `None` in it,
/// which Odoo's XML-RPC cannot send: it commits, fails to write the answer, and reports that failure as if it were one of
/// the call.
pub(crate) fn from_xmlrpc(operation: &str, fault: &xmlrpc::Fault) -> Result<(), Error> {
    let text = fault.text.trim();
    let (name, message) = if fault.code == 1 { last_exception(text) } else { (None, text) };
    let verdict = match (fault.code, name.as_deref()) {
        (1, Some("builtins.TypeError")) if message.starts_with("cannot marshal None") => return Ok(()),
        // Raised while the answer is written, after the commit: by a type, a number or a key that XML-RPC does not have.
        (1, Some("builtins.TypeError"))
            if message.starts_with("cannot marshal") || message == "dictionary key must be string" =>
        {
            (ErrorKind::Protocol, Delivery::Committed)
        }
        (1, Some("builtins.OverflowError")) if message.contains("XML-RPC limits") => {
            (ErrorKind::Protocol, Delivery::Committed)
        }
        (1, Some(name)) => by_exception(name, message).unwrap_or((ErrorKind::Server, Delivery::RolledBack)),
        (2, _) => by_warning(message),
        (3, _) => (ErrorKind::Auth, Delivery::Rejected),
        (4, _) => (ErrorKind::AccessDenied, Delivery::RolledBack),
        _ => (ErrorKind::Server, Delivery::Unknown),
    };
    let traceback = (fault.code == 1).then_some(text);
    Err(build(operation, verdict, message, &Exception { name: name.as_deref(), message, traceback }))
}

/// Reads a status that is neither 200 nor explained by the body, on any protocol.
pub(crate) fn from_status(operation: &str, response: &HttpResponse) -> Error {
    let verdict = match response.status {
        404 => (ErrorKind::Config, Delivery::Rejected),
        status => by_status(status, false),
    };
    http_error(operation, response, verdict)
}

fn exception(data: &Value) -> Exception<'_> {
    let text = |key| data.get(key).and_then(Value::as_str);
    Exception { name: text("name"), message: text("message").unwrap_or(""), traceback: text("debug") }
}

fn build(operation: &str, verdict: Verdict, message: &str, exception: &Exception<'_>) -> Error {
    Error::new(verdict.0, verdict.1, operation, message)
        .with_exception(exception.name.map(str::to_owned))
        .with_traceback(exception.traceback)
}

fn by_exception(name: &str, message: &str) -> Option<Verdict> {
    use {Delivery as D, ErrorKind as K};
    let verdict = match name {
        "odoo.exceptions.AccessDenied" | "odoo.http.SessionExpiredException" => (K::Auth, D::Rejected),
        "odoo.exceptions.AccessError" => (K::AccessDenied, D::RolledBack),
        "odoo.exceptions.MissingError" => (K::Missing, D::RolledBack),
        "odoo.exceptions.ValidationError" => (K::Validation, D::RolledBack),
        "odoo.exceptions.LockError" | "odoo.exceptions.ConcurrencyError" => (K::Conflict, D::RolledBack),
        "odoo.exceptions.UserError" if names_model(message) => (K::UnknownModel, D::Rejected),
        "odoo.exceptions.UserError" | "odoo.exceptions.RedirectWarning" => (K::UserError, D::RolledBack),

        "werkzeug.exceptions.Unauthorized" => (K::Auth, D::Rejected),
        "werkzeug.exceptions.Forbidden" => (K::AccessDenied, D::Rejected),
        "werkzeug.exceptions.NotFound" if names_model(message) => (K::UnknownModel, D::Rejected),
        "werkzeug.exceptions.NotFound" if names_method(message) => (K::UnknownMethod, D::Rejected),
        "werkzeug.exceptions.NotFound"
        | "werkzeug.exceptions.BadRequest"
        | "werkzeug.exceptions.MethodNotAllowed"
        | "werkzeug.exceptions.UnsupportedMediaType"
        | "werkzeug.exceptions.UnprocessableEntity"
        | "xml.parsers.expat.ExpatError" => (K::BadArguments, D::Rejected),
        "werkzeug.exceptions.RequestEntityTooLarge" => (K::TooLarge, D::Rejected),
        "werkzeug.exceptions.TooManyRequests" => (K::RateLimited, D::Rejected),

        "builtins.AttributeError" if names_method(message) => (K::UnknownMethod, D::Rejected),
        "builtins.ValueError" | "builtins.TypeError" => (K::BadArguments, D::RolledBack),

        // Odoo has tried five times itself when these arrive.
        "psycopg2.errors.SerializationFailure"
        | "psycopg2.errors.DeadlockDetected"
        | "psycopg2.errors.LockNotAvailable"
        | "psycopg2.extensions.TransactionRollbackError" => (K::Conflict, D::RolledBack),
        // A failover leaves the old primary, now a replica, behind the same address for a while.
        "psycopg2.errors.QueryCanceled"
        | "psycopg2.extensions.QueryCanceledError"
        | "psycopg2.errors.ReadOnlySqlTransaction" => (K::Unavailable, D::RolledBack),
        "psycopg2.pool.PoolError" | "odoo.sql_db.PoolError" => (K::Unavailable, D::Rejected),
        "psycopg2.OperationalError" => by_operational_error(message),
        // The database's connection was lost, perhaps during the commit.
        "psycopg2.InterfaceError"
        | "psycopg2.errors.AdminShutdown"
        | "psycopg2.errors.CrashShutdown"
        | "psycopg2.errors.IdleInTransactionSessionTimeout" => (K::Unavailable, D::Unknown),
        "psycopg2.IntegrityError"
        | "psycopg2.errors.UniqueViolation"
        | "psycopg2.errors.ForeignKeyViolation"
        | "psycopg2.errors.NotNullViolation"
        | "psycopg2.errors.CheckViolation"
        | "psycopg2.errors.ExclusionViolation" => (K::Validation, D::RolledBack),
        _ => return None,
    };
    Some(verdict)
}

fn by_operational_error(message: &str) -> Verdict {
    if message.contains("database \"") && message.contains("does not exist") {
        (ErrorKind::Database, Delivery::Rejected)
    } else if [
        "connection to server",
        "could not connect",
        "too many clients",
        "starting up",
        "remaining connection",
    ]
    .iter()
    .any(|part| message.contains(part))
    {
        (ErrorKind::Unavailable, Delivery::Rejected)
    } else {
        (ErrorKind::Unavailable, Delivery::Unknown)
    }
}

/// XML-RPC's fault 2 hides which of `UserError`'s classes it was. What Odoo's own words tell is used; they are words, so
/// a translated one stays a `UserError`.
fn by_warning(message: &str) -> Verdict {
    if names_model(message) {
        (ErrorKind::UnknownModel, Delivery::Rejected)
    } else if message.starts_with("The operation cannot be completed") {
        (ErrorKind::Validation, Delivery::RolledBack)
    } else if message.starts_with("Record does not exist or has been deleted") {
        (ErrorKind::Missing, Delivery::RolledBack)
    } else {
        (ErrorKind::UserError, Delivery::RolledBack)
    }
}

fn by_status(status: u16, readable: bool) -> Verdict {
    use {Delivery as D, ErrorKind as K};
    match status {
        300..=399 => (K::Config, D::Rejected),
        400 | 405 | 415 => (K::BadArguments, D::Rejected),
        401 => (K::Auth, D::Rejected),
        403 => (K::AccessDenied, D::Rejected),
        404 if readable => (K::BadArguments, D::Rejected),
        404 => (K::Database, D::Rejected),
        409 => (K::Conflict, D::RolledBack),
        413 => (K::TooLarge, D::Rejected),
        422 => (K::UserError, D::RolledBack),
        429 => (K::RateLimited, D::Rejected),
        500 if readable => (K::Server, D::RolledBack),
        // A proxy gave up; the worker behind it goes on and often commits.
        408 => (K::Timeout, D::Unknown),
        502..=504 | 520..=529 => (K::Unavailable, D::Unknown),
        500..=599 => (K::Server, D::Unknown),
        _ => (K::Protocol, D::Unknown),
    }
}

fn http_error(operation: &str, response: &HttpResponse, verdict: Verdict) -> Error {
    let status = response.status;
    let message = match status {
        300..=399 => match response.header("location").and_then(origin) {
            Some(origin) => format!("HTTP {status}: the server redirects to {origin}; use that address"),
            None => format!("HTTP {status}: the server redirects; use the address that it redirects to"),
        },
        404 => "HTTP 404: there is no Odoo at this address, or not this protocol".to_owned(),
        _ => format!("HTTP {status} with a body that is not Odoo's"),
    };
    Error::new(verdict.0, verdict.1, operation, message).with_retry_after(retry_after(response))
}

/// Scheme, host and port alone: a redirect can carry tokens in its query.
fn origin(location: &str) -> Option<String> {
    let url = url::Url::parse(location).ok()?;
    url.host_str().map(|_| url.origin().ascii_serialization())
}

/// In seconds, or as a date, which is held against the date of the same answer: no clock but the server's own is asked.
fn retry_after(response: &HttpResponse) -> Option<Duration> {
    let text = response.header("retry-after")?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let (until, now) = (http_date(text)?, http_date(response.header("date")?)?);
    Some(until.duration_since(now).try_into().unwrap_or_default())
}

/// "the model 'x' does not exist" (JSON-2), "Object x doesn't exist" (the others).
fn names_model(message: &str) -> bool {
    (message.starts_with("the model '") && message.ends_with("does not exist"))
        || (message.starts_with("Object ") && message.ends_with("doesn't exist"))
}

/// "The method 'model.x' does not exist" (19.0), "The method 'x' does not exist on the model 'model'" (before).
fn names_method(message: &str) -> bool {
    message.starts_with("The method '") && message.contains("does not exist")
}

/// Name and message of the exception that a traceback ends with: what follows the frames of its last part.
fn last_exception(text: &str) -> (Option<String>, &str) {
    const START: &str = "Traceback (most recent call last):";
    // The last part that is one: at the start or behind Python's words, with frames. The texts of exceptions can quote anything.
    let begins = |at: usize| {
        let before = text.get(..at).unwrap_or("");
        let after = text.get(at + START.len()..).unwrap_or("");
        (before.trim().is_empty()
            || before.ends_with("another exception occurred:\n\n")
            || before.ends_with("the following exception:\n\n"))
            && (after.trim_start_matches(['\r', '\n']).starts_with("  File "))
    };
    let starts = text.match_indices(START).map(|(at, _)| at);
    let part =
        starts.filter(|at| begins(*at)).last().and_then(|at| text.get(at + START.len()..)).unwrap_or(text);
    let mut at = 0;
    for line in part.split_inclusive('\n') {
        if !line.starts_with(' ') && !line.trim().is_empty() {
            break;
        }
        at += line.len();
    }
    let exception = part.get(at..).unwrap_or("").trim_end();
    let (name, message) = match exception.split_once(':') {
        Some((name, message)) => (name, message.trim()),
        None => (exception, ""),
    };
    if name.is_empty() || !name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '.') {
        return (None, exception);
    }
    // Python leaves out the module of its built-in exceptions here; the other protocols name it.
    let name = if name.contains('.') { name.to_owned() } else { format!("builtins.{name}") };
    (Some(name), message)
}
