//! Values from the wire into the form a row stores.

use serde_json::{Value, json};

use super::clock;
use super::context::truthy;
use super::env::Env;
use super::error::{OdooError, Result};
use super::schema::{Field, Kind};
use crate::testkit::Series;

/// The stored form of a value for a plain field.
///
/// As loose as Odoo: a many2one takes any text (which then points to nothing), a float takes an integer.
pub(crate) fn to_stored(env: &Env<'_>, model: &str, id: i64, field: &Field, value: &Value) -> Result<Value> {
    if matches!(value, Value::Null | Value::Bool(false)) {
        return Ok(if field.kind == Kind::Boolean { Value::Bool(false) } else { empty_or_zero(&field.kind) });
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
        Kind::Selection(options) => selection(env.series, model, id, field, options, value)?,
        Kind::Many2one(other) => many2one(env, other, field, value)?,
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

fn empty_or_zero(kind: &Kind) -> Value {
    kind.empty()
}

fn integer(value: &Value) -> Result<i64> {
    let found = match value {
        Value::Bool(value) => Some(i64::from(*value)),
        Value::Number(number) => number.as_i64().or_else(|| whole(number.as_f64()?)),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    found.ok_or_else(|| OdooError::value(format!("invalid literal for int() with base 10: {value}")))
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

fn selection(
    series: Series,
    model: &str,
    _id: i64,
    field: &Field,
    options: &[(String, String)],
    value: &Value,
) -> Result<Value> {
    if value.as_str().is_some_and(|text| options.iter().any(|(option, _)| option == text)) {
        return Ok(value.clone());
    }
    let shown = value.as_str().map_or_else(|| value.to_string(), |text| format!("'{text}'"));
    Err(OdooError::value(match series {
        Series::V17 => format!("Wrong value for {model}.{}: {shown}", field.name),
        Series::V19 => format!("Wrong value for {model}.{}: {shown}", field.name),
    }))
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

/// The id that a value names. The real server does not check text (it keeps the write and stores nothing useful);
/// an id that is not there violates the foreign key.
fn many2one(env: &Env<'_>, other: &str, field: &Field, value: &Value) -> Result<Value> {
    let id = match value {
        Value::Array(pair) => pair.first().and_then(Value::as_i64),
        other => other.as_i64(),
    };
    let Some(id) = id.filter(|id| *id != 0) else { return Ok(Value::Bool(false)) };
    if env.db.schema.models.contains_key(other) && env.db.row(other, id).is_none() {
        let text = format!(
            "The operation cannot be completed: another model requires the record being deleted. If possible, archive it instead.\n\nField: {} ({}), {other}({id},)",
            field.label, field.name
        );
        return Err(OdooError::validation(text));
    }
    Ok(json!(id))
}
