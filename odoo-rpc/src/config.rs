//! Where Odoo is and how to talk to it.

use std::time::Duration;

use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::{Map, Value};
use url::{Host, Url};

use crate::error::Error;
use crate::key::Key;
use crate::policy::Policy;
use crate::protocol::{ProtocolKind, Session};
use crate::signatures::Signatures;

/// What a client needs to know. `Debug` does not show the key.
///
/// ```
/// use odoo_rpc::Config;
///
/// let config = Config::new("https://odoo.example.com", "prod", "bot@example.com", "the-api-key");
/// assert!(!format!("{config:?}").contains("the-api-key"));
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// The address of Odoo: scheme, host, port, and a path if a proxy puts it below one.
    pub url: String,
    /// The database.
    pub database: String,
    /// The login. JSON-2 does not need it.
    pub login: String,
    /// An API key. The older protocols take a password too, unless the user has two factors.
    pub key: SecretString,
    /// When the key ends, where that is known. A client that connects within two weeks of it warns in its traces.
    pub key_expires: Option<Timestamp>,
    /// The protocol. `None`: JSON-2 from Odoo 19 on, JSON-RPC before.
    pub protocol: Option<ProtocolKind>,
    /// The most that a call may take with all its attempts, from the call to the last byte. Default: 150 seconds, which is more than Odoo's
    /// `limit_time_real` (120), so that the server gives up first and the outcome is known.
    pub timeout: Duration,
    /// How the client behaves towards the server: pace, concurrency, repetitions. Default: [`Policy::self_hosted`]; for Odoo
    /// Online use [`Policy::odoo_online`].
    pub policy: Policy,
    /// The context of every call. Default: empty, which means English, UTC and the user's default company.
    pub context: Map<String, Value>,
    /// `User-Agent`. Default: `odoo-rpc/VERSION`.
    pub user_agent: String,
    /// Whether `http` is allowed to other hosts than this one: every call carries the key. Default: no.
    pub allow_plain_http: bool,
}

impl Config {
    /// A configuration with the defaults of every other field.
    pub fn new(
        url: impl Into<String>,
        database: impl Into<String>,
        login: impl Into<String>,
        key: impl Into<SecretString>,
    ) -> Self {
        Self {
            url: url.into(),
            database: database.into(),
            login: login.into(),
            key: key.into(),
            key_expires: None,
            protocol: None,
            timeout: Duration::from_secs(150),
            policy: Policy::default(),
            context: Map::new(),
            user_agent: concat!("odoo-rpc/", env!("CARGO_PKG_VERSION")).to_owned(),
            allow_plain_http: false,
        }
    }

    /// Checks everything that can be checked without a network.
    pub(crate) fn into_session(self) -> Result<Session, Error> {
        let url = check_url(&self.url, self.allow_plain_http)?;
        for (name, text) in [("database", &self.database), ("user_agent", &self.user_agent)] {
            if text.is_empty() || text.chars().any(char::is_control) {
                return Err(Error::config(format!("{name} is empty or has control characters")));
            }
        }
        if !is_header_text(secrecy::ExposeSecret::expose_secret(&self.key)) {
            return Err(Error::config("key is empty or has control characters"));
        }
        if self.timeout.is_zero() {
            return Err(Error::config("timeout is zero"));
        }
        Ok(Session {
            url,
            database: self.database,
            login: self.login,
            key: Key::new(self.key),
            uid: None,
            version: None,
            context: self.context,
            user_agent: self.user_agent,
            timeout: self.timeout,
            signatures: Signatures::default(),
        })
    }
}

fn is_header_text(text: &str) -> bool {
    !text.is_empty() && !text.chars().any(char::is_control)
}

/// The messages don't repeat the address: it may be the one with a password in it.
fn check_url(text: &str, allow_plain_http: bool) -> Result<Url, Error> {
    let url = Url::parse(text).map_err(|error| Error::config(format!("url is not an address: {error}")))?;
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => return Err(Error::config("url names no host")),
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Error::config("url must not carry a user or a password: use login and key"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(Error::config("url must have neither a query nor a fragment"));
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if loopback || allow_plain_http => Ok(url),
        "http" => Err(Error::config(
            "url is http, which would send the key in the clear: use https, or set allow_plain_http",
        )),
        _ => Err(Error::config("url must be https or http")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Delivery, ErrorKind};

    #[test]
    fn what_cannot_work_is_refused_before_anything_is_sent() {
        for (url, database, key) in [
            ("odoo.example.com", "db", "key"),
            ("ftp://odoo.example.com", "db", "key"),
            ("http://odoo.example.com", "db", "key"),
            ("https://bot:s3cret@odoo.example.com", "db", "key"),
            ("https://odoo.example.com/?db=x", "db", "key"),
            ("https://odoo.example.com", "", "key"),
            ("https://odoo.example.com", "a\nb", "key"),
            ("https://odoo.example.com", "db", ""),
            ("https://odoo.example.com", "db", "key\n"),
        ] {
            let error = Config::new(url, database, "bot", key).into_session().unwrap_err();
            assert_eq!((error.kind(), error.delivery()), (ErrorKind::Config, Delivery::NotSent), "{url}");
            assert!(!error.to_string().contains("s3cret"), "{error}");
        }
        for url in
            ["http://localhost:8069", "http://127.0.0.1:8069/", "http://[::1]:8069", "https://host/odoo"]
        {
            assert!(Config::new(url, "db", "bot", "key").into_session().is_ok(), "{url}");
        }
    }

    #[test]
    fn paths_join_below_the_address() {
        for (url, whole) in
            [("https://host", "https://host/jsonrpc"), ("https://host/odoo/", "https://host/odoo/jsonrpc")]
        {
            let session = Config::new(url, "db", "bot", "key").into_session().unwrap();
            let request =
                session.request(crate::transport::HttpMethod::Post, "/jsonrpc", "application/json", vec![]);
            assert_eq!(request.url.as_str(), whole);
        }
    }
}
