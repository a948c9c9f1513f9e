//! A shop that says what a test tells it, an Odoo, and a runtime between them.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic, and uses what it needs"
)]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use connector_core::canonical::{Object, ObjectKind};
use connector_core::context::{Clock, Context, Random, SecretError, Secrets, SystemClock};
use connector_core::contract::*;
use connector_core::governance::*;
use connector_core::retry::{Exponential, Failure, Limits};
use connector_core::runtime::Running;
use connector_core::store::*;
use connector_core::{Runtime, canonical};
use connector_odoo::{Config, OdooConnector, ProtocolChoice};
use odoo_rpc::testkit::{Odoo, OdooServer, Series, Setup};
use serde_json::{Value, json};
use tokio::sync::watch;

pub const FLOW: &str = "orders";
pub const LEVELS: &str = "levels";
pub const KEY: &str = "a-key-of-the-test";
/// A second key that the same database takes (over JSON-2, where the key alone says who calls).
pub const NEXT_KEY: &str = "the-key-after-it";

/// A payload that the shop maps: a list of kinds and objects.
pub fn payload(objects: &[(&str, Value)]) -> Bytes {
    let list: Vec<Value> =
        objects.iter().map(|(kind, object)| json!({ "kind": kind, "object": object })).collect();
    Bytes::from(serde_json::to_vec(&list).unwrap())
}

pub fn change(object: ObjectKind, key: &str, version: i64, payload: Bytes) -> Change {
    Change {
        object,
        key: key.into(),
        operation: Operation::Upsert,
        version,
        ordering_key: key.into(),
        delivery_id: None,
        occurred_at: None,
        format: "test".into(),
        payload,
        dedup: Dedup::State,
        origins: vec![],
    }
}

pub fn party(key: &str) -> Value {
    json!({
        "key": key, "kind": "person", "name": format!("Customer {key}"), "email": format!("{key}@example.com"),
        "addresses": [{"lines": ["Main Street 1"], "city": "Los Angeles", "postal_code": "90001", "subdivision": "US-CA", "country": "US"}],
    })
}

pub fn item(key: &str) -> Value {
    json!({
        "key": key, "sku": format!("SKU-{key}"), "name": format!("Item {key}"), "kind": "goods", "stocked": true,
        "base_unit": "C62", "list_price": {"amount": "10.00", "currency": "USD"}, "active": true,
    })
}

/// Two lamps at 10.00 less 2.00, shades for 5.25, shipping at 4.00, 15 % on all but the shades: 22.00 + 5.25 + 3.30 = 30.55.
pub fn order(key: &str, customer: &str) -> Value {
    let tax = json!([{"category": "S", "rate": "15"}]);
    json!({
        "key": key, "number": format!("#{key}"), "status": "accepted", "ordered_at": "2026-11-23T08:15:00Z", "currency": "USD",
        "buyer": { "key": customer },
        "ship_to": {"name": "The Neighbour", "lines": ["Side Street 2"], "city": "San Diego", "postal_code": "92101", "subdivision": "US-CA", "country": "US"},
        "lines": [
            {"line_id": "1", "item": {"key": "lamp"}, "description": "A lamp", "quantity": {"value": "2", "unit": "C62"},
             "price": {"amount": "10.00"}, "allowances_charges": [{"kind": "allowance", "amount": "2.00", "reason": "WELCOME"}],
             "taxes": tax, "net": "18.00"},
            {"line_id": "2", "item": {"key": "shade"}, "quantity": {"value": "3", "unit": "EA"},
             "price": {"amount": "5.25", "base_quantity": "3"}, "net": "5.25"},
        ],
        "allowances_charges": [{"kind": "charge", "amount": "4.00", "code": "FC", "reason": "Parcel", "taxes": tax}],
        "tax_subtotals": [{"category": "S", "rate": "15", "taxable": "22.00", "tax": "3.30"}],
        "totals": {"lines": "23.25", "charges": "4.00", "net": "27.25", "tax": "3.30", "gross": "30.55", "payable": "30.55"},
    })
}

