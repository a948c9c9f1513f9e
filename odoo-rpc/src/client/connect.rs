//! Connecting: version, protocol, user.

use std::sync::Arc;

use super::Client;
use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::error::{Error, ErrorKind, Retry};
use crate::policy::{Effect, Errand, Gate};
use crate::probe;
use crate::transport::Transport;

/// Two weeks, in seconds.
const WARN_BEFORE: i64 = 14 * 86_400;

impl Client {
    /// Connects with the default transport: see [`connect_with`](Self::connect_with).
    ///
    /// # Errors
    /// As [`connect_with`](Self::connect_with).
    #[cfg(feature = "reqwest")]
    pub async fn connect(config: Config) -> Result<Self, Error> {
        let transport = crate::reqwest_transport::ReqwestTransport::new()?;
        Self::connect_with(config, Arc::new(transport)).await
    }

    /// Connects: asks for the version, chooses the protocol, and for the older ones turns login and key into a user id.
    ///
    /// With JSON-2 nothing here proves that the key is valid; the first call does.
    ///
    /// # Errors
    /// `Config` for a configuration that cannot work; `Auth` if login and key are not accepted (never try again with the
    /// same ones: Odoo locks the address out); what the version request or the server reports.
    pub async fn connect_with(config: Config, transport: Arc<dyn Transport>) -> Result<Self, Error> {
        Self::connect_on(config, transport, Arc::new(SystemClock::new())).await
    }

    /// Connects, with time and chance of the host's own.
    ///
    /// # Errors
    /// As [`connect_with`](Self::connect_with).
    pub async fn connect_on(
        config: Config,
        transport: Arc<dyn Transport>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, Error> {
        if let Some(expires) = config.key_expires {
            let left = expires.as_second().saturating_sub(clock.unix_seconds());
            if left <= 0 {
                return Err(Error::config("key_expires has passed: give a new key"));
            }
            if left < WARN_BEFORE {
                tracing::warn!(days = left / 86_400, %expires, "the API key ends soon: Client::rotate_key, or a new one");
            }
        }
        let forced = config.protocol;
        let gate = Arc::new(Gate::new(config.policy.clone(), clock));
        let mut session = config.into_session()?;
        let deadline = gate.clock().now().saturating_add(session.timeout);
        let left = || deadline.saturating_sub(gate.clock().now());
        let ask = |_| probe::version(&session, left, &*transport);
        let errand = Errand {
            operation: probe::VERSION,
            effect: Effect::Read,
            timeout: session.timeout,
            proves_login: false,
        };
        let version = gate.run(errand, ask).await.0;
        let kind = match (version, forced) {
            (Ok(version), _) => {
                let kind = forced.unwrap_or_else(|| version.protocol());
                session.version = Some(version);
                kind
            }
            // A server that hides its version can be used by someone who knows it.
            (Err(error), Some(kind))
                if error.retryable() == Retry::Never || error.kind() == ErrorKind::Protocol =>
            {
                kind
            }
            (Err(error), _) => return Err(error),
        };
        let protocol = kind.protocol();
        if let Some(request) = protocol.encode_authenticate(&session)? {
            let authenticate = async |left| {
                let mut request = request.clone();
                request.timeout = left;
                let response = probe::exchange("authenticate", request, &*transport).await?;
                protocol.decode_authenticate(&response)
            };
            let errand = Errand {
                operation: "authenticate",
                effect: Effect::Read,
                timeout: left(),
                proves_login: true,
            };
            let (uid, _) = gate.run(errand, authenticate).await;
            session.uid = Some(uid.map_err(|error| session.key.redact(error))?);
        }
        Ok(Self {
            session: Arc::new(session),
            protocol,
            transport,
            gate,
            observer: None,
            server_time: Arc::default(),
        })
    }
}
