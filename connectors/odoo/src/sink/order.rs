//! Sales orders: look how they stand, load, compare the totals, confirm; or cancel.
//!
//! Every step can be repeated. A crash or a lost answer anywhere leaves an order that the next attempt finds by its external id and
//! brings on from where it stands.

use std::collections::{BTreeMap, BTreeSet};

use connector_core::canonical::object::{OrderStatus, SalesOrder};
use connector_core::contract::{Outcome, Rejection};
use connector_core::retry::{Cause, Delivery, Failure};
use serde_json::json;

use super::order_state::{After, Existing, ExistingLine, Known, after};
use super::transition::{self, CANCEL, CONFIRM};
use super::{Outcomes, Work, mixed, outcome_of, remote};
use crate::error::{Fault, failure, is_about_records, refuse, rejection};
use crate::load::upsert;
use crate::map::{MappedOrder, OrderAddress, Record, Stage};

const MODEL: &str = "sale.order";

type Orders<'a> = [Option<&'a SalesOrder>];

/// Whether some reference was not found.
pub(super) fn misses(work: &Work<'_>, orders: &Orders<'_>) -> bool {
    orders.iter().flatten().any(|order| work.mapper().order(order).is_err())
}

pub(super) async fn apply(work: &Work<'_>, orders: &Orders<'_>) -> Vec<Outcome> {
    let mut outcomes = Outcomes::new(orders.len());
    let places: Vec<usize> = (0..orders.len()).collect();
    for chunk in places.chunks(work.config().chunk.max(1)) {
        Batch::default().run(work, orders, chunk, &mut outcomes).await;
    }
    outcomes.finish()
}

/// Orders on their way, by their place in the batch.
#[derive(Default)]
struct Batch {
    cancel: Vec<(usize, i64)>,
    load: Vec<Loading>,
}

/// An order that is to be loaded.
struct Loading {
    at: usize,
    order: MappedOrder,
    stage: Stage,
    existing: Option<Existing>,
}

impl Batch {
    async fn run(mut self, work: &Work<'_>, orders: &Orders<'_>, chunk: &[usize], outcomes: &mut Outcomes) {
        let mut live = Vec::new();
        let mut dead = Vec::new();
        let mut wanted = BTreeMap::new();
        for at in chunk {
            let Some(order) = orders.get(*at).copied().flatten() else {
                outcomes.set(*at, Outcome::Rejected(mixed()));
                continue;
            };
            let key = order.key.as_str();
            if matches!(order.status, OrderStatus::Cancelled | OrderStatus::Rejected) {
                dead.push((*at, work.session.names.order(key)));
            } else {
                match work.mapper().order(order) {
                    Ok(mapped) => live.push((*at, mapped)),
                    Err(rejection) => {
                        outcomes.set(*at, Outcome::Rejected(rejection));
                        continue;
                    }
                }
            }
            wanted.insert(work.config().origin(key), work.session.names.order(key));
        }
        if wanted.is_empty() {
            return;
        }
        let known = match Known::find(&work.odoo, &wanted).await {
            Ok(known) => known,
            Err(failure) => return all(outcomes, chunk, &failure),
        };
        for (at, external_id) in dead {
            self.cancel_or_leave(work, at, known.orders.get(&external_id), outcomes);
        }
        for (at, order) in live {
            self.load_or_leave(work, at, order, &known, outcomes);
        }
        self.cancel(work, outcomes).await;
        self.addresses(work, outcomes).await;
        self.empty_removed_lines(work, outcomes).await;
        self.load(work, orders, outcomes).await;
    }

