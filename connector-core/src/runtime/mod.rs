//! The runtime: built from governance and connectors, it admits changes and drives them through the law.

mod admit;
mod build;
mod gate;
mod poller;
mod worker;

use std::sync::Arc;
use std::time::Duration;

use odoo_canonical::ObjectKind;
use tokio::sync::watch;
use tokio::task::JoinSet;

pub use admit::{AdmitError, Admitted};
pub use build::{BuildError, Fault, RuntimeBuilder};

use self::gate::Gate;
use crate::context::Context;
use crate::contract::{Source, SyncPattern};
use crate::governance::{Flow, Governance, Guarantee};
use crate::pipeline::Law;
use crate::store::{Store, StoreError};

/// Connectors under governance. Cheap to clone.
///
/// # Guarantees
/// A change is acknowledged only once it is stored with its audit row. From then on it ends, after however many crashes, as applied,
/// unchanged, stale, echo, or as an exception that holds the payload, the reason and an owner.
#[derive(Clone)]
pub struct Runtime {
    shared: Arc<Shared>,
}

struct Shared {
    governance: Governance,
    store: Arc<dyn Store>,
    lines: Vec<Line>,
}

/// A flow with all that serves it.
struct Line {
    flow: Flow,
    sync: SyncPattern,
    source: Arc<dyn Source>,
    /// Bound to the source's manifest.
    cx: Context,
    law: Arc<Law>,
    gate: Arc<Gate>,
}

impl Runtime {
    /// Begins a runtime under these rules.
    pub fn builder(governance: Governance) -> RuntimeBuilder {
        RuntimeBuilder::new(governance)
    }

    /// The rules.
    pub fn governance(&self) -> &Governance {
        &self.shared.governance
    }

    /// The store.
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.shared.store
    }

    /// What each flow promises for each object: derived from what its parts can do, never configured.
    pub fn guarantees(&self) -> Vec<(String, ObjectKind, Guarantee)> {
        let of_line = |line: &Line| {
            let (flow, law) = (line.flow.name.clone(), line.law.clone());
            let objects = line.flow.objects.clone();
            objects.into_iter().filter_map(move |object| {
                let writes = law.sink_manifest.writes(object)?;
                Some((flow.clone(), object, Guarantee::of(writes.idempotency)))
            })
        };
        self.shared.lines.iter().flat_map(of_line).collect()
    }

    /// Starts workers and pollers on the current tokio runtime.
    pub fn start(&self) -> Running {
        let (stop, stopped) = watch::channel(false);
        let mut tasks = JoinSet::new();
        for index in 0..self.shared.lines.len() {
            let Some(line) = self.shared.lines.get(index) else { continue };
            for _ in 0..line.flow.workers.max(1) {
                let (law, gate, stopped) = (line.law.clone(), line.gate.clone(), stopped.clone());
                tasks.spawn(worker::work(law, gate, stopped));
            }
            if matches!(line.sync, SyncPattern::Polling | SyncPattern::WebhookAndPolling) {
                tasks.spawn(poller::poll(self.clone(), index, stopped.clone()));
            }
        }
        if let Some(line) = self.shared.lines.first() {
            tasks.spawn(worker::sweep(self.shared.store.clone(), line.cx.clone(), stopped));
        }
        Running { stop, tasks }
    }

    /// Waits until no message of this flow is open: each is done or an exception. Meant for batch runs and tests.
    pub async fn settled(&self, flow: &str) -> Result<(), StoreError> {
        let mut wakeups = self.shared.store.wakeups();
        loop {
            wakeups.mark_unchanged();
            if self.shared.store.open_messages(flow).await? == 0 {
                return Ok(());
            }
            if wakeups.changed().await.is_err() {
                return Err(StoreError::Closed);
            }
        }
    }

    fn line(&self, flow: &str) -> Option<&Line> {
        self.shared.lines.iter().find(|line| line.flow.name == flow)
    }
}

/// The running tasks.
#[must_use = "dropping it stops all work at once; call `drain`"]
pub struct Running {
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Running {
    /// Takes no new work, lets batches under way finish, and returns. After `patience` what still runs is dropped: it is in the store,
    /// and goes on after the next start.
    pub async fn drain(mut self, cx: &dyn crate::context::Clock, patience: Duration) {
        let _nobody_listens = self.stop.send(true);
        tokio::select! {
            () = async { while self.tasks.join_next().await.is_some() {} } => {}
            () = cx.sleep(patience) => tracing::warn!("drain ran out of patience; what is open goes on after the next start"),
        }
    }
}
