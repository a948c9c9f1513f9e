//! Upserting records with `load`: one call for many, and what one bad record costs stays with that record.
//!
//! `load` does all or nothing. Where Odoo says which records it objects to, they are left out and the rest is sent again; where it does
//! not, the batch is halved until the bad one stands alone. Sending again is harmless: every record has an external id.

use std::collections::BTreeMap;

use connector_core::contract::Rejection;
use connector_core::retry::{Cause, Delivery, Failure};
use odoo_rpc::{LoadMessage, LoadMessageKind};

use crate::error::{Fault, failure, is_about_records, rejection};
use crate::map::Record;
use crate::session::Odoo;

/// Columns and rows of one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
    /// Where each record's rows begin.
    starts: Vec<usize>,
}

impl Table {
    /// The table of records that have the same columns.
    pub(crate) fn of(records: &[&Record]) -> Self {
        let mut columns: Vec<String> = Vec::new();
        let head = records.first().map(|record| record.cells.as_slice()).unwrap_or_default();
        columns.extend(head.iter().map(|(column, _)| column.clone()));
        let line =
            records.iter().find_map(|record| record.lines.first()).map(Vec::as_slice).unwrap_or_default();
        columns.extend(line.iter().map(|(column, _)| column.clone()));
        let (own, below) = (head.len(), line.len());
        let mut rows = Vec::new();
        let mut starts = Vec::new();
        for record in records {
            starts.push(rows.len());
            for index in 0..record.lines.len().max(1) {
                let mut row: Vec<String> = match index {
                    0 => record.cells.iter().map(|(_, text)| text.clone()).collect(),
                    // Rows whose own cells are empty go on with the record above.
                    _ => vec![String::new(); own],
                };
                match record.lines.get(index) {
                    Some(line) => row.extend(line.iter().map(|(_, text)| text.clone())),
                    None => row.extend(vec![String::new(); below]),
                }
                rows.push(row);
            }
        }
        Table { columns, rows, starts }
    }

    /// The record that a message is about.
    fn record_of(&self, message: &LoadMessage) -> Option<usize> {
        let from_row = || {
            let row = usize::try_from(message.rows?.0).ok()?;
            self.starts.iter().rposition(|start| *start <= row)
        };
        let named = message.record.and_then(|record| usize::try_from(record).ok());
        named.or_else(from_row).filter(|record| *record < self.starts.len())
    }
}

/// What became of each record: its id in Odoo, or why not.
pub(crate) type Loaded = Vec<Result<i64, Fault>>;

/// Upserts records of one model, in their order, at most `chunk` in a call.
pub(crate) async fn upsert(odoo: &Odoo, model: &str, records: &[Record], chunk: usize) -> Loaded {
    let mut results: Vec<Option<Result<i64, Fault>>> = records.iter().map(|_| None).collect();
    let mut open: Vec<Vec<usize>> = groups(records, chunk);
    open.reverse();
    while let Some(group) = open.pop() {
        match one_call(odoo, model, records, &group).await {
            Call::Done(ids) => {
                for (at, id) in group.iter().zip(ids) {
                    set(&mut results, *at, Ok(id));
                }
            }
            Call::Refused(refused) => {
                let rest: Vec<usize> = group.iter().copied().filter(|at| !refused.contains_key(at)).collect();
                for (at, rejection) in refused {
                    set(&mut results, at, Err(Fault::Refused(rejection)));
                }
                if !rest.is_empty() {
                    open.push(rest);
                }
            }
            Call::SomeRefused => {
                let (one, other) = group.split_at(group.len() / 2);
                open.push(other.to_vec());
                open.push(one.to_vec());
            }
            Call::Failed(failure) => {
                // Where nobody answers, or the key is wrong, the next call would fare no better.
                let stop = failure.delivery == Delivery::NotSent || failure.cause == Cause::Auth;
                for at in group {
                    set(&mut results, at, Err(Fault::Failed(failure.clone())));
                }
                if stop {
                    for at in open.drain(..).flatten() {
                        set(&mut results, at, Err(Fault::Failed(failure.clone())));
                    }
                }
            }
        }
    }
    let missed =
        || Err(Fault::Failed(Failure::lost("load", "no result for this record; the connector is at fault")));
    results.into_iter().map(|result| result.unwrap_or_else(missed)).collect()
}

