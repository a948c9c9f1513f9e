//! What was bought.

use std::collections::BTreeSet;

use connector_core::canonical::object::{Item, ItemKind, ItemRef};
use connector_core::canonical::value::{Identifier, Key, UnitCode};
use connector_core::contract::MapError;

use super::made;
use super::party::gid;
use crate::wire::{Line, Order};

/// Shopify counts pieces and knows no other unit: UN/ECE `C62`, one.
pub(super) fn unit() -> Result<UnitCode, MapError> {
    made("quantity", "C62".parse())
}

/// Each item once, in the order of the lines.
pub(super) fn items(order: &Order) -> Result<Vec<Item>, MapError> {
    let mut seen = BTreeSet::new();
    let mut items = Vec::new();
    for line in &order.lines {
        let item = item(line)?;
        if seen.insert(item.key.clone()) {
            items.push(item);
        }
    }
    Ok(items)
}

fn item(line: &Line) -> Result<Item, MapError> {
    let goods = line.requires_shipping && !line.gift_card;
    let kind = if goods { ItemKind::Goods } else { ItemKind::Service };
    let mut item = Item::new(key(line)?, line.name.clone(), kind, unit()?);
    item.ids = ids(line)?;
    item.sku = line.sku.clone();
    // Whether a variant is tracked is not on the order; what is shipped is stock, what is not is none.
    item.stocked = goods;
    Ok(item)
}

pub(super) fn item_ref(line: &Line) -> Result<ItemRef, MapError> {
    let mut item = ItemRef::new(key(line)?);
    item.ids = ids(line)?;
    item.sku = line.sku.clone();
    item.name = Some(line.name.clone());
    Ok(item)
}

/// The variant is what is sold. Products and variants count their ids apart, so a product's says what it is.
fn key(line: &Line) -> Result<Key, MapError> {
    let key = match (&line.variant, &line.product, &line.sku) {
        (Some(variant), ..) => variant.clone(),
        (None, Some(product), _) => format!("product:{product}"),
        (None, None, Some(sku)) => format!("sku:{sku}"),
        (None, None, None) => format!("title:{}", line.name),
    };
    made(&line.path, key.parse())
}

fn ids(line: &Line) -> Result<Vec<Identifier>, MapError> {
    match (&line.variant, &line.product) {
        (Some(variant), _) => Ok(vec![gid("ProductVariant", variant)?]),
        (None, Some(product)) => Ok(vec![gid("Product", product)?]),
        (None, None) => Ok(Vec::new()),
    }
}
