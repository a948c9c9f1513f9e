//! Items under a new key that Odoo has under an older one: the same article number, both of them from the source.
//!
//! A shop that deletes a variant names it by another key in the orders that it was sold with. A second product for it would stand beside
//! the one that is sold, with its article number and without stock.

use std::collections::BTreeMap;

use odoo_rpc::{Domain, SearchOptions};

use super::Work;
use crate::error::Fault;
use crate::lookup::Named;
use crate::session::{id_of, text};

const MODEL: &str = "product.product";

/// An item that is looked for.
#[derive(Debug, Clone)]
pub(super) struct Wanted<'a> {
    /// Its own external id.
    pub(super) external_id: String,
    pub(super) sku: &'a str,
    /// Its name, where the product must have it too: a shop's copy of a product keeps the article number and gets another name.
    pub(super) name: Option<&'a str>,
}

/// The product that an item is, under the external id of another key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Article {
    pub(super) id: i64,
    pub(super) external_id: String,
}

struct Product {
    id: i64,
    name: String,
    external_ids: Vec<String>,
}

/// By the items' own external ids, those that have none in Odoo and are exactly one product of the source's under another.
pub(super) async fn find(work: &Work<'_>, wanted: &[Wanted<'_>]) -> Result<BTreeMap<String, Article>, Fault> {
    let mut found = BTreeMap::new();
    let mut skus: Vec<&str> = wanted.iter().map(|wanted| wanted.sku).collect();
    skus.sort_unstable();
    skus.dedup();
    if skus.is_empty() {
        return Ok(found);
    }
    let products = by_sku(work, skus).await?;
    for wanted in wanted {
        let same = products.get(wanted.sku).map(Vec::as_slice).unwrap_or_default();
        let Some(article) = only(work, wanted, same) else { continue };
        // Its own product may be there under another article number, or archived. Asked last: a name that is not there is an error in
        // Odoo's log.
        if work.odoo.named(MODEL, &wanted.external_id).await? == Named::Nothing {
            found.insert(wanted.external_id.clone(), article);
        }
    }
    Ok(found)
}

fn only(work: &Work<'_>, wanted: &Wanted<'_>, same: &[Product]) -> Option<Article> {
    if same.iter().any(|product| product.external_ids.contains(&wanted.external_id)) {
        return None;
    }
    let ours = same.iter().filter_map(|product| {
        let is_item = |id: &&String| work.session.names.item_key(id).is_some();
        Some((product, product.external_ids.iter().find(is_item)?))
    });
    let ours: Vec<_> = ours.collect();
    match ours.as_slice() {
        [(product, external_id)] if wanted.name.is_none_or(|name| name == product.name) => {
            Some(Article { id: product.id, external_id: (*external_id).clone() })
        }
        _ => None,
    }
}

async fn by_sku(work: &Work<'_>, skus: Vec<&str>) -> Result<BTreeMap<String, Vec<Product>>, Fault> {
    let domain = Domain::is_in("default_code", skus);
    let options = SearchOptions::new().order("id");
    let rows = work.odoo.client.search_read(MODEL, domain, &["default_code", "name"], options).await?;
    let ids: Vec<i64> = rows.iter().filter_map(|row| id_of(row, "id")).collect();
    let mut names = work.odoo.external_ids(MODEL, &ids).await?;
    let mut found: BTreeMap<String, Vec<Product>> = BTreeMap::new();
    for row in &rows {
        let Some(id) = id_of(row, "id") else { continue };
        let product = Product {
            id,
            name: text(row, "name").to_owned(),
            external_ids: names.remove(&id).unwrap_or_default(),
        };
        found.entry(text(row, "default_code").to_owned()).or_default().push(product);
    }
    Ok(found)
}
