//! JSON-RPC: `POST /jsonrpc` with service, method and args. Errors come with status 200.

use serde_json::{Map, Value, json};

use super::legacy::{self, Service};
use super::{Opened, Reply, Request, Site, Style};
use crate::testkit::Series;
use crate::testkit::engine::{ErrorKind, OdooError};

pub(super) fn open(site: &Site, request: &Request) -> Opened {
    let Some((id, params)) = envelope(request) else {
        return Opened::Answer { asked: "jsonrpc", reply: Reply::html(400, "Invalid JSON data") };
    };
    let text = |key: &str| params.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let args = params.get("args").and_then(Value::as_array).cloned().unwrap_or_default();
    match legacy::dispatch(site, &text("service"), &text("method"), &args) {
        Service::Call(call) => Opened::Call { call: Box::new(call), style: Style::JsonRpc { id } },
        Service::Done(asked, result) => {
            Opened::Answer { asked, reply: close(site.odoo.series(), &id, result) }
        }
    }
}

/// The web client's own version route.
pub(super) fn open_version(site: &Site, request: &Request) -> Opened {
    let id = envelope(request).map_or(Value::Null, |(id, _)| id);
    Opened::Answer { asked: "version", reply: close(site.odoo.series(), &id, Ok(legacy::version(site))) }
}

/// A result of `None` leaves an answer with neither `result` nor `error`.
pub(super) fn close(series: Series, id: &Value, result: Result<Value, OdooError>) -> Reply {
    let mut answer = Map::new();
    answer.insert("jsonrpc".to_owned(), json!("2.0"));
    answer.insert("id".to_owned(), id.clone());
    match result {
        Ok(Value::Null) => {}
        Ok(value) => {
            answer.insert("result".to_owned(), value);
        }
        Err(error) => {
            let code = if series == Series::V17 { 200 } else { 0 };
            // 19 shows no frames to somebody it does not know.
            let bare = series == Series::V19 && error.kind == ErrorKind::AccessDenied;
            let debug = if bare {
                format!("{}: {}\n", error.traceback_name(), error.message)
            } else {
                error.traceback()
            };
            let data = json!({
                "name": error.python_name(), "message": error.message, "arguments": [error.message],
                "context": {}, "debug": debug,
            });
            answer.insert(
                "error".to_owned(),
                json!({"code": code, "message": "Odoo Server Error", "data": data}),
            );
        }
    }
    Reply::json(200, &Value::Object(answer))
}

pub(super) fn envelope(request: &Request) -> Option<(Value, Map<String, Value>)> {
    let body: Value = serde_json::from_slice(&request.body).ok()?;
    let params = body.get("params").and_then(Value::as_object).cloned().unwrap_or_default();
    Some((body.get("id").cloned().unwrap_or(Value::Null), params))
}