/// An order with its customer and items before it.
pub fn order_change(key: &str, customer: &str, version: i64, order: &Value) -> Change {
    let objects = [
        ("party", party(customer)),
        ("item", item("lamp")),
        ("item", item("shade")),
        ("sales_order", order.clone()),
    ];
    Change {
        ordering_key: customer.into(),
        ..change(ObjectKind::SalesOrder, key, version, payload(&objects))
    }
}

/// Maps what [`payload`] makes, and takes inventory levels.
struct Shop {
    manifest: Manifest,
    levels: Arc<Mutex<Vec<Object>>>,
}

struct ShopSource;

#[async_trait]
impl Source for ShopSource {
    async fn poll(&self, _cx: &Context, _cursor: Option<&Cursor>, _limit: usize) -> Result<Page, Failure> {
        Ok(Page::default())
    }

    fn map(&self, delivered: &Delivered) -> Result<Vec<Object>, MapError> {
        let list: Vec<Value> = serde_json::from_slice(&delivered.payload)
            .map_err(|e| MapError::new("", "json", e.to_string()))?;
        list.iter()
            .map(|entry| {
                let kind: ObjectKind = entry["kind"].as_str().unwrap().parse().unwrap();
                Object::from_json(kind, entry["object"].to_string().as_bytes())
                    .map_err(|e| MapError::new(e.path.clone(), e.rule.as_str(), e.detail))
            })
            .collect()
    }
}

struct ShopSink(Arc<Mutex<Vec<Object>>>);

#[async_trait]
impl Sink for ShopSink {
    async fn apply(&self, _cx: &Context, batch: &[Cleared]) -> Vec<Outcome> {
        self.0.lock().unwrap().extend(batch.iter().map(|record| record.object().clone()));
        batch.iter().map(|_| Outcome::Applied { remote: None }).collect()
    }
}

#[async_trait]
impl Connector for Shop {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }
    async fn check(&self, _cx: &Context) -> Health {
        Health::default()
    }
    fn source(&self, _object: ObjectKind) -> Option<Arc<dyn Source>> {
        Some(Arc::new(ShopSource))
    }
    fn sink(&self) -> Option<Arc<dyn Sink>> {
        Some(Arc::new(ShopSink(self.levels.clone())))
    }
}

/// Health of the connector, asked within a context that only a runtime makes.
struct Checked {
    inner: OdooConnector,
    health: Arc<Mutex<Option<Health>>>,
    pages: watch::Sender<usize>,
}

struct CheckingSource {
    inner: Arc<dyn Source>,
    outer: Arc<Checked>,
}

#[async_trait]
impl Source for CheckingSource {
    async fn poll(&self, cx: &Context, cursor: Option<&Cursor>, limit: usize) -> Result<Page, Failure> {
        if self.outer.health.lock().unwrap().is_none() {
            let health = self.outer.inner.check(cx).await;
            *self.outer.health.lock().unwrap() = Some(health);
        }
        let page = self.inner.poll(cx, cursor, limit).await;
        self.outer.pages.send_modify(|pages| *pages += 1);
        page
    }
    fn map(&self, delivered: &Delivered) -> Result<Vec<Object>, MapError> {
        self.inner.map(delivered)
    }
}

struct CheckedConnector(Arc<Checked>);

#[async_trait]
impl Connector for CheckedConnector {
    fn manifest(&self) -> &Manifest {
        self.0.inner.manifest()
    }
    async fn check(&self, cx: &Context) -> Health {
        self.0.inner.check(cx).await
    }
    fn source(&self, object: ObjectKind) -> Option<Arc<dyn Source>> {
        let inner = self.0.inner.source(object)?;
        Some(Arc::new(CheckingSource { inner, outer: self.0.clone() }))
    }
    fn sink(&self) -> Option<Arc<dyn Sink>> {
        self.0.inner.sink()
    }
}

/// The key, which a test may rotate.
pub struct Keys(Mutex<String>);

