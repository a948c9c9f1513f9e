//! The three protocols as pure functions: a call becomes an HTTP request, an HTTP answer becomes a value or an error.

mod json2;
pub(crate) mod jsonrpc;
pub(crate) mod xmlrpc;

pub use json2::Json2;
pub use jsonrpc::JsonRpc;
pub use xmlrpc::XmlRpc;

use std::time::Duration;

use bytes::Bytes;
use serde_json::{Map, Value};
use url::Url;

use crate::answer::{Answer, unreadable};
use crate::call::Call;
use crate::error::{Delivery, Error, ErrorKind};
use crate::key::Key;
use crate::signatures::Signatures;
use crate::transport::{HttpMethod, HttpRequest, HttpResponse};
use crate::version::Version;
use crate::xmlrpc::Json;

/// Which protocol to speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProtocolKind {
    /// `/json/2`: Odoo 19 and later, with a bearer key.
    Json2,
    /// `/jsonrpc`: until Odoo 21.
    JsonRpc,
    /// `/xmlrpc/2`: until Odoo 21.
    XmlRpc,
}

impl ProtocolKind {
    /// The name for traces.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Json2 => "json2",
            Self::JsonRpc => "jsonrpc",
            Self::XmlRpc => "xmlrpc",
        }
    }

    /// The functions of this protocol.
    #[must_use]
    pub fn protocol(self) -> &'static dyn Protocol {
        match self {
            Self::Json2 => &Json2,
            Self::JsonRpc => &JsonRpc,
            Self::XmlRpc => &XmlRpc,
        }
    }
}

/// What a protocol does, without doing IO.
///
/// # Contract
/// For one [`Call`] every implementation gives the same value, up to what its wire cannot carry, and the same kind of
/// error, up to what its wire does not tell. The differences are in each implementation's documentation.
pub trait Protocol: Send + Sync {
    /// Which one it is.
    fn kind(&self) -> ProtocolKind;

    /// The request for `call`.
    ///
    /// # Errors
    /// `BadArguments`, not sent: the call cannot be expressed in this protocol.
    fn encode(&self, call: &Call, session: &Session) -> Result<HttpRequest, Error>;

    /// The answer to `call`, still to be read.
    ///
    /// # Errors
    /// What the server reports outside the body.
    fn answer<'a>(&self, call: &Call, response: &'a HttpResponse) -> Result<Answer<'a>, Error>;

    /// What the answer to `call` says, as any value.
    ///
    /// # Errors
    /// What the server reports, and `Protocol` for an answer that cannot be read.
    fn decode(&self, call: &Call, response: &HttpResponse) -> Result<Value, Error> {
        let Json(value) = self.answer(call, response)?.read()?;
        // The older protocols answer `create` of one record with a number, JSON-2 with a list: it is a list everywhere.
        Ok(if call.method == "create" && value.is_i64() { Value::Array(vec![value]) } else { value })
    }

    /// The request that turns login and key into a user id, for the protocols that need one.
    ///
    /// # Errors
    /// `BadArguments`: login or key cannot be expressed in this protocol.
    fn encode_authenticate(&self, session: &Session) -> Result<Option<HttpRequest>, Error>;

    /// The user id out of the answer to [`encode_authenticate`](Self::encode_authenticate).
    ///
    /// # Errors
    /// `Auth` if the server does not accept login and key, and what it reports else.
    fn decode_authenticate(&self, response: &HttpResponse) -> Result<i64, Error>;
}

/// Whom a client talks to, and as whom. `Debug` does not show the key.
#[derive(Clone, Debug)]
pub struct Session {
    /// Where Odoo answers: `https://host/` or a path below it.
    pub url: Url,
    /// The database.
    pub database: String,
    /// The login. JSON-2 does not need it.
    pub login: String,
    /// An API key, or for the older protocols a password.
    pub key: Key,
    /// The user id, once it is known. JSON-2 does not need it.
    pub uid: Option<i64>,
    /// The server's version, once it is known.
    pub version: Option<Version>,
    /// The context of every call.
    pub context: Map<String, Value>,
    /// `User-Agent`.
    pub user_agent: String,
    /// The most that a call may take.
    pub timeout: Duration,
    /// What was learnt about the arguments of methods.
    pub signatures: Signatures,
}

impl Session {
    /// A request to `path` below the address. `path` is text of this crate or checked by it.
    pub(crate) fn request(
        &self,
        method: HttpMethod,
        path: &str,
        content_type: &str,
        body: Vec<u8>,
    ) -> HttpRequest {
        let mut url = self.url.clone();
        let base = url.path().trim_end_matches('/').to_owned();
        url.set_path(&format!("{base}{path}"));
        let mut headers = vec![("User-Agent", self.user_agent.clone()), ("Accept", content_type.to_owned())];
        if method == HttpMethod::Post {
            headers.push(("Content-Type", format!("{content_type}; charset=utf-8")));
        }
        HttpRequest { method, url, headers, body: Bytes::from(body), timeout: self.timeout }
    }

    /// The client's context with the call's over it.
    pub(crate) fn context_for(&self, call: &Call) -> Map<String, Value> {
        let mut context = self.context.clone();
        context.extend(call.context.clone());
        context
    }

    pub(crate) fn uid_for(&self, call: &Call) -> Result<i64, Error> {
        self.uid.ok_or_else(|| {
            Error::new(
                ErrorKind::Auth,
                Delivery::NotSent,
                call.operation(),
                "not authenticated: there is no user id yet",
            )
        })
    }
}

/// `authenticate` answers `false` for a login or a key that it does not accept.
fn uid(answer: &Value) -> Result<i64, Error> {
    match answer {
        Value::Number(number) if number.as_i64().is_some_and(|uid| uid > 0) => {
            Ok(number.as_i64().unwrap_or_default())
        }
        Value::Bool(false) | Value::Null => Err(Error::new(
            ErrorKind::Auth,
            Delivery::Rejected,
            AUTHENTICATE,
            "the server does not accept this login and key for this database",
        )),
        _ => Err(unreadable(AUTHENTICATE, "the answer is not a user id")),
    }
}

const AUTHENTICATE: &str = "authenticate";