    /// Called off: what Odoo never had is not made only to be cancelled.
    fn cancel_or_leave(
        &mut self,
        work: &Work<'_>,
        at: usize,
        existing: Option<&Existing>,
        outcomes: &mut Outcomes,
    ) {
        match existing {
            None => outcomes.set(at, Outcome::Duplicate { remote: None }),
            Some(order) if order.state == "cancel" => {
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
        order: MappedOrder,
        known: &Known,
        outcomes: &mut Outcomes,
    ) {
        let existing = known.orders.get(&order.external_id).cloned();
        let Some(found) = &existing else {
            self.load.push(Loading { at, order, stage: Stage::Open, existing });
            return;
        };
        let link = work.config().link(MODEL, found.id);
        if found.is_open() {
            self.load.push(Loading { at, order, stage: Stage::Open, existing });
        } else if found.state == "cancel" {
            // `load` would write into it without a word.
            let message = format!(
                "the order was cancelled in Odoo; set it to quotation there, then replay this: {link}"
            );
            outcomes.set(at, Outcome::Rejected(refuse("cancelled_in_odoo", "/status", message)));
        } else if known.is_unchanged(&order, found) {
            outcomes.set(at, Outcome::Duplicate { remote: remote(MODEL, found.id) });
        } else if found.locked {
            let message = format!(
                "the order is locked in Odoo and differs from the source; unlock it, then replay this: {link}"
            );
            outcomes.set(at, Outcome::Rejected(refuse("locked", "", message)));
        } else {
            self.load.push(Loading { at, order, stage: Stage::Confirmed, existing });
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

    /// A line that a confirmed order has lost cannot be deleted; it is set to nought.
    async fn empty_removed_lines(&mut self, work: &Work<'_>, outcomes: &mut Outcomes) {
        for loading in &self.load {
            let Some(existing) = loading.existing.as_ref().filter(|_| loading.stage == Stage::Confirmed)
            else {
                continue;
            };
            let left = |line: &&ExistingLine| line.quantity.is_none_or(|quantity| !quantity.is_zero());
            let ids: Vec<i64> =
                existing.superfluous(&loading.order).filter(left).map(|line| line.id).collect();
            let Some(values) = json!({"product_uom_qty": 0}).as_object().cloned() else { continue };
            if let Err(error) = work.odoo.client.write("sale.order.line", &ids, values).await {
                outcomes.set(loading.at, outcome_of(line_fault(&error)));
            }
        }
        self.load.retain(|loading| outcomes.is_open(loading.at));
    }

    async fn load(self, work: &Work<'_>, orders: &Orders<'_>, outcomes: &mut Outcomes) {
        let records: Vec<Record> =
            self.load.iter().map(|loading| loading.order.record(loading.stage)).collect();
        let results = upsert(&work.odoo, MODEL, &records, work.config().chunk).await;
        let mut loaded: Vec<(Loading, i64)> = Vec::new();
        for (loading, result) in self.load.into_iter().zip(results) {
            match result {
                Ok(id) => match delete_removed_lines(work, &loading).await {
                    Ok(()) => loaded.push((loading, id)),
                    Err(fault) => outcomes.set(loading.at, outcome_of(fault)),
                },
                Err(fault) => outcomes.set(loading.at, outcome_of(fault)),
            }
        }
        let ids: Vec<i64> = loaded.iter().map(|(_, id)| *id).collect();
        let states = match after(&work.odoo, &ids).await {
            Ok(states) => states,
            Err(failure) => {
                let places: Vec<usize> = loaded.iter().map(|(loading, _)| loading.at).collect();
                return all(outcomes, &places, &failure);
            }
        };
        let mut confirm = Vec::new();
        for (loading, id) in &loaded {
            let Some(order) = orders.get(loading.at).copied().flatten() else { continue };
            match next(work, order, *id, states.get(id)) {
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
    }
}

/// What remains to be done with a loaded order.
enum Next {
    Done,
    Confirm,
    Stop(Outcome),
}

/// The order is confirmed only at the total that the source says.
fn next(work: &Work<'_>, order: &SalesOrder, id: i64, after: Option<&After>) -> Next {
    let Some(after) = after else {
        let failure = Failure::new(
            Delivery::Unknown,
            Cause::Transient,
            "unseen",
            format!("sale.order {id} was loaded and is not found when it is read"),
        );
        return Next::Stop(Outcome::Retry(failure));
    };
    let link = work.config().link(MODEL, id);
    if after.state == "cancel" {
        let message =
            format!("the order was cancelled in Odoo; set it to quotation there, then replay this: {link}");
        return Next::Stop(Outcome::Rejected(refuse("cancelled_in_odoo", "/status", message)));
    }
    let open = matches!(after.state.as_str(), "draft" | "sent");
    if let Err(mut rejection) = total(order, after, work.config().tolerance) {
        let state = if open { "it was not confirmed" } else { "it is confirmed already" };
        rejection.message =
            format!("{}; {state}; compare taxes, rounding and lines: {link}", rejection.message);
        return Next::Stop(Outcome::Rejected(rejection));
    }
    if open && work.config().confirm && order.status != OrderStatus::Draft {
        Next::Confirm
    } else {
        Next::Done
    }
}

fn total(order: &SalesOrder, after: &After, tolerance: u32) -> Result<(), Rejection> {
    let currency = order.currency;
    if after.currency != currency.as_str() {
        let message = format!("the order is in {currency}, but Odoo put it into {}", after.currency);
        return Err(refuse("currency_mismatch", "/currency", message));
    }
    let wanted = order.totals.gross;
    let digits = u32::from(currency.minor_units().unwrap_or(2));
    let groups = i64::try_from(order.tax_subtotals.len().max(1)).unwrap_or(1);
    let allowed =
        connector_core::canonical::value::Decimal::new(groups.saturating_mul(i64::from(tolerance)), digits);
    let difference = after.total.and_then(|total| total.checked_sub(wanted));
    if let (Some(difference), Some(allowed)) = (difference, allowed)
        && difference.round_half_up(digits).abs() <= allowed
    {
        return Ok(());
    }
    let found = after.total.map_or_else(|| "no number".to_owned(), |total| total.to_string());
    let message = format!("the source says {wanted} {currency}, Odoo computes {found} {currency}");
    Err(refuse("total_mismatch", "/totals/gross", message))
}

/// Lines that a quotation has lost. `load` never deletes.
async fn delete_removed_lines(work: &Work<'_>, loading: &Loading) -> Result<(), Fault> {
    let Some(existing) = loading.existing.as_ref().filter(|_| loading.stage == Stage::Open) else {
        return Ok(());
    };
    let ids: Vec<i64> = existing.superfluous(&loading.order).map(|line| line.id).collect();
    work.odoo.client.unlink("sale.order.line", &ids).await.map_err(|error| line_fault(&error))
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

fn all(outcomes: &mut Outcomes, places: &[usize], failure: &Failure) {
    for at in places.iter().filter(|at| outcomes.is_open(**at)).copied().collect::<BTreeSet<_>>() {
        outcomes.set(at, Outcome::Retry(failure.clone()));
    }
}

#[cfg(test)]
mod tests {
    use connector_core::canonical::{Object, ObjectKind};

    use super::*;

    fn order(edit: impl FnOnce(&mut SalesOrder)) -> SalesOrder {
        let example =
            Object::from_json(ObjectKind::SalesOrder, ObjectKind::SalesOrder.example().as_bytes()).unwrap();
        let Object::SalesOrder(mut order) = example else { panic!("not an order") };
        edit(&mut order);
        *order
    }

    #[test]
    fn totals_may_differ_by_a_cent_for_each_tax_and_no_more() {
        let order = order(|order| order.totals.gross = "100.00".parse().unwrap());
        let rates = i64::try_from(order.tax_subtotals.len().max(1)).unwrap();
        let ask = |total: Option<&str>, currency: &str| {
            let after = After {
                state: "draft".into(),
                total: total.map(|total| total.parse().unwrap()),
                currency: currency.into(),
            };
            super::total(&order, &after, 1).map_err(|rejection| rejection.code)
        };
        let own = order.currency.to_string();
        assert_eq!(ask(Some("100.0"), &own), Ok(()));
        assert_eq!(ask(Some(&format!("100.0{rates}")), &own), Ok(()));
        assert_eq!(ask(Some(&format!("99.{}", 100 - rates)), &own), Ok(()));
        assert_eq!(ask(Some(&format!("100.0{}", rates + 1)), &own), Err("total_mismatch".into()));
        assert_eq!(ask(None, &own), Err("total_mismatch".into()));
        assert_eq!(ask(Some("100.0"), "XXX"), Err("currency_mismatch".into()));
    }
}
