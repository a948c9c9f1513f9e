//! Items: one `load`.

use connector_core::canonical::object::Item;
use connector_core::contract::Outcome;

use super::{Outcomes, Work, mixed, outcome_of, remote};
use crate::load::upsert;

const MODEL: &str = "product.product";

pub(super) async fn apply(work: &Work<'_>, items: &[Option<&Item>]) -> Vec<Outcome> {
    let mut outcomes = Outcomes::new(items.len());
    let mapper = work.mapper();
    let (mut places, mut records) = (Vec::new(), Vec::new());
    for (at, item) in items.iter().enumerate() {
        match item.ok_or_else(mixed).and_then(|item| mapper.item(item)) {
            Ok(record) => {
                places.push(at);
                records.push(record);
            }
            Err(rejection) => outcomes.set(at, Outcome::Rejected(rejection)),
        }
    }
    let loaded = upsert(&work.odoo, MODEL, &records, work.config().chunk).await;
    for (at, result) in places.into_iter().zip(loaded) {
        match result {
            Ok(id) => outcomes.set(at, Outcome::Applied { remote: remote(MODEL, id) }),
            Err(fault) => outcomes.set(at, outcome_of(fault)),
        }
    }
    outcomes.finish()
}
