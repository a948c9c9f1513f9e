//! A shop and an ERP that do as a test tells them, and a runtime between them.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic, and uses what it needs"
)]

pub mod evidence;
pub mod trouble;

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use connector_core::context::{Clock, Context, ManualClock, Random, SystemClock};
use connector_core::contract::*;
use connector_core::governance::*;
use connector_core::retry::{Exponential, Failure, Limits};
use connector_core::store::*;
use connector_core::{Runtime, runtime::Running};
use odoo_canonical::{Object, ObjectKind};
use serde_json::{Value, json};
use tokio::sync::Notify;

use self::trouble::Trouble;

pub const FLOW: &str = "orders";

/// A valid order of one line; `quantity` changes its content.
pub fn order(key: &str, customer: &str, quantity: i64) -> Value {
    let net = format!("{quantity}0.00");
    json!({
        "key": key, "number": format!("#{key}"), "status": "submitted", "ordered_at": "2026-11-23T08:15:00Z", "currency": "USD",
        "buyer": { "key": customer },
        "lines": [{
            "line_id": "1", "item": { "key": "lamp" }, "quantity": { "value": quantity.to_string(), "unit": "C62" },
            "price": { "amount": "10.00" }, "net": net,
        }],
        "totals": { "lines": net, "net": net, "tax": "0.00", "gross": net, "payable": net },
    })
}

pub fn party(key: &str) -> Value {
    json!({ "key": key, "kind": "person", "name": format!("Customer {key}") })
}

/// A payload that the test source maps: a list of kinds and objects.
pub fn payload(objects: &[(&str, Value)]) -> Bytes {
    let list: Vec<Value> =
        objects.iter().map(|(kind, object)| json!({ "kind": kind, "object": object })).collect();
    Bytes::from(serde_json::to_vec(&list).unwrap())
}

/// An order of a customer as a change, with its customer before it.
pub fn change(key: &str, customer: &str, version: i64, quantity: i64) -> Change {
    change_of(
        key,
        customer,
        version,
        payload(&[("party", party(customer)), ("sales_order", order(key, customer, quantity))]),
    )
}

pub fn change_of(key: &str, customer: &str, version: i64, payload: Bytes) -> Change {
    Change {
        object: ObjectKind::SalesOrder,
        key: key.into(),
        operation: Operation::Upsert,
        version,
        ordering_key: customer.into(),
        delivery_id: None,
        occurred_at: None,
        format: "test".into(),
        payload,
        dedup: Dedup::State,
        origins: vec![],
    }
}

/// An order by itself, in any lane.
pub fn single(key: &str, lane: &str, version: i64, quantity: i64) -> Change {
    change_of(key, lane, version, payload(&[("sales_order", order(key, "c", quantity))]))
}

/// An order with a customer that others share, whose e-mail address tells states apart.
pub fn with_mail(key: &str, lane: &str, version: i64, mail: &str) -> Change {
    let mut shared = party("shared");
    shared["email"] = json!(format!("{mail}@example.com"));
    change_of(key, lane, version, payload(&[("party", shared), ("sales_order", order(key, "shared", 1))]))
}

/// What the shop answers to polls.
pub type Pages = Arc<Mutex<VecDeque<Result<Page, Failure>>>>;

/// A source that maps payloads of [`payload`]'s form, and takes webhooks whose header `x-signature` is `good`.
pub struct Shop {
    manifest: Manifest,
    pages: Pages,
}

struct ShopSource(Pages);

#[async_trait]
impl Source for ShopSource {
    async fn poll(&self, _cx: &Context, _cursor: Option<&Cursor>, _limit: usize) -> Result<Page, Failure> {
        let page = self.0.lock().unwrap().pop_front().unwrap_or_else(|| Ok(Page::default()));
        match page.as_ref().err().map(|failure| failure.code.as_str()) {
            Some("panic") => panic!("as the test asked"),
            Some("hang") => std::future::pending().await,
            _ => page,
        }
    }

