//! Where Odoo is, who answers for it, and what its database calls things.

use std::collections::BTreeMap;

use connector_core::contract::Host;
use odoo_rpc::ProtocolKind;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use url::{Host as UrlHost, Url};

/// The configuration of one Odoo database. It holds no secret, only the name of one.
///
/// ```
/// use connector_odoo::Config;
///
/// let config: Config = serde_json::from_str(
///     r#"{
///         "url": "https://odoo.example.com", "database": "prod", "login": "shop-bot",
///         "system": "odoo-na", "source_system": "shopify-na", "region": "na", "owner": "na-erp-team",
///         "taxes": { "20": 7 }
///     }"#,
/// )?;
/// assert!(config.validate().is_ok());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Config {
    /// Address: scheme, host, port, and a path where a proxy puts Odoo below one. Plain http is for hosts of the own network only.
    pub url: String,
    /// Database.
    pub database: String,
    /// Login of the user. JSON-2 does not need it.
    #[serde(default)]
    pub login: String,
    /// Name of the secret that holds the API key (or, on the older protocols, the password). Default: `odoo-key`.
    #[serde(default = "default_secret")]
    pub secret: String,
    /// This database as flows and the ownership matrix name it, for example `odoo-na`.
    pub system: String,
    /// The system whose natural keys the external ids are made of, for example `shopify-na`: lower-case letters, digits, hyphens.
    /// Never change it once records are there: they would all be made a second time.
    pub source_system: String,
    /// Region that the data belongs to.
    pub region: String,
    /// Who answers for exceptions.
    pub owner: String,
    /// Protocol; by default what fits the version best.
    #[serde(default)]
    pub protocol: Option<ProtocolChoice>,
    /// Whether the host is in the own network: its address may be private, and plain http is allowed. Loopback always is.
    #[serde(default)]
    pub private: bool,
    /// Company (`res.company` id); needed where the user sees more than one.
    #[serde(default)]
    pub company_id: Option<i64>,
    /// Warehouse of orders (`stock.warehouse` id); by default the company's first.
    #[serde(default)]
    pub warehouse_id: Option<i64>,
    /// Sales team of orders (`crm.team` id).
    #[serde(default)]
    pub team_id: Option<i64>,
    /// Warehouses whose stock is read; by default those of the company.
    #[serde(default)]
    pub inventory_warehouses: Vec<i64>,
    /// Whether only levels of items that came from the source system go out; the others are articles that it does not sell. Default: false.
    #[serde(default)]
    pub only_own_items: bool,
    /// Language for translated fields and messages, for example `en_US`; by default Odoo's own words.
    #[serde(default)]
    pub lang: Option<String>,
    /// Whether an order that the seller has accepted is confirmed at once; else it stays a quotation. Default: true.
    #[serde(default = "yes")]
    pub confirm: bool,
    /// Whether one is confirmed too that is submitted and not accepted, such as one that is not paid: Odoo then delivers it. Else it
    /// stays a quotation until its source says more. Default: false.
    #[serde(default)]
    pub confirm_submitted: bool,
    /// Whether one is confirmed too whose goods have left before Odoo had it confirmed: Odoo then plans a delivery, which somebody must
    /// settle. Else it stays a quotation and is an exception, `already_shipped`. Default: false.
    #[serde(default)]
    pub confirm_shipped: bool,
    /// How the items on order lines are found. Default: by external id.
    #[serde(default)]
    pub item_match: ItemMatch,
    /// Taxes (`account.tax` ids) by rate in per cent (`"20"`) or category and rate (`"E:0"`), where Odoo has several or none that fit.
    #[serde(default)]
    pub taxes: BTreeMap<String, i64>,
    /// Pricelists (`product.pricelist` ids) by currency, where Odoo has several. The company's own currency needs none.
    #[serde(default)]
    pub pricelists: BTreeMap<String, i64>,
    /// States (`res.country.state` ids) by ISO 3166-2 code where Odoo's own code differs; `null` leaves the state out.
    #[serde(default)]
    pub states: BTreeMap<String, Option<i64>>,
    /// Units (external ids of `uom.uom`) by UN/ECE code, beyond or instead of those of Odoo's own data.
    #[serde(default)]
    pub units: BTreeMap<String, String>,
    /// By how many minor units (cents) Odoo's total may differ for each tax rate of an order. Default: 1.
    #[serde(default = "one")]
    pub tolerance: u32,
    /// Records in one call. Default: 100.
    #[serde(default = "hundred")]
    pub chunk: usize,
    /// How far behind the newest change each poll looks again, in seconds: longer than the longest transaction. Default: 120.
    #[serde(default = "two_minutes")]
    pub overlap_seconds: u32,
    /// How often every product's stock is read anew, in seconds from one beginning to the next: what somebody deletes leaves no date to find
    /// it by. A page goes with each poll. Default: 86400, a day.
    #[serde(default = "a_day")]
    pub full_sweep_seconds: u32,
}

