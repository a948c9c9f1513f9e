//! A pretend shop, a pretend ERP on the other side, and a runtime between them.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic, and uses what it needs"
)]

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use connector_core::canonical::object::{InventoryLevel, SalesOrder};
use connector_core::canonical::{Object, ObjectKind};
use connector_core::context::{Context, Random, Secrets, SystemClock};
use connector_core::contract::*;
use connector_core::governance::*;
use connector_core::retry::{Exponential, Failure, Limits};
use connector_core::runtime::Running;
use connector_core::store::*;
use connector_core::{Connector, Runtime};
use connector_shopify::testkit::{Order, OrderBuilder, Shop};
use connector_shopify::{Config, FORMAT_GRAPHQL, FORMAT_REST, ShopifyConnector, map_payload};
use serde_json::{Value, json};

pub const ORDERS: &str = "orders";
pub const STOCK: &str = "stock";
pub const LOCATION: &str = "gid://shopify/Location/905684977";

pub fn order(id: u64) -> OrderBuilder {
    OrderBuilder::new(id, at(0))
}

/// So many seconds into the test's day.
pub fn at(seconds: i64) -> connector_core::canonical::value::Instant {
    connector_core::canonical::value::Instant::from_microseconds((1_795_507_200 + seconds) * 1_000_000)
        .unwrap()
}

pub fn map_rest(payload: &Value) -> Result<Vec<Object>, MapError> {
    map_payload(FORMAT_REST, payload.to_string().as_bytes())
}

/// Maps both formats of an order, holds them against each other, and gives the order.
pub fn map_both(order: &Order) -> SalesOrder {
    let rest = map_rest(&order.rest()).unwrap();
    let graphql = map_payload(FORMAT_GRAPHQL, order.graphql().to_string().as_bytes()).unwrap();
    assert_equal(&rest, &graphql);
    sales_order(&rest)
}

/// Both formats of an order are refused for this; gives what REST says.
pub fn refused_both(order: &Order, code: &str) -> MapError {
    let rest = map_rest(&order.rest()).unwrap_err();
    let graphql = map_payload(FORMAT_GRAPHQL, order.graphql().to_string().as_bytes()).unwrap_err();
    assert_eq!((rest.code.as_str(), graphql.code.as_str()), (code, code));
    rest
}

/// Equal to the byte, for the digest goes over the bytes.
pub fn assert_equal(left: &[Object], right: &[Object]) {
    let text = |objects: &[Object]| -> Vec<String> {
        objects.iter().map(|o| String::from_utf8(o.to_canonical_json().unwrap()).unwrap()).collect()
    };
    assert_eq!(text(left), text(right));
}

pub fn sales_order(objects: &[Object]) -> SalesOrder {
    match objects.last() {
        Some(Object::SalesOrder(order)) => (**order).clone(),
        other => panic!("the last object is not the order: {other:?}"),
    }
}

/// Every violation of every object, as rule and path.
pub fn violations(objects: &[Object]) -> Vec<(String, String)> {
    let all = objects.iter().flat_map(|object| object.check());
    all.map(|violation| (violation.rule.to_owned(), violation.path)).collect()
}

pub fn assert_sound(order: &SalesOrder) {
    assert_eq!(violations(&[Object::from(order.clone())]), []);
}

// ---- the ERP: takes orders, gives stock ----

#[derive(Default)]
pub struct Erp {
    pub applied: Mutex<Vec<(EffectKey, Object)>>,
}

struct ErpConnector {
    manifest: Manifest,
    erp: Arc<Erp>,
}

struct ErpSink(Arc<Erp>);

#[async_trait]
impl Sink for ErpSink {
    async fn apply(&self, _cx: &Context, batch: &[Cleared]) -> Vec<Outcome> {
        let mut applied = self.0.applied.lock().unwrap();
        batch
            .iter()
            .map(|record| {
                applied.push((record.key().clone(), record.object().clone()));
                Outcome::Applied { remote: None }
            })
            .collect()
    }
}

