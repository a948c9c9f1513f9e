//! The table at the end.

use std::fmt::Write as _;

use connector_core::store::{ExceptionDraft, State, Tally};

use crate::checks::Check;

/// What one flow did.
pub(crate) struct FlowReport {
    pub(crate) flow: String,
    pub(crate) guarantee: String,
    pub(crate) tally: Tally,
}

/// Prints everything; `true` if all invariants hold.
pub(crate) fn print(flows: &[FlowReport], audit_rows: u64, checks: &[Check]) -> bool {
    let mut text = String::new();
    let header = [
        "flow",
        "received",
        "applied",
        "duplicates absorbed",
        "stale",
        "retried",
        "exceptions",
        "p50",
        "p99",
        "guarantee",
    ];
    let rows: Vec<Vec<String>> = flows.iter().map(row).collect();
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
        cells.chain(header.get(column).map(|title| title.chars().count())).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..header.len()).map(width).collect();
    let mut line = |cells: &mut dyn Iterator<Item = &str>| {
        for (cell, width) in cells.zip(&widths) {
            let _infallible = write!(text, "{cell:<width$}  ");
        }
        text.push('\n');
    };
    line(&mut header.into_iter());
    for row in &rows {
        line(&mut row.iter().map(String::as_str));
    }
    let _infallible = writeln!(text, "\naudit rows verified: {audit_rows}\n");
    for check in checks {
        let mark = if check.holds { "holds " } else { "BROKEN" };
        let _infallible = writeln!(text, "{mark}  {}: {}", check.name, check.detail);
    }
    let all = checks.iter().all(|check| check.holds);
    text.push_str(if all { "\nevery invariant holds\n" } else { "\nan invariant is broken\n" });
    println!("{text}");
    all
}

fn row(report: &FlowReport) -> Vec<String> {
    let tally = &report.tally;
    let reasons: Vec<String> =
        tally.exceptions.iter().map(|(reason, n)| format!("{} {n}", reason.as_str())).collect();
    vec![
        report.flow.clone(),
        tally.received.to_string(),
        tally.in_state(State::Applied).to_string(),
        // At the door by the same bytes, or after mapping by the same content.
        (tally.duplicates + tally.in_state(State::Unchanged)).to_string(),
        tally.in_state(State::Stale).to_string(),
        tally.retried.to_string(),
        if reasons.is_empty() { "none".into() } else { reasons.join(", ") },
        format!("{:.0?}", tally.latency.p50),
        format!("{:.0?}", tally.latency.p99),
        report.guarantee.clone(),
    ]
}

/// The rule that was broken, and where. What is wrong with a whole document is wrong at no place.
pub(crate) fn broken(draft: &ExceptionDraft) -> String {
    match draft.path.as_str() {
        "" => format!("{}, the whole document", draft.code),
        path => format!("{} at {path}", draft.code),
    }
}
