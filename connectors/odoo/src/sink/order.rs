//! Sales orders: look how they stand, load, compare the totals, confirm; or cancel.
//!
//! Every step can be repeated. A crash or a lost answer anywhere leaves an order that the next attempt finds by its external id and
//! brings on from where it stands.

use std::collections::BTreeMap;

use connector_core::canonical::object::{OrderStatus, SalesOrder};
use connector_core::contract::Outcome;
use connector_core::retry::Failure;

use super::order_next::{Next, barred, cancelled_in_odoo, next};
use super::order_state::{After, Existing, ExistingLine, Known, MODEL, Wanted, after, lines, superfluous};
use super::order_total::{mismatch, total};
use super::transition::{self, CANCEL, CONFIRM};
use super::{Outcomes, Work, mixed, outcome_of, remote};
use crate::error::{Fault, failure, is_about_records, refuse, rejection};
use crate::load::upsert;
use crate::map::{Line, MappedOrder, OrderAddress, Record, Stage};

type Orders<'a> = [Option<&'a SalesOrder>];

/// Whether the source has called the order off.
pub(super) fn is_off(order: &SalesOrder) -> bool {
    matches!(order.status, OrderStatus::Cancelled | OrderStatus::Rejected)
}

/// Whether some reference was not found.
pub(super) fn misses(work: &Work<'_>, orders: &Orders<'_>) -> bool {
    orders.iter().flatten().any(|order| work.mapper().order(order).is_err())
}

/// Applies the orders. `faults` has what keeps an order from being written at all.
pub(super) async fn apply(work: &Work<'_>, orders: &Orders<'_>, faults: &[Option<Fault>]) -> Vec<Outcome> {
    let mut outcomes = Outcomes::new(orders.len());
    for (at, fault) in faults.iter().enumerate() {
        if let Some(fault) = fault {
            outcomes.set(at, outcome_of(fault.clone()));
        }
    }
    let places: Vec<usize> = (0..orders.len()).filter(|at| outcomes.is_open(*at)).collect();
    for chunk in places.chunks(work.config().chunk.max(1)) {
        let refused = Batch::new(Search::Origin).run(work, orders, chunk, &mut outcomes).await;
        // Odoo refuses to load a confirmed order as if it were new. Was it there, under an origin that a person has changed?
        if !refused.is_empty() {
            Batch::new(Search::Name).run(work, orders, &refused, &mut outcomes).await;
        }
    }
    outcomes.finish()
}

/// How orders are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Search {
    /// By origin, many in one call. Those that are called off by external id too: what is not found would go on being delivered.
    Origin,
    /// By external id, one in a call: for those that came to nothing because they were taken for new. One that is new is left as it was.
    Name,
}

/// Orders on their way, by their place in the batch.
struct Batch {
    search: Search,
    cancel: Vec<(usize, i64)>,
    load: Vec<Loading>,
}

/// An order that is to be loaded.
struct Loading {
    at: usize,
    order: MappedOrder,
    stage: Stage,
    existing: Option<Existing>,
    /// Lines that it has lost and that cannot be deleted.
    emptied: Vec<Line>,
}

impl Batch {
    fn new(search: Search) -> Self {
        Batch { search, cancel: Vec::new(), load: Vec::new() }
    }

    /// The places of those that were taken for new and refused.
    async fn run(
        mut self,
        work: &Work<'_>,
        orders: &Orders<'_>,
        chunk: &[usize],
        outcomes: &mut Outcomes,
    ) -> Vec<usize> {
        let mut live = Vec::new();
        let mut dead = Vec::new();
        let mut wanted = Wanted::default();
        for at in chunk {
            let Some(order) = orders.get(*at).copied().flatten() else {
                outcomes.set(*at, Outcome::Rejected(mixed()));
                continue;
            };
            let key = order.key.as_str();
            let external_id = work.session.names.order(key);
            if is_off(order) {
                dead.push((*at, external_id.clone()));
            } else {
                match work.mapper().order(order) {
                    Ok(mapped) => live.push((*at, order, mapped)),
                    Err(rejection) => {
                        outcomes.set(*at, Outcome::Rejected(rejection));
                        continue;
                    }
                }
            }
            if is_off(order) || self.search == Search::Name {
                wanted.certain.insert(external_id.clone());
            }
            wanted.by_origin.insert(work.config().origin(key), external_id);
        }
        if wanted.by_origin.is_empty() {
            return Vec::new();
        }
        let known = match Known::find(&work.odoo, &wanted).await {
            Ok(known) => known,
            Err(failure) => {
                // Those of a second look have an outcome, which is no longer certain.
                let places = dead.iter().map(|(at, _)| *at).chain(live.iter().map(|(at, ..)| *at));
                places.for_each(|at| outcomes.set(at, Outcome::Retry(failure.clone())));
                return Vec::new();
            }
        };
        for (at, external_id) in dead {
            self.cancel_or_leave(work, at, &external_id, &known, outcomes);
        }
        for (at, order, mapped) in live {
            if self.search == Search::Origin || known.orders.contains_key(&mapped.external_id) {
                self.load_or_leave(work, at, order, mapped, &known, outcomes);
            }
        }
        self.cancel(work, outcomes).await;
        self.addresses(work, outcomes).await;
        self.load(work, orders, outcomes).await
    }

