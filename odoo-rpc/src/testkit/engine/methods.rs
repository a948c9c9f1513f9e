//! What each callable method runs, and the methods too small for a file of their own.

use serde_json::{Map, Value, json};

use super::context::truthy;
use super::env::Env;
use super::error::{ErrorKind, OdooError, Result};
use super::read::{self, Page};
use super::schema::{Field, Kind, Model};
use super::{group, load, logic, metadata, rules};
use crate::testkit::Series;

/// Runs a bound method. `ids` are the records of a record method.
pub(crate) fn run(
    env: &mut Env<'_>,
    name: &str,
    method: &str,
    ids: &[i64],
    args: &Map<String, Value>,
) -> Result<Value> {
    let get = |key: &str| args.get(key).unwrap_or(&Value::Null);
    rules::check(env, name, ids, if method == "unlink" { "unlink" } else { "read" })?;
    match method {
        "check_object_reference" => metadata::check_object_reference(env, args),
        "get_external_id" => Ok(metadata::external_ids(env, name, ids)),
        "get_metadata" => metadata::of(env, name, ids),
        "generate" => logic::keys::generate(env, args),
        "revoke" => logic::keys::revoke(env, args),
        "web_save_multi" => {
            let all = get("vals_list").as_array().cloned().unwrap_or_default();
            if all.len() != ids.len() {
                return Err(OdooError::value("Each record must have a corresponding vals entry."));
            }
            for (id, vals) in ids.iter().zip(&all) {
                env.write(name, &[*id], &object(vals))?;
            }
            Ok(Value::Array(read::web_read(env, name, ids, &object(get("specification")))?))
        }
        "search" => Ok(json!(read::search(env, name, get("domain"), &page(args, "order")?)?)),
        "search_count" => {
            let page = Page { limit: limit(get("limit"))?, order: Some("id".to_owned()), offset: 0 };
            Ok(json!(read::search(env, name, get("domain"), &page)?.len()))
        }
        "search_read" => {
            let ids = read::search(env, name, get("domain"), &page(args, "order")?)?;
            Ok(Value::Array(read::read(env, name, &ids, &strings(get("fields")), names(args))?))
        }
        "read" => Ok(Value::Array(read::read(env, name, ids, &strings(get("fields")), names(args))?)),
        "web_search_read" => {
            let page = page(args, "order")?;
            let all = read::search(
                env,
                name,
                get("domain"),
                &Page { order: page.order.clone(), ..Page::default() },
            )?;
            let ids: Vec<i64> =
                all.iter().copied().skip(page.offset).take(page.limit.unwrap_or(usize::MAX)).collect();
            let records = read::web_read(env, name, &ids, &object(get("specification")))?;
            Ok(json!({"length": all.len(), "records": records}))
        }
        "web_read" => Ok(Value::Array(read::web_read(env, name, ids, &object(get("specification")))?)),
        "web_save" => {
            let vals = object(get("vals"));
            let ids = match ids {
                [] => vec![env.create(name, &vals)?],
                ids => {
                    env.write(name, ids, &vals)?;
                    ids.to_vec()
                }
            };
            Ok(Value::Array(read::web_read(env, name, &ids, &object(get("specification")))?))
        }
        "name_search" => {
            let limit = limit(get("limit"))?.unwrap_or(100);
            let domain = args.get("domain").or_else(|| args.get("args")).unwrap_or(&Value::Null);
            let operator = get("operator").as_str().unwrap_or("ilike");
            let text = get("name").as_str().unwrap_or_default();
            Ok(json!(read::name_search(env, name, text, domain, operator, limit)?))
        }
        "name_create" => {
            let mut vals = Map::new();
            vals.insert("name".to_owned(), get("name").clone());
            let id = env.create(name, &vals)?;
            Ok(json!([id, env.text(name, id, "display_name")]))
        }
        "create" => create(env, name, get("vals_list")),
        "write" => {
            env.write(name, ids, &object(get("vals")))?;
            Ok(json!(true))
        }
        "unlink" => {
            env.unlink(name, ids)?;
            Ok(json!(true))
        }
        "copy" => copy(env, name, ids, &object(get("default"))),
        "load" => {
            let fields = strings(get("fields"));
            let data: Vec<Vec<Value>> = get("data")
                .as_array()
                .map(|rows| rows.iter().map(|row| row.as_array().cloned().unwrap_or_default()).collect())
                .unwrap_or_default();
            load::load(env, name, &fields, &data)
        }
        "fields_get" => Ok(fields_get(env, name, &strings(get("allfields")), &strings(get("attributes")))),
        "default_get" => {
            let wanted = args.get("fields").or_else(|| args.get("fields_list")).unwrap_or(&Value::Null);
            Ok(default_get(env, name, &strings(wanted)))
        }
        "read_group" => {
            let lazy = args.get("lazy").is_none_or(truthy);
            let ask = ask(args, "fields", "orderby")?;
            group::classic(env, name, get("domain"), &ask, lazy)
        }
        "formatted_read_group" => {
            group::formatted(env, name, get("domain"), &ask(args, "aggregates", "order")?)
        }
        "has_access" | "check_access_rights" => Ok(json!(true)),
        "context_get" => Ok(context_get(env)),
        "exists" => Ok(json!(ids.iter().filter(|id| env.db.row(name, **id).is_some()).collect::<Vec<_>>())),
        "action_archive" | "action_unarchive" => {
            let mut vals = Map::new();
            vals.insert("active".to_owned(), json!(method == "action_unarchive"));
            env.write(name, ids, &vals)?;
            Ok(Value::Null)
        }
        _ => logic::action(env, name, method, ids),
    }
}

