//! Grouping: `read_group` (17) and `formatted_read_group` (19).

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::env::Env;
use super::error::{OdooError, Result};
use super::read::{Page, search, shown};
use super::schema::Kind;

/// One group: the values it was grouped by and its records.
struct Group {
    values: Vec<Value>,
    ids: Vec<i64>,
}

/// 19: rows of group values, `__extra_domain` and aggregates named `field:function`.
pub(crate) fn formatted(
    env: &Env<'_>,
    model: &str,
    domain: &Value,
    groupby: &[String],
    aggregates: &[String],
    page: &Page,
) -> Result<Value> {
    let groups = groups(env, model, domain, groupby, page)?;
    let mut out = Vec::new();
    for group in groups {
        let mut row = Map::new();
        for (spec, value) in groupby.iter().zip(&group.values) {
            row.insert(spec.clone(), value.clone());
        }
        row.insert("__extra_domain".to_owned(), conditions(groupby, &group.values));
        for spec in aggregates {
            row.insert(spec.clone(), aggregate(env, model, spec, &group.ids)?);
        }
        out.push(Value::Object(row));
    }
    Ok(Value::Array(out))
}

/// 17: rows of group values, `__count`, aggregates named by field, and the whole `__domain`.
pub(crate) fn classic(
    env: &Env<'_>,
    model: &str,
    domain: &Value,
    fields: &[String],
    groupby: &[String],
    page: &Page,
    lazy: bool,
) -> Result<Value> {
    let used = if lazy { groupby.get(..1.min(groupby.len())).unwrap_or_default() } else { groupby };
    let mut out = Vec::new();
    for group in groups(env, model, domain, used, page)? {
        let mut row = Map::new();
        for (spec, value) in used.iter().zip(&group.values) {
            row.insert(spec.clone(), value.clone());
        }
        let count = match used.first().filter(|_| lazy) {
            Some(spec) => format!("{}_count", field_of(spec)),
            None => "__count".to_owned(),
        };
        row.insert(count, json!(group.ids.len()));
        for spec in fields {
            let name = field_of(spec);
            if used.iter().any(|used| field_of(used) == name) {
                continue;
            }
            let summable = env.db.schema.field(model, name).is_some_and(|field| {
                matches!(field.kind, Kind::Integer | Kind::Float | Kind::Monetary) && name != "id"
            });
            if spec.contains(':') || summable {
                let spec = if spec.contains(':') { spec.clone() } else { format!("{spec}:sum") };
                row.insert(name.to_owned(), aggregate(env, model, &spec, &group.ids)?);
            }
        }
        row.insert("__domain".to_owned(), both(domain, &conditions(used, &group.values)));
        out.push(Value::Object(row));
    }
    Ok(Value::Array(out))
}

fn groups(env: &Env<'_>, model: &str, domain: &Value, groupby: &[String], page: &Page) -> Result<Vec<Group>> {
    let ids = search(env, model, domain, &Page { order: Some("id".to_owned()), ..Page::default() })?;
    if groupby.is_empty() {
        return Ok(vec![Group { values: Vec::new(), ids }]);
    }
    for spec in groupby {
        env.field(model, field_of(spec)).map_err(|_| {
            OdooError::value(format!("Invalid field {:?} on model {model:?}", field_of(spec)))
        })?;
    }
    let mut found: BTreeMap<Vec<String>, Group> = BTreeMap::new();
    for id in ids {
        let values: Vec<Value> = groupby.iter().map(|spec| group_value(env, model, id, spec)).collect();
        let key = values.iter().map(sort_key).collect();
        found.entry(key).or_insert_with(|| Group { values, ids: Vec::new() }).ids.push(id);
    }
    let end = page.limit.unwrap_or(usize::MAX);
    Ok(found.into_values().skip(page.offset).take(end).collect())
}

