//! Building: connectors and flows are held against each other and against the ownership matrix before anything runs.

use std::fmt;
use std::sync::Arc;

use odoo_canonical::ObjectKind;

use super::gate::Gate;
use super::{Line, Member, Runtime, Shared};
use crate::context::{Clock, Context, Http, Random, Secrets, StaticSecrets, SystemClock};
use crate::contract::{Connector, Manifest, Provenance};
use crate::governance::{Flow, Governance};
use crate::inflight::InFlight;
use crate::pipeline::{Hung, Law};
use crate::retry::{Budget, Exponential, Pace};
use crate::store::Store;

/// Retries that a flow may make before it has earned any.
const RESERVE: u32 = 100;

/// Something that keeps the runtime from being built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where, for example `flow na-orders: target` or `manifest connector-shopify: owner`.
    pub place: String,
    /// What is missing or contradicts what, and what to do.
    pub problem: String,
}

/// Everything that keeps the runtime from being built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildError {
    /// At least one.
    pub faults: Vec<Fault>,
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> =
            self.faults.iter().map(|fault| format!("{}: {}", fault.place, fault.problem)).collect();
        write!(f, "the runtime cannot be built: {}", lines.join("; "))
    }
}

impl std::error::Error for BuildError {}

/// Collects what a runtime is made of.
pub struct RuntimeBuilder {
    governance: Governance,
    connectors: Vec<Arc<dyn Connector>>,
    store: Option<Arc<dyn Store>>,
    secrets: Arc<dyn Secrets>,
    clock: Arc<dyn Clock>,
    random: Arc<Random>,
    pace: Arc<dyn Pace>,
}

impl RuntimeBuilder {
    pub(super) fn new(governance: Governance) -> Self {
        RuntimeBuilder {
            governance,
            connectors: Vec::new(),
            store: None,
            secrets: Arc::new(StaticSecrets::default()),
            clock: Arc::new(SystemClock),
            random: Arc::new(Random::default()),
            pace: Arc::new(Exponential::default()),
        }
    }

    /// Adds a connector.
    pub fn connector(mut self, connector: Arc<dyn Connector>) -> Self {
        self.connectors.push(connector);
        self
    }

    /// The store.
    pub fn store(mut self, store: Arc<dyn Store>) -> Self {
        self.store = Some(store);
        self
    }

    /// Where secrets come from; none unless set.
    pub fn secrets(mut self, secrets: Arc<dyn Secrets>) -> Self {
        self.secrets = secrets;
        self
    }

    /// The clock; the machine's unless set.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Random numbers and ids; from the machine unless set.
    pub fn random(mut self, random: Random) -> Self {
        self.random = Arc::new(random);
        self
    }

    /// The waits between attempts; exponential with full jitter unless set.
    pub fn pace(mut self, pace: Arc<dyn Pace>) -> Self {
        self.pace = pace;
        self
    }

    /// Checks that everything fits together.
    pub fn build(self) -> Result<Runtime, BuildError> {
        let mut faults = Vec::new();
        let mut fault = |place: String, problem: String| faults.push(Fault { place, problem });
        for (index, connector) in self.connectors.iter().enumerate() {
            let manifest = connector.manifest();
            for missing in manifest.faults() {
                fault(format!("manifest {}: {}", manifest.name, missing.field), missing.problem);
            }
            if self.connectors.iter().take(index).any(|other| other.manifest().system == manifest.system) {
                fault(
                    format!("manifest {}: system", manifest.name),
                    format!("another connector is `{}` too", manifest.system),
                );
            }
            if manifest.region != self.governance.region {
                let problem = format!(
                    "is `{}`, but this runtime is bound to `{}`",
                    manifest.region, self.governance.region
                );
                fault(format!("manifest {}: region", manifest.name), problem);
            }
        }
        if self.governance.flows.is_empty() {
            fault("governance: flows".into(), "is empty; nothing would move".into());
        }
        for (index, flow) in self.governance.flows.iter().enumerate() {
            if self.governance.flows.iter().take(index).any(|other| other.name == flow.name) {
                fault(format!("flow {}: name", flow.name), "is used twice".into());
            }
            for (field, problem) in self.flow_faults(flow) {
                fault(format!("flow {}: {field}", flow.name), problem);
            }
        }
        let store = self.store.clone();
        if store.is_none() {
            fault("store".into(), "is missing; call `store`".into());
        }
        let inflight = Arc::new(InFlight::default());
        let members: Vec<Member> = self.connectors.iter().map(|connector| self.member(connector)).collect();
        let mut lines = Vec::new();
        if faults.is_empty() {
            for flow in &self.governance.flows {
                match self.line(flow, &members, store.as_ref(), &inflight) {
                    Ok(line) => lines.push(line),
                    Err(problem) => faults.push(Fault { place: format!("flow {}", flow.name), problem }),
                }
            }
        }
        match store {
            Some(store) if faults.is_empty() => {
                let (governance, clock, falls) = (self.governance, self.clock, Arc::default());
                Ok(Runtime { shared: Arc::new(Shared { governance, store, clock, lines, members, falls }) })
            }
            _ => Err(BuildError { faults }),
        }
    }

