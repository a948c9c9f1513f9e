//! The sink: parties, items and sales orders into Odoo, by external id.

mod item;
mod order;
mod order_next;
mod order_same;
mod order_state;
mod order_total;
mod party;
mod prepare;
mod probe;
mod same_article;
mod transition;

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use connector_core::canonical::{Object, ObjectKind};
use connector_core::context::Context;
use connector_core::contract::{Cleared, EffectKey, Outcome, Probe, Rejection, Sink};
use connector_core::retry::{Cause, Failure};

use crate::config::Config;
use crate::error::Fault;
use crate::map::{Articles, Mapper, Skus};
use crate::refs::Refs;
use crate::session::{Odoo, Session};

/// Writes into one Odoo database.
pub(crate) struct OdooSink {
    pub(crate) session: Arc<Session>,
}

/// What one batch works with.
pub(crate) struct Work<'a> {
    pub(crate) session: &'a Session,
    pub(crate) odoo: Odoo,
    pub(crate) refs: Arc<Refs>,
    pub(crate) skus: Skus,
    pub(crate) articles: Articles,
}

impl Work<'_> {
    pub(crate) fn config(&self) -> &Config {
        &self.session.config
    }

    pub(crate) fn mapper(&self) -> Mapper<'_> {
        Mapper {
            config: &self.session.config,
            names: &self.session.names,
            fields: self.odoo.fields,
            refs: &self.refs,
            skus: &self.skus,
            articles: &self.articles,
        }
    }
}

#[async_trait]
impl Sink for OdooSink {
    async fn apply(&self, cx: &Context, batch: &[Cleared]) -> Vec<Outcome> {
        let outcomes = match self.work(cx, batch).await {
            Ok(work) => self.dispatch(cx, work, batch).await,
            Err(fault) => vec![outcome_of(fault); batch.len()],
        };
        if outcomes
            .iter()
            .any(|outcome| matches!(outcome, Outcome::Retry(failure) if failure.cause == Cause::Auth))
        {
            self.session.refused(cx).await;
        }
        outcomes
    }

    async fn probe(&self, cx: &Context, batch: &[Cleared]) -> Vec<Probe> {
        let keys: Vec<EffectKey> = batch.iter().map(|cleared| cleared.key().clone()).collect();
        probe::probe(&self.session, cx, &keys).await
    }
}

impl OdooSink {
    async fn work(&self, cx: &Context, batch: &[Cleared]) -> Result<Work<'_>, Fault> {
        self.same_source(batch).map_err(Fault::Refused)?;
        let odoo = self.session.odoo(cx).await?;
        let (refs, _) = self.session.refs(cx, &odoo, false).await?;
        Ok(Work { session: &self.session, odoo, refs, skus: Skus::new(), articles: Articles::new() })
    }

    /// External ids name one source system; keys of another would meet records that are not theirs.
    fn same_source(&self, batch: &[Cleared]) -> Result<(), Rejection> {
        let ours = self.session.config.source_system.as_str();
        match batch.iter().map(|record| record.key().source.as_str()).find(|system| *system != ours) {
            Some(system) => {
                let message = format!(
                    "the record comes from `{system}`, but this connector's external ids are those of `{ours}`; give each source a connector of its own"
                );
                Err(Rejection { code: "foreign_source".into(), message, path: None })
            }
            None => Ok(()),
        }
    }

    async fn dispatch(&self, cx: &Context, mut work: Work<'_>, batch: &[Cleared]) -> Vec<Outcome> {
        match batch.first().map(|record| record.object().kind()) {
            Some(ObjectKind::Party) => {
                let parties: Vec<_> = batch.iter().map(|record| as_party(record.object())).collect();
                self.refresh(cx, &mut work, |work| party::misses(work, &parties)).await;
                party::apply(&work, &parties).await
            }
            Some(ObjectKind::Item) => {
                let items: Vec<_> = batch.iter().map(|record| as_item(record.object())).collect();
                item::apply(&work, &items).await
            }
            Some(ObjectKind::SalesOrder) => {
                let orders: Vec<_> = batch.iter().map(|record| as_order(record.object())).collect();
                let faults = prepare::prepare(&mut work, &orders).await;
                self.refresh(cx, &mut work, |work| order::misses(work, &orders)).await;
                order::apply(&work, &orders, &faults).await
            }
            _ => {
                let message = "this connector takes parties, items and sales orders".to_owned();
                let rejection = Rejection { code: "unsupported".into(), message, path: None };
                vec![Outcome::Rejected(rejection); batch.len()]
            }
        }
    }

    /// Looks references up anew where some were not found: what a person has just added in Odoo is seen at the next attempt.
    async fn refresh(&self, cx: &Context, work: &mut Work<'_>, misses: impl Fn(&Work<'_>) -> bool) {
        if !misses(work) {
            return;
        }
        // A failure to look again changes nothing: what was not found is refused as it would have been.
        if let Ok((refs, _)) = self.session.refs(cx, &work.odoo, true).await {
            work.refs = refs;
        }
    }
}

fn as_party(object: &Object) -> Option<&connector_core::canonical::object::Party> {
    if let Object::Party(party) = object { Some(party) } else { None }
}

fn as_item(object: &Object) -> Option<&connector_core::canonical::object::Item> {
    if let Object::Item(item) = object { Some(item) } else { None }
}

fn as_order(object: &Object) -> Option<&connector_core::canonical::object::SalesOrder> {
    if let Object::SalesOrder(order) = object { Some(order) } else { None }
}

pub(crate) fn outcome_of(fault: Fault) -> Outcome {
    match fault {
        Fault::Failed(failure) => Outcome::Retry(failure),
        Fault::Refused(rejection) => Outcome::Rejected(rejection),
    }
}

/// The rejection of a record that is of another kind than the batch, which the contract excludes.
pub(crate) fn mixed() -> Rejection {
    Rejection {
        code: "mixed_batch".into(),
        message: "the batch holds several kinds of objects".into(),
        path: None,
    }
}

/// Fills the places of a batch one by one; what nobody filled is said to be lost, never applied.
pub(crate) struct Outcomes(BTreeMap<usize, Outcome>, usize);

impl Outcomes {
    pub(crate) fn new(len: usize) -> Self {
        Outcomes(BTreeMap::new(), len)
    }

    pub(crate) fn set(&mut self, at: usize, outcome: Outcome) {
        self.0.insert(at, outcome);
    }

    pub(crate) fn is_open(&self, at: usize) -> bool {
        !self.0.contains_key(&at)
    }

    pub(crate) fn finish(mut self) -> Vec<Outcome> {
        let lost = || {
            Outcome::Retry(Failure::lost("outcome", "no outcome for this record; the connector is at fault"))
        };
        (0..self.1).map(|at| self.0.remove(&at).unwrap_or_else(lost)).collect()
    }
}

/// `sale.order,42`
pub(crate) fn remote(model: &str, id: i64) -> Option<String> {
    Some(format!("{model},{id}"))
}