    /// Called off: what Odoo never had is not made only to be cancelled.
    fn cancel_or_leave(
        &mut self,
        work: &Work<'_>,
        at: usize,
        external_id: &str,
        known: &Known,
        outcomes: &mut Outcomes,
    ) {
        match known.orders.get(external_id) {
            None => {
                let rejected = known.barred.get(external_id).map(|named| barred(external_id, named));
                outcomes.set(at, rejected.unwrap_or(Outcome::Duplicate { remote: None }));
            }
            Some(order) if order.after.state == "cancel" => {
                outcomes.set(at, Outcome::Duplicate { remote: remote(MODEL, order.id) });
            }
            Some(order) if order.delivered() => {
                let message = format!(
                    "the source has called the order off, but goods have left; decide in Odoo what comes back: {}",
                    work.config().link(MODEL, order.id)
                );
                outcomes.set(at, Outcome::Rejected(refuse("delivered", "/status", message)));
            }
            Some(order) => self.cancel.push((at, order.id)),
        }
    }

    fn load_or_leave(
        &mut self,
        work: &Work<'_>,
        at: usize,
        source: &SalesOrder,
        order: MappedOrder,
        known: &Known,
        outcomes: &mut Outcomes,
    ) {
        let existing = known.orders.get(&order.external_id).cloned();
        let Some(found) = &existing else {
            self.load.push(Loading { at, order, stage: Stage::Open, existing, emptied: Vec::new() });
            return;
        };
        let link = work.config().link(MODEL, found.id);
        if found.after.is_open() {
            self.load.push(Loading { at, order, stage: Stage::Open, existing, emptied: Vec::new() });
        } else if found.after.state == "cancel" {
            // `load` would write into it without a word.
            outcomes.set(at, cancelled_in_odoo(&link));
        } else if known.is_unchanged(&order, found, work.refs.precision) {
            // What it comes to is looked at each time: a first look may have been lost, and a person may have added something.
            outcomes.set(
                at,
                match total(source, &found.after, work.config().tolerance) {
                    Ok(()) => Outcome::Duplicate { remote: remote(MODEL, found.id) },
                    Err(rejection) => Outcome::Rejected(mismatch(rejection, &found.after, &link)),
                },
            );
        } else if found.locked {
            let message = format!(
                "the order is locked in Odoo and differs from the source; unlock it, then replay this: {link}"
            );
            outcomes.set(at, Outcome::Rejected(refuse("locked", "", message)));
        } else if let Some(rejection) = known.other_product(&order, found, &link) {
            outcomes.set(at, Outcome::Rejected(rejection));
        } else {
            match known.emptied(&order, found) {
                Ok(emptied) => {
                    self.load.push(Loading { at, order, stage: Stage::Confirmed, existing, emptied });
                }
                Err(rejection) => outcomes.set(at, Outcome::Rejected(rejection)),
            }
        }
    }

    async fn cancel(&mut self, work: &Work<'_>, outcomes: &mut Outcomes) {
        let ids: Vec<i64> = self.cancel.iter().map(|(_, id)| *id).collect();
        let mut results = transition::run(&work.odoo, CANCEL, &ids).await;
        for (at, id) in self.cancel.drain(..) {
            outcomes.set(at, settled(&mut results, id));
        }
    }

    /// Contacts for the orders' addresses, each once.
    async fn addresses(&mut self, work: &Work<'_>, outcomes: &mut Outcomes) {
        let mut by_party: BTreeMap<&str, BTreeMap<&str, &OrderAddress>> = BTreeMap::new();
        for address in self.load.iter().flat_map(|loading| &loading.order.addresses) {
            by_party.entry(&address.party).or_default().insert(&address.contact, address);
        }
        let record = |(party, contacts): (&&str, &BTreeMap<&str, &OrderAddress>)| {
            OrderAddress::record(party, contacts.values().map(|address| address.line.clone()).collect())
        };
        let records: Vec<Record> = by_party.iter().map(record).collect();
        let parties: Vec<String> = by_party.keys().map(|party| (*party).to_owned()).collect();
        drop(by_party);
        let loaded = upsert(&work.odoo, "res.partner", &records, work.config().chunk).await;
        let faults: BTreeMap<String, Fault> = parties
            .into_iter()
            .zip(loaded)
            .filter_map(|(party, result)| Some((party, result.err()?)))
            .collect();
        self.load.retain(|loading| {
            let fault = loading.order.addresses.iter().find_map(|address| faults.get(&address.party));
            if let Some(fault) = fault {
                outcomes.set(loading.at, outcome_of(fault.clone()));
            }
            fault.is_none()
        });
    }

