//! Grouping: `read_group` (until 18, and still there in 19) and `formatted_read_group` (19).

mod aggregate;
mod span;

use serde_json::{Map, Value, json};

use super::env::Env;
use super::error::{OdooError, Result};
use super::read::{Page, compare, search};
use super::schema::Kind;
use crate::testkit::Series;
use aggregate::aggregate;
use span::{Grain, Slot, slot};

pub(crate) use span::number;

/// One thing to group by: as it was written, the field, and how dates are put together.
struct By {
    spec: String,
    name: String,
    kind: Kind,
    grain: Option<Grain>,
}

/// What a group's records share in one field.
#[derive(Debug, Clone, PartialEq)]
enum Key {
    Empty,
    Value(Value),
    /// A record and its name.
    Record(i64, String),
    Slot(Slot),
}

struct Group {
    keys: Vec<Key>,
    ids: Vec<i64>,
}

/// What a grouping asks for beside its domain.
#[derive(Debug, Default)]
pub(crate) struct Ask {
    pub(crate) groupby: Vec<String>,
    /// `field:function`, or for `read_group` what its `fields` say.
    pub(crate) aggregates: Vec<String>,
    pub(crate) having: Value,
    pub(crate) page: Page,
}

/// 19: rows of group values, `__extra_domain` and aggregates named `field:function`.
pub(crate) fn formatted(env: &Env<'_>, model: &str, domain: &Value, ask: &Ask) -> Result<Value> {
    let by = parse(env, model, &ask.groupby, true)?;
    let mut out = Vec::new();
    for group in groups(env, model, domain, &by, ask)? {
        let mut row = Map::new();
        for (by, key) in by.iter().zip(&group.keys) {
            let value = match key {
                Key::Slot(slot) => json!([slot.from, slot.label]),
                key => key.shown(),
            };
            row.insert(by.spec.clone(), value);
        }
        row.insert("__extra_domain".to_owned(), joined(&conditions(&by, &group.keys)));
        for spec in &ask.aggregates {
            row.insert(spec.clone(), aggregate(env, model, spec, &group.ids)?);
        }
        out.push(Value::Object(row));
    }
    Ok(Value::Array(out))
}

/// `read_group`: rows of group values, `__count`, aggregates named by field, and the whole `__domain`.
pub(crate) fn classic(env: &Env<'_>, model: &str, domain: &Value, ask: &Ask, lazy: bool) -> Result<Value> {
    let all = parse(env, model, &ask.groupby, false)?;
    let (used, rest) = all.split_at(if lazy { all.len().min(1) } else { all.len() });
    let columns = columns(env, model, &ask.aggregates, used);
    let mut out = Vec::new();
    for group in groups(env, model, domain, used, ask)? {
        let mut row = Map::new();
        let mut ranges = Map::new();
        for (by, key) in used.iter().zip(&group.keys) {
            match key {
                Key::Slot(slot) => {
                    row.insert(by.spec.clone(), json!(slot.label));
                    ranges.insert(by.spec.clone(), json!({"from": slot.from, "to": slot.to}));
                }
                key => {
                    row.insert(by.spec.clone(), key.shown());
                    if by.grain.is_some() {
                        ranges.insert(by.spec.clone(), Value::Bool(false));
                    }
                }
            }
        }
        let count = match used.first().filter(|_| lazy) {
            Some(by) => format!("{}_count", by.name),
            None => "__count".to_owned(),
        };
        row.insert(count, json!(group.ids.len()));
        for (name, spec) in &columns {
            row.insert(name.clone(), aggregate(env, model, spec, &group.ids)?);
        }
        let mut parts = vec![domain.clone()];
        parts.extend(conditions(used, &group.keys));
        row.insert("__domain".to_owned(), joined(&parts));
        if !ranges.is_empty() {
            row.insert("__range".to_owned(), Value::Object(ranges));
        }
        if !rest.is_empty() {
            let left: Vec<&str> = rest.iter().map(|by| by.spec.as_str()).collect();
            row.insert("__context".to_owned(), json!({"group_by": left}));
        }
        out.push(Value::Object(row));
    }
    Ok(Value::Array(out))
}

/// The columns of `read_group`: `field`, `field:function` or `name:function(field)`; fields that do not sum up are left out.
fn columns(env: &Env<'_>, model: &str, fields: &[String], used: &[By]) -> Vec<(String, String)> {
    let mut out = Vec::new();
    for field in fields.iter().filter(|field| *field != "__count") {
        let (name, function) = field.split_once(':').unwrap_or((field, ""));
        let inner = function.strip_suffix(')').and_then(|call| call.split_once('('));
        let grouped = used.iter().any(|by| by.name == name);
        match inner {
            Some((function, of)) => out.push((name.to_owned(), format!("{of}:{function}"))),
            None if grouped => {}
            None if !function.is_empty() => out.push((name.to_owned(), field.clone())),
            None => {
                let kind = env.db.schema.field(model, name).map(|field| &field.kind);
                if matches!(kind, Some(Kind::Integer | Kind::Float | Kind::Monetary)) && name != "id" {
                    out.push((name.to_owned(), format!("{name}:sum")));
                }
            }
        }
    }
    out
}

