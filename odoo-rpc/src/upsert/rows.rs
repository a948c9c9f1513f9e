//! Records as rows of `load`: a record with lines takes several, all but the first empty in the record's own columns.

use super::UpsertRecord;
use crate::load::LoadMessage;

/// Which columns records have. Only records of one shape go into one call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    columns: Vec<String>,
    /// Fields of lines with the columns of their lines.
    lines: Vec<(String, Vec<String>)>,
}

impl Shape {
    pub(super) fn of(record: &UpsertRecord) -> Self {
        let mut columns: Vec<String> = record.columns().iter().map(|(name, _)| name.clone()).collect();
        columns.sort_unstable();
        let mut lines: Vec<(String, Vec<String>)> = Vec::new();
        for (field, list) in record.lines() {
            let mut columns: Vec<String> =
                list.iter().flat_map(|line| line.columns()).map(|(name, _)| name.clone()).collect();
            columns.sort_unstable();
            columns.dedup();
            lines.push((field.clone(), columns));
        }
        lines.sort_unstable();
        Self { columns, lines }
    }

    /// The names of all columns.
    pub(super) fn columns(&self) -> Vec<String> {
        let mut names = vec!["id".to_owned()];
        names.extend(self.columns.iter().cloned());
        for (field, columns) in &self.lines {
            names.push(format!("{field}/id"));
            names.extend(columns.iter().map(|column| format!("{field}/{column}")));
        }
        names
    }

    pub(super) fn rows(&self, records: &[&UpsertRecord]) -> Vec<Vec<String>> {
        records.iter().flat_map(|record| self.rows_of(record)).collect()
    }

    /// The first line of each list stands beside the record, as Odoo's own export does it.
    fn rows_of(&self, record: &UpsertRecord) -> Vec<Vec<String>> {
        let height = self.height(record);
        (0..height)
            .map(|row| {
                let mut cells = Vec::new();
                match row {
                    0 => {
                        cells.push(record.id().to_owned());
                        cells.extend(self.columns.iter().map(|column| cell(record, column)));
                    }
                    _ => cells.resize(1 + self.columns.len(), String::new()),
                }
                for (field, columns) in &self.lines {
                    let line = record
                        .lines()
                        .iter()
                        .find(|(name, _)| name == field)
                        .and_then(|(_, list)| list.get(row));
                    match line {
                        Some(line) => {
                            cells.push(line.id().to_owned());
                            cells.extend(columns.iter().map(|column| cell(line, column)));
                        }
                        None => cells.resize(cells.len() + 1 + columns.len(), String::new()),
                    }
                }
                cells
            })
            .collect()
    }

    fn height(&self, record: &UpsertRecord) -> usize {
        record.lines().iter().map(|(_, list)| list.len()).max().unwrap_or(1).max(1)
    }

    /// Which of the records a message is about.
    pub(super) fn member_of(&self, records: &[&UpsertRecord], message: &LoadMessage) -> Option<usize> {
        // By its rows: Odoo counts records per flush, which need not be the whole call.
        let (from, _) = message.rows?;
        let from = usize::try_from(from).ok()?;
        let mut next = 0;
        records.iter().position(|record| {
            let first = next;
            next += self.height(record);
            (first..next).contains(&from)
        })
    }
}

fn cell(record: &UpsertRecord, column: &str) -> String {
    record.columns().iter().find(|(name, _)| name == column).map_or_else(String::new, |(_, cell)| cell.text())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(id: &str, lines: usize) -> UpsertRecord {
        (0..lines).fold(UpsertRecord::new(id).set("origin", "x"), |order, line| {
            order.line("order_line", UpsertRecord::new(format!("{id}_{line}")).set("product_uom_qty", 2))
        })
    }

    #[test]
    fn lines_follow_their_record() {
        let (a, b) = (order("s.a", 2), order("s.b", 1));
        let shape = Shape::of(&a);
        assert_eq!(shape, Shape::of(&b));
        assert_eq!(shape.columns(), ["id", "origin", "order_line/id", "order_line/product_uom_qty"]);
        assert_eq!(
            shape.rows(&[&a, &b]),
            [["s.a", "x", "s.a_0", "2"], ["", "", "s.a_1", "2"], ["s.b", "x", "s.b_0", "2"]]
        );
        let message = |row| LoadMessage { rows: Some((row, row)), ..LoadMessage::default() };
        let members = [0, 1, 2, 3].map(|row| shape.member_of(&[&a, &b], &message(row)));
        assert_eq!(members, [Some(0), Some(0), Some(1), None]);
    }
}