/// Groups come in the order of what the reader sees; empty ones last.
fn sort_key(value: &Value) -> String {
    match value {
        Value::Array(pair) => pair.get(1).map(sort_key).unwrap_or_default(),
        Value::Bool(false) => "\u{10ffff}".to_owned(),
        Value::String(text) => text.to_lowercase(),
        other => format!("{:>32}", other.to_string()),
    }
}

fn field_of(spec: &str) -> &str {
    spec.split(':').next().unwrap_or_default()
}

fn group_value(env: &Env<'_>, model: &str, id: i64, spec: &str) -> Value {
    let name = field_of(spec);
    let value = shown(env, model, id, name, true);
    let is_time =
        env.db.schema.field(model, name).is_some_and(|f| matches!(f.kind, Kind::Date | Kind::Datetime));
    let Some(text) = value.as_str().filter(|_| is_time) else { return value };
    let length = match spec.split(':').nth(1) {
        Some("year") => 4,
        Some("day") => 10,
        _ => 7,
    };
    json!(text.chars().take(length).collect::<String>())
}

fn conditions(groupby: &[String], values: &[Value]) -> Value {
    let leaves: Vec<Value> = groupby
        .iter()
        .zip(values)
        .map(|(spec, value)| {
            let wanted = match value {
                Value::Array(pair) => pair.first().cloned().unwrap_or(Value::Bool(false)),
                other => other.clone(),
            };
            if spec.contains(':') {
                json!([field_of(spec), "=like", format!("{}%", wanted.as_str().unwrap_or_default())])
            } else {
                json!([field_of(spec), "=", wanted])
            }
        })
        .collect();
    let mut out = vec![json!("&"); leaves.len().saturating_sub(1)];
    out.extend(leaves);
    Value::Array(out)
}

fn both(left: &Value, right: &Value) -> Value {
    let left = left.as_array().cloned().unwrap_or_default();
    let right = right.as_array().cloned().unwrap_or_default();
    if left.is_empty() || right.is_empty() {
        return Value::Array([left, right].concat());
    }
    // Consecutive conditions are joined by `&` one by one, so the whole is one expression.
    let joins = left.iter().filter(|item| item.is_array()).count();
    let operators = left.iter().filter(|item| matches!(item.as_str(), Some("&" | "|"))).count();
    let mut out = vec![json!("&"); joins.saturating_sub(operators)];
    out.extend(left);
    out.extend(right);
    Value::Array(out)
}

fn aggregate(env: &Env<'_>, model: &str, spec: &str, ids: &[i64]) -> Result<Value> {
    if spec == "__count" {
        return Ok(json!(ids.len()));
    }
    let (name, function) = spec.split_once(':').unwrap_or((spec, "sum"));
    let field = env
        .field(model, name)
        .map_err(|_| OdooError::value(format!("Invalid field {name:?} on model {model:?}")))?;
    let whole = field.kind == Kind::Integer;
    let numbers: Vec<f64> = ids.iter().map(|id| env.number(model, *id, name)).collect();
    let total: f64 = numbers.iter().sum();
    let number = |value: f64| if whole { json!(value.round() as i64) } else { json!(value) };
    Ok(match function {
        "sum" => number(total),
        "avg" if numbers.is_empty() => Value::Bool(false),
        "avg" => json!(total / numbers.len() as f64),
        "min" => numbers.iter().copied().reduce(f64::min).map_or(Value::Bool(false), number),
        "max" => numbers.iter().copied().reduce(f64::max).map_or(Value::Bool(false), number),
        "count" => json!(ids.iter().filter(|id| env.value(model, **id, name) != Value::Bool(false)).count()),
        "count_distinct" => {
            let mut seen: Vec<String> =
                ids.iter().map(|id| env.value(model, *id, name).to_string()).collect();
            seen.sort();
            seen.dedup();
            json!(seen.len())
        }
        "array_agg" => json!(ids.iter().map(|id| env.value(model, *id, name)).collect::<Vec<_>>()),
        other => return Err(OdooError::value(format!("Invalid aggregate method {other:?} in {spec:?}"))),
    })
}
