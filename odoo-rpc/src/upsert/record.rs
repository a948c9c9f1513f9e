//! One record of an upsert, with its lines.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use sha2::{Digest as _, Sha256};

use crate::field::format_datetime;

/// A record to create or update.
///
/// Columns are field names; `partner_id/id` is the external id of a reference, `partner_id/.id` its database id, `partner_id` alone a name that Odoo
/// searches for.
#[derive(Clone, PartialEq, Eq)]
pub struct UpsertRecord {
    id: String,
    columns: Vec<(String, Cell)>,
    lines: Vec<(String, Vec<UpsertRecord>)>,
}

/// Columns without values: what is sent is business data.
impl fmt::Debug for UpsertRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UpsertRecord")
            .field("id", &self.id)
            .field("columns", &self.columns.iter().map(|(name, _)| name).collect::<Vec<_>>())
            .field("lines", &self.lines.iter().map(|(name, lines)| (name, lines.len())).collect::<Vec<_>>())
            .finish()
    }
}

impl UpsertRecord {
    /// The record with this external id, `MODULE.NAME`. The module should be one of the program's own, which is not installed in Odoo: Odoo may
    /// delete records of an installed module when that is upgraded.
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), columns: Vec::new(), lines: Vec::new() }
    }

    /// Sets a column. Set again, the latter holds.
    #[must_use]
    pub fn set(mut self, column: impl Into<String>, cell: impl Into<Cell>) -> Self {
        let (column, cell) = (column.into(), cell.into());
        match self.columns.iter_mut().find(|(name, _)| *name == column) {
            Some((_, old)) => *old = cell,
            None => self.columns.push((column, cell)),
        }
        self
    }

    /// Adds a line to a list of records. Lines have no lines of their own: those are left out of what Odoo can load.
    #[must_use]
    pub fn line(mut self, field: impl Into<String>, line: Self) -> Self {
        let field = field.into();
        match self.lines.iter_mut().find(|(name, _)| *name == field) {
            Some((_, lines)) => lines.push(line),
            None => self.lines.push((field, vec![line])),
        }
        self
    }

    /// The external id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// A digest of all that is sent, lines included: equal digests, nothing to send.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        self.feed(&mut hash);
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn feed(&self, hash: &mut Sha256) {
        let mut part = |text: &str| {
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text);
        };
        part(&self.id);
        let mut columns: Vec<_> = self.columns.iter().collect();
        columns.sort_by(|(a, _), (b, _)| a.cmp(b));
        part(&columns.len().to_string());
        for (name, cell) in columns {
            part(name);
            part(&cell.text());
        }
        for (field, lines) in &self.lines {
            hash.update((field.len() as u64).to_le_bytes());
            hash.update(field);
            hash.update((lines.len() as u64).to_le_bytes());
            for line in lines {
                line.feed(hash);
            }
        }
    }

    pub(super) fn columns(&self) -> &[(String, Cell)] {
        &self.columns
    }

    pub(super) fn lines(&self) -> &[(String, Vec<Self>)] {
        &self.lines
    }

    pub(super) fn all_ids(&self) -> impl Iterator<Item = &str> {
        let lines = self.lines.iter().flat_map(|(_, lines)| lines).map(|line| line.id.as_str());
        std::iter::once(self.id.as_str()).chain(lines)
    }
}

/// The value of a column. `load` takes text alone; what reads back as another value there is kept apart here.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cell {
    /// No value: empties the field.
    Empty,
    /// A text, an external id, a key of a selection.
    Text(String),
    /// A number.
    Number(Decimal),
    /// A truth value.
    Boolean(bool),
    /// A date.
    Date(Date),
    /// An instant.
    Instant(Timestamp),
}

impl Cell {
    /// As `load` takes it.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.normalize().to_string(),
            Self::Boolean(true) => "1".to_owned(),
            Self::Boolean(false) => "0".to_owned(),
            Self::Date(date) => date.to_string(),
            Self::Instant(instant) => format_datetime(*instant),
        }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}
impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}
impl From<bool> for Cell {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}
impl From<Decimal> for Cell {
    fn from(number: Decimal) -> Self {
        Self::Number(number)
    }
}
impl From<i32> for Cell {
    fn from(number: i32) -> Self {
        Self::Number(number.into())
    }
}
impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Number(number.into())
    }
}
impl From<Date> for Cell {
    fn from(date: Date) -> Self {
        Self::Date(date)
    }
}
impl From<Timestamp> for Cell {
    fn from(instant: Timestamp) -> Self {
        Self::Instant(instant)
    }
}
impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Into::into)
    }
}