fn parse(env: &Env<'_>, model: &str, groupby: &[String], strict: bool) -> Result<Vec<By>> {
    let one = |spec: &String| {
        let (name, grain) = spec.split_once(':').unwrap_or((spec, ""));
        let field = env.db.schema.field(model, name);
        let field =
            field.ok_or_else(|| OdooError::value(format!("Invalid field '{name}' on model '{model}'")))?;
        let is_date = matches!(field.kind, Kind::Date | Kind::Datetime);
        let grain = match (is_date, grain) {
            (false, _) => None,
            (true, "") if strict => {
                let text = format!("Granularity not set on a date(time) field: '{name}'");
                return Err(OdooError::value(text));
            }
            (true, "") => Some(Grain::Month),
            (true, grain) => Some(Grain::parse(env.series, grain)?),
        };
        Ok(By { spec: spec.clone(), name: name.to_owned(), kind: field.kind.clone(), grain })
    };
    groupby.iter().map(one).collect()
}

fn groups(env: &Env<'_>, model: &str, domain: &Value, by: &[By], ask: &Ask) -> Result<Vec<Group>> {
    let ids = search(env, model, domain, &Page { order: Some("id".to_owned()), ..Page::default() })?;
    let mut groups: Vec<Group> = Vec::new();
    if by.is_empty() {
        groups.push(Group { keys: Vec::new(), ids });
        return Ok(groups);
    }
    let mut places: std::collections::HashMap<String, usize> = std::collections::HashMap::new();
    for id in ids {
        for keys in keys_of(env, model, id, by) {
            let place = *places.entry(format!("{keys:?}")).or_insert(groups.len());
            match groups.get_mut(place) {
                Some(group) => group.ids.push(id),
                None => groups.push(Group { keys, ids: vec![id] }),
            }
        }
    }
    let mut kept = Vec::new();
    for group in groups {
        if has(env, model, &ask.having, &group.ids)? {
            kept.push(group);
        }
    }
    let sorted = sorted(env, model, kept, by, ask.page.order.as_deref())?;
    let end = ask.page.limit.unwrap_or(usize::MAX);
    Ok(sorted.into_iter().skip(ask.page.offset).take(end).collect())
}

/// The groups that a record belongs to: more than one where a many2many is grouped by.
fn keys_of(env: &Env<'_>, model: &str, id: i64, by: &[By]) -> Vec<Vec<Key>> {
    let mut all: Vec<Vec<Key>> = vec![Vec::new()];
    for by in by {
        let keys = field_keys(env, model, id, by);
        all = all
            .into_iter()
            .flat_map(|before| {
                keys.iter().map(move |key| before.iter().cloned().chain([key.clone()]).collect::<Vec<_>>())
            })
            .collect();
    }
    all
}

fn field_keys(env: &Env<'_>, model: &str, id: i64, by: &By) -> Vec<Key> {
    let value = env.value(model, id, &by.name);
    let record = |id: i64| {
        let other = by.kind.relation().unwrap_or_default();
        Key::Record(id, env.text(other, id, "display_name"))
    };
    let zone = env.context.text("tz").unwrap_or("UTC");
    let is_time = by.kind == Kind::Datetime;
    match (&by.kind, value, by.grain) {
        (Kind::Boolean, value, _) => vec![Key::Value(value)],
        (Kind::Many2one(_), Value::Number(id), _) => vec![record(id.as_i64().unwrap_or_default())],
        (_, Value::Array(ids), _) if !ids.is_empty() => {
            ids.iter().filter_map(Value::as_i64).map(record).collect()
        }
        (_, Value::String(text), Some(Grain::Number(part))) => {
            vec![number(&text, part, zone, is_time).map_or(Key::Empty, Key::Value)]
        }
        (_, Value::String(text), Some(grain)) => {
            vec![slot(&text, grain, zone, is_time).map_or(Key::Empty, Key::Slot)]
        }
        (_, Value::Bool(false) | Value::Null | Value::Array(_), _) => vec![Key::Empty],
        (_, value, _) => vec![Key::Value(value)],
    }
}

impl Key {
    fn shown(&self) -> Value {
        match self {
            Self::Empty => Value::Bool(false),
            Self::Value(value) => value.clone(),
            Self::Record(id, name) => json!([id, name]),
            Self::Slot(slot) => json!(slot.label),
        }
    }

    /// Empty comes last.
    fn order(&self) -> Value {
        match self {
            Self::Empty => Value::Null,
            Self::Value(value) => value.clone(),
            Self::Record(_, name) => json!(name),
            Self::Slot(slot) => json!(slot.from),
        }
    }
}

