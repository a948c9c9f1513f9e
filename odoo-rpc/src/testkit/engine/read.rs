//! Searching, ordering and reading.

use std::cmp::Ordering;

use serde_json::{Map, Value, json};

use super::domain::{Domain, name_domain};
use super::env::Env;
use super::error::{OdooError, Result};
use super::schema::Kind;
use super::{logic, rules};

/// How a search is cut and sorted.
#[derive(Debug, Clone, Default)]
pub(crate) struct Page {
    pub(crate) offset: usize,
    pub(crate) limit: Option<usize>,
    pub(crate) order: Option<String>,
}

/// Ids that match, sorted and cut.
pub(crate) fn search(env: &Env<'_>, model: &str, domain: &Value, page: &Page) -> Result<Vec<i64>> {
    let domain = Domain::parse(env, model, domain)?;
    let schema = env.db.schema.models.get(model);
    let order = page.order.clone().unwrap_or_else(|| schema.map(|m| m.order.clone()).unwrap_or_default());
    let keys = parse_order(env, model, &order)?;
    let all = domain.candidates(env, model).unwrap_or_else(|| env.db.ids(model));
    let hide = env.context.active_test()
        && !domain.mentions("active")
        && env.db.schema.field(model, "active").is_some();
    let found = all.into_iter().filter(|id| !hide || env.flag(model, *id, "active"));
    let found = found.filter(|id| rules::allows(env, model, *id));
    let found: Vec<i64> = found.filter(|id| domain.matches(env, model, *id)).collect();
    let sorted = sort(env, model, found, &keys);
    let end = page.limit.unwrap_or(usize::MAX);
    Ok(sorted.into_iter().skip(page.offset).take(end).collect())
}

/// Rows of records that are there; ids that are not are left out, as Odoo does.
pub(crate) fn read(
    env: &Env<'_>,
    model: &str,
    ids: &[i64],
    fields: &[String],
    names: bool,
) -> Result<Vec<Value>> {
    let fields: Vec<String> = if fields.is_empty() {
        env.db.schema.models.get(model).map(|m| m.fields.keys().cloned().collect()).unwrap_or_default()
    } else {
        fields.to_vec()
    };
    for name in &fields {
        env.field(model, name).map_err(|_| invalid_read_field(model, name))?;
    }
    check_readable(env, model, ids)?;
    let present = ids.iter().filter(|id| env.db.row(model, **id).is_some());
    Ok(present.map(|id| Value::Object(row(env, model, *id, &fields, names))).collect())
}

/// A many2one, datetime or text as a reader sees it.
pub(crate) fn shown(env: &Env<'_>, model: &str, id: i64, name: &str, names: bool) -> Value {
    let value = env.value(model, id, name);
    let Some(field) = env.db.schema.field(model, name) else { return value };
    match (&field.kind, &value) {
        (Kind::Many2one(other), Value::Number(target)) if names => {
            json!([target, env.value(other, target.as_i64().unwrap_or_default(), "display_name")])
        }
        (Kind::Binary, Value::String(text)) if env.context.wants_size(name) => {
            json!(logic::shown_size(env, model, id, name, text))
        }
        (Kind::Datetime, Value::String(text)) => json!(text.chars().take(19).collect::<String>()),
        _ => value,
    }
}

/// `[id, display name]` pairs for a text.
pub(crate) fn name_search(
    env: &Env<'_>,
    model: &str,
    name: &str,
    domain: &Value,
    operator: &str,
    limit: usize,
) -> Result<Vec<(i64, String)>> {
    let mut all: Vec<Value> = domain.as_array().cloned().unwrap_or_default();
    if !(name.is_empty() && operator == "ilike") {
        let by_name = name_domain(model, operator, name);
        all.extend(by_name.as_array().cloned().unwrap_or_default());
    }
    let page = Page { limit: Some(limit), ..Page::default() };
    let ids = search(env, model, &Value::Array(all), &page)?;
    Ok(ids.into_iter().map(|id| (id, env.text(model, id, "display_name"))).collect())
}

/// `web_read`: rows shaped by a specification, relations nested as far as it asks.
pub(crate) fn web_read(
    env: &Env<'_>,
    model: &str,
    ids: &[i64],
    specification: &Map<String, Value>,
) -> Result<Vec<Value>> {
    check_readable(env, model, ids)?;
    let mut out = Vec::new();
    for id in ids.iter().filter(|id| env.db.row(model, **id).is_some()) {
        let mut row = Map::new();
        row.insert("id".to_owned(), json!(id));
        for (name, spec) in specification {
            let field = env.field(model, name).map_err(|_| invalid_read_field(model, name))?;
            let value = match (field.kind.relation(), spec.get("fields").and_then(Value::as_object)) {
                (Some(other), Some(fields)) => nested(env, model, *id, name, other, fields, spec)?,
                _ => shown(env, model, *id, name, false),
            };
            row.insert(name.clone(), value);
        }
        out.push(Value::Object(row));
    }
    Ok(out)
}