fn create(env: &mut Env<'_>, name: &str, vals_list: &Value) -> Result<Value> {
    match vals_list {
        Value::Object(vals) => Ok(json!(env.create(name, vals)?)),
        Value::Array(list) => {
            let mut ids = Vec::with_capacity(list.len());
            for vals in list {
                ids.push(env.create(name, &object(vals))?);
            }
            Ok(json!(ids))
        }
        other => Err(OdooError::new(
            ErrorKind::Type,
            format!("create() takes a dictionary or a list of dictionaries, not {other}"),
        )),
    }
}

/// Copies stored values that a user may write; lines are copied with their parent, what must be unique is left out.
fn copy(env: &mut Env<'_>, name: &str, ids: &[i64], overrides: &Map<String, Value>) -> Result<Value> {
    env.check_exist(name, ids)?;
    let mut copies = Vec::new();
    for id in ids {
        let Some(schema) = env.db.schema.models.get(name).cloned() else { continue };
        let mut vals = copied_values(env, &schema, *id);
        for field in schema.fields.values() {
            let Kind::One2many { model, inverse } = &field.kind else { continue };
            let owned = env.db.schema.field(model, inverse).is_some_and(|field| field.cascade);
            let Some(lines) = env.db.schema.models.get(model).filter(|_| owned) else { continue };
            let copies = env.links(name, *id, &field.name).into_iter().map(|line| {
                let mut vals = copied_values(env, lines, line);
                vals.remove(inverse);
                json!([0, 0, vals])
            });
            vals.insert(field.name.clone(), Value::Array(copies.collect()));
        }
        vals.extend(overrides.clone());
        copies.push(env.create(name, &vals)?);
    }
    match (env.series, copies.as_slice()) {
        (Series::V17, [only]) => Ok(json!(only)),
        _ => Ok(json!(copies)),
    }
}

/// What a copy gets anew: its number and its date.
fn is_numbered(model: &str, field: &str) -> bool {
    matches!((model, field), ("sale.order", "name" | "date_order") | ("stock.picking", "name"))
}

