//! Rules of meaning: what must hold in a document beyond its shape.
//!
//! Every rule has an id (that of EN 16931 where it has one), a tolerance, and a place in the families that its kind of
//! object names ([`ObjectKind::rules`](crate::ObjectKind::rules)). A broken rule is reported with its place, what was
//! expected and what was found. A check reports everything it finds and changes nothing: an order that does not add up is
//! never repaired silently.

#[macro_use]
pub(crate) mod rule;
pub use rule::{Rule, Tolerance};

mod report;
pub use report::{Report, Violation};

mod shared;
pub(crate) use shared::{address, decimals, exchange, identifiers, line_ids, period, unique};

pub(crate) mod document;

use std::sync::LazyLock;

/// Every rule of every kind of object, each id once, in the order of the kinds.
pub static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let mut rules: Vec<Rule> = Vec::new();
    for rule in crate::ObjectKind::ALL.iter().flat_map(|kind| kind.rules()) {
        if rules.iter().all(|known| known.id != rule.id) {
            rules.push(rule);
        }
    }
    rules
});