    /// Loads, reads back, confirms. The places of those that were taken for new and refused.
    async fn load(self, work: &Work<'_>, orders: &Orders<'_>, outcomes: &mut Outcomes) -> Vec<usize> {
        let record = |loading: &Loading| loading.order.record(loading.stage, &loading.emptied);
        let records: Vec<Record> = self.load.iter().map(record).collect();
        let results = upsert(&work.odoo, MODEL, &records, work.config().chunk).await;
        let mut refused = Vec::new();
        let mut loaded: Vec<(Loading, i64)> = Vec::new();
        for (loading, result) in self.load.into_iter().zip(results) {
            let (at, is_new) = (loading.at, loading.existing.is_none());
            match result {
                Ok(id) => match delete_removed_lines(work, &loading).await {
                    Ok(()) => loaded.push((loading, id)),
                    Err(fault) => outcomes.set(at, outcome_of(fault)),
                },
                Err(fault) => {
                    if is_new && matches!(fault, Fault::Refused(_)) {
                        refused.push(at);
                    }
                    outcomes.set(at, outcome_of(fault));
                }
            }
        }
        let states = read_back(work, &loaded).await;
        let mut confirm = Vec::new();
        for (loading, id) in &loaded {
            let Some(order) = orders.get(loading.at).copied().flatten() else { continue };
            let next = match &states {
                Ok(states) => next(work, order, *id, states.get(id)),
                Err(fault) => Next::Stop(outcome_of(fault.clone())),
            };
            match next {
                Next::Done => outcomes.set(loading.at, Outcome::Applied { remote: remote(MODEL, *id) }),
                Next::Confirm => confirm.push((loading.at, *id)),
                Next::Stop(outcome) => outcomes.set(loading.at, outcome),
            }
        }
        let ids: Vec<i64> = confirm.iter().map(|(_, id)| *id).collect();
        let mut results = transition::run(&work.odoo, CONFIRM, &ids).await;
        for (at, id) in confirm {
            outcomes.set(at, settled(&mut results, id));
        }
        refused
    }
}

/// How the orders stand now. One that was taken for new and has more lines than it was given was there before, as a quotation under
/// another origin: its lines that the source no longer has are deleted, which could not be known sooner.
async fn read_back(work: &Work<'_>, loaded: &[(Loading, i64)]) -> Result<BTreeMap<i64, After>, Fault> {
    let ids: Vec<i64> = loaded.iter().map(|(_, id)| *id).collect();
    let mut states = after(&work.odoo, &ids).await?;
    let has_more = |loading: &Loading, id: &i64| {
        let given = loading.order.lines.len();
        loading.existing.is_none() && states.get(id).is_some_and(|now| now.is_open() && now.lines > given)
    };
    let late: Vec<&(Loading, i64)> = loaded.iter().filter(|(loading, id)| has_more(loading, id)).collect();
    if late.is_empty() {
        return Ok(states);
    }
    let ids: Vec<i64> = late.iter().map(|(_, id)| *id).collect();
    let found = lines(&work.odoo, &ids).await?;
    let mut changed = Vec::new();
    for (loading, id) in late {
        let of_order = found.get(id).map(Vec::as_slice).unwrap_or_default();
        if delete(work, superfluous(of_order, &loading.order)).await? {
            changed.push(*id);
        }
    }
    if !changed.is_empty() {
        states.extend(after(&work.odoo, &changed).await?);
    }
    Ok(states)
}

/// Lines that a quotation has lost. `load` never deletes.
async fn delete_removed_lines(work: &Work<'_>, loading: &Loading) -> Result<(), Fault> {
    let Some(existing) = loading.existing.as_ref().filter(|_| loading.stage == Stage::Open) else {
        return Ok(());
    };
    delete(work, superfluous(&existing.lines, &loading.order)).await.map(|_| ())
}

/// Whether there was anything to delete.
async fn delete<'a>(work: &Work<'_>, lines: impl Iterator<Item = &'a ExistingLine>) -> Result<bool, Fault> {
    let ids: Vec<i64> = lines.map(|line| line.id).collect();
    if ids.is_empty() {
        return Ok(false);
    }
    let done = work.odoo.client.unlink("sale.order.line", &ids).await;
    done.map(|()| true).map_err(|error| line_fault(&error))
}

fn line_fault(error: &odoo_rpc::Error) -> Fault {
    if is_about_records(error) {
        let mut refused = rejection(error);
        refused.path = Some("/lines".into());
        return Fault::Refused(refused);
    }
    Fault::Failed(failure(error))
}

fn settled(results: &mut BTreeMap<i64, Result<(), Fault>>, id: i64) -> Outcome {
    match results.remove(&id) {
        Some(Ok(())) => Outcome::Applied { remote: remote(MODEL, id) },
        Some(Err(fault)) => outcome_of(fault),
        None => {
            Outcome::Retry(Failure::lost("outcome", "no outcome for this order; the connector is at fault"))
        }
    }
}
