//! Rows of cells into records with lines.
//!
//! A row whose only filled cells are those of one2many columns continues the record above it.

use crate::testkit::engine::env::Env;
use crate::testkit::engine::schema::Kind;

/// One record of the input: its own cells by path, and the lines of each one2many column.
#[derive(Debug, Default)]
pub(super) struct Record {
    pub(super) cells: Vec<(String, String)>,
    pub(super) lines: Vec<(String, Vec<Record>)>,
    pub(super) from: usize,
    pub(super) to: usize,
}

impl Record {
    /// The cell of a column that is not empty.
    pub(super) fn cell(&self, path: &str) -> Option<&str> {
        let cell = self.cells.iter().find(|(name, _)| name == path);
        cell.map(|(_, text)| text.as_str()).filter(|text| !text.is_empty())
    }
}

/// Groups rows into records.
pub(super) fn extract(
    env: &Env<'_>,
    model: &str,
    paths: &[Vec<String>],
    rows: &[Vec<String>],
) -> Vec<Record> {
    let is_line = |path: &[String]| {
        let head = path.first().map(String::as_str).unwrap_or_default();
        let field = env.db.schema.field(model, head);
        path.len() > 1 && field.is_some_and(|field| matches!(field.kind, Kind::One2many { .. }))
    };
    let line_columns: Vec<bool> = paths.iter().map(|path| is_line(path)).collect();
    let filled = |row: &[String], lines: bool| {
        row.iter().zip(&line_columns).any(|(cell, is_line)| *is_line == lines && !cell.is_empty())
    };
    let mut records = Vec::new();
    let mut at = 0;
    while let Some(first) = rows.get(at) {
        let more =
            rows.iter().skip(at + 1).take_while(|row| filled(row, true) && !filled(row, false)).count();
        let span: Vec<Vec<String>> = rows.iter().skip(at).take(more + 1).cloned().collect();
        let mut record = Record { from: at, to: at + more, ..Record::default() };
        for ((path, cell), is_line) in paths.iter().zip(first).zip(&line_columns) {
            if !is_line {
                record.cells.push((path.join("/"), cell.clone()));
            }
        }
        record.lines = lines(env, model, paths, &line_columns, &span);
        records.push(record);
        at += more + 1;
    }
    records
}

fn lines(
    env: &Env<'_>,
    model: &str,
    paths: &[Vec<String>],
    line_columns: &[bool],
    span: &[Vec<String>],
) -> Vec<(String, Vec<Record>)> {
    let mut names: Vec<&String> = Vec::new();
    for (path, is_line) in paths.iter().zip(line_columns) {
        if let Some(head) = path.first().filter(|head| *is_line && !names.contains(head)) {
            names.push(head);
        }
    }
    let mut out = Vec::new();
    for name in names {
        let Some(other) = env.db.schema.field(model, name).and_then(|field| field.kind.relation()) else {
            continue;
        };
        let mine = |path: &[String]| path.len() > 1 && path.first() == Some(name);
        let below: Vec<Vec<String>> = paths
            .iter()
            .filter(|path| mine(path))
            .map(|path| path.iter().skip(1).cloned().collect())
            .collect();
        let rows: Vec<Vec<String>> = span
            .iter()
            .map(|row| {
                let cells = row.iter().zip(paths).filter(|(_, path)| mine(path));
                cells.map(|(cell, _)| cell.clone()).collect::<Vec<_>>()
            })
            .filter(|row| row.iter().any(|cell| !cell.is_empty()))
            .collect();
        out.push((name.clone(), extract(env, other, &below, &rows)));
    }
    out
}
