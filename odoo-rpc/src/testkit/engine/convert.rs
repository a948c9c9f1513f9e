//! Values from the wire into the form a row stores.

use serde_json::{Value, json};

use super::clock;
use super::context::truthy;
use super::env::Env;
use super::error::{ErrorKind, OdooError, Result};
use super::schema::{Field, Kind};
use crate::testkit::Series;

/// The stored form of a value for a plain field.
///
/// As loose as Odoo: a float takes an integer, a boolean anything.
pub(crate) fn to_stored(env: &Env<'_>, model: &str, id: i64, field: &Field, value: &Value) -> Result<Value> {
    if matches!(value, Value::Null | Value::Bool(false)) {
        return Ok(if field.kind == Kind::Boolean { Value::Bool(false) } else { field.kind.empty() });
    }
    Ok(match &field.kind {
        Kind::Integer | Kind::Reference => json!(integer(value)?),
        Kind::Float => json!(float(value)?),
        Kind::Monetary => json!(float(value)?),
        Kind::Boolean => Value::Bool(truthy(value)),
        Kind::Char | Kind::Text | Kind::Html => text(value),
        Kind::Date => date(value)?,
        Kind::Datetime => datetime(value)?,
        Kind::Selection(options) if options.is_empty() => open_selection(env, model, field, value)?,
        Kind::Selection(options) => selection(model, field, options, value)?,
        Kind::Many2one(other) => many2one(env, model, id, other, field, value)?,
        Kind::Binary | Kind::Json | Kind::One2many { .. } | Kind::Many2many(_) => value.clone(),
    })
}

/// Rounds half away from zero, as Odoo does.
pub(crate) fn round(value: f64, digits: u32) -> f64 {
    use rust_decimal::prelude::{Decimal, FromPrimitive, RoundingStrategy, ToPrimitive};
    let rounded = Decimal::from_f64(value)
        .map(|value| value.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero));
    rounded.and_then(|value| value.to_f64()).unwrap_or(value)
}

fn integer(value: &Value) -> Result<i64> {
    let found = match value {
        Value::Bool(value) => Some(i64::from(*value)),
        Value::Number(number) => number.as_i64().or_else(|| whole(number.as_f64()?)),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    let shown = value.as_str().map_or_else(|| value.to_string(), |text| format!("'{text}'"));
    found.ok_or_else(|| OdooError::value(format!("invalid literal for int() with base 10: {shown}")))
}

#[expect(clippy::cast_possible_truncation, reason = "Python's int() cuts a float too; the range is checked")]
fn whole(number: f64) -> Option<i64> {
    (number.abs() < 9.0e15).then_some(number.trunc() as i64)
}

fn float(value: &Value) -> Result<f64> {
    let found = match value {
        Value::Bool(value) => Some(f64::from(u8::from(*value))),
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    let shown = value.as_str().map_or_else(|| value.to_string(), |text| format!("'{text}'"));
    found.ok_or_else(|| OdooError::value(format!("could not convert string to float: {shown}")))
}

fn text(value: &Value) -> Value {
    match value {
        Value::String(_) => value.clone(),
        Value::Bool(true) => json!("True"),
        other => json!(other.to_string()),
    }
}

fn date(value: &Value) -> Result<Value> {
    let text = value.as_str().unwrap_or_default();
    let day: String = text.chars().take(10).collect();
    if clock::is_date(&day) {
        return Ok(json!(day));
    }
    Err(OdooError::value(format!("time data '{text}' does not match format '%Y-%m-%d'")))
}

fn datetime(value: &Value) -> Result<Value> {
    let text = value.as_str().unwrap_or_default();
    if clock::parse_datetime(text).is_some() {
        return Ok(json!(text.chars().take(19).collect::<String>()));
    }
    if clock::is_date(text) {
        return Ok(json!(format!("{text} 00:00:00")));
    }
    Err(OdooError::value(format!("time data '{text}' does not match format '%Y-%m-%d %H:%M:%S'")))
}

fn selection(model: &str, field: &Field, options: &[(String, String)], value: &Value) -> Result<Value> {
    if value.as_str().is_some_and(|text| options.iter().any(|(option, _)| option == text)) {
        return Ok(value.clone());
    }
    let shown = value.as_str().map_or_else(|| value.to_string(), |text| format!("'{text}'"));
    Err(OdooError::value(format!("Wrong value for {model}.{}: {shown}", field.name)))
}

/// A language has to be installed; a time zone has to be one.
fn open_selection(env: &Env<'_>, model: &str, field: &Field, value: &Value) -> Result<Value> {
    let text = value.as_str().unwrap_or_default();
    let known = match field.name.as_str() {
        "lang" => env.db.unique("res.lang", 0, &[text]).is_some_and(|id| env.flag("res.lang", id, "active")),
        "tz" => clock::is_zone(text),
        _ => true,
    };
    if known {
        return Ok(value.clone());
    }
    Err(OdooError::value(format!("Wrong value for {model}.{}: '{text}'", field.name)))
}

/// The id that a value names. An id that is not there violates the foreign key. What is no id is told by the database when the record is
/// inserted; a `write` of it passes and stores nothing.
fn many2one(env: &Env<'_>, model: &str, id: i64, other: &str, field: &Field, value: &Value) -> Result<Value> {
    let target = match value {
        Value::Number(number) => number.as_i64().or_else(|| nearest(number.as_f64()?)),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    let Some(target) = target else {
        let inserted = env.db.row(model, id).is_none();
        return if inserted { Err(no_id(&field.name, value)) } else { Ok(Value::Bool(false)) };
    };
    if target == 0 {
        return Ok(Value::Bool(false));
    }
    if env.db.schema.models.contains_key(other) && env.db.row(other, target).is_none() {
        return Err(foreign_key(env, model, field));
    }
    Ok(json!(target))
}

/// PostgreSQL rounds a number with a fraction.
fn nearest(number: f64) -> Option<i64> {
    whole(number.round())
}

/// What the database says to a value that is no integer.
fn no_id(name: &str, value: &Value) -> OdooError {
    let (class, text) = match value {
        Value::String(text) => (
            "psycopg2.errors.InvalidTextRepresentation",
            format!("invalid input syntax for type integer: \"{text}\""),
        ),
        Value::Object(_) => ("psycopg2.ProgrammingError", "can't adapt type 'dict'".to_owned()),
        Value::Bool(_) => (
            "psycopg2.errors.DatatypeMismatch",
            format!("column \"{name}\" is of type integer but expression is of type boolean"),
        ),
        _ => (
            "psycopg2.errors.DatatypeMismatch",
            format!("column \"{name}\" is of type integer but expression is of type integer[]"),
        ),
    };
    OdooError::new(ErrorKind::Other(class), text)
}

/// A foreign key that does not hold, or is still held.
pub(crate) fn foreign_key(env: &Env<'_>, model: &str, field: &Field) -> OdooError {
    let label = env.db.schema.models.get(model).map(|model| model.label.as_str()).unwrap_or_default();
    let (shown, name) = (&field.label, &field.name);
    OdooError::validation(match env.series {
        Series::V17 => format!(
            "The operation cannot be completed: another model requires the record being deleted. If possible, archive it instead.\n\nModel: {label} ({model})\nConstraint: {}_{name}_fkey\n",
            model.replace('.', "_")
        ),
        Series::V19 => format!(
            "The operation cannot be completed: Another model is using the record you are trying to delete.\n\nThe troublemaker is: '{label}' ({model})\nThanks to the following constraint: '{shown}' ({name})\nHow about archiving the record instead?"
        ),
    })
}