    fn receive(&self, _cx: &Context, request: &WebhookRequest) -> Result<Vec<Change>, ReceiveError> {
        if request.headers.get("x-signature").is_none_or(|s| s != "good") {
            return Err(ReceiveError::Unauthorized("x-signature is not good".into()));
        }
        if request.body == "panic" {
            panic!("as the test asked");
        }
        let body: Value =
            serde_json::from_slice(&request.body).map_err(|e| ReceiveError::Malformed(e.to_string()))?;
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        Ok(vec![change_of(
            &text("key"),
            &text("customer"),
            1,
            payload(&[("sales_order", body["order"].clone())]),
        )])
    }

    fn map(&self, delivered: &Delivered) -> Result<Vec<Object>, MapError> {
        if delivered.payload == "panic" {
            panic!("as the test asked");
        }
        let list: Vec<Value> = serde_json::from_slice(&delivered.payload)
            .map_err(|e| MapError::new("", "json", e.to_string()))?;
        let object = |(index, entry): (usize, &Value)| {
            let kind: ObjectKind = entry["kind"].as_str().unwrap().parse().unwrap();
            Object::from_json(kind, entry["object"].to_string().as_bytes())
                .map_err(|e| MapError::new(format!("[{index}].object{}", e.path), e.rule.as_str(), e.detail))
        };
        list.iter().enumerate().map(object).collect()
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
        Some(Arc::new(ShopSource(self.pages.clone())))
    }
}

/// What the ERP does with a call, in the order of the calls; without a plan it applies.
#[derive(Clone)]
pub enum Plan {
    /// This outcome for every record, applied or not.
    Say {
        applied: bool,
        outcome: fn() -> Outcome,
    },
    Panic,
    /// Never answers.
    Hang,
    /// Applies, and never answers.
    LandThenHang,
    /// One outcome too few.
    Short,
    /// Applies once the test lets it.
    Wait(Arc<Notify>),
}

#[derive(Default)]
pub struct ErpState {
    pub plans: Mutex<VecDeque<Plan>>,
    /// Keys with a fault of their own, however often they are tried.
    pub faults: Mutex<HashMap<String, fn() -> Outcome>>,
    /// What was applied, in order.
    pub applied: Mutex<Vec<(EffectKey, i64, Object)>>,
    pub calls: Mutex<usize>,
    /// How many records each call had.
    pub sizes: Mutex<Vec<usize>>,
    /// Landings by message, said or not.
    pub landings: Mutex<Vec<evidence::Effect>>,
    /// What it said of a record: applied; there already. And what a probe found.
    pub said_applied: Mutex<Vec<evidence::Effect>>,
    pub said_duplicate: Mutex<Vec<evidence::Effect>>,
    pub said_there: Mutex<Vec<(String, String)>>,
    pub probes: Mutex<Vec<EffectKey>>,
    /// What its check does instead of finding something.
    pub check: Mutex<Option<&'static str>>,
    /// Every record that was handed in, as an envelope.
    pub envelopes: Mutex<Vec<odoo_canonical::Envelope>>,
}

impl ErpState {
    pub fn orders(&self) -> Vec<(String, i64)> {
        let applied = self.applied.lock().unwrap();
        let orders = applied.iter().filter(|(key, ..)| key.object == ObjectKind::SalesOrder);
        orders.map(|(key, version, _)| (key.key.clone(), *version)).collect()
    }

    /// Quantities of the orders in the order in which they landed.
    pub fn quantities(&self) -> Vec<String> {
        let quantity = |object: &Object| match object {
            Object::SalesOrder(order) => Some(order.lines[0].quantity.value.to_string()),
            _ => None,
        };
        self.applied.lock().unwrap().iter().filter_map(|(.., object)| quantity(object)).collect()
    }

    /// Addresses of the customers in the order in which they landed.
    pub fn mails(&self) -> Vec<String> {
        let mail = |object: &Object| match object {
            Object::Party(party) => party.email.as_ref().map(|mail| mail.to_string()),
            _ => None,
        };
        self.applied.lock().unwrap().iter().filter_map(|(.., object)| mail(object)).collect()
    }

    /// The next calls answer so.
    pub fn will(&self, plans: impl IntoIterator<Item = Plan>) {
        self.plans.lock().unwrap().extend(plans);
    }