/// Sorted by what the order names, else by the groups in their order.
fn sorted(
    env: &Env<'_>,
    model: &str,
    groups: Vec<Group>,
    by: &[By],
    order: Option<&str>,
) -> Result<Vec<Group>> {
    let default = by.iter().map(|by| by.spec.as_str()).collect::<Vec<_>>().join(",");
    let mut terms = Vec::new();
    for part in order.unwrap_or(&default).split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let (term, direction) = part.split_once(' ').unwrap_or((part, ""));
        let place = by.iter().position(|by| by.spec == term || by.name == term);
        let known = term.split(':').next().is_some_and(|name| env.db.schema.field(model, name).is_some());
        if place.is_none() && term != "__count" && !known {
            let text = format!("Order term '{part}' is not a valid aggregate nor valid groupby");
            return Err(OdooError::value(text));
        }
        let spec =
            if term.contains(':') || term == "__count" { term.to_owned() } else { format!("{term}:sum") };
        terms.push((place, spec, direction.trim().to_ascii_lowercase().starts_with("desc")));
    }
    let mut decorated = Vec::new();
    for group in groups {
        let mut keys = Vec::new();
        for (place, spec, _) in &terms {
            keys.push(match place.and_then(|place| group.keys.get(place)) {
                Some(key) => key.order(),
                None => aggregate(env, model, spec, &group.ids)?,
            });
        }
        decorated.push((keys, group));
    }
    decorated.sort_by(|(left, _), (right, _)| {
        let parts = left.iter().zip(right).zip(&terms);
        parts.fold(std::cmp::Ordering::Equal, |order, ((left, right), (_, _, down))| {
            let next = compare(left, right);
            order.then(if *down { next.reverse() } else { next })
        })
    });
    Ok(decorated.into_iter().map(|(_, group)| group).collect())
}

/// Whether a group meets conditions on its aggregates, all of them.
fn has(env: &Env<'_>, model: &str, having: &Value, ids: &[i64]) -> Result<bool> {
    for condition in having.as_array().into_iter().flatten() {
        let Some([Value::String(spec), Value::String(operator), wanted]) =
            condition.as_array().map(Vec::as_slice)
        else {
            return Err(OdooError::value(format!(
                "Invalid having clause {condition}: expecting a list of conditions"
            )));
        };
        let order = compare(&aggregate(env, model, spec, ids)?, wanted);
        let met = match operator.as_str() {
            "=" => order.is_eq(),
            "!=" => order.is_ne(),
            "<" => order.is_lt(),
            "<=" => order.is_le(),
            ">" => order.is_gt(),
            ">=" => order.is_ge(),
            other => {
                return Err(OdooError::value(format!(
                    "Invalid having clause: unsupported comparator '{other}'"
                )));
            }
        };
        if !met {
            return Ok(false);
        }
    }
    Ok(true)
}

/// What finds a group's records again, one domain a field.
fn conditions(by: &[By], keys: &[Key]) -> Vec<Value> {
    let one = |(by, key): (&By, &Key)| match (key, by.grain) {
        (Key::Slot(slot), _) => json!(["&", [by.name, ">=", slot.from], [by.name, "<", slot.to]]),
        (Key::Value(value), Some(Grain::Number(part))) => {
            json!([[format!("{}.{part}", by.name), "=", value]])
        }
        (Key::Record(id, _), _) => json!([[by.name, "=", id]]),
        (key, _) => json!([[by.name, "=", key.shown()]]),
    };
    by.iter().zip(keys).map(one).collect()
}

/// Domains joined by `&`; where there is nothing else than `&` in them, its signs come first, as Odoo writes it.
fn joined(parts: &[Value]) -> Value {
    let lists: Vec<Vec<Value>> = parts.iter().filter_map(|part| part.as_array().cloned()).collect();
    let items: Vec<Value> = lists.iter().flatten().cloned().collect();
    if items.is_empty() {
        return json!([[1, "=", 1]]);
    }
    let operators = items.iter().filter(|item| !item.is_array()).count();
    let leaves = items.len() - operators;
    if items.iter().all(|item| item.is_array() || item == "&") {
        let mut out = vec![json!("&"); leaves - 1];
        out.extend(items.into_iter().filter(Value::is_array));
        return Value::Array(out);
    }
    // `!` takes one operand; only `&` and `|` join two.
    let joins = items.iter().filter(|item| matches!(item.as_str(), Some("&" | "|"))).count();
    let mut out = vec![json!("&"); leaves.saturating_sub(joins + 1)];
    out.extend(items);
    Value::Array(out)
}

/// Whether this series has the part of a date that a condition names.
pub(crate) fn is_part(series: Series, part: &str) -> bool {
    matches!(Grain::parse(series, part), Ok(Grain::Number(_)))
}
