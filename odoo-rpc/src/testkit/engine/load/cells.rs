//! One cell of text into a field's value.

use serde_json::{Value, json};

use crate::testkit::Series;
use crate::testkit::engine::clock;
use crate::testkit::engine::env::Env;
use crate::testkit::engine::error::Result;
use crate::testkit::engine::read::name_search;
use crate::testkit::engine::schema::{Field, Kind};

/// What a cell became.
pub(super) enum Cell {
    Value(Value),
    /// Taken, with a remark.
    Warning(Value, String),
    /// Refused: the text and what the message carries beside it.
    Error(String, Value),
}

/// Converts a cell; `by` is `id` for an external id, `.id` for a database id, empty for a name.
pub(super) fn convert(env: &mut Env<'_>, field: &Field, by: &str, text: &str) -> Result<Cell> {
    if text.is_empty() {
        let empty = if field.kind.is_many() { json!([[5, 0, 0]]) } else { Value::Bool(false) };
        return Ok(Cell::Value(empty));
    }
    let label = &field.label;
    let refuse = |what: &str| {
        Cell::Error(format!("'{text}' does not seem to be {what} for field '{label}'"), json!({}))
    };
    Ok(match &field.kind {
        Kind::Integer | Kind::Reference => {
            text.parse::<i64>().map_or_else(|_| refuse("an integer"), |n| Cell::Value(json!(n)))
        }
        Kind::Float | Kind::Monetary => match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Cell::Value(json!(number)),
            _ => refuse("a number"),
        },
        Kind::Boolean => boolean(text, label),
        Kind::Date if clock::is_date(text) => Cell::Value(json!(text)),
        Kind::Date => refuse("a valid date"),
        Kind::Datetime => match clock::to_utc(text, &zone(env)) {
            Some(utc) => Cell::Value(json!(utc)),
            None => refuse("a valid date"),
        },
        Kind::Selection(options) if options.is_empty() => Cell::Value(json!(text)),
        Kind::Selection(options) => {
            let found =
                options.iter().find(|(value, shown)| value == text || shown.eq_ignore_ascii_case(text));
            match found {
                Some((value, _)) => Cell::Value(json!(value)),
                None => {
                    let more =
                        json!({"moreinfo": options.iter().map(|(_, shown)| shown).collect::<Vec<_>>()});
                    Cell::Error(format!("Value '{text}' not found in selection field '{label}'"), more)
                }
            }
        }
        Kind::Many2one(other) => reference(env, field, other, by, text)?,
        Kind::Many2many(other) => {
            let mut ids = Vec::new();
            for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
                match reference(env, field, other, by, part)? {
                    Cell::Value(id) | Cell::Warning(id, _) => ids.push(id),
                    error @ Cell::Error(..) => return Ok(error),
                }
            }
            Cell::Value(json!([[6, 0, ids]]))
        }
        Kind::Char | Kind::Text | Kind::Html | Kind::Binary | Kind::Json | Kind::One2many { .. } => {
            Cell::Value(json!(text))
        }
    })
}

fn boolean(text: &str, label: &str) -> Cell {
    match text.to_lowercase().as_str() {
        "1" | "true" | "yes" => Cell::Value(json!(true)),
        "0" | "false" | "no" => Cell::Value(json!(false)),
        _ => Cell::Warning(
            json!(true),
            format!("Unknown value '{text}' for boolean field '{label}', assuming 'yes'"),
        ),
    }
}

/// Times are read in the context's zone, else in the user's: a caller that means UTC has to say so.
fn zone(env: &Env<'_>) -> String {
    if let Some(zone) = env.context.text("tz") {
        return zone.to_owned();
    }
    match env.text("res.users", env.uid, "tz") {
        zone if zone.is_empty() => "UTC".to_owned(),
        zone => zone,
    }
}

fn reference(env: &mut Env<'_>, field: &Field, other: &str, by: &str, text: &str) -> Result<Cell> {
    let label = &field.label;
    let missing = |what: &str| {
        let text = format!("No matching record found for {what} '{text}' in field '{label}'");
        Cell::Error(text, more_info(env, by, other, label))
    };
    match by {
        "id" => {
            let found = text.split_once('.').and_then(|(module, name)| env.by_external_id(module, name));
            let found = found.or_else(|| env.by_external_id("__import__", text));
            Ok(found
                .filter(|(model, _)| model == other)
                .map_or_else(|| missing("external id"), |(_, id)| Cell::Value(json!(id))))
        }
        ".id" => {
            let id = text.parse::<i64>().ok().filter(|id| env.db.row(other, *id).is_some());
            Ok(id.map_or_else(|| missing("database id"), |id| Cell::Value(json!(id))))
        }
        _ => {
            let found = name_search(env, other, text, &json!([]), "=", 2)?;
            Ok(match found.as_slice() {
                [] => missing("name"),
                [(id, _)] => Cell::Value(json!(id)),
                [(id, _), ..] => Cell::Warning(
                    json!(id),
                    format!(
                        "Found multiple matches for value '{text}' in field '{label}' ({} matches)",
                        found.len()
                    ),
                ),
            })
        }
    }
}

/// The "see possible values" action that a message carries.
fn more_info(env: &Env<'_>, by: &str, other: &str, label: &str) -> Value {
    let list = if env.series == Series::V17 { "tree,form" } else { "list,form" };
    let (model, domain) = match by {
        "id" => ("ir.model.data", json!([["model", "=", other]])),
        _ => (other, json!([])),
    };
    json!({
        "moreinfo": {
            "name": "Possible Values", "type": "ir.actions.act_window", "target": "new", "view_mode": list,
            "views": [[false, "list"], [false, "form"]], "context": {"create": false},
            "help": "See all possible values", "res_model": model, "domain": domain,
        },
        "field_name": label,
    })
}
