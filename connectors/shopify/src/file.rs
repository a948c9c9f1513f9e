//! Orders from files: exports, saved webhooks.

use bytes::Bytes;
use connector_core::contract::{Change, MapError};

use crate::config::Config;
use crate::webhook;
use crate::wire::{self, FORMAT_REST, Node};

/// Every order in a file as a change: a bare order, `{"order": {..}}`, `{"orders": [..]}` or a list of orders, in the REST format. Each
/// payload is the order's own bytes, so that an order from a file and the same order from a webhook are one.
///
/// # Errors
/// When the file is not of one of these forms, or an order in it lacks its id or the time of its last change; nothing of the file is given
/// then.
pub fn changes_from_file(config: &Config, bytes: &[u8]) -> Result<Vec<Change>, MapError> {
    let root = Node::root(bytes)?;
    let orders = if root.is_array() {
        root.items()?
    } else {
        let fields = root.fields()?;
        match (fields.get("orders"), fields.get("order")) {
            (Some(orders), _) => orders.items()?,
            (None, Some(order)) => vec![order],
            (None, None) => vec![root],
        }
    };
    let change = |order: &Node<'_>| {
        let head = wire::head(FORMAT_REST, order)?;
        let payload = Bytes::copy_from_slice(order.text().as_bytes());
        Ok(webhook::change(config, head, FORMAT_REST, payload))
    };
    orders.iter().map(change).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> Config {
        Config::new("shopify-na", "na", "me", "acme.myshopify.com")
    }

    #[test]
    fn every_wrapping_gives_the_same_changes() {
        let order = r#"{"id":1,"updated_at":"2026-11-24T08:00:00Z","email":"A@Example.com"}"#;
        let bare = changes_from_file(&config(), order.as_bytes()).unwrap();
        assert_eq!((bare[0].key.as_str(), bare[0].ordering_key.as_str()), ("1", "email:a@example.com"));
        assert_eq!(bare[0].payload, order.as_bytes());
        for file in [
            format!(r#"{{"order": {order} }}"#),
            format!(r#"{{"orders": [ {order} ]}}"#),
            format!("[{order}]"),
        ] {
            let found = changes_from_file(&config(), file.as_bytes()).unwrap();
            assert_eq!(found.len(), 1);
            assert_eq!(found[0].payload, bare[0].payload);
        }
        assert!(changes_from_file(&config(), b"{\"orders\":[]}").unwrap().is_empty());
    }

    #[test]
    fn a_file_without_orders_says_what_is_missing_where() {
        let error = changes_from_file(&config(), br#"{"orders":[{"id":1}]}"#).unwrap_err();
        assert_eq!((error.path.as_str(), error.code.as_str()), ("orders[0].updated_at", "missing"));
        assert!(changes_from_file(&config(), b"\"x\"").is_err());
    }
}
