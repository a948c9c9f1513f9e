//! A ten-line order: checked by type beside the `jsonschema` crate, written beside serde_json, and the export of all schemas.
//!
//! `cargo bench -p connector-benches --bench canonical -- [--rounds N] [--ours-only]`; the last one is for a profiler.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    missing_docs,
    unreachable_pub,
    reason = "a benchmark may panic and print"
)]

mod order;

use connector_benches::rounds::{self, Contender};
use odoo_canonical::{Flavour, Object, ObjectKind, canonical_json, schema, validate};
use serde_json::Value;

/// How many documents are handled in one go: one alone is too short for the clock.
const BATCH: usize = 500;

fn main() {
    let order = order::ten_lines();
    let json = order.to_canonical_json().unwrap();
    println!("An order of ten lines, {} bytes, {BATCH} in a row, one thread.\n", json.len());
    validation_in_memory(&order, &json);
    validation_of_bytes(&json);
    writing(&order, &json);
    export();
}

/// Both have their document in memory as they read it: an object here, a value there.
fn validation_in_memory(order: &Object, json: &[u8]) {
    let validator = validator();
    let value: Value = serde_json::from_slice(json).unwrap();
    let contenders = vec![
        Contender::new("an object: every rule", || batch(|| order.check().is_empty())),
        Contender::new("jsonschema, a value: yes or no", || batch(|| validator.is_valid(&value)))
            .at_least(10.0),
        Contender::new("jsonschema, a value: first error", || batch(|| validator.validate(&value).is_ok()))
            .at_least(10.0),
        Contender::new("jsonschema, a value: every error", || {
            batch(|| validator.iter_errors(&value).next().is_none())
        })
        .at_least(10.0),
    ];
    report("Is this document, which is in memory, valid?", contenders, 31, json.len());
}

/// From bytes to a verdict. The limits read the same bytes and check nothing.
fn validation_of_bytes(json: &[u8]) {
    let validator = validator();
    let value = || serde_json::from_slice::<Value>(json).unwrap();
    let contenders = vec![
        Contender::new("bytes: object, every rule", || {
            batch(|| validate(ObjectKind::SalesOrder, json).is_empty())
        }),
        Contender::new("jsonschema, bytes: value, yes or no", || batch(|| validator.is_valid(&value()))),
        Contender::new("jsonschema, bytes: value, every error", || {
            batch(|| validator.iter_errors(&value()).next().is_none())
        }),
        Contender::new("jsonschema, bytes: value, evaluation", || {
            batch(|| validator.evaluate(&value()).flag().valid)
        })
        .at_least(10.0),
        Contender::new("jsonschema, a value: yes or no", {
            let value = value();
            let validator = &validator;
            move || batch(|| validator.is_valid(&value))
        }),
        Contender::new("limit: serde_json, bytes: plain structs", || {
            batch(|| serde_json::from_slice::<order::Plain>(json).is_ok())
        }),
        Contender::new("limit: serde_json, bytes: value", || {
            batch(|| serde_json::from_slice::<Value>(json).is_ok())
        }),
    ];
    report("Are these bytes a valid document?", contenders, 31, json.len());
}

fn writing(order: &Object, json: &[u8]) {
    let plain: order::Plain = serde_json::from_slice(json).unwrap();
    let value: Value = serde_json::from_slice(json).unwrap();
    let Object::SalesOrder(typed) = order else { unreachable!() };
    let contenders = vec![
        Contender::new("object: JSON", || batch(|| !serde_json::to_vec(&typed).unwrap().is_empty())),
        Contender::new("object: canonical JSON, keys sorted", || {
            batch(|| order.to_canonical_json().unwrap().len() == json.len())
        }),
        Contender::new("serde_json, value: sorted, JSON", || {
            batch(|| canonical_json(&value).unwrap().len() == json.len())
        }),
        Contender::new("limit: serde_json, plain structs: JSON", || {
            batch(|| !serde_json::to_vec(&plain).unwrap().is_empty())
        }),
        Contender::new("limit: serde_json, value: JSON", || {
            batch(|| serde_json::to_vec(&value).unwrap().len() == json.len())
        }),
    ];
    report("Writing it", contenders, 31, json.len());
}

/// Every schema of every flavour, as the text of its file.
fn export() {
    let all = || -> Vec<String> {
        Flavour::ALL
            .iter()
            .flat_map(|flavour| schema::schemas_for(*flavour))
            .map(|file| file.to_text())
            .collect()
    };
    let texts = all();
    let bytes: usize = texts.iter().map(String::len).sum();
    let limit = move || -> usize {
        let again = |text: &String| format!("{:#}\n", serde_json::from_str::<Value>(text).unwrap()).len();
        texts.iter().map(again).sum()
    };
    let contenders = vec![
        Contender::new("types: every schema, as text", move || all().iter().map(String::len).sum::<usize>()),
        Contender::new("limit: serde_json, the same texts: value, text", limit),
    ];
    for contender in &contenders {
        let answer = contender.once().and_then(|answer| answer.downcast::<usize>().ok());
        assert_eq!(answer.map(|bytes| *bytes), Some(bytes), "{}", contender.name);
    }
    let times = rounds::race(&contenders, rounds::rounds(31));
    println!("Export of every schema in every flavour (aim: under 100 ms)");
    println!("{}", rounds::table(&contenders, &times, 1, bytes));
}

fn validator() -> jsonschema::Validator {
    jsonschema::validator_for(&schema::object_schema(ObjectKind::SalesOrder).json).unwrap()
}

/// Does something to each of a batch, and says how many were right.
fn batch(work: impl Fn() -> bool) -> usize {
    (0..BATCH).filter(|_| work()).count()
}

fn report(what: &str, mut contenders: Vec<Contender<'_>>, rounds: usize, bytes: usize) {
    for contender in &contenders {
        let right = contender.once().and_then(|answer| answer.downcast::<usize>().ok());
        assert_eq!(right.map(|right| *right), Some(BATCH), "{}", contender.name);
    }
    if std::env::args().any(|argument| argument == "--ours-only") {
        contenders.truncate(1);
    }
    let times = rounds::race(&contenders, rounds::rounds(rounds));
    println!("{what}");
    println!("{}", rounds::table(&contenders, &times, BATCH, BATCH * bytes));
}