    /// Until it was called that often.
    pub async fn called(&self, times: usize) {
        until(|| *self.calls.lock().unwrap() >= times).await;
    }
}

pub struct Erp {
    manifest: Manifest,
    state: Arc<ErpState>,
}

struct ErpSink(Arc<ErpState>);

fn effect(record: &Cleared) -> evidence::Effect {
    let digest = record.digest().iter().map(|byte| format!("{byte:02x}")).collect();
    (record.message().to_string(), record.key().to_string(), digest)
}

#[async_trait]
impl Sink for ErpSink {
    async fn apply(&self, _cx: &Context, batch: &[Cleared]) -> Vec<Outcome> {
        self.0.sizes.lock().unwrap().push(batch.len());
        *self.0.calls.lock().unwrap() += 1;
        self.0.envelopes.lock().unwrap().extend(batch.iter().map(|record| record.envelope().unwrap()));
        let plan = self.0.plans.lock().unwrap().pop_front();
        let apply = |record: &Cleared| {
            self.0.landings.lock().unwrap().push(effect(record));
            self.0.applied.lock().unwrap().push((
                record.key().clone(),
                record.version(),
                record.object().clone(),
            ));
        };
        let applied = |record: &Cleared| {
            apply(record);
            Outcome::Applied { remote: Some(format!("erp,{}", record.key().key)) }
        };
        let outcomes: Vec<Outcome> = match plan {
            Some(Plan::Panic) => panic!("as the test asked"),
            Some(Plan::Hang) => std::future::pending().await,
            Some(Plan::LandThenHang) => {
                batch.iter().for_each(apply);
                std::future::pending().await
            }
            Some(Plan::Short) => vec![],
            Some(Plan::Wait(go)) => {
                go.notified().await;
                batch.iter().map(applied).collect()
            }
            Some(Plan::Say { applied, outcome }) => batch
                .iter()
                .map(|record| {
                    if applied {
                        apply(record);
                    }
                    outcome()
                })
                .collect(),
            None => batch
                .iter()
                .map(|record| match self.0.faults.lock().unwrap().get(&record.key().key) {
                    Some(outcome) => outcome(),
                    None => applied(record),
                })
                .collect(),
        };
        for (record, outcome) in batch.iter().zip(&outcomes) {
            match outcome {
                Outcome::Applied { .. } => self.0.said_applied.lock().unwrap().push(effect(record)),
                Outcome::Duplicate { .. } => self.0.said_duplicate.lock().unwrap().push(effect(record)),
                _ => {}
            }
        }
        outcomes
    }

    async fn probe(&self, _cx: &Context, batch: &[Cleared]) -> Vec<Probe> {
        let applied = self.0.applied.lock().unwrap();
        let answer = |record: &Cleared| {
            self.0.probes.lock().unwrap().push(record.key().clone());
            if !applied.iter().any(|(known, ..)| known == record.key()) {
                return Probe::Absent;
            }
            let (_, key, digest) = effect(record);
            self.0.said_there.lock().unwrap().push((key, digest));
            Probe::Landed { remote: Some("probed".into()) }
        };
        batch.iter().map(answer).collect()
    }
}

#[async_trait]
impl Connector for Erp {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }
    async fn check(&self, _cx: &Context) -> Health {
        let does = *self.state.check.lock().unwrap();
        match does {
            Some("panic") => panic!("as the test asked"),
            Some(_) => std::future::pending().await,
            None => {}
        }
        let text = |text: &str| text.to_owned();
        let finding =
            Finding { subject: text("stock"), problem: text("is not there"), remedy: text("install it") };
        Health { system: text("ERP 1"), findings: vec![finding] }
    }
    fn sink(&self) -> Option<Arc<dyn Sink>> {
        Some(Arc::new(ErpSink(self.state.clone())))
    }
}

pub fn manifest(system: &str) -> Manifest {
    Manifest {
        name: format!("connector-{system}"),
        version: "1".into(),
        system: system.into(),
        region: "na".into(),
        owner: "integration-na".into(),
        reads: vec![],
        writes: vec![],
        sync: SyncPattern::Webhook,
        data_classes: vec![],
        hosts: vec![],
        secrets: vec![],
        mapping_version: "1".into(),
    }
}

