//! External ids: the names under which Odoo finds our records again.
//!
//! An external id is `module.name`. The module names the source system (`__shopify_na__`), the name says what the record is and carries
//! its natural key: `order.1001`, `order.1001.line.10`. Letters, digits and hyphens of a key stay; every other byte becomes `_XX`, so
//! that any key can be told from any other and read back, and nothing that Odoo forbids (blanks) or that splits our names (dots) is left.
//! Only capital hexadecimal follows an underscore, so no name ends in `_product_template`, which Odoo uses up itself when it loads a
//! product.
//!
//! A line's name begins with that of its order: `load` moves a line whose external id it finds under another order, silently.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// Longest encoded key that is carried whole. Longer ones keep their beginning and a digest of the whole.
const LONGEST: usize = 160;
const KEPT: usize = 100;

/// The names of one source system's records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Namespace {
    module: String,
}

impl Namespace {
    /// The namespace of a system: lower-case letters, digits and single hyphens, which [`Config`](crate::Config) has checked.
    pub(crate) fn of(system: &str) -> Self {
        Namespace { module: format!("__{}__", system.replace('-', "_")) }
    }

    pub(crate) fn party(&self, key: &str) -> String {
        format!("{}.party.{}", self.module, encode(key))
    }

    /// The `index`th address of a party in its own address book, the main one being 0.
    pub(crate) fn party_address(&self, key: &str, index: usize) -> String {
        format!("{}.address.{index}", self.party(key))
    }

    /// An address of an order, named by what stands in it: the same address is the same contact, and a contact that an order uses
    /// never changes under it.
    pub(crate) fn order_address(&self, party: &str, role: &str, content: &str) -> String {
        format!("{}.{role}.{}", self.party(party), digest(content, 8))
    }

    pub(crate) fn item(&self, key: &str) -> String {
        format!("{}.item.{}", self.module, encode(key))
    }

    pub(crate) fn order(&self, key: &str) -> String {
        format!("{}.order.{}", self.module, encode(key))
    }

    pub(crate) fn line(&self, order: &str, line: &str) -> String {
        format!("{}.line.{}", self.order(order), encode(line))
    }

    /// The `index`th allowance or charge of a line.
    pub(crate) fn line_extra(&self, order: &str, line: &str, index: usize) -> String {
        format!("{}.extra.{index}", self.line(order, line))
    }

    /// The `index`th allowance or charge of an order.
    pub(crate) fn order_extra(&self, order: &str, index: usize) -> String {
        format!("{}.extra.{index}", self.order(order))
    }

    /// The service product that stands on lines for allowances (`discount`) or charges (`charge`).
    pub(crate) fn service(&self, role: &str) -> String {
        format!("{}.service.{role}", self.module)
    }

    /// The key of an item of ours; `None` for any other record, and for a key too long to be carried whole.
    pub(crate) fn item_key(&self, external_id: &str) -> Option<String> {
        let rest = external_id.strip_prefix(&self.module)?.strip_prefix(".item.")?;
        decode(rest)
    }
}

fn encode(key: &str) -> String {
    let mut encoded = String::with_capacity(key.len());
    for byte in key.bytes() {
        if byte.is_ascii_alphanumeric() || byte == b'-' {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _infallible = write!(encoded, "_{byte:02X}");
        }
    }
    if encoded.len() <= LONGEST {
        return encoded;
    }
    let kept: String = encoded.chars().take(KEPT).collect();
    format!("{kept}_H{}", digest(key, 16))
}

fn decode(encoded: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'_' => {
                let pair = [rest.next()?, rest.next()?];
                let hex = std::str::from_utf8(&pair).ok()?;
                bytes.push(u8::from_str_radix(hex, 16).ok()?);
            }
            b'.' => return None,
            plain => bytes.push(plain),
        }
    }
    let key = String::from_utf8(bytes).ok().filter(|key| !key.is_empty())?;
    // Only what we wrote ourselves: `_2d` or `_48` would be another spelling of a key.
    (encode(&key) == encoded).then_some(key)
}

fn digest(text: &str, bytes: usize) -> String {
    Sha256::digest(text).iter().take(bytes).fold(String::new(), |mut hex, byte| {
        let _infallible = write!(hex, "{byte:02X}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_readable_and_carry_what_they_belong_to() {
        let space = Namespace::of("shopify-na");
        assert_eq!(space.order("1001"), "__shopify_na__.order.1001");
        assert_eq!(space.line("1001", "10"), "__shopify_na__.order.1001.line.10");
        assert_eq!(space.line_extra("1001", "10", 0), "__shopify_na__.order.1001.line.10.extra.0");
        assert_eq!(space.party("sku 1"), "__shopify_na__.party.sku_201");
        assert_eq!(space.item("gid://shop/Item/7"), "__shopify_na__.item.gid_3A_2F_2Fshop_2FItem_2F7");
    }

    #[test]
    fn any_key_comes_back_and_no_two_share_a_name() {
        let space = Namespace::of("shop");
        let mut seen = std::collections::BTreeSet::new();
        for key in [
            "1",
            "a b",
            "a_b",
            "a.b",
            "a_20b",
            "A",
            "a",
            " a",
            "é",
            "日本",
            "x_product_template",
            "-",
            "1.line.2",
            "a\u{a0}b",
            "😀",
        ] {
            let name = space.item(key);
            assert!(seen.insert(name.clone()), "{key}");
            assert_eq!(space.item_key(&name).as_deref(), Some(key));
            let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
            assert!(name.chars().all(allowed) && !name.ends_with("_product_template"), "{name}");
        }
        // A key that looks like a line of another order is not one.
        assert_ne!(space.order("1.line.2"), space.line("1", "2"));
    }

    #[test]
    fn overlong_keys_stay_apart_and_short() {
        let space = Namespace::of("shop");
        let (one, two) = ("é".repeat(255), format!("{}e", "é".repeat(254)));
        assert_ne!(space.item(&one), space.item(&two));
        assert!(space.line(&one, &"日".repeat(1024)).len() < 400);
        assert_eq!(space.item_key(&space.item(&one)), None);
    }

    #[test]
    fn foreign_names_are_nobodys_key() {
        let space = Namespace::of("shop");
        for name in [
            "__shop2__.item.1",
            "__shop__.order.1",
            "__shop__.item.",
            "__shop__.item.a_2",
            "__shop__.item.a_2d",
            "__shop__.item.1.2",
            "__shop__.item.7_product_template",
            "base.main_partner",
        ] {
            assert_eq!(space.item_key(name), None, "{name}");
        }
    }
}
