//! The connector: what it declares, and its source and sink.

use std::sync::Arc;

use async_trait::async_trait;
use connector_core::canonical::{Object, ObjectKind};
use connector_core::context::Context;
use connector_core::contract::{
    Change, Cleared, Connector, Cursor, Delivered, Finding, Health, IdempotencyClass, Manifest, MapError,
    Outcome, Page, Probe, Reads, ReceiveError, Sink, Source, SyncPattern, WebhookRequest, Writes,
};
use connector_core::retry::Failure;
use serde::Deserialize;
use serde_json::json;

use crate::client::{API_VERSION, Client, query};
use crate::config::{Config, ConfigError};
use crate::{map, poll, sink, webhook};

/// One Shopify shop: orders out of it, inventory levels into it.
pub struct ShopifyConnector {
    manifest: Manifest,
    shop: Arc<Shop>,
}

/// What source and sink share.
struct Shop {
    config: Config,
    client: Client,
}

impl ShopifyConnector {
    /// A connector for one shop. Talks to nobody yet.
    ///
    /// # Errors
    /// The first setting that cannot be worked with.
    pub fn new(config: Config) -> Result<Self, ConfigError> {
        config.validate()?;
        let manifest = manifest(&config)?;
        let client = Client::new(&config)?;
        Ok(ShopifyConnector { manifest, shop: Arc::new(Shop { config, client }) })
    }

    /// The settings.
    pub fn config(&self) -> &Config {
        &self.shop.config
    }
}

fn manifest(config: &Config) -> Result<Manifest, ConfigError> {
    Ok(Manifest {
        name: env!("CARGO_PKG_NAME").to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        system: config.system.clone(),
        region: config.region.clone(),
        owner: config.owner.clone(),
        reads: vec![Reads {
            object: ObjectKind::SalesOrder,
            ordering_key: match config.ordering {
                crate::Ordering::Customer => "customer".to_owned(),
                crate::Ordering::Order => "order".to_owned(),
            },
        }],
        writes: vec![Writes {
            object: ObjectKind::InventoryLevel,
            idempotency: IdempotencyClass::ConditionalWrite,
        }],
        sync: SyncPattern::WebhookAndPolling,
        data_classes: vec!["contact".to_owned(), "financial".to_owned(), "free-text".to_owned()],
        hosts: vec![config.host()?],
        secrets: vec![
            config.access_token_secret.clone(),
            config.webhook_secret.clone(),
            config.webhook_secret_old.clone(),
        ],
        mapping_version: map::MAPPING_VERSION.to_owned(),
    })
}

#[async_trait]
impl Connector for ShopifyConnector {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    async fn check(&self, cx: &Context) -> Health {
        self.shop.check(cx).await
    }

    fn source(&self, object: ObjectKind) -> Option<Arc<dyn Source>> {
        (object == ObjectKind::SalesOrder).then(|| self.shop.clone() as Arc<dyn Source>)
    }

    fn sink(&self) -> Option<Arc<dyn Sink>> {
        Some(self.shop.clone())
    }
}

#[async_trait]
impl Source for Shop {
    async fn poll(&self, cx: &Context, cursor: Option<&Cursor>, limit: usize) -> Result<Page, Failure> {
        poll::poll(&self.client, cx, &self.config, cursor, limit).await
    }

    fn receive(&self, cx: &Context, request: &WebhookRequest) -> Result<Vec<Change>, ReceiveError> {
        webhook::receive(cx, &self.config, request)
    }

    fn map(&self, delivered: &Delivered) -> Result<Vec<Object>, MapError> {
        map::map_payload(&delivered.format, &delivered.payload)
    }
}

#[async_trait]
impl Sink for Shop {
    async fn apply(&self, cx: &Context, batch: &[Cleared]) -> Vec<Outcome> {
        sink::apply(&self.client, cx, &self.config, batch).await
    }

    /// Shopify cannot be asked what became of a write; it need not be: each attempt compares first.
    async fn probe(&self, _cx: &Context, batch: &[Cleared]) -> Vec<Probe> {
        vec![Probe::Unknown; batch.len()]
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CheckData {
    shop: ShopData,
    current_app_installation: Installation,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ShopData {
    name: String,
    myshopify_domain: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Installation {
    access_scopes: Vec<Scope>,
}

#[derive(Deserialize)]
struct Scope {
    handle: String,
}

/// What the token needs, and what stops working without it.
const SCOPES: [(&str, &str); 5] = [
    ("read_orders", "orders cannot be polled"),
    (
        "read_all_orders",
        "orders older than 60 days cannot be seen, neither by a first poll nor after a long stop",
    ),
    ("read_products", "article numbers cannot be looked up"),
    ("read_inventory", "levels cannot be compared before they are set"),
    ("write_inventory", "levels cannot be set"),
];

impl Shop {
    async fn check(&self, cx: &Context) -> Health {
        let data: CheckData = match self.client.send(cx, &query::CHECK, &json!({})).await {
            Ok(data) => data,
            Err(failure) => {
                let finding = Finding {
                    subject: "Admin API".into(),
                    problem: failure.to_string(),
                    remedy: format!(
                        "see that `{}` is the shop's address, that the secret `{}` holds a token of it, and that the API version {API_VERSION} \
                         is still served",
                        self.config.shop, self.config.access_token_secret
                    ),
                };
                return Health { system: "Shopify (not reached)".into(), findings: vec![finding] };
            }
        };
        let scopes: Vec<&str> =
            data.current_app_installation.access_scopes.iter().map(|scope| scope.handle.as_str()).collect();
        // Who may write may read.
        let has = |scope: &str| {
            scopes.contains(&scope) || scopes.contains(&scope.replace("read_", "write_").as_str())
        };
        let missing = SCOPES.iter().filter(|(scope, _)| !has(scope));
        let mut findings: Vec<Finding> = missing
            .map(|(scope, problem)| Finding {
                subject: format!("access scope {scope}"),
                problem: (*problem).to_owned(),
                remedy: format!("grant the app `{scope}` and renew the token"),
            })
            .collect();
        if !data.shop.myshopify_domain.eq_ignore_ascii_case(&self.config.shop) {
            findings.push(Finding {
                subject: "shop".into(),
                problem: format!("answers as {}; its webhooks will be refused", data.shop.myshopify_domain),
                remedy: "set `shop` to this domain".into(),
            });
        }
        for secret in [&self.config.access_token_secret, &self.config.webhook_secret] {
            if let Err(error) = cx.secret(secret) {
                findings.push(Finding {
                    subject: format!("secret {secret}"),
                    problem: error.problem,
                    remedy: "provide it".into(),
                });
            }
        }
        let system = format!(
            "Shopify shop {} ({}), Admin API {API_VERSION}",
            data.shop.name, data.shop.myshopify_domain
        );
        Health { system, findings }
    }
}
