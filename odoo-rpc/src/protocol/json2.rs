//! JSON-2: `POST /json/2/MODEL/METHOD` with a bearer key, Odoo 19 and later.

use serde_json::Value;

use super::{Protocol, ProtocolKind, Session};
use crate::answer::Answer;
use crate::call::Call;
use crate::error::{Delivery, Error, ErrorKind};
use crate::fault;
use crate::positional;
use crate::transport::{HttpMethod, HttpRequest, HttpResponse};

/// The JSON-2 protocol.
///
/// The only one whose failures always name the exception, and whose transaction commits after the answer is written.
/// Source: Odoo's `addons/rpc/controllers/json2.py` and `Json2Dispatcher` in `odoo/http.py`.
#[derive(Clone, Copy, Debug)]
pub struct Json2;

impl Protocol for Json2 {
    fn kind(&self) -> ProtocolKind {
        ProtocolKind::Json2
    }

    fn encode(&self, call: &Call, session: &Session) -> Result<HttpRequest, Error> {
        positional::check(call, &session.context)?;
        let mut body = positional::to_named(call, &session.signatures)?;
        if let Some(ids) = &call.ids {
            body.insert("ids".to_owned(), ids.clone().into());
        }
        let context = session.context_for(call);
        if !context.is_empty() {
            body.insert("context".to_owned(), context.into());
        }
        let path = format!("/json/2/{}/{}", call.model, call.method);
        let body = Value::from(body).to_string().into_bytes();
        let mut request = session.request(HttpMethod::Post, &path, "application/json", body);
        request.headers.push(("Authorization", format!("bearer {}", session.key.expose())));
        request.headers.push(("X-Odoo-Database", session.database.clone()));
        request.timeout = call.timeout.unwrap_or(session.timeout);
        Ok(request)
    }

    fn answer<'a>(&self, call: &Call, response: &'a HttpResponse) -> Result<Answer<'a>, Error> {
        let operation = call.operation();
        match response.status {
            200 => Ok(Answer::json(operation, &response.body)),
            _ => Err(fault::from_json2(&operation, response)),
        }
    }

    fn encode_authenticate(&self, _session: &Session) -> Result<Option<HttpRequest>, Error> {
        Ok(None)
    }

    fn decode_authenticate(&self, _response: &HttpResponse) -> Result<i64, Error> {
        let message = "JSON-2 has no such step: every call carries the key";
        Err(Error::new(ErrorKind::Config, Delivery::NotSent, super::AUTHENTICATE, message))
    }
}
