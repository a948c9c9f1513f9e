//! Parties: one `load`, then a second one for those that stand below an organisation.

use connector_core::canonical::object::Party;
use connector_core::contract::Outcome;

use super::{Outcomes, Work, mixed, outcome_of, remote};
use crate::error::Fault;
use crate::load::upsert;

const MODEL: &str = "res.partner";

/// Whether some reference was not found.
pub(super) fn misses(work: &Work<'_>, parties: &[Option<&Party>]) -> bool {
    parties.iter().flatten().any(|party| work.mapper().party(party).is_err())
}

pub(super) async fn apply(work: &Work<'_>, parties: &[Option<&Party>]) -> Vec<Outcome> {
    let mut outcomes = Outcomes::new(parties.len());
    let mapper = work.mapper();
    let (mut places, mut records) = (Vec::new(), Vec::new());
    for (at, party) in parties.iter().enumerate() {
        match party.ok_or_else(mixed).and_then(|party| mapper.party(party)) {
            Ok(record) => {
                places.push(at);
                records.push(record);
            }
            Err(rejection) => outcomes.set(at, Outcome::Rejected(rejection)),
        }
    }
    let loaded = upsert(&work.odoo, MODEL, &records, work.config().chunk).await;
    let mut below = Vec::new();
    for (at, result) in places.into_iter().zip(loaded) {
        let parent = parties.get(at).copied().flatten().and_then(|party| mapper.parent(party));
        match (result, parent) {
            (Ok(id), None) => outcomes.set(at, Outcome::Applied { remote: remote(MODEL, id) }),
            (Ok(_), Some(record)) => below.push((at, record)),
            (Err(fault), _) => outcomes.set(at, outcome_of(fault)),
        }
    }
    let (places, records): (Vec<usize>, Vec<_>) = below.into_iter().unzip();
    let loaded = upsert(&work.odoo, MODEL, &records, work.config().chunk).await;
    for (at, result) in places.into_iter().zip(loaded) {
        match result {
            Ok(id) => outcomes.set(at, Outcome::Applied { remote: remote(MODEL, id) }),
            Err(Fault::Refused(mut rejection)) => {
                rejection.path = Some("/parent".into());
                outcomes.set(at, Outcome::Rejected(rejection));
            }
            Err(fault) => outcomes.set(at, outcome_of(fault)),
        }
    }
    outcomes.finish()
}