impl Keys {
    pub fn rotate(&self, key: &str) {
        *self.0.lock().unwrap() = key.to_owned();
    }
}

impl Secrets for Keys {
    fn get(&self, name: &str) -> Result<secrecy::SecretString, SecretError> {
        assert_eq!(name, "odoo-key");
        Ok(self.0.lock().unwrap().clone().into())
    }
}

/// Everything that runs.
pub struct World {
    pub keys: Arc<Keys>,
    pub runtime: Runtime,
    pub store: Arc<dyn Store>,
    pub health: Arc<Mutex<Option<Health>>>,
    pub levels: Arc<Mutex<Vec<Object>>>,
    /// Pages of levels that were asked for.
    pub pages: watch::Receiver<usize>,
    running: Running,
    _dir: tempfile::TempDir,
}

/// The world's parts that a test may choose.
pub struct Plan {
    pub config: Config,
    pub key: String,
    /// The shop's system, where it is not the one that the connector expects.
    pub shop: Option<String>,
    pub polls: bool,
    pub batch: usize,
    pub limits: Limits,
}

impl Plan {
    pub fn new(config: Config, key: &str) -> Self {
        Plan {
            config,
            key: key.into(),
            shop: None,
            polls: false,
            batch: 64,
            limits: Limits { attempts: 40, age: Duration::from_secs(600) },
        }
    }

    pub fn start(self) -> World {
        let dir = tempfile::tempdir().unwrap();
        let clock = SystemClock;
        let store: Arc<dyn Store> = Arc::new(
            SqliteStore::open(&SqliteOptions::new(dir.path().join("store.db")), clock.now()).unwrap(),
        );
        let levels = Arc::new(Mutex::new(Vec::new()));
        let source = self.shop.unwrap_or_else(|| self.config.source_system.clone());
        let shop = Shop { manifest: shop_manifest(&source), levels: levels.clone() };
        let health = Arc::new(Mutex::new(None));
        let (asked, pages) = watch::channel(0);
        let system = self.config.system.clone();
        let inner = OdooConnector::new(self.config).unwrap();
        let odoo = CheckedConnector(Arc::new(Checked { inner, health: health.clone(), pages: asked }));
        let written = [ObjectKind::Party, ObjectKind::Item, ObjectKind::SalesOrder];
        let mut orders = Flow::new(FLOW, &source, &system, &written, "orders-na");
        orders.batch = self.batch;
        orders.limits = self.limits;
        let mut flows = vec![orders];
        if self.polls {
            let mut back = Flow::new(LEVELS, &system, &source, &[ObjectKind::InventoryLevel], "stock-na");
            back.poll_every = Duration::from_millis(50);
            flows.push(back);
        }
        let owned = |object, owner: &str| OwnershipRule { object, owner: owner.into(), fields: vec![] };
        let mut rules: Vec<_> = written.iter().map(|object| owned(*object, &source)).collect();
        rules.push(owned(ObjectKind::InventoryLevel, &system));
        let governance = Governance {
            tenant: "acme".into(),
            environment: "test".into(),
            region: "na".into(),
            ownership: Ownership { rules },
            flows,
        };
        let keys = Arc::new(Keys(Mutex::new(self.key)));
        let runtime = Runtime::builder(governance)
            .connector(Arc::new(shop))
            .connector(Arc::new(odoo))
            .store(store.clone())
            .secrets(keys.clone())
            .random(Random::seeded(1))
            .pace(Arc::new(Exponential { base: Duration::from_millis(2), cap: Duration::from_millis(40) }))
            .build()
            .unwrap();
        let running = runtime.start();
        World { keys, runtime, store, health, levels, pages, running, _dir: dir }
    }
}

