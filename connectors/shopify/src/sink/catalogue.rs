//! Which inventory item an article number or a variant has. Remembered, for it rarely changes; each read of a level checks it.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use connector_core::context::Context;
use connector_core::retry::{Cause, Delivery, Failure};
use serde::Deserialize;
use serde_json::json;

use super::want::Lookup;
use crate::client::{Client, query};

/// Article numbers in one search, and variants in one look-up.
const CHUNK: usize = 40;
/// Variants in one page of a search.
const PAGE: usize = 100;
/// Pages of one search; a search that is not through by then matches half the shop.
const PAGES: usize = 20;
/// What is remembered at most; then all of it is forgotten.
const MOST: usize = 100_000;

/// An inventory item: not the variant, not the product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct InventoryItem {
    /// `gid://shopify/InventoryItem/..`
    pub(super) id: String,
    /// The article number that it was found by.
    pub(super) sku: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    One(InventoryItem),
    Several,
}

/// The memory.
#[derive(Debug, Default)]
pub(crate) struct Catalogue(Mutex<HashMap<Lookup, InventoryItem>>);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Variant {
    id: String,
    #[serde(default)]
    sku: Option<String>,
    inventory_item: VariantItem,
}

#[derive(Deserialize)]
struct VariantItem {
    id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SearchData {
    product_variants: SearchPage,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SearchPage {
    page_info: SearchPageInfo,
    nodes: Vec<Variant>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SearchPageInfo {
    has_next_page: bool,
    #[serde(default)]
    end_cursor: Option<String>,
}

#[derive(Deserialize)]
struct NodesData {
    nodes: Vec<Option<Variant>>,
}

impl Catalogue {
    /// Finds the items; what is not in the answer was not found.
    pub(super) async fn find(
        &self,
        client: &Client,
        cx: &Context,
        lookups: BTreeSet<Lookup>,
    ) -> Result<HashMap<Lookup, Found>, Failure> {
        let mut found = HashMap::new();
        let (mut skus, mut variants) = (Vec::new(), Vec::new());
        for lookup in lookups {
            if let Lookup::InventoryItem(id) = &lookup {
                let item = InventoryItem { id: id.clone(), sku: None };
                found.insert(lookup, Found::One(item));
                continue;
            }
            let known = self.known().get(&lookup).cloned();
            match (known, &lookup) {
                (Some(item), _) => {
                    found.insert(lookup, Found::One(item));
                }
                (None, Lookup::Sku(sku)) => skus.push(sku.clone()),
                (None, Lookup::Variant(id)) => variants.push(id.clone()),
                (None, Lookup::InventoryItem(_)) => {}
            }
        }
        for chunk in skus.chunks(CHUNK) {
            self.search(client, cx, chunk, &mut found).await?;
        }
        for chunk in variants.chunks(CHUNK) {
            let data: NodesData = client.send(cx, &query::VARIANTS_BY_ID, &json!({ "ids": chunk })).await?;
            for variant in data.nodes.into_iter().flatten() {
                let item = InventoryItem { id: variant.inventory_item.id, sku: None };
                self.remember(&mut found, Lookup::Variant(variant.id), item);
            }
        }
        Ok(found)
    }

    async fn search(
        &self,
        client: &Client,
        cx: &Context,
        skus: &[String],
        found: &mut HashMap<Lookup, Found>,
    ) -> Result<(), Failure> {
        let terms: Vec<String> = skus.iter().map(|sku| format!("sku:{}", quoted(sku))).collect();
        let search = terms.join(" OR ");
        let mut matches: HashMap<String, Vec<InventoryItem>> = HashMap::new();
        let mut after: Option<String> = None;
        for _ in 0..PAGES {
            let variables = json!({ "first": PAGE, "after": after, "query": search });
            let SearchData { product_variants: page } = client.send(cx, &query::VARIANTS, &variables).await?;
            for variant in page.nodes {
                // The search goes by words and without regard to case; an article number is what it is.
                if let Some(sku) = variant.sku.filter(|sku| skus.contains(sku)) {
                    let item = InventoryItem { id: variant.inventory_item.id, sku: Some(sku.clone()) };
                    matches.entry(sku).or_default().push(item);
                }
            }
            if !page.page_info.has_next_page {
                for (sku, items) in matches {
                    match <[InventoryItem; 1]>::try_from(items) {
                        Ok([item]) => self.remember(found, Lookup::Sku(sku), item),
                        Err(_) => {
                            found.insert(Lookup::Sku(sku), Found::Several);
                        }
                    }
                }
                return Ok(());
            }
            after = page.page_info.end_cursor;
        }
        let message = format!("Variants: the search for {} article numbers has no end", skus.len());
        Err(Failure::new(Delivery::Refused, Cause::Permanent, "search", message))
    }

    fn remember(&self, found: &mut HashMap<Lookup, Found>, lookup: Lookup, item: InventoryItem) {
        let mut known = self.known();
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(lookup.clone(), item.clone());
        found.insert(lookup, Found::One(item));
    }

    /// Forgets what turned out to be wrong.
    pub(super) fn forget(&self, item: &InventoryItem) {
        self.known().retain(|_, known| known.id != item.id);
    }

    fn known(&self) -> MutexGuard<'_, HashMap<Lookup, InventoryItem>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A term of Shopify's search in quotes.
fn quoted(term: &str) -> String {
    format!("\"{}\"", term.replace('\\', "\\\\").replace('"', "\\\""))
}
