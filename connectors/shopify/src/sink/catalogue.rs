//! Which inventory item an article number or a variant has. Looked up for each batch and never remembered: a second variant can get the
//! article number at any time, and whoever knows only the first one would go on setting that and leave the other one on sale.

use std::collections::{BTreeSet, HashMap};

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

/// Finds the items; what is not in the answer was not found.
pub(super) async fn find(
    client: &Client,
    cx: &Context,
    lookups: BTreeSet<Lookup>,
) -> Result<HashMap<Lookup, Found>, Failure> {
    let mut found = HashMap::new();
    let (mut skus, mut variants) = (Vec::new(), Vec::new());
    for lookup in lookups {
        match lookup {
            Lookup::Sku(sku) => skus.push(sku),
            Lookup::Variant(id) => variants.push(id),
            Lookup::InventoryItem(id) => {
                let item = InventoryItem { id: id.clone(), sku: None };
                found.insert(Lookup::InventoryItem(id), Found::One(item));
            }
        }
    }
    for chunk in skus.chunks(CHUNK) {
        search(client, cx, chunk, &mut found).await?;
    }
    for chunk in variants.chunks(CHUNK) {
        let data: NodesData = client.send(cx, &query::VARIANTS_BY_ID, &json!({ "ids": chunk })).await?;
        for variant in data.nodes.into_iter().flatten() {
            let item = InventoryItem { id: variant.inventory_item.id, sku: None };
            found.insert(Lookup::Variant(variant.id), Found::One(item));
        }
    }
    Ok(found)
}

async fn search(
    client: &Client,
    cx: &Context,
    skus: &[String],
    found: &mut HashMap<Lookup, Found>,
) -> Result<(), Failure> {
    let terms: Vec<String> = skus.iter().map(|sku| format!("sku:{}", quoted(sku))).collect();
    let search = terms.join(" OR ");
    let mut after: Option<String> = None;
    for _ in 0..PAGES {
        let variables = json!({ "first": PAGE, "after": after, "query": search });
        let SearchData { product_variants: page } = client.send(cx, &query::VARIANTS, &variables).await?;
        for variant in page.nodes {
            // The search goes by words and without regard to case; an article number is what it is.
            if let Some(sku) = variant.sku.filter(|sku| skus.contains(sku)) {
                let item = InventoryItem { id: variant.inventory_item.id, sku: Some(sku.clone()) };
                // A page may show again what the one before it had, where the shop changes meanwhile.
                let several = |known: &mut Found| {
                    if *known != Found::One(item.clone()) {
                        *known = Found::Several;
                    }
                };
                found.entry(Lookup::Sku(sku)).and_modify(several).or_insert(Found::One(item.clone()));
            }
        }
        if !page.page_info.has_next_page {
            return Ok(());
        }
        after = page.page_info.end_cursor;
    }
    let message = format!("Variants: the search for {} article numbers has no end", skus.len());
    Err(Failure::new(Delivery::Refused, Cause::Permanent, "search", message))
}

/// A term of Shopify's search in quotes.
fn quoted(term: &str) -> String {
    format!("\"{}\"", term.replace('\\', "\\\\").replace('"', "\\\""))
}
