//! Confirming and cancelling: one call for many orders, and the state decides whether it worked, never the answer alone.

use std::collections::BTreeMap;

use connector_core::contract::Rejection;
use connector_core::retry::{Cause, Delivery};
use odoo_rpc::{Call, Domain, SearchOptions};

use crate::error::{Fault, failure, is_about_records, rejection};
use crate::session::{Odoo, id_of, text};

const MODEL: &str = "sale.order";

/// A method that brings orders into a state.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Transition {
    method: &'static str,
    state: &'static str,
}

pub(crate) const CONFIRM: Transition = Transition { method: "action_confirm", state: "sale" };
pub(crate) const CANCEL: Transition = Transition { method: "action_cancel", state: "cancel" };

/// Brings the orders into the state. One that Odoo refuses does not keep the others: the call is repeated without it.
pub(crate) async fn run(
    odoo: &Odoo,
    transition: Transition,
    ids: &[i64],
) -> BTreeMap<i64, Result<(), Fault>> {
    let mut results = BTreeMap::new();
    let mut open: Vec<Vec<i64>> = vec![ids.to_vec()];
    while let Some(group) = open.pop() {
        if group.is_empty() {
            continue;
        }
        // 17.0 answers a cancellation with a wizard, and does nothing, unless it is told that nobody will see it.
        let call = Call::new(MODEL, transition.method)
            .ids(group.iter().copied())
            .context("disable_cancel_warning", true);
        let answer = odoo.client.call(call).await;
        if let Err(error) = &answer
            && !is_about_records(error)
        {
            let failure = failure(error);
            let stop = failure.delivery == Delivery::NotSent || failure.cause == Cause::Auth;
            let concerned =
                group.into_iter().chain(if stop { open.drain(..).flatten().collect() } else { vec![] });
            results.extend(concerned.map(|id| (id, Err(Fault::Failed(failure.clone())))));
            continue;
        }
        let states = match states(odoo, &group).await {
            Ok(states) => states,
            Err(fault) => {
                results.extend(group.into_iter().map(|id| (id, Err(fault.clone()))));
                continue;
            }
        };
        let there = |id: &i64| states.get(id).is_some_and(|state| state == transition.state);
        let (done, left): (Vec<i64>, Vec<i64>) = group.iter().copied().partition(there);
        results.extend(done.iter().map(|id| (*id, Ok(()))));
        match (answer, left.as_slice()) {
            (_, []) => {}
            (Ok(_), left) => {
                let missed =
                    left.iter().map(|id| (*id, Err(Fault::Refused(unmoved(transition, states.get(id))))));
                results.extend(missed);
            }
            (Err(error), [only]) => {
                let refused = if states.contains_key(only) { rejection(&error) } else { gone(*only) };
                results.insert(*only, Err(Fault::Refused(refused)));
            }
            // Somebody else had moved some of them, which Odoo holds against all.
            (Err(_), left) if !done.is_empty() => open.push(left.to_vec()),
            (Err(_), left) => {
                let (one, other) = left.split_at(left.len() / 2);
                open.push(other.to_vec());
                open.push(one.to_vec());
            }
        }
    }
    results
}

async fn states(odoo: &Odoo, ids: &[i64]) -> Result<BTreeMap<i64, String>, Fault> {
    let options = SearchOptions::new().order("id");
    let rows = odoo.client.search_read(MODEL, Domain::is_in("id", ids.to_vec()), &["state"], options).await?;
    Ok(rows.iter().filter_map(|row| Some((id_of(row, "id")?, text(row, "state").to_owned()))).collect())
}

fn unmoved(transition: Transition, state: Option<&String>) -> Rejection {
    let state = state.map_or("gone", String::as_str);
    let message = format!(
        "Odoo answered {} without an error, but the order is `{state}`; an addon may ask for an approval first",
        transition.method
    );
    Rejection { code: "state_unchanged".into(), message, path: Some("/status".into()) }
}

fn gone(id: i64) -> Rejection {
    Rejection {
        code: "missing".into(),
        message: format!("sale.order {id} was deleted meanwhile; replay this"),
        path: None,
    }
}