pub fn shop_manifest() -> Manifest {
    let reads = vec![Reads { object: ObjectKind::SalesOrder, ordering_key: "customer".into() }];
    Manifest { reads, ..manifest("shop") }
}

pub fn erp_manifest(class: IdempotencyClass) -> Manifest {
    let writes = |object| Writes { object, idempotency: class };
    Manifest { writes: vec![writes(ObjectKind::Party), writes(ObjectKind::SalesOrder)], ..manifest("erp") }
}

pub fn governance() -> Governance {
    let owned = |object| OwnershipRule { object, owner: "shop".into(), fields: vec![] };
    let mut flow = Flow::new(FLOW, "shop", "erp", &[ObjectKind::Party, ObjectKind::SalesOrder], "orders-na");
    flow.poll_every = Duration::from_millis(5);
    Governance {
        tenant: "acme".into(),
        environment: "test".into(),
        region: "na".into(),
        ownership: Ownership { rules: vec![owned(ObjectKind::Party), owned(ObjectKind::SalesOrder)] },
        flows: vec![flow],
    }
}

/// How a test's world is made.
pub struct World {
    pub class: IdempotencyClass,
    pub governance: Governance,
    pub sync: SyncPattern,
    pub clock: Arc<dyn Clock>,
}

impl Default for World {
    fn default() -> Self {
        World {
            class: IdempotencyClass::NaturalKeyUpsert,
            governance: governance(),
            sync: SyncPattern::Webhook,
            clock: Arc::new(SystemClock),
        }
    }
}

/// A runtime between a shop and an ERP, on a store of its own.
pub struct Bench {
    pub dir: tempfile::TempDir,
    pub runtime: Runtime,
    pub store: Arc<dyn Store>,
    pub erp: Arc<ErpState>,
    pub pages: Pages,
    pub running: Running,
}

impl World {
    pub fn limits(mut self, attempts: u32, age: Duration) -> Self {
        self.governance.flows[0].limits = Limits { attempts, age };
        self
    }

    pub fn start(self) -> Bench {
        self.start_on(|store| store)
    }

    /// As `start`, on a store that fails when the test says so.
    pub fn start_troubled(self) -> (Bench, Arc<Trouble>) {
        let mut kept = None;
        let bench = self.start_on(|store| {
            let trouble = Trouble::over(store);
            kept = Some(trouble.clone());
            trouble
        });
        (bench, kept.unwrap())
    }

    /// As `start`, with something between the runtime and its store.
    pub fn start_on(self, wrap: impl FnOnce(Arc<dyn Store>) -> Arc<dyn Store>) -> Bench {
        let dir = tempfile::tempdir().unwrap();
        let store = wrap(self.open(dir.path()));
        let (runtime, erp, pages, running) = self.start_with(store.clone());
        Bench { dir, runtime, store, erp, pages, running }
    }

    /// As `start`, on the store in this folder.
    pub fn start_in(self, dir: &std::path::Path) -> (Runtime, Arc<dyn Store>, Arc<ErpState>, Running) {
        let store = self.open(dir);
        let (runtime, erp, _pages, running) = self.start_with(store.clone());
        (runtime, store, erp, running)
    }

    fn open(&self, dir: &std::path::Path) -> Arc<dyn Store> {
        Arc::new(SqliteStore::open(&SqliteOptions::new(dir.join("store.db")), self.clock.now()).unwrap())
    }

    fn start_with(self, store: Arc<dyn Store>) -> (Runtime, Arc<ErpState>, Pages, Running) {
        let erp = Arc::new(ErpState::default());
        let pages = Arc::new(Mutex::new(VecDeque::new()));
        let shop = Shop { manifest: Manifest { sync: self.sync, ..shop_manifest() }, pages: pages.clone() };
        let runtime = Runtime::builder(self.governance)
            .connector(Arc::new(shop))
            .connector(Arc::new(Erp { manifest: erp_manifest(self.class), state: erp.clone() }))
            .store(store)
            .clock(self.clock)
            .random(Random::seeded(1))
            .pace(Arc::new(Exponential { base: Duration::from_millis(1), cap: Duration::from_millis(20) }))
            .build()
            .unwrap();
        let running = runtime.start();
        (runtime, erp, pages, running)
    }
}