fn set(results: &mut [Option<Result<i64, Fault>>], at: usize, result: Result<i64, Fault>) {
    if let Some(place) = results.get_mut(at) {
        *place = Some(result);
    }
}

/// Records with the same columns together, each group small enough for one call.
fn groups(records: &[Record], chunk: usize) -> Vec<Vec<usize>> {
    let mut by_columns: BTreeMap<Vec<&str>, Vec<usize>> = BTreeMap::new();
    for (at, record) in records.iter().enumerate() {
        let line = record.lines.first().map(Vec::as_slice).unwrap_or_default();
        let columns = record.cells.iter().chain(line).map(|(column, _)| column.as_str()).collect();
        by_columns.entry(columns).or_default().push(at);
    }
    let mut groups: Vec<Vec<usize>> = by_columns
        .into_values()
        .flat_map(|all| all.chunks(chunk.max(1)).map(<[_]>::to_vec).collect::<Vec<_>>())
        .collect();
    groups.sort_by_key(|group| group.first().copied());
    groups
}

enum Call {
    Done(Vec<i64>),
    /// These are refused; nothing was done.
    Refused(BTreeMap<usize, Rejection>),
    /// Some of them are refused; nothing was done.
    SomeRefused,
    Failed(Failure),
}

async fn one_call(odoo: &Odoo, model: &str, records: &[Record], group: &[usize]) -> Call {
    let members: Vec<&Record> = group.iter().filter_map(|at| records.get(*at)).collect();
    let table = Table::of(&members);
    let columns: Vec<&str> = table.columns.iter().map(String::as_str).collect();
    match odoo.client.load(model, &columns, table.rows.clone()).await {
        Ok(loaded) => match loaded.ids {
            Some(ids) if ids.len() == group.len() => Call::Done(ids),
            Some(ids) => {
                let message = format!("{model}.load gave {} ids for {} records", ids.len(), group.len());
                Call::Failed(Failure::lost("load", message))
            }
            None => refused(&table, group, &loaded.messages),
        },
        Err(error) if is_about_records(&error) => match group {
            [only] => Call::Refused(BTreeMap::from([(*only, rejection(&error))])),
            _ => Call::SomeRefused,
        },
        Err(error) => Call::Failed(failure(&error)),
    }
}

/// What PostgreSQL says when it ends a connection in the middle of a record. Whatever was done in it is taken back.
const CONNECTION_ENDED: [&str; 3] = [
    "terminating connection due to",
    "server closed the connection unexpectedly",
    "connection already closed",
];

fn refused(table: &Table, group: &[usize], messages: &[LoadMessage]) -> Call {
    let errors: Vec<&LoadMessage> =
        messages.iter().filter(|message| message.kind == LoadMessageKind::Error).collect();
    let ended =
        |message: &&&LoadMessage| CONNECTION_ENDED.iter().any(|words| message.message.contains(words));
    if let Some(message) = errors.iter().find(ended) {
        let words = format!("load: {}", message.message.trim());
        return Call::Failed(Failure::new(Delivery::RolledBack, Cause::Transient, "connection", words));
    }
    let mut refused: BTreeMap<usize, Rejection> = BTreeMap::new();
    for message in &errors {
        let at = match group {
            [only] => Some(*only),
            _ => table.record_of(message).and_then(|record| group.get(record)).copied(),
        };
        // The first error is the cause; what follows it is often only a consequence.
        if let Some(at) = at {
            refused.entry(at).or_insert_with(|| explain(message));
        }
    }
    match group {
        _ if !refused.is_empty() => Call::Refused(refused),
        [only] => {
            let message = "Odoo loaded nothing and did not say why".to_owned();
            Call::Refused(BTreeMap::from([(
                *only,
                Rejection { code: "validation".into(), message, path: None },
            )]))
        }
        _ => Call::SomeRefused,
    }
}

