//! A web session: what a browser has, for the routes that take no API key.
//!
//! | what | API key | password |
//! |---|---|---|
//! | methods of models | every protocol | XML-RPC, JSON-RPC; here [`WebSession::call`] |
//! | attachments | [`Client::download`], [`Client::upload`] | the same |
//! | PDF reports | none: Odoo serves them to sessions only | [`WebSession::report`] |
//! | new API keys on 14 to 19.0 | none | [`WebSession::create_key`] |
//!
//! Odoo takes no API key for a session and asks the password again for what is sensitive. A user with two factors cannot have one here.
//!
//! Sources: `addons/web/controllers/{session,dataset,report}.py`, `odoo/addons/base/models/res_users.py`.

mod keys;
mod report;

pub use report::ReportFormat;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::call::Call;
use crate::client::Client;
use crate::error::{Delivery, Error, ErrorKind};
use crate::positional;
use crate::probe;
use crate::protocol::jsonrpc;
use crate::transport::{HttpMethod, HttpRequest, HttpResponse};

const LOGIN: &str = "web session";

/// A session of a user who logged in with a password. Clones share it. It logs in again when Odoo has ended it.
#[derive(Clone)]
pub struct WebSession {
    client: Client,
    password: SecretString,
    cookie: Arc<Mutex<SecretString>>,
}

impl fmt::Debug for WebSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebSession").field("client", &self.client).finish_non_exhaustive()
    }
}

/// What `authenticate` answers, as far as it is of use.
#[derive(Deserialize)]
struct LoggedIn {
    /// `null` while a second factor is asked for.
    uid: Option<i64>,
}

impl Client {
    /// Logs in as in a browser, with the login of the configuration and this password.
    ///
    /// # Errors
    /// `Auth` if the password is not accepted (an API key is not), or a second factor is asked for; else as [`call`](Self::call).
    pub async fn web_session(&self, password: impl Into<SecretString>) -> Result<WebSession, Error> {
        let session = WebSession {
            client: self.clone(),
            password: password.into(),
            cookie: Arc::new(Mutex::new("".into())),
        };
        session.log_in().await?;
        Ok(session)
    }
}

impl WebSession {
    async fn log_in(&self) -> Result<(), Error> {
        let session = self.client.session();
        let body = json!({
            "jsonrpc": "2.0", "method": "call", "id": 1,
            "params": {
                "db": session.database, "login": session.login, "password": self.password.expose_secret(),
            },
        });
        let body = body.to_string().into_bytes();
        let request =
            session.request(HttpMethod::Post, "/web/session/authenticate", "application/json", body);
        let response = self.client.send_raw(LOGIN, request).await?;
        let answer: LoggedIn = jsonrpc::answer(LOGIN.to_owned(), &response)?
            .read()
            .map_err(|error| self.client.noted(error.redact(self.password.expose_secret())))?;
        if answer.uid.is_none() {
            let message = "Odoo asks for a second factor, which a program does not have: use a user without one, or an API key where one is taken";
            return Err(Error::new(ErrorKind::Auth, Delivery::Rejected, LOGIN, message));
        }
        self.keep_cookie(&response);
        if self.cookie().is_empty() {
            return Err(Error::new(
                ErrorKind::Protocol,
                Delivery::Unknown,
                LOGIN,
                "the server gave no session cookie",
            ));
        }
        Ok(())
    }

    /// Odoo replaces the session's id every few hours, in any answer.
    fn keep_cookie(&self, response: &HttpResponse) {
        for (name, value) in &response.headers {
            if name.eq_ignore_ascii_case("set-cookie")
                && let Some(id) = value.strip_prefix("session_id=")
            {
                let id = id.split(';').next().unwrap_or("");
                if !id.is_empty() && id.chars().all(|c| c.is_ascii_graphic()) {
                    *self.cookie.lock().unwrap_or_else(PoisonError::into_inner) = id.into();
                }
            }
        }
    }

    fn cookie(&self) -> String {
        self.cookie.lock().unwrap_or_else(PoisonError::into_inner).expose_secret().to_owned()
    }

    fn with_cookie(&self, mut request: HttpRequest) -> HttpRequest {
        request.headers.push(("Cookie", format!("session_id={}", self.cookie())));
        request
    }

    /// Makes one call over the session, for the few methods that ask for one. Where the session has ended it is renewed; a call is sent again
    /// only if Odoo refused it for that.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub async fn call(&self, call: Call) -> Result<Value, Error> {
        positional::check(&call, &self.client.session().context)?;
        match self.call_once(&call).await {
            Err(error) if error.kind() == ErrorKind::Auth && error.delivery() == Delivery::Rejected => {
                self.log_in().await?;
                self.call_once(&call).await
            }
            result => result,
        }
    }

    async fn call_once(&self, call: &Call) -> Result<Value, Error> {
        let session = self.client.session();
        let major = session.version.as_ref().map(|version| version.major);
        let (args, mut kwargs) = positional::to_execute_kw(call, major);
        kwargs.insert("context".to_owned(), session.context_for(call).into());
        let body = json!({
            "jsonrpc": "2.0", "method": "call", "id": 1,
            "params": {"model": call.model, "method": call.method, "args": args, "kwargs": kwargs},
        });
        let path = format!("/web/dataset/call_kw/{}/{}", call.model, call.method);
        let request =
            session.request(HttpMethod::Post, &path, "application/json", body.to_string().into_bytes());
        let response = self.client.send_raw(&call.operation(), self.with_cookie(request)).await?;
        self.keep_cookie(&response);
        let answer = jsonrpc::answer(call.operation(), &response)?;
        answer.read().map_err(|error| error.redact(self.password.expose_secret()))
    }
}

impl Client {
    /// Sends a request that is no call of a protocol, at the client's pace, once.
    pub(crate) async fn send_raw(
        &self,
        operation: &str,
        request: HttpRequest,
    ) -> Result<HttpResponse, Error> {
        self.paced(operation, request.timeout, |left| {
            let mut request = request.clone();
            request.timeout = left;
            async move { probe::exchange(operation, request, self.transport()).await }
        })
        .await
    }
}