struct ErpSource;

#[async_trait]
impl Source for ErpSource {
    async fn poll(&self, _cx: &Context, _cursor: Option<&Cursor>, _limit: usize) -> Result<Page, Failure> {
        Ok(Page::default())
    }

    fn map(&self, delivered: &Delivered) -> Result<Vec<Object>, MapError> {
        Object::from_json(ObjectKind::InventoryLevel, &delivered.payload)
            .map(|object| vec![object])
            .map_err(|e| MapError::new(e.path, "contract", e.detail))
    }
}

#[async_trait]
impl Connector for ErpConnector {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }
    async fn check(&self, _cx: &Context) -> Health {
        Health::default()
    }
    fn source(&self, object: ObjectKind) -> Option<Arc<dyn Source>> {
        (object == ObjectKind::InventoryLevel).then(|| Arc::new(ErpSource) as Arc<dyn Source>)
    }
    fn sink(&self) -> Option<Arc<dyn Sink>> {
        Some(Arc::new(ErpSink(self.erp.clone())))
    }
}

fn erp_manifest() -> Manifest {
    let writes = |object| Writes { object, idempotency: IdempotencyClass::NaturalKeyUpsert };
    Manifest {
        name: "pretend-erp".into(),
        version: "1".into(),
        system: "erp".into(),
        region: "na".into(),
        owner: "integration".into(),
        reads: vec![Reads { object: ObjectKind::InventoryLevel, ordering_key: "item and location".into() }],
        writes: vec![writes(ObjectKind::Party), writes(ObjectKind::Item), writes(ObjectKind::SalesOrder)],
        sync: SyncPattern::Webhook,
        data_classes: vec![],
        hosts: vec![],
        secrets: vec![],
        mapping_version: "1".into(),
    }
}

pub struct Bench {
    pub dir: tempfile::TempDir,
    pub runtime: Runtime,
    pub store: Arc<dyn Store>,
    pub erp: Arc<Erp>,
    pub running: Running,
}

/// A runtime with orders from the shop to the ERP and stock the other way. `polling` off leaves the shop's orders to webhooks.
pub fn start(config: Config, secrets: impl Secrets + 'static, polling: bool) -> Bench {
    start_again(tempfile::tempdir().unwrap(), config, secrets, polling)
}

/// The same, on the store that an earlier runtime left behind.
pub fn start_again(
    dir: tempfile::TempDir,
    config: Config,
    secrets: impl Secrets + 'static,
    polling: bool,
) -> Bench {
    let path = dir.path().join("store.db");
    let now = connector_core::context::Clock::now(&SystemClock);
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&SqliteOptions::new(path), now).unwrap());
    let erp = Arc::new(Erp::default());
    let connector = ShopifyConnector::new(config).unwrap();
    let shop =
        Wrapped { manifest: Manifest { sync: sync(polling), ..connector.manifest().clone() }, connector };
    let runtime = Runtime::builder(governance())
        .connector(Arc::new(shop))
        .connector(Arc::new(ErpConnector { manifest: erp_manifest(), erp: erp.clone() }))
        .store(store.clone())
        .secrets(Arc::new(secrets))
        .random(Random::seeded(1))
        .pace(Arc::new(Exponential { base: Duration::from_millis(1), cap: Duration::from_millis(5) }))
        .build()
        .unwrap();
    let running = runtime.start();
    Bench { dir, runtime, store, erp, running }
}

fn sync(polling: bool) -> SyncPattern {
    if polling { SyncPattern::WebhookAndPolling } else { SyncPattern::Webhook }
}

