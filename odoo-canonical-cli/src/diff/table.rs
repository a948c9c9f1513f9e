//! A report as a table for people.

use super::{Change, Compat, Report};
use std::fmt::Write as _;

/// The changes as a table, the worst first, and a summary; lines end with a line break.
pub fn table(report: &Report) -> String {
    let mut text = String::new();
    if report.changes.is_empty() {
        let _ = writeln!(text, "{} and {}: no change", report.old, report.new);
        return text;
    }
    let rows: Vec<[String; 4]> = report.changes.iter().map(row).collect();
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let (verdict, place, rule) = (width(0), width(1).min(60), width(2));
    for [first, second, third, reason] in &rows {
        let _ = writeln!(text, "{first:verdict$}  {second:place$}  {third:rule$}  {reason}");
    }
    let counts: Vec<String> = Compat::ALL
        .iter()
        .map(|compat| (report.count(*compat), compat))
        .filter(|(count, _)| *count > 0)
        .map(|(count, compat)| format!("{count} {compat}"))
        .collect();
    let _ = writeln!(
        text,
        "\n{} to {}: {} in {} change{} ({})",
        report.old,
        report.new,
        report.compat,
        report.changes.len(),
        if report.changes.len() == 1 { "" } else { "s" },
        counts.join(", ")
    );
    text
}

fn row(change: &Change) -> [String; 4] {
    let place = change.places.first().map_or(String::new(), |place| {
        let path = if place.path.is_empty() { "/" } else { &place.path };
        match change.count {
            0 | 1 => format!("{} {path}", place.schema),
            count => format!("{} {path} +{}", place.schema, count - 1),
        }
    });
    let reason = match &change.definition {
        Some(definition) => format!("{} (in `{definition}`)", change.reason.trim_end_matches('.')),
        None => change.reason.trim_end_matches('.').to_owned(),
    };
    [change.compat.to_string(), place, change.rule.to_string(), reason]
}
