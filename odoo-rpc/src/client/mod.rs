//! The client: one set of methods over whichever protocol the server speaks.

mod connect;
mod exchange;
mod methods;
mod observer;
mod options;
mod portable;
mod resolve;
mod server_time;

pub use observer::{CallOutcome, CallReport, Observer};
pub use options::SearchOptions;

use std::fmt;
use std::sync::Arc;

use secrecy::SecretString;
use serde_json::Value;

use crate::capability::Capability;
use crate::clock::Clock;
use crate::policy::Gate;
use crate::protocol::{Protocol, ProtocolKind, Session};
use crate::transport::Transport;
use crate::version::Version;
use server_time::ServerTime;

/// A connection to one database of one Odoo, as one user. Clones share it, and calls may run side by side.
///
/// # Guarantees
/// - A call is repeated only as its [`Policy`](crate::Policy) allows, and never if it may have been done and doing it twice would double it:
///   see [`Effect`](crate::Effect).
/// - One deadline, [`Config::timeout`](crate::Config::timeout) or [`Call::timeout`](crate::Call::timeout), covers the wait for a turn, the
///   connection and all attempts.
/// - Every call is one transaction of the database: it is done wholly or not at all.
/// - Neither the key nor any value of a call is traced or shown by `Debug`.
///
/// # Errors
/// Every method: see [`ErrorKind`](crate::ErrorKind), and [`Error::delivery`](crate::Error::delivery) for what became of the call.
///
/// # Cancellation
/// Dropping the future of a call does not stop the server: afterwards it is unknown whether the call was done. The drop is traced as a
/// warning, and an [`Observer`] is told [`CallOutcome::Abandoned`].
#[derive(Clone)]
pub struct Client {
    session: Arc<Session>,
    protocol: &'static dyn Protocol,
    transport: Arc<dyn Transport>,
    gate: Arc<Gate>,
    observer: Option<Arc<dyn Observer>>,
    server_time: Arc<ServerTime>,
}

impl Client {
    /// The server's version. `None` if the server does not tell it.
    #[must_use]
    pub fn version(&self) -> Option<&Version> {
        self.session.version.as_ref()
    }

    /// Whether the server has something. Of a server that does not tell its version it is not assumed.
    #[must_use]
    pub fn has(&self, capability: Capability) -> bool {
        self.version().is_some_and(|version| version.has(capability))
    }

    /// The protocol in use.
    #[must_use]
    pub fn protocol(&self) -> ProtocolKind {
        self.protocol.kind()
    }

    /// The database in use.
    #[must_use]
    pub fn database(&self) -> &str {
        &self.session.database
    }

    /// The user id. `None` with JSON-2, which does not tell it.
    #[must_use]
    pub fn uid(&self) -> Option<i64> {
        self.session.uid
    }

    /// The same client with one more key in the context of every call, for example `lang`, `tz`, `allowed_company_ids`.
    #[must_use]
    pub fn with_context(&self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        let mut session = (*self.session).clone();
        session.context.insert(key.into(), value.into());
        Self { session: Arc::new(session), ..self.clone() }
    }

    /// The same client, which tells `observer` of every call.
    #[must_use]
    pub fn with_observer(&self, observer: Arc<dyn Observer>) -> Self {
        Self { observer: Some(observer), ..self.clone() }
    }

    pub(crate) fn session(&self) -> &Session {
        &self.session
    }

    pub(crate) fn transport(&self) -> &dyn Transport {
        &*self.transport
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        self.gate.clock()
    }

    /// What time it is at the server as its answers tell it, in seconds since 1970.
    pub(crate) fn server_seconds(&self) -> Option<i64> {
        self.server_time.unix_seconds(self.clock().now())
    }

    /// Gives this client and all its clones another key of the same user. Calls that are under way end with the old one.
    pub fn replace_key(&self, key: impl Into<SecretString>) {
        self.session.key.replace(key.into());
        self.gate.new_key();
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("protocol", &self.protocol.kind())
            .field("version", &self.session.version)
            .field("database", &self.session.database)
            .finish_non_exhaustive()
    }
}
