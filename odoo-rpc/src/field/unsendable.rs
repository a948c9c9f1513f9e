//! What Rust can hold and Odoo cannot take: refused before anything is sent, since Odoo would store something else without a word.

use serde_json::{Map, Value};

/// A key that no field of Odoo has.
const KEY: &str = "odoo-rpc: cannot be sent";

/// How deep is looked. Commands within commands of documents are far from it, and what is deeper is not sent.
const MAX_DEPTH: usize = 64;

/// Stands in the place of such a value until the call is checked.
pub(crate) fn unsendable(why: &str) -> Value {
    Value::Object(Map::from_iter([(KEY.to_owned(), why.into())]))
}

/// The field that holds one, and why it cannot be sent.
pub(crate) fn find_unsendable<'v>(field: &'v str, value: &'v Value) -> Option<(&'v str, &'v str)> {
    find(field, value, MAX_DEPTH)
}

fn find<'v>(field: &'v str, value: &'v Value, depth: usize) -> Option<(&'v str, &'v str)> {
    let Some(left) = depth.checked_sub(1) else {
        return Some((field, "too deep in itself to be looked through"));
    };
    match value {
        Value::Array(items) => items.iter().find_map(|item| find(field, item, left)),
        Value::Object(map) => map.iter().find_map(|(key, item)| match item.as_str() {
            Some(why) if key == KEY => Some((field, why)),
            _ => find(key, item, left),
        }),
        _ => None,
    }
}
