//! What is refused before anything is sent.

use std::collections::{BTreeSet, HashSet};

use super::{Cell, UpsertRecord};
use crate::error::{Delivery, Error, ErrorKind};

/// What Odoo would refuse, misread, or do twice.
pub(super) fn check(model: &str, records: &[UpsertRecord]) -> Result<(), Error> {
    let bad = |message: String| {
        Error::new(ErrorKind::BadArguments, Delivery::NotSent, format!("{model}.load"), message)
    };
    let mut ids = HashSet::new();
    for record in records {
        let lines = record.lines().iter().flat_map(|(_, lines)| lines);
        for (column, cell) in lines.chain([record]).flat_map(UpsertRecord::columns) {
            let key = |name: &str| matches!(name, "id" | ".id");
            if key(column) || column.rsplit_once('/').is_some_and(|(_, last)| !key(last)) {
                let message = format!(
                    "{}: the column {column} would make records without an external id: use UpsertRecord::line",
                    record.id()
                );
                return Err(bad(message));
            }
            if !leads_somewhere(column, cell) {
                let message = format!(
                    "{}: the column {column} names no record, and Odoo would empty it: use Cell::Empty if that is meant",
                    record.id()
                );
                return Err(bad(message));
            }
        }
        for (field, lines) in record.lines() {
            let columns = |line: &UpsertRecord| {
                line.columns().iter().map(|(name, _)| name.clone()).collect::<BTreeSet<_>>()
            };
            if lines.windows(2).any(|pair| pair.iter().map(columns).collect::<HashSet<_>>().len() > 1) {
                let message = format!(
                    "{}: the lines of {field} have not all the same columns, and what one lacks would be emptied",
                    record.id()
                );
                return Err(bad(message));
            }
            if lines.iter().any(|line| !line.lines().is_empty()) {
                return Err(bad(format!(
                    "{}: a line of {field} has lines of its own, which load cannot take",
                    record.id()
                )));
            }
        }
        for id in record.all_ids() {
            if !is_external_id(id) {
                return Err(bad(format!(
                    "{id:?} is no external id: it takes the form MODULE.NAME without blanks"
                )));
            }
            if !ids.insert(id) {
                return Err(bad(format!("the external id {id} stands twice")));
            }
        }
    }
    Ok(())
}

/// Whether a cell of a relation names records by their ids, where the column says so.
fn leads_somewhere(column: &str, cell: &Cell) -> bool {
    let each =
        |fits: fn(&str) -> bool| *cell == Cell::Empty || cell.text().split(',').all(|id| fits(id.trim()));
    match column.rsplit_once('/') {
        Some((_, "id")) => each(is_external_id),
        Some((_, ".id")) => each(|id| id.parse::<i64>().is_ok_and(|id| id > 0)),
        _ => true,
    }
}

/// Odoo takes `0`, `no` and `false` for an empty cell, and a name without a module for one of `__import__`.
fn is_external_id(id: &str) -> bool {
    let Some((module, name)) = id.split_once('.') else { return false };
    !module.is_empty()
        && !name.is_empty()
        && !id.contains(|c: char| c.is_whitespace() || c.is_control() || c == ',' || c == '/')
}
