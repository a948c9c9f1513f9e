//! JSON-RPC: `POST /jsonrpc`, until Odoo 21.

use serde_json::{Value, json};

use super::{AUTHENTICATE, Protocol, ProtocolKind, Session, uid};
use crate::answer::Answer;
use crate::call::Call;
use crate::error::{Delivery, Error, ErrorKind};
use crate::fault;
use crate::positional;
use crate::transport::{HttpMethod, HttpRequest, HttpResponse};

/// The JSON-RPC protocol.
///
/// The key is part of the body. A method that returns `None` is answered with neither `result` nor `error`.
/// Source: Odoo's `addons/rpc/controllers/jsonrpc.py` (before 19.0 `addons/base/controllers/rpc.py`) and
/// `JsonRPCDispatcher` in `odoo/http.py`.
#[derive(Clone, Copy, Debug)]
pub struct JsonRpc;

impl Protocol for JsonRpc {
    fn kind(&self) -> ProtocolKind {
        ProtocolKind::JsonRpc
    }

    fn encode(&self, call: &Call, session: &Session) -> Result<HttpRequest, Error> {
        let params = execute_kw(call, session)?;
        let mut request = encode_service(session, "object", "execute_kw", params);
        request.timeout = call.timeout.unwrap_or(session.timeout);
        Ok(request)
    }

    fn answer<'a>(&self, call: &Call, response: &'a HttpResponse) -> Result<Answer<'a>, Error> {
        answer(call.operation(), response)
    }

    fn encode_authenticate(&self, session: &Session) -> Result<Option<HttpRequest>, Error> {
        Ok(Some(encode_service(session, "common", "authenticate", authenticate(session))))
    }

    fn decode_authenticate(&self, response: &HttpResponse) -> Result<i64, Error> {
        uid(&decode_service(AUTHENTICATE, response)?)
    }
}

/// A call of a service, such as `common.version`.
pub(crate) fn encode_service(
    session: &Session,
    service: &str,
    method: &str,
    args: Vec<Value>,
) -> HttpRequest {
    // One request is one exchange, so the id has nothing to tell apart.
    let body = json!({
        "jsonrpc": "2.0", "method": "call", "id": 1,
        "params": {"service": service, "method": method, "args": args},
    });
    session.request(HttpMethod::Post, "/jsonrpc", "application/json", body.to_string().into_bytes())
}

/// The answer to [`encode_service`], still to be read.
pub(crate) fn answer(operation: String, response: &HttpResponse) -> Result<Answer<'_>, Error> {
    // Servers up to 15 can answer 404 with a JSON-RPC body, so the body is asked first.
    if response.status == 200 || response.body.trim_ascii_start().starts_with(b"{\"jsonrpc\"") {
        return Ok(Answer::json_rpc(operation, &response.body));
    }
    if response.status == 400 && response.body.starts_with(b"Invalid JSON") {
        let message = "the server cannot read the request";
        return Err(Error::new(ErrorKind::BadArguments, Delivery::Rejected, operation, message));
    }
    Err(fault::from_status(&operation, response))
}

/// What the answer to [`encode_service`] says.
pub(crate) fn decode_service(operation: &str, response: &HttpResponse) -> Result<Value, Error> {
    answer(operation.to_owned(), response)?.read()
}

/// The parameters of `execute_kw`, which XML-RPC shares.
pub(super) fn execute_kw(call: &Call, session: &Session) -> Result<Vec<Value>, Error> {
    positional::check(call, &session.context)?;
    let uid = session.uid_for(call)?;
    let major = session.version.as_ref().map(|version| version.major);
    let (args, mut kwargs) = positional::to_execute_kw(call, major);
    let context = session.context_for(call);
    if !context.is_empty() {
        kwargs.insert("context".to_owned(), context.into());
    }
    Ok(vec![
        session.database.clone().into(),
        uid.into(),
        session.key.expose().into(),
        call.model.clone().into(),
        call.method.clone().into(),
        args.into(),
        kwargs.into(),
    ])
}

/// The parameters of `authenticate`, which XML-RPC shares.
pub(super) fn authenticate(session: &Session) -> Vec<Value> {
    vec![
        session.database.clone().into(),
        session.login.clone().into(),
        session.key.expose().into(),
        json!({}),
    ]
}