fn governance() -> Governance {
    let owned = |object, owner: &str| OwnershipRule { object, owner: owner.into(), fields: vec![] };
    let (party, item, order, level) =
        (ObjectKind::Party, ObjectKind::Item, ObjectKind::SalesOrder, ObjectKind::InventoryLevel);
    let mut orders = Flow::new(ORDERS, "shopify-na", "erp", &[party, item, order], "orders-na");
    orders.poll_every = Duration::from_millis(5);
    let mut stock = Flow::new(STOCK, "erp", "shopify-na", &[level], "stock-na");
    stock.workers = 1;
    stock.limits = Limits { attempts: 4, age: Duration::from_secs(3600) };
    Governance {
        tenant: "acme".into(),
        environment: "test".into(),
        region: "na".into(),
        ownership: Ownership {
            rules: vec![
                owned(party, "shopify-na"),
                owned(item, "shopify-na"),
                owned(order, "shopify-na"),
                owned(level, "erp"),
            ],
        },
        flows: vec![orders, stock],
    }
}

/// The connector under test, with its pattern of calls as a test wants it.
struct Wrapped {
    manifest: Manifest,
    connector: ShopifyConnector,
}

#[async_trait]
impl Connector for Wrapped {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }
    async fn check(&self, cx: &Context) -> Health {
        self.connector.check(cx).await
    }
    fn source(&self, object: ObjectKind) -> Option<Arc<dyn Source>> {
        self.connector.source(object)
    }
    fn sink(&self) -> Option<Arc<dyn Sink>> {
        self.connector.sink()
    }
}

impl Bench {
    /// Waits until so many messages of the flow are settled or exceptions, and none is open.
    pub async fn until(&self, flow: &str, settled: u64) {
        let wait = async {
            let mut wakeups = self.store.wakeups();
            loop {
                wakeups.mark_unchanged();
                let (open, states) = (self.store.open_messages(flow).await.unwrap(), self.states(flow).await);
                if open == 0 && states.iter().map(|(_, n)| n).sum::<u64>() >= settled {
                    return;
                }
                wakeups.changed().await.unwrap();
            }
        };
        tokio::time::timeout(Duration::from_secs(30), wait).await.expect("nothing hangs");
    }

    /// Stops, and gives the store's folder.
    pub async fn stop(self) -> tempfile::TempDir {
        verify_audit(&*self.store).await.unwrap();
        self.running.drain(&SystemClock, Duration::from_secs(10)).await;
        self.dir
    }

    pub async fn states(&self, flow: &str) -> Vec<(State, u64)> {
        let tally = self.store.tally(flow).await.unwrap();
        use State::*;
        [Exception, Applied, Unchanged, Stale, Echo]
            .into_iter()
            .map(|state| (state, tally.in_state(state)))
            .filter(|(_, count)| *count > 0)
            .collect()
    }

    pub async fn exceptions(&self) -> Vec<ExceptionRecord> {
        self.store.exceptions(ExceptionFilter::default()).await.unwrap()
    }

    /// The orders that the ERP was given, by key.
    pub fn orders(&self) -> Vec<String> {
        let applied = self.erp.applied.lock().unwrap();
        let orders = applied.iter().filter(|(key, _)| key.object == ObjectKind::SalesOrder);
        orders.map(|(key, _)| key.key.clone()).collect()
    }

    /// The order that the ERP was given last under this key.
    pub fn order(&self, wanted: &str) -> SalesOrder {
        let applied = self.erp.applied.lock().unwrap();
        let found = applied.iter().rev().find_map(|(key, object)| match object {
            Object::SalesOrder(order) if key.key == wanted => Some((**order).clone()),
            _ => None,
        });
        found.expect("the ERP has the order")
    }

    pub async fn webhook(&self, headers: http::HeaderMap, body: Bytes) -> Result<usize, String> {
        let request = WebhookRequest { headers, body };
        self.runtime.receive(ORDERS, &request).await.map(|a| a.stored).map_err(|e| e.to_string())
    }

    /// Sends levels to the shop and waits until each is settled.
    pub async fn set(&self, levels: Vec<Change>) {
        let before: u64 = self.states(STOCK).await.iter().map(|(_, n)| n).sum();
        let count = levels.len() as u64;
        self.runtime.accept(STOCK, levels).await.unwrap();
        self.until(STOCK, before + count).await;
    }

