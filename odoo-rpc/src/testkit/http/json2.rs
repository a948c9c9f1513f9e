//! JSON-2: `POST /json/2/MODEL/METHOD` with a bearer key and named arguments.

use serde_json::{Map, Value, json};

use super::{Opened, Reply, Request, Site, Style};
use crate::testkit::engine::{Arguments, Call, ErrorKind, OdooError, signature};

pub(super) fn open(site: &Site, request: &Request) -> Opened {
    match read(site, request) {
        Ok((call, style)) => Opened::Call { call: Box::new(call), style },
        Err(reply) => Opened::Answer { asked: "json2", reply },
    }
}

/// The result as it stands, or the error with the status of its class.
pub(super) fn close(result: Result<Value, OdooError>, always_list: bool) -> Reply {
    match result {
        // Recordsets become lists of ids here, so a create of one record answers a list too.
        Ok(id @ Value::Number(_)) if always_list => Reply::json(200, &json!([id])),
        Ok(value) => Reply::json(200, &value),
        Err(error) => refusal(&error),
    }
}

fn read(site: &Site, request: &Request) -> Result<(Call, Style), Reply> {
    let segments: Vec<&str> = request.path.trim_start_matches("/json/2").split('/').skip(1).collect();
    let ([model, method], &http::Method::POST) = (segments.as_slice(), &request.method) else {
        return Err(werkzeug(404, "NotFound", "Not Found", "Did you mean POST /json/2/<model>/<method>?"));
    };
    let header = |name: &str| request.headers.get(name).and_then(|value| value.to_str().ok());
    if header("x-odoo-database").is_some_and(|name| name != site.database) {
        return Err(Reply::not_found());
    }
    if !header("content-type").is_some_and(|kind| kind.to_ascii_lowercase().starts_with("application/json")) {
        let page =
            "<!doctype html>\n<title>415 Unsupported Media Type</title>\n<h1>Unsupported Media Type</h1>\n";
        return Err(Reply::html(415, page));
    }
    let uid = user(site, header("authorization"))?;
    let body: Value = serde_json::from_slice(&request.body).map_err(|error| {
        let text = format!("could not parse the body as json: {}", python_place(&error, &request.body));
        werkzeug(400, "BadRequest", "Bad Request", &text)
    })?;
    // Anything but an object is silently taken as no arguments.
    let mut named: Map<String, Value> = body.as_object().cloned().unwrap_or_default();
    let ids = named.remove("ids");
    let context = named.remove("context");
    let ids = ids.map(|ids| match ids {
        Value::Array(ids) => ids.iter().filter_map(Value::as_i64).collect(),
        id => id.as_i64().into_iter().collect::<Vec<i64>>(),
    });
    let on_records =
        signature(site.odoo.series(), model, method).is_none_or(|signature| signature.on_records);
    if ids.as_ref().is_some_and(|ids| !ids.is_empty()) && !on_records {
        let text = format!("cannot call {model}.{method} with ids");
        return Err(werkzeug(422, "UnprocessableEntity", "Unprocessable Entity", &text));
    }
    let call = Call {
        uid,
        model: (*model).to_owned(),
        method: (*method).to_owned(),
        ids,
        arguments: Arguments { positional: Vec::new(), named },
        context,
        session: None,
    };
    Ok((call, Style::Json2 { always_list: *method == "create" }))
}

/// A syntax error as Python's parser words it.
fn python_place(error: &serde_json::Error, body: &[u8]) -> String {
    let before = body.split(|byte| *byte == b'\n').take(error.line().saturating_sub(1));
    let start: usize = before.map(|line| line.len() + 1).sum();
    let column = error.column();
    format!("Expecting value: line {} column {} (char {})", error.line(), column + 1, start + column)
}

/// The user of a bearer key, or the 401 that the real server answers.
pub(super) fn user(site: &Site, authorization: Option<&str>) -> Result<i64, Reply> {
    let key = authorization.and_then(|value| {
        let (scheme, key) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
    });
    let text = match key {
        None => "User not authenticated, use an API Key with a Bearer Authorization header.",
        Some(key) => match site.odoo.by_key(key) {
            Some(uid) => return Ok(uid),
            None => "Invalid apikey",
        },
    };
    let mut reply = werkzeug(401, "Unauthorized", "Unauthorized", text);
    reply.headers.push(("www-authenticate", "Bearer ".to_owned()));
    Err(reply)
}

pub(super) fn refusal(error: &OdooError) -> Reply {
    let message = &error.message;
    let status = match error.kind {
        ErrorKind::Unprocessable => {
            return werkzeug(422, "UnprocessableEntity", "Unprocessable Entity", message);
        }
        ErrorKind::UnknownMethod => return werkzeug(404, "NotFound", "Not Found", message),
        ErrorKind::UnknownModel => {
            let model = message.trim_start_matches("Object ").trim_end_matches(" doesn't exist");
            return werkzeug(404, "NotFound", "Not Found", &format!("the model '{model}' does not exist"));
        }
        ErrorKind::AccessDenied | ErrorKind::Access => 403,
        ErrorKind::Missing => 404,
        ErrorKind::User | ErrorKind::Validation => 422,
        ErrorKind::Value
        | ErrorKind::Type
        | ErrorKind::Database
        | ErrorKind::Serialization
        | ErrorKind::Other(_) => 500,
    };
    Reply::json(
        status,
        &json!({
            "name": error.python_name(), "message": message, "arguments": [message], "context": {},
            "debug": error.traceback(),
        }),
    )
}

/// An error of the HTTP layer: its arguments carry the status.
pub(super) fn werkzeug(status: u16, name: &str, reason: &str, message: &str) -> Reply {
    let name = format!("werkzeug.exceptions.{name}");
    let debug = format!(
        "Traceback (most recent call last):\n  File \"/opt/odoo/odoo/http.py\", line 2273, in _serve_db\n{name}: {status} {reason}: {message}\n"
    );
    Reply::json(
        status,
        &json!({
            "name": name, "message": message, "arguments": [message, status], "context": {}, "debug": debug,
        }),
    )
}