fn shop_manifest(system: &str) -> Manifest {
    Manifest {
        name: "connector-test-shop".into(),
        version: "1".into(),
        system: system.into(),
        region: "na".into(),
        owner: "test".into(),
        reads: [ObjectKind::Party, ObjectKind::Item, ObjectKind::SalesOrder]
            .map(|object| Reads { object, ordering_key: "customer".into() })
            .to_vec(),
        writes: vec![Writes {
            object: ObjectKind::InventoryLevel,
            idempotency: IdempotencyClass::NaturalKeyUpsert,
        }],
        sync: SyncPattern::Webhook,
        data_classes: vec![],
        hosts: vec![],
        secrets: vec![],
        mapping_version: "1".into(),
    }
}

impl World {
    /// Sends, and waits until everything is settled.
    pub async fn run(&self, changes: Vec<Change>) {
        self.send(changes).await;
        self.settled().await;
    }

    pub async fn send(&self, changes: Vec<Change>) {
        self.runtime.accept(FLOW, changes).await.unwrap();
    }

    pub async fn settled(&self) {
        tokio::time::timeout(Duration::from_secs(120), self.runtime.settled(FLOW))
            .await
            .expect("nothing hangs")
            .unwrap();
    }

    pub async fn exceptions(&self) -> Vec<ExceptionRecord> {
        self.store.exceptions(ExceptionFilter::default()).await.unwrap()
    }

    /// Code and detail of the only exception.
    pub async fn exception(&self) -> (String, String) {
        let exceptions = self.exceptions().await;
        let [only] = exceptions.as_slice() else { panic!("not one exception: {exceptions:#?}") };
        (only.draft.code.clone(), only.draft.detail.clone())
    }

    pub async fn no_exceptions(&self) {
        let exceptions = self.exceptions().await;
        assert!(exceptions.is_empty(), "{exceptions:#?}");
    }

    /// The last level that came for an item's key.
    pub fn level(&self, key: &str) -> Option<canonical::object::InventoryLevel> {
        let levels = self.levels.lock().unwrap();
        levels.iter().rev().find_map(|object| match object {
            Object::InventoryLevel(level) if level.key.as_str() == key => Some((**level).clone()),
            _ => None,
        })
    }

    /// Every test ends here: the audit's chain holds.
    pub async fn finish(self) {
        verify_audit(&*self.store).await.unwrap();
        self.running.drain(&SystemClock, Duration::from_secs(10)).await;
    }
}

/// An in-memory Odoo with a tax of 15 % and one of 0 %.
pub async fn server(series: Series) -> OdooServer {
    let setup = Setup::new(series)
        .admin("bot", "bot", KEY)
        .user("next", "next", NEXT_KEY)
        // The user's own zone, in which `load` would read times that have none.
        .time_zone("Europe/Brussels")
        .record("account.tax", json!({"name": "15%", "amount": 15.0, "type_tax_use": "sale"}))
        .record("account.tax", json!({"name": "15%", "amount": 15.0, "type_tax_use": "purchase"}))
        .record(
            "account.tax",
            json!({"name": "20% incl.", "amount": 20.0, "type_tax_use": "sale", "price_include": true}),
        );
    OdooServer::start(setup).await.unwrap()
}

pub fn config(server: &OdooServer, protocol: Option<ProtocolChoice>) -> Config {
    let mut config = Config::new(&server.url(), "odoo", "bot", "odoo-na", "shop-na").governed("na", "erp-na");
    config.protocol = protocol;
    config
}

pub fn world(server: &OdooServer) -> World {
    Plan::new(config(server, None), KEY).start()
}

/// The one order of this key, as the database has it.
pub fn the_order(odoo: &Odoo, key: &str) -> Value {
    let origin = format!("shop-na/{key}");
    let ids = odoo.search("sale.order", &json!([["origin", "=", origin]])).unwrap();
    assert_eq!(ids.len(), 1, "order {key} is there {} times", ids.len());
    odoo.row("sale.order", ids[0]).unwrap()
}

/// What `check` said, as soon as it has.
pub async fn health(world: &World) -> Health {
    let said = async {
        loop {
            if let Some(health) = world.health.lock().unwrap().clone() {
                return health;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), said).await.expect("check ends")
}
