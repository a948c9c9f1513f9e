//! Shopify's formats: the order of a REST webhook and the order node of the Admin GraphQL API, both read into one [`Order`].
//!
//! Numbers are taken from their own text (a price may come as `"12.34"` or as `12.34`), never through binary floating point. Every
//! error names the place in the payload.

mod graphql;
mod head;
mod json;
mod order;
mod rest;
mod value;

pub(crate) use head::{Head, guest_key, head, order_key};
pub(crate) use json::Node;
pub(crate) use order::{Address, Financial, Fulfilment, Line, Order, ShippingLine, Tax};
pub(crate) use value::pad;

use connector_core::contract::MapError;

/// The format of a webhook's body: the bare REST order.
pub const FORMAT_REST: &str = "shopify.order.rest";
/// The format of a polled order: the order node as this crate queries it.
pub const FORMAT_GRAPHQL: &str = "shopify.order.graphql";

/// Reads an order in one of the two formats.
pub(crate) fn order(format: &str, payload: &[u8]) -> Result<Order, MapError> {
    let node = Node::root(payload)?;
    match format {
        FORMAT_REST => rest::order(&node),
        FORMAT_GRAPHQL => graphql::order(&node),
        _ => Err(unknown_format(format)),
    }
}

fn unknown_format(format: &str) -> MapError {
    let detail = format!("the format `{format}` is not known; known are {FORMAT_REST} and {FORMAT_GRAPHQL}");
    MapError::new("", "format", detail)
}
