//! XML-RPC: `POST /xmlrpc/2/object` and `/common`, until Odoo 21.

use serde_json::Value;

use super::jsonrpc::{authenticate, execute_kw};
use super::{AUTHENTICATE, Protocol, ProtocolKind, Session, uid};
use crate::answer::Answer;
use crate::call::Call;
use crate::error::{Delivery, Error, ErrorKind};
use crate::fault;
use crate::positional;
use crate::transport::{HttpMethod, HttpRequest, HttpResponse};
use crate::xmlrpc::{EncodeError, encode_call};

/// The XML-RPC protocol.
///
/// The key is part of the body. What its wire cannot tell or carry:
/// - `None`: the server commits and then fails to write it. As the result of a method that may return nothing, that is
///   decoded as `null`; as part of the result of a method that returns data, it is an error, committed.
/// - `ValidationError`, `MissingError` and the like: all are one fault code, so all but those that Odoo's English words
///   give away are `UserError`.
/// - Whole numbers of more than 32 bits in fields of records: the server writes them as doubles.
///
/// Source: Odoo's `addons/rpc/controllers/xmlrpc.py` (before 19.0 `addons/base/controllers/rpc.py`).
#[derive(Clone, Copy, Debug)]
pub struct XmlRpc;

impl Protocol for XmlRpc {
    fn kind(&self) -> ProtocolKind {
        ProtocolKind::XmlRpc
    }

    fn encode(&self, call: &Call, session: &Session) -> Result<HttpRequest, Error> {
        let params = execute_kw(call, session)?;
        let body = encode_call("execute_kw", &params).map_err(|error| refused(&call.operation(), error))?;
        let mut request =
            session.request(HttpMethod::Post, "/xmlrpc/2/object", "text/xml", body.into_bytes());
        request.timeout = call.timeout.unwrap_or(session.timeout);
        Ok(request)
    }

    fn answer<'a>(&self, call: &Call, response: &'a HttpResponse) -> Result<Answer<'a>, Error> {
        answer(call.operation(), response, !positional::returns_data(&call.method))
    }

    fn encode_authenticate(&self, session: &Session) -> Result<Option<HttpRequest>, Error> {
        encode_common(session, "authenticate", &authenticate(session)).map(Some)
    }

    fn decode_authenticate(&self, response: &HttpResponse) -> Result<i64, Error> {
        uid(&decode_service(AUTHENTICATE, response)?)
    }
}

/// A call of the service `common`.
pub(crate) fn encode_common(session: &Session, method: &str, args: &[Value]) -> Result<HttpRequest, Error> {
    let body = encode_call(method, args).map_err(|error| refused(method, error))?;
    Ok(session.request(HttpMethod::Post, "/xmlrpc/2/common", "text/xml", body.into_bytes()))
}

fn answer(operation: String, response: &HttpResponse, may_be_none: bool) -> Result<Answer<'_>, Error> {
    match response.status {
        200 => Ok(Answer::xml(operation, &response.body, may_be_none)),
        _ => Err(fault::from_status(&operation, response)),
    }
}

/// What the answer of any service says.
pub(crate) fn decode_service(operation: &str, response: &HttpResponse) -> Result<Value, Error> {
    answer(operation.to_owned(), response, true)?.read()
}

fn refused(operation: &str, error: EncodeError) -> Error {
    Error::new(ErrorKind::BadArguments, Delivery::NotSent, operation, error.to_string()).with_source(error)
}
