//! The ERP: a sink that does as a test tells it, and remembers what it did and said.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use connector_core::context::Context;
use connector_core::contract::*;
use connector_core::retry::{Cause, Delivery, Failure};
use odoo_canonical::{Object, ObjectKind};
use tokio::sync::Notify;

use super::{evidence, until};

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
    /// A key that it never answers over.
    pub hangs: Mutex<Option<String>>,
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
    pub manifest: Manifest,
    pub state: Arc<ErpState>,
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
        let hangs = self.0.hangs.lock().unwrap().clone();
        if batch.iter().any(|record| Some(&record.key().key) == hangs.as_ref()) {
            std::future::pending::<()>().await;
        }
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

pub fn rolled_back() -> Outcome {
    Outcome::Retry(Failure::new(
        Delivery::RolledBack,
        Cause::Transient,
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
    let cause = Cause::Throttled;
    Outcome::Retry(Failure::new(Delivery::Refused, cause, "429", "less"))
}

pub fn rejected() -> Outcome {
    Outcome::Rejected(Rejection {
        code: "validation".into(),
        message: "a name is required".into(),
        path: Some("/name".into()),
    })
}
