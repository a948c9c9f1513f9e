//! What North America's team writes: governance, configuration of two connectors, one runtime.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use connector_core::Runtime;
use connector_core::canonical::ObjectKind;
use connector_core::context::{Clock, Secrets, SystemClock};
use connector_core::governance::{FieldRule, Flow, Governance, OnViolation, Ownership, OwnershipRule};
use connector_core::store::{SqliteOptions, SqliteStore, Store};
use connector_odoo::OdooConnector;
use connector_shopify::ShopifyConnector;
use serde::Deserialize;

use crate::Failure;

/// The flow from the shop to Odoo.
pub const ORDERS: &str = "na-orders";
/// The flow from Odoo to the shop.
pub const STOCK: &str = "na-stock";

/// The two systems of the region.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Region {
    /// Odoo.
    pub odoo: connector_odoo::Config,
    /// The shop.
    pub shopify: connector_shopify::Config,
    /// Between two polls that brought nothing, in milliseconds.
    pub poll_every_ms: u64,
    /// Deaths of the process over one message after which the message is taken for the cause; 3 unless given.
    #[serde(default = "three")]
    pub poison_after: u32,
}

fn three() -> u32 {
    3
}

/// The region's rules.
///
/// The shop is the system of record for orders and for the customers and items that come with them; what customers owe and how items are
/// weighed is Odoo's business, so the shop's word on that is taken out. Stock is Odoo's.
pub fn governance(region: &Region) -> Governance {
    let (shop, odoo) = (region.shopify.system.as_str(), region.odoo.system.as_str());
    let strip =
        |field: &str| FieldRule { field: field.into(), owner: odoo.into(), on_violation: OnViolation::Strip };
    let rule = |object, owner: &str, fields| OwnershipRule { object, owner: owner.into(), fields };
    let mut orders = Flow::new(
        ORDERS,
        shop,
        odoo,
        &[ObjectKind::Party, ObjectKind::Item, ObjectKind::SalesOrder],
        "sales-operations-na",
    );
    orders.batch = 64;
    let mut stock = Flow::new(STOCK, odoo, shop, &[ObjectKind::InventoryLevel], "warehouse-na");
    for flow in [&mut orders, &mut stock] {
        flow.poll_every = Duration::from_millis(region.poll_every_ms);
    }
    Governance {
        tenant: "acme".into(),
        environment: "demo".into(),
        region: "na".into(),
        ownership: Ownership {
            rules: vec![
                rule(ObjectKind::Party, shop, vec![strip("payment_terms")]),
                rule(ObjectKind::Item, shop, vec![strip("weight")]),
                rule(ObjectKind::SalesOrder, shop, vec![]),
                rule(ObjectKind::InventoryLevel, odoo, vec![]),
            ],
        },
        flows: vec![orders, stock],
    }
}

impl Region {
    /// Opens the store in this folder and builds the runtime.
    ///
    /// # Errors
    /// What does not fit, or the store.
    pub fn open(&self, folder: &Path, secrets: Arc<dyn Secrets>) -> Result<Runtime, Failure> {
        std::fs::create_dir_all(folder)?;
        let mut options = SqliteOptions::new(folder.join("na.db"));
        options.owner = "sales-operations-na".into();
        options.poison_after = self.poison_after;
        let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&options, SystemClock.now())?);
        Ok(Runtime::builder(governance(self))
            .connector(Arc::new(ShopifyConnector::new(self.shopify.clone())?))
            .connector(Arc::new(OdooConnector::new(self.odoo.clone())?))
            .store(store)
            .secrets(secrets)
            .build()?)
    }
}
