//! What a browser has: a session with a cookie, and calls over it. Sources: `addons/web/controllers/{session,dataset}.py`.

use serde_json::{Map, Value, json};

use super::{Opened, Reply, Request, Site, Style, jsonrpc, legacy};
use crate::testkit::Series;
use crate::testkit::engine::{Arguments, ErrorKind, LogIn, OdooError, Visitor, version_info};

/// `POST /web/session/authenticate`: the password alone, never a key.
pub(super) fn authenticate(site: &Site, request: &Request) -> Opened {
    let series = site.odoo.series();
    let (id, params) = jsonrpc::envelope(request).unwrap_or_default();
    let text = |key: &str| params.get(key).and_then(Value::as_str).unwrap_or_default();
    let answer = |result| jsonrpc::close(series, &id, result);
    let reply = if text("db") != site.database {
        answer(Err(OdooError::new(ErrorKind::Access, "Database not found.")))
    } else {
        match site.odoo.log_in(text("login"), text("password")) {
            Ok(LogIn::Session { uid, cookie }) => with_cookie(answer(Ok(info(site, uid))), &cookie),
            Ok(LogIn::SecondFactor) => answer(Ok(json!({"uid": null}))),
            Err(error) => answer(Err(error)),
        }
    };
    Opened::Answer { asked: "session", reply }
}

/// `POST /web/session/destroy`.
pub(super) fn destroy(site: &Site, request: &Request) -> Opened {
    let (id, _) = jsonrpc::envelope(request).unwrap_or_default();
    if let Some(cookie) = cookie(request) {
        site.odoo.log_out(cookie);
    }
    Opened::Answer { asked: "session", reply: jsonrpc::close(site.odoo.series(), &id, Ok(Value::Null)) }
}

/// `POST /web/dataset/call_kw/MODEL/METHOD`.
pub(super) fn open(site: &Site, request: &Request) -> Opened {
    let Some((id, params)) = jsonrpc::envelope(request) else {
        return Opened::Answer { asked: "web", reply: Reply::html(400, "Invalid JSON data") };
    };
    let Some(visitor) = visitor(site, request) else {
        return Opened::Answer { asked: "web", reply: expired() };
    };
    let text = |key: &str| params.get(key).and_then(Value::as_str).unwrap_or_default();
    let positional = params.get("args").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut named = params.get("kwargs").and_then(Value::as_object).cloned().unwrap_or_default();
    let context = named.remove("context");
    let arguments = Arguments { positional, named };
    let style = Style::Web { id, cookie: visitor.cookie };
    match legacy::call(site, visitor.uid, text("model"), text("method"), arguments) {
        Ok(mut call) => {
            call.context = context;
            call.session = Some(visitor.session);
            Opened::Call { call: Box::new(call), style }
        }
        Err(error) => {
            Opened::Answer { asked: "web", reply: super::close(site.odoo.series(), &style, Err(error)) }
        }
    }
}

/// As JSON-RPC, with the new cookie where there is one.
pub(super) fn close(
    series: Series,
    id: &Value,
    cookie: Option<&str>,
    result: Result<Value, OdooError>,
) -> Reply {
    let reply = match result {
        Err(error) if error.kind == ErrorKind::UnknownModel && series == Series::V19 => not_found(),
        Err(error) if error.kind == ErrorKind::UnknownModel => {
            let model = error.message.trim_start_matches("Object ").trim_end_matches(" doesn't exist");
            let text = format!("'{model}'");
            jsonrpc::close(series, id, Err(OdooError::new(ErrorKind::Other("builtins.KeyError"), text)))
        }
        result => jsonrpc::close(series, id, result),
    };
    match cookie {
        Some(cookie) => with_cookie(reply, cookie),
        None => reply,
    }
}

/// The session of a request.
pub(super) fn visitor(site: &Site, request: &Request) -> Option<Visitor> {
    site.odoo.visitor(cookie(request)?)
}

/// Sends the session's id along.
pub(super) fn with_cookie(mut reply: Reply, cookie: &str) -> Reply {
    let value = format!("session_id={cookie}; Max-Age=604800; HttpOnly; Path=/");
    reply.headers.push(("set-cookie", value));
    reply
}

fn cookie(request: &Request) -> Option<&str> {
    let header = request.headers.get("cookie")?.to_str().ok()?;
    header.split(';').find_map(|part| part.trim().strip_prefix("session_id="))
}

/// The session has ended. The request was not read yet, so its id is not in the answer.
fn expired() -> Reply {
    error(100, "Odoo Session Expired", "odoo.http.SessionExpiredException", "Session expired", true)
}

fn not_found() -> Reply {
    let text = "404 Not Found: The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.";
    error(404, "404: Not Found", "werkzeug.exceptions.NotFound", text, false)
}

fn error(code: i64, message: &str, name: &str, text: &str, told: bool) -> Reply {
    let arguments = if told { json!([text]) } else { json!([]) };
    let debug = format!(
        "Traceback (most recent call last):\n  File \"/opt/odoo/odoo/http.py\", line 2273, in _serve_db\n{name}: {text}\n"
    );
    let data = json!({"name": name, "message": text, "arguments": arguments, "context": {}, "debug": debug});
    let error = json!({"code": code, "message": message, "data": data});
    Reply::json(200, &json!({"jsonrpc": "2.0", "id": null, "error": error}))
}

/// What a program reads of the session's information; the pieces of the web client are left out.
fn info(site: &Site, uid: i64) -> Value {
    let series = site.odoo.series();
    let user = site.odoo.row("res.users", uid).unwrap_or_default();
    let part =
        |name: &str, at: usize| user.get(name).and_then(|pair| pair.get(at)).cloned().unwrap_or_default();
    let value = |name: &str| user.get(name).cloned().unwrap_or_default();
    let mut companies = Map::new();
    for company in value("company_ids").as_array().into_iter().flatten() {
        let row = company.as_i64().and_then(|id| site.odoo.row("res.company", id)).unwrap_or_default();
        let known = json!({
            "id": company, "name": row.get("name"), "sequence": row.get("sequence"), "child_ids": [], "parent_id": false,
        });
        companies.insert(company.to_string(), known);
    }
    json!({
        "uid": uid, "is_system": uid == 2, "is_admin": uid == 2, "is_public": false, "is_internal_user": true,
        "user_context": {"lang": value("lang"), "tz": value("tz"), "uid": uid},
        "db": site.database, "server_version": series.name(), "server_version_info": version_info(series),
        "name": value("name"), "username": value("login"), "partner_display_name": part("partner_id", 1),
        "partner_id": part("partner_id", 0), "active_ids_limit": 20000, "max_file_upload_size": 134_217_728,
        "user_companies": {
            "current_company": part("company_id", 0), "allowed_companies": companies, "disallowed_ancestor_companies": {},
        },
    })
}