/// Odoo's words, and what to do about those that we know.
fn explain(message: &LoadMessage) -> Rejection {
    let text = &message.message;
    let (code, remedy) = if text.contains("No matching record found for external id") {
        ("reference_not_found", "; send what it refers to first, then replay this")
    } else if text.contains("Contacts require a name") {
        ("reference_not_found", "; the party is not in Odoo: send it first, then replay this")
    } else if text.contains("Barcode") && text.contains("already assigned") {
        ("barcode_taken", "; another product has it: give one of them another barcode")
    } else if text.contains("found record of different model") {
        ("external_id_taken", "; free the external id in Odoo")
    } else {
        ("validation", "")
    };
    let path = match message.field.as_deref() {
        Some("partner_id") => Some("/buyer"),
        Some("partner_invoice_id") => Some("/bill_to"),
        Some("partner_shipping_id") => Some("/ship_to"),
        Some("order_line") => Some("/lines"),
        Some("pricelist_id") => Some("/currency"),
        Some("date_order") => Some("/ordered_at"),
        Some("default_code") => Some("/sku"),
        Some("barcode") => Some("/gtins"),
        Some("child_ids" | "country_id" | "state_id" | "street") => Some("/addresses"),
        _ => None,
    };
    Rejection {
        code: code.into(),
        message: format!("Odoo: {}{remedy}", text.trim()),
        path: path.map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(id: &str, lines: &[&str]) -> Record {
        let cell = |column: &str, text: &str| (column.to_owned(), text.to_owned());
        Record {
            cells: vec![cell("id", id), cell("name", "n")],
            lines: lines.iter().map(|line| vec![cell("order_line/id", line)]).collect(),
        }
    }

    fn message(record: Option<u64>, rows: Option<(u64, u64)>, text: &str) -> LoadMessage {
        LoadMessage { kind: LoadMessageKind::Error, rows, record, field: None, message: text.into() }
    }

    #[test]
    fn lines_continue_their_record() {
        let (one, two) = (record("a", &["a1", "a2"]), record("b", &[]));
        let table = Table::of(&[&one, &two]);
        assert_eq!(table.columns, ["id", "name", "order_line/id"]);
        assert_eq!(table.rows, [["a", "n", "a1"], ["", "", "a2"], ["b", "n", ""]]);
        assert_eq!(table.record_of(&message(None, Some((1, 1)), "")), Some(0));
        assert_eq!(table.record_of(&message(None, Some((2, 2)), "")), Some(1));
        assert_eq!(table.record_of(&message(Some(1), None, "")), Some(1));
        assert_eq!(table.record_of(&message(Some(9), None, "")), None);
        assert_eq!(table.record_of(&message(None, None, "")), None);
    }

    #[test]
    fn records_with_other_columns_go_apart_and_no_call_is_too_large() {
        let mut other = record("x", &[]);
        other.cells.push(("email".into(), "e".into()));
        let records = [record("a", &[]), other, record("b", &[]), record("c", &[])];
        assert_eq!(groups(&records, 2), vec![vec![0, 2], vec![1], vec![3]]);
    }

    #[test]
    fn errors_go_to_their_records_and_the_first_one_counts() {
        let (one, two) = (record("a", &[]), record("b", &[]));
        let table = Table::of(&[&one, &two]);
        let messages = [
            message(Some(1), None, "No matching record found for external id 'm.p' in field 'Customer'"),
            message(Some(1), None, "Missing required value for the field 'Customer'"),
        ];
        let Call::Refused(found) = refused(&table, &[7, 8], &messages) else { panic!("not refused") };
        assert_eq!(found.keys().collect::<Vec<_>>(), [&8]);
        assert_eq!(found[&8].code, "reference_not_found");
        // Nobody is named: the batch is halved, and one alone takes the blame.
        let nobody = [message(None, None, "something")];
        assert!(matches!(refused(&table, &[7, 8], &nobody), Call::SomeRefused));
        assert!(matches!(refused(&table, &[7], &nobody), Call::Refused(all) if all.contains_key(&7)));
        assert!(matches!(refused(&table, &[7], &[]), Call::Refused(_)));
    }

    #[test]
    fn a_database_that_goes_away_is_not_the_records_fault() {
        let table = Table::of(&[&record("a", &[])]);
        for text in [
            "terminating connection due to administrator command\n",
            "server closed the connection unexpectedly\n\tThis probably means the server terminated abnormally\n",
            "connection already closed",
        ] {
            let Call::Failed(failure) = refused(&table, &[0], &[message(Some(0), None, text)]) else {
                panic!("refused: {text}")
            };
            assert_eq!((failure.delivery, failure.cause), (Delivery::RolledBack, Cause::Transient));
        }
    }
}
