//! What a host says about one shop.

use std::collections::BTreeMap;

use connector_core::canonical::value::Instant;
use connector_core::contract::Host;
use serde::Deserialize;
use thiserror::Error;
use url::{Host as UrlHost, Url};

/// One shop. Holds names of secrets, never secrets.
///
/// ```
/// let config: connector_shopify::Config = serde_json::from_str(r#"{
///     "system": "shopify-na", "region": "na", "owner": "integration-na",
///     "shop": "acme.myshopify.com",
///     "locations": { "WH/Stock": "gid://shopify/Location/905684977" }
/// }"#)?;
/// assert!(config.validate().is_ok());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Config {
    /// The system's name in flows and in the ownership matrix, for example `shopify-na`.
    pub system: String,
    /// The region that the shop's data belongs to.
    pub region: String,
    /// Who answers for exceptions.
    pub owner: String,
    /// The shop's permanent domain, for example `acme.myshopify.com`; webhooks that name another one are refused.
    pub shop: String,
    /// Where the Admin API is, if not at `https://{shop}`: a proxy, or a pretend shop in a test.
    #[serde(default)]
    pub base_url: Option<String>,
    /// Name of the secret that holds the Admin API access token.
    #[serde(default = "default_access_token")]
    pub access_token_secret: String,
    /// Name of the secret that webhooks are signed with.
    #[serde(default = "default_webhook")]
    pub webhook_secret: String,
    /// Name of the secret that webhooks were signed with before the last rotation; it need not exist. Shopify signs with
    /// either one for up to an hour after a rotation.
    #[serde(default = "default_webhook_old")]
    pub webhook_secret_old: String,
    /// Which location of the shop (`gid://shopify/Location/..`) stands for which location key of the inventory levels that
    /// come in. A level of another location is refused.
    #[serde(default)]
    pub locations: BTreeMap<String, String>,
    /// Which orders must stay in sequence.
    #[serde(default)]
    pub ordering: Ordering,
    /// Orders in one page of a poll, 1 to 250; pages cost more points the larger they are.
    #[serde(default = "default_page_size")]
    pub page_size: usize,
    /// How far a poll looks back behind the newest order it has seen, in seconds: `updated_at` has whole seconds, and what
    /// commits late carries an earlier time.
    #[serde(default = "default_overlap")]
    pub overlap_seconds: u32,
    /// Where the first poll begins; without it, at the oldest order that the token may see (60 days, unless the app has
    /// `read_all_orders`).
    #[serde(default)]
    pub orders_since: Option<Instant>,
}

/// Which orders are applied strictly one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ordering {
    /// Those of one customer: their changes meet on the customer's record too.
    #[default]
    Customer,
    /// Those of one order only.
    Order,
}

/// A setting that cannot be worked with.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("shopify configuration, `{field}`: {problem}")]
pub struct ConfigError {
    /// The setting.
    pub field: String,
    /// What is wrong and what to write instead.
    pub problem: String,
}

fn default_access_token() -> String {
    "shopify-access-token".into()
}

fn default_webhook() -> String {
    "shopify-webhook".into()
}

fn default_webhook_old() -> String {
    "shopify-webhook-old".into()
}

fn default_page_size() -> usize {
    10
}

fn default_overlap() -> u32 {
    120
}

impl Config {
    /// A shop with the usual settings and no locations.
    pub fn new(system: &str, region: &str, owner: &str, shop: &str) -> Self {
        Config {
            system: system.to_owned(),
            region: region.to_owned(),
            owner: owner.to_owned(),
            shop: shop.to_owned(),
            base_url: None,
            access_token_secret: default_access_token(),
            webhook_secret: default_webhook(),
            webhook_secret_old: default_webhook_old(),
            locations: BTreeMap::new(),
            ordering: Ordering::default(),
            page_size: default_page_size(),
            overlap_seconds: default_overlap(),
            orders_since: None,
        }
    }

    /// Sets where the Admin API is.
    pub fn with_base_url(mut self, base_url: &str) -> Self {
        self.base_url = Some(base_url.to_owned());
        self
    }

