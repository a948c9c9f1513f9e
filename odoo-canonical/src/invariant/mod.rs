//! Rules of meaning: what must hold in a document beyond its shape.
//!
//! Every rule has an id (that of EN 16931 where it has one), stands in [`RULES`], and is reported with its place, what
//! was expected and what was found. A check reports everything it finds and changes nothing: an order that does not add
//! up is never repaired silently.

mod rule;
pub use rule::{RULES, Rule};

mod report;
pub use report::{Report, Violation};

pub(crate) mod inventory_level;
pub(crate) mod item;
pub(crate) mod party;
pub(crate) mod sales_order;
pub(crate) mod shared;
