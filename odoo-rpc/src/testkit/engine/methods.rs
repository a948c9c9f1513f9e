//! The callable methods: their parameters, how arguments are bound to them, and what each runs.

use serde_json::{Map, Value, json};

use super::context::truthy;
use super::env::Env;
use super::error::{ErrorKind, OdooError, Result};
use super::read::{self, Page};
use super::{group, load, logic};
use crate::testkit::Series;

/// A method's shape: whether it works on records, and its parameters (`!` marks the required ones).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Signature {
    pub(crate) on_records: bool,
    params: &'static [&'static str],
}

/// How a caller gave the arguments.
#[derive(Debug, Clone, Default)]
pub(crate) struct Arguments {
    pub(crate) positional: Vec<Value>,
    pub(crate) named: Map<String, Value>,
}

const fn model(params: &'static [&'static str]) -> Signature {
    Signature { on_records: false, params }
}

const fn records(params: &'static [&'static str]) -> Signature {
    Signature { on_records: true, params }
}

/// The signature of a method, or nothing where the model has no such method.
pub(crate) fn signature(series: Series, name: &str, method: &str) -> Option<Signature> {
    let new = series == Series::V19;
    Some(match method {
        "search" => model(&["!domain", "offset", "limit", "order"]),
        "search_count" => model(&["!domain", "limit"]),
        "search_read" => model(&["domain", "fields", "offset", "limit", "order", "load"]),
        "web_search_read" => model(&["!domain", "!specification", "offset", "limit", "order", "count_limit"]),
        "name_search" if new => model(&["name", "domain", "operator", "limit"]),
        "name_search" => model(&["name", "args", "operator", "limit"]),
        "name_create" => model(&["!name"]),
        "create" => model(&["!vals_list"]),
        "load" => model(&["!fields", "!data"]),
        "fields_get" => model(&["allfields", "attributes"]),
        "default_get" if new => model(&["!fields"]),
        "default_get" => model(&["!fields_list"]),
        "read_group" => model(&["!domain", "!fields", "!groupby", "offset", "limit", "orderby", "lazy"]),
        "formatted_read_group" if new => {
            model(&["!domain", "groupby", "aggregates", "having", "offset", "limit", "order"])
        }
        "has_access" if new => records(&["!operation"]),
        "check_access_rights" if !new => model(&["!operation", "raise_exception"]),
        "context_get" if name == "res.users" => model(&[]),
        "read" => records(&["fields", "load"]),
        "web_read" => records(&["!specification"]),
        "web_save" => records(&["!vals", "!specification", "next_id"]),
        "write" => records(&["!vals"]),
        "unlink" | "action_archive" | "action_unarchive" => records(&[]),
        "exists" if !new => records(&[]),
        "copy" => records(&["default"]),
        other if logic::actions(name).contains(&other) => records(&[]),
        _ => return None,
    })
}

impl Signature {
    /// Binds arguments to parameters as Python does; the error is Python's text.
    pub(crate) fn bind(&self, arguments: Arguments) -> Result<Map<String, Value>, String> {
        let mut bound = Map::new();
        if arguments.positional.len() > self.params.len() {
            return Err("too many positional arguments".to_owned());
        }
        for (param, value) in self.params.iter().zip(arguments.positional) {
            bound.insert(param.trim_start_matches('!').to_owned(), value);
        }
        for (name, value) in arguments.named {
            if !self.params.iter().any(|param| param.trim_start_matches('!') == name) {
                return Err(format!("got an unexpected keyword argument '{name}'"));
            }
            if bound.contains_key(&name) {
                return Err(format!("multiple values for argument '{name}'"));
            }
            bound.insert(name, value);
        }
        let missing = self
            .params
            .iter()
            .filter_map(|param| param.strip_prefix('!'))
            .find(|param| !bound.contains_key(*param));
        match missing {
            Some(param) => Err(format!("missing a required argument: '{param}'")),
            None => Ok(bound),
        }
    }
}

/// Runs a bound method. `ids` are the records of a record method.
pub(crate) fn run(
    env: &mut Env<'_>,
    name: &str,
    method: &str,
    ids: &[i64],
    args: &Map<String, Value>,
) -> Result<Value> {
    let get = |key: &str| args.get(key).unwrap_or(&Value::Null);
    match method {
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
            let page = page(args, "orderby")?;
            let by = strings(get("groupby"));
            group::classic(env, name, get("domain"), &strings(get("fields")), &by, &page, lazy)
        }
        "formatted_read_group" => {
            let page = page(args, "order")?;
            let by = strings(get("groupby"));
            group::formatted(env, name, get("domain"), &by, &strings(get("aggregates")), &page)
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

/// Copies stored values; lines are copied with their parent, what must be unique is left out.
fn copy(env: &mut Env<'_>, name: &str, ids: &[i64], overrides: &Map<String, Value>) -> Result<Value> {
    env.check_exist(name, ids)?;
    let mut copies = Vec::new();
    for id in ids {
        let Some(schema) = env.db.schema.models.get(name).cloned() else { continue };
        let unique: Vec<&String> = schema.unique.iter().flat_map(|rule| &rule.fields).collect();
        let mut vals = Map::new();
        for field in schema.fields.values().filter(|field| field.stored() && !field.readonly) {
            if !unique.contains(&&field.name) && !field.name.ends_with("_date") && !field.kind.is_many() {
                vals.insert(field.name.clone(), env.value(name, *id, &field.name));
            } else if field.kind.is_many() {
                vals.insert(field.name.clone(), json!([[6, 0, env.stored_ids(name, *id, &field.name)]]));
            }
        }
        vals.extend(overrides.clone());
        copies.push(env.create(name, &vals)?);
    }
    match (env.series, copies.as_slice()) {
        (Series::V17, [only]) => Ok(json!(only)),
        _ => Ok(json!(copies)),
    }
}

fn fields_get(env: &Env<'_>, name: &str, wanted: &[String], attributes: &[String]) -> Value {
    let Some(schema) = env.db.schema.models.get(name) else { return json!({}) };
    let mut out = Map::new();
    for field in schema.fields.values() {
        if wanted.is_empty() || wanted.contains(&field.name) {
            let mut described = field.describe();
            if !attributes.is_empty() {
                described.retain(|key, _| attributes.contains(key));
            }
            out.insert(field.name.clone(), Value::Object(described));
        }
    }
    Value::Object(out)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_bind_as_in_python() {
        let search = signature(Series::V19, "res.partner", "search").expect("a method");
        let named = |pairs: &[(&str, Value)]| Arguments {
            named: pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
            ..Arguments::default()
        };
        assert_eq!(search.bind(named(&[])).unwrap_err(), "missing a required argument: 'domain'");
        assert_eq!(
            search.bind(named(&[("domain", json!([])), ("limitt", json!(3))])).unwrap_err(),
            "got an unexpected keyword argument 'limitt'"
        );
        let both = Arguments { positional: vec![json!([])], named: named(&[("domain", json!([]))]).named };
        assert_eq!(search.bind(both).unwrap_err(), "multiple values for argument 'domain'");
        let bound = search.bind(named(&[("domain", json!([])), ("limit", json!(3))])).expect("binds");
        assert_eq!(bound.get("limit"), Some(&json!(3)));
    }
}
