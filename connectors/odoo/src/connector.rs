//! The connector: manifest, check, source and sink of one Odoo database.

use std::sync::Arc;

use async_trait::async_trait;
use connector_core::canonical::ObjectKind;
use connector_core::context::Context;
use connector_core::contract::{
    Connector, Health, IdempotencyClass, Manifest, Reads, Sink, Source, SyncPattern, Writes,
};

use crate::check;
use crate::config::{Config, ConfigError};
use crate::session::Session;
use crate::sink::OdooSink;
use crate::source::InventorySource;

/// One Odoo database as a connector: takes parties, items and sales orders, gives inventory levels.
///
/// ```
/// use connector_core::Connector;
/// use connector_odoo::{Config, OdooConnector};
///
/// let config = Config::new("https://odoo.example.com", "prod", "shop-bot", "odoo-na", "shopify-na").governed("na", "na-erp-team");
/// let connector = OdooConnector::new(config)?;
/// assert_eq!(connector.manifest().system, "odoo-na");
/// assert!(connector.manifest().faults().is_empty());
/// # Ok::<(), connector_odoo::ConfigError>(())
/// ```
pub struct OdooConnector {
    manifest: Manifest,
    session: Arc<Session>,
}

impl OdooConnector {
    /// A connector for this database. Nothing is sent before the first call.
    ///
    /// # Errors
    /// A configuration that cannot work: which field, and what it should be.
    pub fn new(config: Config) -> Result<Self, ConfigError> {
        config.validate()?;
        let host = config.host().map_err(|problem| ConfigError { field: "url", problem })?;
        let writes = [ObjectKind::Party, ObjectKind::Item, ObjectKind::SalesOrder];
        let manifest = Manifest {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            system: config.system.clone(),
            region: config.region.clone(),
            owner: config.owner.clone(),
            reads: vec![Reads {
                object: ObjectKind::InventoryLevel,
                ordering_key: "item and warehouse".into(),
            }],
            writes: writes
                .map(|object| Writes { object, idempotency: IdempotencyClass::NaturalKeyUpsert })
                .to_vec(),
            sync: SyncPattern::Polling,
            data_classes: vec!["contact".into(), "financial".into(), "free-text".into()],
            hosts: vec![host],
            secrets: vec![config.secret.clone()],
            mapping_version: "1".into(),
        };
        Ok(OdooConnector { manifest, session: Arc::new(Session::new(config)) })
    }
}

#[async_trait]
impl Connector for OdooConnector {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    async fn check(&self, cx: &Context) -> Health {
        check::check(&self.session, cx).await
    }

    fn source(&self, object: ObjectKind) -> Option<Arc<dyn Source>> {
        let source = || Arc::new(InventorySource { session: self.session.clone() }) as Arc<dyn Source>;
        (object == ObjectKind::InventoryLevel).then(source)
    }

    fn sink(&self) -> Option<Arc<dyn Sink>> {
        Some(Arc::new(OdooSink { session: self.session.clone() }))
    }
}