    pub async fn finish(self) {
        verify_audit(&*self.store).await.unwrap();
        self.running.drain(&SystemClock, Duration::from_secs(10)).await;
    }
}

/// A level of an article at the location that the tests know as `WH`.
pub fn level(sku: &str, version: i64, available: &str) -> Change {
    level_of(json!({ "key": sku, "sku": sku }), "WH", sku, version, available)
}

pub fn level_of(item: Value, location: &str, key: &str, version: i64, available: &str) -> Change {
    let payload = json!({
        "key": format!("{key}@{location}"), "item": item, "location": { "key": location }, "as_of": "2026-11-24T08:00:00Z",
        "reading": { "snapshot": { "quantities": { "available": { "value": available, "unit": "C62" } } } },
    });
    let object: Object =
        Object::from_json(ObjectKind::InventoryLevel, payload.to_string().as_bytes()).unwrap();
    let Object::InventoryLevel(level) = &object else { panic!("a level") };
    let level: &InventoryLevel = level;
    Change {
        object: ObjectKind::InventoryLevel,
        key: level.key.as_str().to_owned(),
        operation: Operation::Upsert,
        version,
        ordering_key: level.key.as_str().to_owned(),
        delivery_id: None,
        occurred_at: None,
        format: "level".into(),
        payload: payload.to_string().into(),
        dedup: Dedup::State,
        origins: vec![],
    }
}

pub fn config(shop: &Shop) -> Config {
    shop.config("shopify-na", "na").with_location("WH", LOCATION)
}

// ---- a context, for what is called with one ----

type Work = Box<dyn for<'a> Fn(&'a Context) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>> + Send + Sync>;

struct Borrower {
    manifest: Manifest,
    source: Arc<BorrowerSource>,
}

struct BorrowerSource {
    work: Work,
    done: Arc<tokio::sync::Notify>,
}

#[async_trait]
impl Source for BorrowerSource {
    async fn poll(&self, cx: &Context, _cursor: Option<&Cursor>, _limit: usize) -> Result<Page, Failure> {
        (self.work)(cx).await;
        self.done.notify_one();
        std::future::pending().await
    }

    fn map(&self, _delivered: &Delivered) -> Result<Vec<Object>, MapError> {
        Err(MapError::new("", "test", "maps nothing"))
    }
}

#[async_trait]
impl Connector for Borrower {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }
    async fn check(&self, _cx: &Context) -> Health {
        Health::default()
    }
    fn source(&self, _object: ObjectKind) -> Option<Arc<dyn Source>> {
        Some(self.source.clone())
    }
}

/// Runs `work` once with a context that is bound to this manifest: only a runtime makes one, so a runtime is made.
pub async fn with_context<F>(manifest: &Manifest, secrets: impl Secrets + 'static, work: F)
where
    F: for<'a> Fn(&'a Context) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>> + Send + Sync + 'static,
{
    let dir = tempfile::tempdir().unwrap();
    let now = connector_core::context::Clock::now(&SystemClock);
    let store = SqliteStore::open(&SqliteOptions::new(dir.path().join("store.db")), now).unwrap();
    let done = Arc::new(tokio::sync::Notify::new());
    let source = Arc::new(BorrowerSource { work: Box::new(work), done: done.clone() });
    let manifest = Manifest { sync: SyncPattern::Polling, ..manifest.clone() };
    let mut governance = governance();
    governance.flows.truncate(1);
    let runtime = Runtime::builder(governance)
        .connector(Arc::new(Borrower { manifest, source }))
        .connector(Arc::new(ErpConnector { manifest: erp_manifest(), erp: Arc::new(Erp::default()) }))
        .store(Arc::new(store))
        .secrets(Arc::new(secrets))
        .build()
        .unwrap();
    let _running = runtime.start();
    tokio::time::timeout(Duration::from_secs(30), done.notified()).await.expect("nothing hangs");
}