/// Which protocol to speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProtocolChoice {
    /// `/json/2`, from 19.0 on.
    Json2,
    /// `/jsonrpc`.
    JsonRpc,
    /// `/xmlrpc/2`.
    XmlRpc,
}

/// How the items on order lines are found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemMatch {
    /// By the external id that this connector gave them: items flow into Odoo before orders.
    #[default]
    ExternalId,
    /// By `sku`, which exactly one product must have as internal reference: items are kept in Odoo.
    Sku,
}

/// A configuration that cannot work.
#[derive(Debug, Clone, Error, PartialEq, Eq)]
#[error("configuration of connector-odoo: `{field}` {problem}")]
pub struct ConfigError {
    /// The field.
    pub field: &'static str,
    /// What is wrong, and what it should be.
    pub problem: String,
}

fn default_secret() -> String {
    "odoo-key".into()
}
fn yes() -> bool {
    true
}
fn one() -> u32 {
    1
}
fn hundred() -> usize {
    100
}
fn two_minutes() -> u32 {
    120
}
fn a_day() -> u32 {
    86_400
}

impl Config {
    /// A configuration with the defaults of every other field: where, which database, as whom; its own name and the source's.
    pub fn new(url: &str, database: &str, login: &str, system: &str, source_system: &str) -> Self {
        Config {
            url: url.into(),
            database: database.into(),
            login: login.into(),
            secret: default_secret(),
            system: system.into(),
            source_system: source_system.into(),
            region: String::new(),
            owner: String::new(),
            protocol: None,
            private: false,
            company_id: None,
            warehouse_id: None,
            team_id: None,
            inventory_warehouses: Vec::new(),
            only_own_items: false,
            lang: None,
            confirm: true,
            confirm_submitted: false,
            confirm_shipped: false,
            item_match: ItemMatch::default(),
            taxes: BTreeMap::new(),
            pricelists: BTreeMap::new(),
            states: BTreeMap::new(),
            units: BTreeMap::new(),
            tolerance: 1,
            chunk: 100,
            overlap_seconds: 120,
            full_sweep_seconds: a_day(),
        }
    }

    /// Region and owner, which the runtime asks for.
    pub fn governed(mut self, region: &str, owner: &str) -> Self {
        self.region = region.into();
        self.owner = owner.into();
        self
    }

