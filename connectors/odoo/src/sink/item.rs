//! Items: one `load`; what Odoo has under another key is left as it is.

use connector_core::canonical::object::Item;
use connector_core::contract::Outcome;

use super::same_article::{self, Wanted};
use super::{Outcomes, Work, mixed, outcome_of, remote};
use crate::load::upsert;

const MODEL: &str = "product.product";

pub(super) async fn apply(work: &Work<'_>, items: &[Option<&Item>]) -> Vec<Outcome> {
    let mut outcomes = Outcomes::new(items.len());
    let mapper = work.mapper();
    let own = |item: &Item| work.session.names.item(item.key.as_str());
    let wanted: Vec<Wanted<'_>> = items
        .iter()
        .flatten()
        .filter_map(|item| {
            let sku = item.sku.as_ref()?.as_str();
            Some(Wanted { external_id: own(item), sku, name: Some(item.name.as_str()) })
        })
        .collect();
    let articles = match same_article::find(work, &wanted).await {
        Ok(articles) => articles,
        Err(fault) => return vec![outcome_of(fault); items.len()],
    };
    let (mut places, mut records) = (Vec::new(), Vec::new());
    for (at, item) in items.iter().enumerate() {
        if let Some(article) = item.and_then(|item| articles.get(&own(item))) {
            outcomes.set(at, Outcome::Duplicate { remote: remote(MODEL, article.id) });
            continue;
        }
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