fn copied_values(env: &Env<'_>, schema: &Model, id: i64) -> Map<String, Value> {
    let unique: Vec<&String> = schema.unique.iter().flat_map(|rule| &rule.fields).collect();
    let plain = schema.fields.values().filter(|field| field.stored() && !field.readonly);
    plain
        .filter(|field| !unique.contains(&&field.name) && !is_numbered(&schema.name, &field.name))
        .map(|field| {
            let value = match field.kind.is_many() {
                true => json!([[6, 0, env.stored_ids(&schema.name, id, &field.name)]]),
                false => env.value(&schema.name, id, &field.name),
            };
            (field.name.clone(), value)
        })
        .collect()
}

pub(super) fn fields_get(env: &Env<'_>, name: &str, wanted: &[String], attributes: &[String]) -> Value {
    let Some(schema) = env.db.schema.models.get(name) else { return json!({}) };
    let mut out = Map::new();
    for field in schema.fields.values() {
        if wanted.is_empty() || wanted.contains(&field.name) {
            let mut described = field.describe();
            if let Some(options) = open_options(env, field) {
                described.insert("selection".to_owned(), options);
            }
            if !attributes.is_empty() {
                described.retain(|key, _| attributes.contains(key));
            }
            out.insert(field.name.clone(), Value::Object(described));
        }
    }
    Value::Object(out)
}

/// The values of a selection that come from elsewhere.
fn open_options(env: &Env<'_>, field: &Field) -> Option<Value> {
    if field.kind != Kind::Selection(Vec::new()) {
        return None;
    }
    if field.name == "tz" {
        return Some(json!(
            jiff::tz::db().available().map(|zone| [zone.to_string(), zone.to_string()]).collect::<Vec<_>>()
        ));
    }
    let languages = env.db.ids("res.lang").into_iter().filter(|id| env.flag("res.lang", *id, "active"));
    let pair = |id: i64| [env.text("res.lang", id, "code"), env.text("res.lang", id, "name")];
    Some(json!(languages.map(pair).collect::<Vec<_>>()))
}

fn default_get(env: &Env<'_>, name: &str, wanted: &[String]) -> Value {
    let Some(schema) = env.db.schema.models.get(name) else { return json!({}) };
    let mut out = Map::new();
    for field in schema.fields.values().filter(|field| wanted.contains(&field.name)) {
        if let Some(default) = &field.default {
            out.insert(field.name.clone(), default.clone());
        }
    }
    Value::Object(out)
}

fn context_get(env: &Env<'_>) -> Value {
    json!({
        "lang": env.value("res.users", env.uid, "lang"),
        "tz": env.value("res.users", env.uid, "tz"),
        "uid": env.uid,
    })
}

fn ask(args: &Map<String, Value>, aggregates: &str, order: &str) -> Result<group::Ask> {
    let get = |key: &str| args.get(key).unwrap_or(&Value::Null);
    Ok(group::Ask {
        groupby: strings(get("groupby")),
        aggregates: strings(get(aggregates)),
        having: get("having").clone(),
        page: page(args, order)?,
    })
}

fn names(args: &Map<String, Value>) -> bool {
    args.get("load").is_none_or(truthy)
}

fn page(args: &Map<String, Value>, order: &str) -> Result<Page> {
    Ok(Page {
        offset: args.get("offset").map_or(Ok(None), limit)?.unwrap_or(0),
        limit: args.get("limit").map_or(Ok(None), limit)?,
        order: args.get(order).and_then(Value::as_str).filter(|order| !order.is_empty()).map(str::to_owned),
    })
}

/// A count; `None`, `False` and 0 mean none.
fn limit(value: &Value) -> Result<Option<usize>> {
    match value {
        Value::Null | Value::Bool(false) => Ok(None),
        value => match value.as_u64().and_then(|limit| usize::try_from(limit).ok()) {
            Some(0) => Ok(None),
            Some(limit) => Ok(Some(limit)),
            None => Err(OdooError::value(format!("invalid limit {value}"))),
        },
    }
}

/// A list of texts, or one text.
pub(crate) fn strings(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Value::String(text) => vec![text.clone()],
        _ => Vec::new(),
    }
}

fn object(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}
