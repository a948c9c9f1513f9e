//! A runtime between the two, on a store of its own, and ways to wait for it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use connector_core::context::{Clock, ManualClock, Random, SystemClock};
use connector_core::contract::*;
use connector_core::governance::*;
use connector_core::retry::{Exponential, Limits};
use connector_core::store::*;
use connector_core::{Runtime, runtime::Running};
use odoo_canonical::ObjectKind;

use super::trouble::Trouble;
use super::{Erp, ErpState, Pages, Shop, evidence};

pub const FLOW: &str = "orders";

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

    /// Lets everything that can go on without the clock go on, the store's threads included.
    pub async fn quiet(&self) {
        for _ in 0..100 {
            self.store.open_messages(FLOW).await.unwrap();
            self.tally().await;
            rest().await;
        }
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