    fn connector_of(&self, system: &str) -> Option<&Arc<dyn Connector>> {
        self.connectors.iter().find(|connector| connector.manifest().system == system)
    }

    fn flow_faults(&self, flow: &Flow) -> Vec<(&'static str, String)> {
        let mut faults = Vec::new();
        if flow.owner.trim().is_empty() {
            faults.push(("owner", "is empty; exceptions need somebody who answers for them".to_owned()));
        }
        let Some(principal) = flow.objects.last().copied() else {
            faults.push(("objects", "is empty".to_owned()));
            return faults;
        };
        if flow.high_water == 0 {
            faults.push(("high_water", "is 0; nothing would ever be admitted".to_owned()));
        }
        if flow.source == flow.target {
            faults.push(("target", "is the source; a flow goes from one system to another".to_owned()));
        }
        match self.connector_of(&flow.source) {
            None => faults.push(("source", format!("no connector is `{}`", flow.source))),
            Some(source) if source.manifest().reads(principal).is_none() => {
                faults.push((
                    "source",
                    format!("`{}` does not declare that it reads {principal}", flow.source),
                ));
            }
            Some(source) if source.source(principal).is_none() => {
                faults.push((
                    "source",
                    format!("`{}` declares that it reads {principal} but gives no source", flow.source),
                ));
            }
            Some(_) => {}
        }
        match self.connector_of(&flow.target) {
            None => faults.push(("target", format!("no connector is `{}`", flow.target))),
            Some(target) => {
                if target.sink().is_none() {
                    faults.push(("target", format!("`{}` has no sink", flow.target)));
                }
                let unwritten =
                    flow.objects.iter().filter(|object| target.manifest().writes(**object).is_none());
                faults.extend(unwritten.map(|object| {
                    ("target", format!("`{}` does not declare that it writes {object}", flow.target))
                }));
            }
        }
        faults.extend(flow.objects.iter().filter_map(|object| self.owner_fault(flow, *object)));
        faults
    }

    fn owner_fault(&self, flow: &Flow, object: ObjectKind) -> Option<(&'static str, String)> {
        match self.governance.ownership.rule(object) {
            None => {
                Some(("objects", format!("the ownership matrix does not say who owns {object}; add a rule")))
            }
            Some(rule) if rule.owner != flow.source => {
                let problem = format!(
                    "{object} belongs to `{}`, so `{}` cannot be its source",
                    rule.owner, flow.source
                );
                Some(("objects", problem))
            }
            Some(_) => None,
        }
    }

    fn member(&self, connector: &Arc<dyn Connector>) -> Member {
        let Manifest { hosts, secrets, .. } = connector.manifest();
        let (clock, random) = (self.clock.clone(), self.random.clone());
        let cx = Context::new(clock, random, self.secrets.clone(), secrets, Http::new(hosts));
        Member { connector: connector.clone(), cx }
    }

    fn line(
        &self,
        flow: &Flow,
        members: &[Member],
        store: Option<&Arc<dyn Store>>,
        inflight: &Arc<InFlight>,
    ) -> Result<Line, String> {
        // All of this was checked before; the messages are for the one who breaks that.
        let principal = flow.objects.last().copied().ok_or("objects are missing")?;
        let member =
            |system: &str| members.iter().find(|member| member.connector.manifest().system == system);
        let Member { connector: from, cx: from_cx } = member(&flow.source).ok_or("the source is missing")?;
        let Member { connector: to, cx: to_cx } = member(&flow.target).ok_or("the target is missing")?;
        let source = from.source(principal).ok_or("the source is missing")?;
        let sink = to.sink().ok_or("the sink is missing")?;
        let store = store.ok_or("the store is missing")?.clone();
        let law = Law {
            flow: flow.clone(),
            ownership: self.governance.ownership.clone(),
            policy: self.governance.digest(),
            provenance: Arc::new(Provenance {
                tenant: self.governance.tenant.clone(),
                region: self.governance.region.clone(),
                environment: self.governance.environment.clone(),
                system: flow.source.clone(),
                connector: from.manifest().name.clone(),
                connector_version: from.manifest().version.clone(),
            }),
            source: source.clone(),
            source_manifest: from.manifest().clone(),
            sink,
            sink_manifest: to.manifest().clone(),
            cx: to_cx.clone(),
            store,
            inflight: inflight.clone(),
            budget: Budget::new(RESERVE),
            hung: Hung::default(),
            pace: self.pace.clone(),
        };
        Ok(Line {
            flow: flow.clone(),
            sync: from.manifest().sync,
            source,
            cx: from_cx.clone(),
            law: Arc::new(law),
            gate: Arc::new(Gate::default()),
        })
    }
}