    /// Lets levels of this location key go to that location of the shop.
    pub fn with_location(mut self, key: &str, gid: &str) -> Self {
        self.locations.insert(key.to_owned(), gid.to_owned());
        self
    }

    /// Whether the settings can be worked with.
    ///
    /// # Errors
    /// The first setting that cannot.
    pub fn validate(&self) -> Result<(), ConfigError> {
        let fault = |field: &str, problem: &str| {
            Err(ConfigError { field: field.to_owned(), problem: problem.to_owned() })
        };
        for (field, value) in [
            ("system", &self.system),
            ("region", &self.region),
            ("owner", &self.owner),
            ("shop", &self.shop),
            ("access_token_secret", &self.access_token_secret),
            ("webhook_secret", &self.webhook_secret),
        ] {
            if value.trim().is_empty() {
                return fault(field, "is empty");
            }
        }
        if self.shop.contains(['/', ':', '@']) {
            return fault("shop", "must be the bare domain, like acme.myshopify.com");
        }
        if !matches!(self.page_size, 1..=250) {
            return fault("page_size", "must be 1 to 250");
        }
        if let Some((key, _)) = self.locations.iter().find(|(_, gid)| !is_location(gid)) {
            return fault(&format!("locations.{key}"), "must be like gid://shopify/Location/905684977");
        }
        self.endpoint().map(|_| ())
    }

    /// The base URL of the Admin API.
    pub(crate) fn endpoint(&self) -> Result<Url, ConfigError> {
        let fault = |problem: &str| ConfigError { field: "base_url".into(), problem: problem.to_owned() };
        let text = self.base_url.clone().unwrap_or_else(|| format!("https://{}", self.shop));
        let url = Url::parse(&text).map_err(|_| fault("must be a URL like https://acme.myshopify.com"))?;
        match url.scheme() {
            "http" if !is_loopback(&url) => Err(fault("must be https; http is for loopback only")),
            "http" | "https" if url.has_host() => Ok(url),
            _ => Err(fault("must be an http or https URL with a host")),
        }
    }

    /// The one host that the connector talks to.
    pub(crate) fn host(&self) -> Result<Host, ConfigError> {
        let url = self.endpoint()?;
        let port = match (url.scheme(), url.port()) {
            ("http", None) => Some(80),
            (_, port) => port,
        };
        let name = url.host_str().unwrap_or_default().to_owned();
        Ok(Host { name, port, private: is_loopback(&url) })
    }
}

fn is_location(gid: &str) -> bool {
    let number = gid.strip_prefix("gid://shopify/Location/").unwrap_or_default();
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(UrlHost::Ipv4(ip)) => ip.is_loopback(),
        Some(UrlHost::Ipv6(ip)) => ip.is_loopback(),
        Some(UrlHost::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> Config {
        Config::new("shopify-na", "na", "integration-na", "acme.myshopify.com")
    }

    #[test]
    fn only_loopback_is_private() {
        let host = config().host().unwrap();
        assert_eq!((host.name.as_str(), host.port, host.private), ("acme.myshopify.com", None, false));
        let host = config().with_base_url("http://127.0.0.1:4711").host().unwrap();
        assert_eq!((host.name.as_str(), host.port, host.private), ("127.0.0.1", Some(4711), true));
        let host = config().with_base_url("https://10.0.0.1").host().unwrap();
        assert!(!host.private);
    }

    #[test]
    fn what_cannot_work_is_named() {
        let field = |config: Config| config.validate().unwrap_err().field;
        assert_eq!(field(Config::new("", "na", "me", "acme.myshopify.com")), "system");
        assert_eq!(field(Config::new("s", "na", "me", "https://acme.myshopify.com")), "shop");
        assert_eq!(field(config().with_base_url("http://example.com")), "base_url");
        assert_eq!(field(config().with_location("WH", "905684977")), "locations.WH");
        let unknown = serde_json::from_str::<Config>(
            r#"{"system":"s","region":"r","owner":"o","shop":"x","tokne":"y"}"#,
        );
        assert!(unknown.is_err());
    }
}