    /// Checks what can be checked without a network.
    ///
    /// # Errors
    /// The first field that cannot work.
    pub fn validate(&self) -> Result<(), ConfigError> {
        let fault = |field, problem: String| Err(ConfigError { field, problem });
        let host = match self.host() {
            Ok(host) => host,
            Err(problem) => return fault("url", problem),
        };
        if self.url.starts_with("http:") && !host.private {
            return fault(
                "url",
                "is plain http, which would send the key in the clear; use https, or say `private`".into(),
            );
        }
        for (field, value) in
            [("database", &self.database), ("secret", &self.secret), ("system", &self.system)]
        {
            if value.trim().is_empty() {
                return fault(field, "is empty".into());
            }
        }
        let word = |part: &str| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        };
        // Hyphens become underscores, so an underscore of its own would make two systems one.
        if !self.source_system.split('-').all(word) {
            let problem =
                "must be lower-case letters and digits with single hyphens between, like `shopify-na`";
            return fault("source_system", problem.into());
        }
        if self.chunk == 0 || self.chunk > 1000 {
            return fault("chunk", format!("is {}; it must be 1 to 1000", self.chunk));
        }
        for code in self.taxes.keys() {
            let rate = code.rsplit(':').next().unwrap_or_default();
            if rate.parse::<connector_core::canonical::value::Decimal>().is_err() {
                return fault("taxes", format!("has the key `{code}`; keys are like `20` or `E:0`"));
            }
        }
        for (code, unit) in &self.units {
            if !unit.contains('.') {
                return fault(
                    "units",
                    format!(
                        "maps `{code}` to `{unit}`; it must be an external id like `uom.product_uom_unit`"
                    ),
                );
            }
        }
        Ok(())
    }

    /// The host as the manifest names it.
    pub(crate) fn host(&self) -> Result<Host, String> {
        let url = Url::parse(&self.url).map_err(|e| format!("is not an address: {e}"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err("must be https or http".into());
        }
        let (name, loopback) = match url.host() {
            Some(UrlHost::Domain(name)) => (name.to_owned(), name == "localhost"),
            Some(UrlHost::Ipv4(ip)) => (ip.to_string(), ip.is_loopback()),
            Some(UrlHost::Ipv6(ip)) => (format!("[{ip}]"), ip.is_loopback()),
            None => return Err("names no host".into()),
        };
        Ok(Host { name, port: url.port(), private: self.private || loopback })
    }

    /// What `origin` of an order says: our reference, which narrows the search for it.
    pub(crate) fn origin(&self, key: &str) -> String {
        format!("{}/{key}", self.source_system)
    }

    /// The address of a record in Odoo's own screens.
    pub(crate) fn link(&self, model: &str, id: i64) -> String {
        format!("{}/web#id={id}&model={model}&view_type=form", self.url.trim_end_matches('/'))
    }
}

impl From<ProtocolChoice> for ProtocolKind {
    fn from(choice: ProtocolChoice) -> Self {
        match choice {
            ProtocolChoice::Json2 => ProtocolKind::Json2,
            ProtocolChoice::JsonRpc => ProtocolKind::JsonRpc,
            ProtocolChoice::XmlRpc => ProtocolKind::XmlRpc,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(url: &str) -> Config {
        Config::new(url, "db", "bot", "odoo-na", "shop-na").governed("na", "team")
    }

    #[test]
    fn only_what_can_work_passes() {
        for url in
            ["https://odoo.example.com", "http://127.0.0.1:8069", "http://localhost/odoo", "http://[::1]:1"]
        {
            assert_eq!(config(url).validate(), Ok(()), "{url}");
        }
        for url in ["odoo.example.com", "http://odoo.example.com", "ftp://h", ""] {
            assert_eq!(config(url).validate().unwrap_err().field, "url", "{url}");
        }
        for source in ["", "Shop", "shop_na", "shop--na", "-shop", "shop."] {
            let config = Config { source_system: source.into(), ..config("https://h") };
            assert_eq!(config.validate().unwrap_err().field, "source_system", "{source}");
        }
        let config = Config { private: true, ..config("http://odoo.internal:8069") };
        assert!(config.validate().is_ok() && config.host().unwrap().private);
    }

    #[test]
    fn a_misspelt_field_is_refused() {
        let json = r#"{"url":"https://h","database":"d","system":"s","source_system":"x","region":"r","owner":"o","confrim":true}"#;
        assert!(serde_json::from_str::<Config>(json).is_err());
    }
}
