//! The key that tells a second delivery of the same change.

use crate::{canonical_json::Digest, object::ObjectKind, value::Key};

/// The digest of what makes a change this change: the same inputs always give the same key, on every machine and after
/// every restart, so that a redelivery is seen as one; it is not the id of an event, which is new with each delivery.
///
/// `system` is the source system, `operation` what is done (`upsert`, `cancel`), `version` the source's own version of
/// the record where it has one, and `payload` the bytes as they were received. Each part goes in with its length, so no
/// two different lists of parts run together.
///
/// ```
/// use odoo_canonical::{ObjectKind, idempotency_key};
///
/// let key = "gid://shop/Order/7001".parse()?;
/// let first = idempotency_key("shop-eu", ObjectKind::SalesOrder, &key, "upsert", Some("3"), b"{}");
/// let again = idempotency_key("shop-eu", ObjectKind::SalesOrder, &key, "upsert", Some("3"), b"{}");
/// let other = idempotency_key("shop-eu", ObjectKind::SalesOrder, &key, "upsert", Some("4"), b"{}");
/// assert_eq!(first, again);
/// assert_ne!(first, other);
/// assert_eq!(first.to_string().len(), 64);
/// # Ok::<(), odoo_canonical::value::ValueError>(())
/// ```
pub fn idempotency_key(
    system: &str,
    kind: ObjectKind,
    key: &Key,
    operation: &str,
    version: Option<&str>,
    payload: &[u8],
) -> Digest {
    // The first part names this way of making keys, so that another way can never give one of these.
    let no_version = if version.is_some() { "version" } else { "no version" };
    Digest::of_parts([
        b"odoo-canonical idempotency key 1".as_slice(),
        system.as_bytes(),
        kind.as_str().as_bytes(),
        key.as_str().as_bytes(),
        operation.as_bytes(),
        no_version.as_bytes(),
        version.unwrap_or_default().as_bytes(),
        payload,
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_counts() {
        let key = |text: &str| text.parse::<Key>().unwrap();
        let make = |system, kind, name: &str, operation, version, payload: &[u8]| {
            idempotency_key(system, kind, &key(name), operation, version, payload)
        };
        let base = make("a", ObjectKind::Item, "k", "upsert", Some("1"), b"p");
        let others = [
            make("b", ObjectKind::Item, "k", "upsert", Some("1"), b"p"),
            make("a", ObjectKind::Party, "k", "upsert", Some("1"), b"p"),
            make("a", ObjectKind::Item, "l", "upsert", Some("1"), b"p"),
            make("a", ObjectKind::Item, "k", "cancel", Some("1"), b"p"),
            make("a", ObjectKind::Item, "k", "upsert", Some("2"), b"p"),
            make("a", ObjectKind::Item, "k", "upsert", None, b"p"),
            make("a", ObjectKind::Item, "k", "upsert", Some("1"), b"q"),
        ];
        assert!(others.iter().all(|other| *other != base));
        assert_ne!(
            make("a", ObjectKind::Item, "k", "x", None, b""),
            make("a", ObjectKind::Item, "k", "x", Some(""), b"")
        );
    }

    #[test]
    fn the_key_never_changes() {
        // Stores hold these keys: a change here makes every change in flight look new.
        let key = "gid://shop/Order/7001".parse().unwrap();
        let made = idempotency_key("shop-eu", ObjectKind::SalesOrder, &key, "upsert", Some("3"), b"{}");
        assert_eq!(made.to_string(), "2eb7f439d5e7a102f12f93da1b55cf18abc8c2ef72cb0cef6443734d14364cff");
    }
}
