//! From a Shopify order to canonical objects: the buyer, the items, and then the order that refers to them. Pure.
//!
//! | Shopify | canonical |
//! |---|---|
//! | `shop_money`, else the plain amount | every amount; presentment money is never used |
//! | `current_quantity`, `current_total_price`, .. | quantities and totals; lines that are gone are named in `ext` |
//! | `price` and `discount_allocations` | price before discounts, and line allowances |
//! | `taxes_included` | net prices for all units of the line (`base_quantity`), so that nothing is divided |
//! | `shipping_lines`, tips, duties, fees | charges on the whole order |
//! | `total_price`, `total_tax`, `subtotal_price` | the totals as stated; the invariants hold them against the lines |
//!
//! A cancelled order, and one of which everything was taken off before anything left, is told with the quantities that were ordered: an
//! order without lines says nothing about what was called off. Where goods have left and nothing of the order is left, it is not mapped.

mod address;
mod charges;
mod items;
mod lines;
mod order;
mod party;
mod taxes;

use connector_core::canonical::Object;
use connector_core::contract::MapError;

use crate::wire;

/// Maps a payload in one of the two formats ([`FORMAT_REST`](crate::FORMAT_REST), [`FORMAT_GRAPHQL`](crate::FORMAT_GRAPHQL)) to the buyer, the
/// items and the order, in this order. Equal states of an order give equal objects, whichever format they come in.
///
/// Keys: the numeric ids of order and customer; for items the numeric id of the variant, else `product:ID`, else `sku:SKU`, else
/// `title:TITLE`; for buyers without a customer record `email:ADDRESS`, else `order:ID`. Quantities are in `C62` (one).
///
/// # Errors
/// Where the payload cannot be understood, with the path in it. An order whose numbers contradict each other is no error here: its objects
/// are made as stated, and [`Object::check`] finds the contradiction.
pub fn map_payload(format: &str, payload: &[u8]) -> Result<Vec<Object>, MapError> {
    let wire = wire::order(format, payload)?;
    let buyer = party::party(&wire)?;
    let items = items::items(&wire)?;
    let order = order::order(&wire, &buyer)?;
    let mut objects = vec![Object::from(buyer)];
    objects.extend(items.into_iter().map(Object::from));
    objects.push(Object::from(order));
    Ok(objects)
}

/// The version of this mapping; it stands in every clearance.
pub(crate) const MAPPING_VERSION: &str = "2";

/// A number grew too large to be added up exactly.
fn overflow(path: &str) -> MapError {
    MapError::new(
        path,
        "overflow",
        "the amounts are too large to be added up exactly; correct them in Shopify",
    )
}

/// A text that the mapping itself made is always a value of its type; if not, this says where.
fn made<T, E: std::fmt::Display>(path: &str, value: Result<T, E>) -> Result<T, MapError> {
    value.map_err(|e| MapError::new(path, "value", e.to_string()))
}
