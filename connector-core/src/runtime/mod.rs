//! The runtime: built from governance and connectors, it admits changes and drives them through the law.

mod admit;
mod build;
mod gate;
mod lease;
mod operate;
mod poller;
mod supervise;
mod worker;

use std::sync::Arc;
use std::time::Duration;

use odoo_canonical::ObjectKind;
use thiserror::Error;
use tokio::sync::watch;
use tokio::task::JoinSet;

pub use admit::{AdmitError, Admitted};
pub use build::{BuildError, Fault, RuntimeBuilder};
pub use supervise::Fall;

use self::gate::Gate;
use self::supervise::{Falls, supervise};
use crate::context::{Clock, Context};
use crate::contract::{Connector, Source, SyncPattern};
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
    clock: Arc<dyn Clock>,
    lines: Vec<Line>,
    members: Vec<Member>,
    falls: Arc<Falls>,
}

/// A connector with the context bound to its manifest.
struct Member {
    connector: Arc<dyn Connector>,
    cx: Context,
}

/// Longest time for one connector's check.
const CHECK: Duration = Duration::from_secs(120);
/// Longest wait for dropped tasks to be gone, once patience has run out.
const LAST_WAIT: Duration = Duration::from_secs(1);

/// Why it cannot be waited for.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum WaitError {
    /// No flow has this name.
    #[error("there is no flow `{0}`")]
    UnknownFlow(String),
    /// The store failed.
    #[error("the store failed")]
    Store(#[from] StoreError),
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

    /// Starts workers and pollers on the current tokio runtime. One that panics is started again; see [`falls`](Runtime::falls).
    ///
    /// Open messages of flows that the governance does not have any more, because they were renamed or removed, become exceptions of reason
    /// [`Stranded`](crate::store::Reason::Stranded): nobody would work on them. So a store belongs to one runtime at a time.
    pub fn start(&self) -> Running {
        let (stop, stopped) = watch::channel(false);
        let mut tasks = JoinSet::new();
        let (shared, falls, clock) = (&self.shared, &self.shared.falls, &self.shared.clock);
        let supervised = |task: String| (task, falls.clone(), clock.clone(), stopped.clone());
        for index in 0..shared.lines.len() {
            let Some(line) = shared.lines.get(index) else { continue };
            for _ in 0..line.flow.workers.max(1) {
                let (task, falls, clock, stopped) = supervised(format!("worker of flow {}", line.flow.name));
                let (law, gate) = (line.law.clone(), line.gate.clone());
                let ends = stopped.clone();
                let work = move || worker::work(law.clone(), gate.clone(), ends.clone());
                tasks.spawn(supervise(task, falls, clock, stopped, work));
            }
            if matches!(line.sync, SyncPattern::Polling | SyncPattern::WebhookAndPolling) {
                let (task, falls, clock, stopped) = supervised(format!("poller of flow {}", line.flow.name));
                let (runtime, ends) = (self.clone(), stopped.clone());
                let poll = move || poller::poll(runtime.clone(), index, ends.clone());
                tasks.spawn(supervise(task, falls, clock, stopped, poll));
            }
        }
        let (task, falls, clock, stopped) = supervised("keeper of the store".to_owned());
        let (runtime, ends) = (self.clone(), stopped.clone());
        let keep = move || worker::keep(runtime.clone(), ends.clone());
        tasks.spawn(supervise(task, falls, clock, stopped, keep));
        Running { stop, tasks }
    }

    /// Waits until no message of this flow is open: each is done or an exception. Meant for batch runs and tests.
    pub async fn settled(&self, flow: &str) -> Result<(), WaitError> {
        if self.line(flow).is_none() {
            return Err(WaitError::UnknownFlow(flow.to_owned()));
        }
        let mut wakeups = self.shared.store.wakeups();
        loop {
            wakeups.mark_unchanged();
            if self.shared.store.open_messages(flow).await? == 0 {
                return Ok(());
            }
            if wakeups.changed().await.is_err() {
                return Err(StoreError::Closed.into());
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
    pub async fn drain(mut self, cx: &dyn Clock, patience: Duration) {
        let _nobody_listens = self.stop.send(true);
        if self.ends_within(cx, patience).await {
            return;
        }
        tracing::warn!("drain ran out of patience; what is open goes on after the next start");
        self.tasks.abort_all();
        // What a dropped task had claimed is given back when it is gone.
        self.ends_within(cx, LAST_WAIT).await;
    }

    async fn ends_within(&mut self, cx: &dyn Clock, patience: Duration) -> bool {
        tokio::select! {
            () = async { while self.tasks.join_next().await.is_some() {} } => true,
            () = cx.sleep(patience) => false,
        }
    }
}
