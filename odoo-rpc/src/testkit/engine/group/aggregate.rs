//! Aggregates: one value out of many records.

use serde_json::{Value, json};

use crate::testkit::engine::context::truthy;
use crate::testkit::engine::env::Env;
use crate::testkit::engine::error::{OdooError, Result};
use crate::testkit::engine::read::compare;
use crate::testkit::engine::schema::Kind;

/// The value of `__count` or `field:function` over records.
pub(super) fn aggregate(env: &Env<'_>, model: &str, spec: &str, ids: &[i64]) -> Result<Value> {
    if spec == "__count" {
        return Ok(json!(ids.len()));
    }
    let (name, function) = spec.split_once(':').unwrap_or((spec, ""));
    let Some(field) = env.db.schema.field(model, name) else {
        return Err(OdooError::value(format!("Invalid field '{name}' on model '{model}' for '{spec}'.")));
    };
    if function.is_empty() {
        return Err(OdooError::value(format!("Aggregate method is mandatory for '{name}'")));
    }
    let is_number = matches!(field.kind, Kind::Integer | Kind::Float | Kind::Monetary | Kind::Reference);
    let is_whole = matches!(field.kind, Kind::Integer | Kind::Reference | Kind::Boolean);
    let value = |id: &i64| {
        let value = env.value(model, *id, name);
        match (&field.kind, value) {
            // An empty cell is NULL, which most aggregates pass over.
            (Kind::Boolean, value) => value,
            (_, Value::Bool(false)) => Value::Null,
            (Kind::Datetime, Value::String(text)) => json!(text.chars().take(19).collect::<String>()),
            (_, value) => value,
        }
    };
    let all: Vec<Value> = ids.iter().map(value).collect();
    let set = || all.iter().filter(|value| !value.is_null());
    let total = || set().filter_map(Value::as_f64).sum::<f64>();
    let empty = set().next().is_none();
    let or_false = |found: Option<Value>| found.unwrap_or(Value::Bool(false));
    Ok(match function {
        "sum" | "avg" if !is_number => {
            let text = format!("function {function}({}) does not exist", field.kind.name());
            return Err(OdooError::new(
                crate::testkit::engine::ErrorKind::Other("psycopg2.errors.UndefinedFunction"),
                text,
            ));
        }
        "sum" | "avg" if empty => Value::Bool(false),
        "sum" if is_whole => json!(whole(total())),
        "sum" => json!(total()),
        "avg" => json!(total() / f64::from(u32::try_from(set().count()).unwrap_or(u32::MAX))),
        "min" => or_false(set().min_by(|left, right| compare(left, right)).cloned()),
        "max" => or_false(set().max_by(|left, right| compare(left, right)).cloned()),
        "count" => json!(set().count()),
        "count_distinct" => json!(distinct(set().cloned().collect()).len()),
        "array_agg" => Value::Array(all),
        "array_agg_distinct" => Value::Array(distinct(all)),
        "bool_and" if !empty => json!(set().all(truthy)),
        "bool_or" if !empty => json!(set().any(truthy)),
        "bool_and" | "bool_or" => Value::Bool(false),
        other => {
            return Err(OdooError::value(format!("Invalid aggregate method '{other}' for '{spec}'.")));
        }
    })
}

fn distinct(mut values: Vec<Value>) -> Vec<Value> {
    values.sort_by(compare);
    values.dedup();
    values
}

#[expect(clippy::cast_possible_truncation, reason = "sums of integers that a column of 32 bits holds")]
fn whole(total: f64) -> i64 {
    total.round() as i64
}
