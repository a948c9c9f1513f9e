//! Canonical objects into rows of `load`. Pure: what must be looked up is in [`Refs`] before.
//!
//! What an object does not state gets no column, since an empty cell empties the field in Odoo. An address is one value: its cells come
//! together, the empty ones too.

mod address;
#[cfg(test)]
mod golden;
mod item;
mod order;
mod party;
mod unmapped;

use connector_core::canonical::value::{Decimal, Instant};

use crate::config::Config;
use crate::fields::FieldMap;
use crate::refs::Refs;
use crate::xid::Namespace;

pub(crate) use address::OrderAddress;
pub(crate) use order::{Line, MappedOrder, Product, Stage, services};

/// Column and text.
pub(crate) type Cell = (String, String);

/// One record for `load`: its own cells and those of its lines (or child contacts). The first cell is the external id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) cells: Vec<Cell>,
    pub(crate) lines: Vec<Vec<Cell>>,
}

/// Maps objects for one database.
#[derive(Clone, Copy)]
pub(crate) struct Mapper<'a> {
    pub(crate) config: &'a Config,
    pub(crate) names: &'a Namespace,
    pub(crate) fields: FieldMap,
    pub(crate) refs: &'a Refs,
    pub(crate) skus: &'a Skus,
    pub(crate) articles: &'a Articles,
}

/// Products by internal reference (and service products by external id), for configurations that find items that way.
pub(crate) type Skus = std::collections::BTreeMap<String, Vec<i64>>;

/// External ids of items that Odoo has under another one: theirs, and the one that it has.
pub(crate) type Articles = std::collections::BTreeMap<String, String>;

fn cell(column: &str, text: impl Into<String>) -> Cell {
    (column.to_owned(), text.into())
}

/// `load` takes text alone.
fn flag(value: bool) -> &'static str {
    if value { "1" } else { "0" }
}

/// Never `NaN` and never an exponent, both of which Odoo would take.
fn number(value: Decimal) -> String {
    value.normalized().to_string()
}

/// `2026-11-23 08:15:00`, in UTC as the context says; `load` takes no other form.
fn moment(instant: Instant) -> String {
    let text = instant.to_string();
    text.get(..19).unwrap_or(&text).replace('T', " ")
}

/// One line of an HTML field for each line of text.
fn html(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("<p>{}</p>", escaped.lines().collect::<Vec<_>>().join("<br>"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_written_as_load_reads_them() {
        assert_eq!(moment("2026-11-23T08:15:00.999+02:00".parse().unwrap()), "2026-11-23 06:15:00");
        assert_eq!(number("10.50".parse().unwrap()), "10.5");
        assert_eq!(number("-0.0000001".parse().unwrap()), "-0.0000001");
        assert_eq!(html("a <b>\nc & d"), "<p>a &lt;b&gt;<br>c &amp; d</p>");
    }
}