fn nested(
    env: &Env<'_>,
    model: &str,
    id: i64,
    name: &str,
    other: &str,
    fields: &Map<String, Value>,
    spec: &Value,
) -> Result<Value> {
    match env.value(model, id, name) {
        Value::Array(ids) => {
            let limit =
                spec.get("limit").and_then(Value::as_u64).and_then(|limit| usize::try_from(limit).ok());
            let ids = ids.iter().filter_map(Value::as_i64).take(limit.unwrap_or(usize::MAX));
            Ok(Value::Array(web_read(env, other, &ids.collect::<Vec<_>>(), fields)?))
        }
        Value::Number(target) => {
            let rows = web_read(env, other, &[target.as_i64().unwrap_or_default()], fields)?;
            Ok(rows.into_iter().next().unwrap_or(Value::Bool(false)))
        }
        other => Ok(other),
    }
}

fn row(env: &Env<'_>, model: &str, id: i64, fields: &[String], names: bool) -> Map<String, Value> {
    let mut out = Map::new();
    out.insert("id".to_owned(), json!(id));
    for name in fields {
        out.insert(name.clone(), shown(env, model, id, name, names));
    }
    out
}

fn check_readable(env: &Env<'_>, model: &str, ids: &[i64]) -> Result<()> {
    if env.sudo || env.db.unreadable.is_empty() {
        return Ok(());
    }
    match ids.iter().find(|id| env.db.unreadable.contains(&(model.to_owned(), **id))) {
        Some(id) => {
            Err(OdooError::value(format!("Compute method failed to assign {model}({id},).display_name")))
        }
        None => Ok(()),
    }
}

fn invalid_read_field(model: &str, name: &str) -> OdooError {
    OdooError::value(format!("Invalid field '{name}' on model '{model}'"))
}

/// One part of an order: the field and whether it runs downwards.
pub(crate) type OrderKey = (String, bool);

/// Reads `a desc, id`.
pub(crate) fn parse_order(env: &Env<'_>, model: &str, order: &str) -> Result<Vec<OrderKey>> {
    let mut keys = Vec::new();
    for part in order.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let mut words = part.split_whitespace();
        let name = words.next().unwrap_or_default();
        let name = name.split('.').next().unwrap_or_default();
        let down = words.next().is_some_and(|word| word.eq_ignore_ascii_case("desc"));
        if env.db.schema.field(model, name).is_none() {
            return Err(OdooError::value(format!("Invalid field {name:?} on model {model:?}")));
        }
        keys.push((name.to_owned(), down));
    }
    Ok(keys)
}

fn sort(env: &Env<'_>, model: &str, ids: Vec<i64>, keys: &[OrderKey]) -> Vec<i64> {
    if keys.is_empty() || ids.len() < 2 || matches!(keys, [(name, false)] if name == "id") {
        return ids;
    }
    let mut decorated: Vec<(Vec<Value>, i64)> = ids
        .into_iter()
        .map(|id| (keys.iter().map(|(name, _)| sort_value(env, model, id, name)).collect(), id))
        .collect();
    decorated.sort_by(|(left, _), (right, _)| {
        for ((a, b), (_, down)) in left.iter().zip(right).zip(keys) {
            let order = compare(a, b);
            let order = if *down { order.reverse() } else { order };
            if order != Ordering::Equal {
                return order;
            }
        }
        Ordering::Equal
    });
    decorated.into_iter().map(|(_, id)| id).collect()
}

fn sort_value(env: &Env<'_>, model: &str, id: i64, name: &str) -> Value {
    let value = env.value(model, id, name);
    match (env.db.schema.field(model, name).map(|field| &field.kind), value.as_i64()) {
        (Some(Kind::Many2one(other)), Some(target)) => env.value(other, target, "display_name"),
        (Some(Kind::Many2one(_)), None) => Value::Null,
        (Some(Kind::Boolean), _) => value,
        _ if value == Value::Bool(false) => Value::Null,
        _ => value,
    }
}

/// NULL comes last when ascending; text compares without case first.
pub(crate) fn compare(left: &Value, right: &Value) -> Ordering {
    match (left, right) {
        (Value::Null, Value::Null) => Ordering::Equal,
        (Value::Null, _) => Ordering::Greater,
        (_, Value::Null) => Ordering::Less,
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (Value::String(a), Value::String(b)) => {
            a.to_lowercase().cmp(&b.to_lowercase()).then_with(|| a.cmp(b))
        }
        (a, b) => a.as_f64().partial_cmp(&b.as_f64()).unwrap_or(Ordering::Equal),
    }
}