impl Bench {
    pub async fn send(&self, changes: Vec<Change>) {
        self.runtime.accept(FLOW, changes).await.unwrap();
    }

    /// Sends, and waits until all is settled.
    pub async fn run(&self, changes: Vec<Change>) {
        self.send(changes).await;
        self.settled().await;
    }

    pub async fn settled(&self) {
        tokio::time::timeout(Duration::from_secs(30), self.runtime.settled(FLOW))
            .await
            .expect("nothing hangs")
            .unwrap();
    }

    pub async fn tally(&self) -> Tally {
        self.store.tally(FLOW).await.unwrap()
    }

    pub async fn exceptions(&self) -> Vec<ExceptionRecord> {
        self.store.exceptions(ExceptionFilter::default()).await.unwrap()
    }

    pub async fn audit(&self) -> Vec<AuditRecord> {
        self.store.audit(1, 100_000).await.unwrap()
    }

    pub async fn events(&self, event: AuditEvent) -> usize {
        self.audit().await.iter().filter(|row| row.event == event.as_str()).count()
    }

    /// Until there are so many rows of this event.
    pub async fn rows(&self, event: AuditEvent, count: usize) {
        until_async(async || self.events(event).await >= count).await;
    }

    pub async fn cursor(&self) -> Option<String> {
        self.store.cursor(FLOW).await.unwrap().map(|cursor| cursor.0)
    }

    /// Every test ends here: the chain holds, and what the target did is what audit and effect table say.
    pub async fn finish(self) {
        self.running.drain(&SystemClock, Duration::from_secs(10)).await;
        verify_audit(&*self.store).await.unwrap();
        let audit = self.store.audit(1, 1_000_000).await.unwrap();
        let db = rusqlite::Connection::open(self.dir.path().join("store.db")).unwrap();
        let mut select = db
            .prepare("SELECT target || ':' || source || ':' || object || ':' || key, state, lower(hex(digest)) FROM effect")
            .unwrap();
        let row = |r: &rusqlite::Row<'_>| Ok((r.get(0)?, r.get(1)?, r.get(2)?));
        let effects: Vec<(String, i64, String)> =
            select.query_map([], row).unwrap().collect::<Result<_, _>>().unwrap();
        evidence::join(&self.erp, &audit, &effects);
    }
}

/// Until this holds; a test that waits for what never comes fails.
pub async fn until(holds: impl Fn() -> bool) {
    until_async(async || holds()).await;
}

pub async fn until_async(holds: impl AsyncFn() -> bool) {
    let wait = async {
        while !holds().await {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), wait).await.expect("it never comes");
}

/// Moves a clock on until the flow is settled. In small steps, so that waits pass one after the other.
pub async fn settle_on(clock: &ManualClock, bench: &Bench) {
    let tick = async {
        loop {
            clock.advance(Duration::from_millis(20));
            tokio::task::yield_now().await;
        }
    };
    tokio::select! { () = tick => {}, () = bench.settled() => {} }
}

/// Lets everything that can go on without the clock go on.
pub async fn rest() {
    for _ in 0..200 {
        tokio::task::yield_now().await;
    }
}

pub fn rolled_back() -> Outcome {
    Outcome::Retry(Failure::new(
        connector_core::retry::Delivery::RolledBack,
        connector_core::retry::Cause::Transient,
        "serialization",
        "could not serialize access",
    ))
}

pub fn lost() -> Outcome {
    Outcome::Retry(Failure::lost("timeout", "no answer"))
}

pub fn away() -> Outcome {
    Outcome::Retry(Failure::unreachable("connection refused"))
}

pub fn throttled() -> Outcome {
    let cause = connector_core::retry::Cause::Throttled;
    Outcome::Retry(Failure::new(connector_core::retry::Delivery::Refused, cause, "429", "less"))
}

pub fn rejected() -> Outcome {
    Outcome::Rejected(Rejection {
        code: "validation".into(),
        message: "a name is required".into(),
        path: Some("/name".into()),
    })
}
