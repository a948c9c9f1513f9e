//! External ids and who wrote what when.

use serde_json::{Map, Value, json};

use super::env::Env;
use super::error::{OdooError, Result};
use super::{read, rules};

/// `[model, id]` of an external id; `[model, false]` where the caller may not know of the record.
pub(super) fn check_object_reference(env: &Env<'_>, args: &Map<String, Value>) -> Result<Value> {
    let get = |name: &str| args.get(name).and_then(Value::as_str).unwrap_or_default();
    let (module, name) = (get("module"), get("xml_id"));
    let (model, id) = env
        .by_external_id(module, name)
        .ok_or_else(|| OdooError::value(format!("External ID not found in the system: {module}.{name}")))?;
    if rules::allows(env, &model, id) {
        return Ok(json!([model, id]));
    }
    if args.get("raise_on_access_error").is_some_and(super::context::truthy) {
        rules::check(env, &model, &[id], "read")?;
    }
    Ok(json!([model, false]))
}

/// The first external id of each record, empty where it has none.
pub(super) fn external_ids(env: &Env<'_>, model: &str, ids: &[i64]) -> Value {
    let first =
        |id: &i64| named(env, model, *id).into_iter().next().map(|(name, _)| name).unwrap_or_default();
    Value::Object(ids.iter().map(|id| (id.to_string(), json!(first(id)))).collect())
}

/// Who made and changed each record, and all its external ids, newest first.
pub(super) fn of(env: &Env<'_>, model: &str, ids: &[i64]) -> Result<Value> {
    env.check_exist(model, ids)?;
    let mut out = Vec::new();
    for id in ids {
        let mut row = Map::new();
        row.insert("id".to_owned(), json!(id));
        for name in ["create_uid", "create_date", "write_uid", "write_date"] {
            row.insert(name.to_owned(), read::shown(env, model, *id, name, true));
        }
        let names: Vec<Value> = named(env, model, *id)
            .into_iter()
            .rev()
            .map(|(name, noupdate)| json!({"xmlid": name, "noupdate": noupdate}))
            .collect();
        let last = names.first().cloned().unwrap_or(Value::Null);
        let part = |key: &str| last.get(key).cloned().unwrap_or(Value::Bool(false));
        row.insert("xmlid".to_owned(), part("xmlid"));
        row.insert("noupdate".to_owned(), part("noupdate"));
        row.insert("xmlids".to_owned(), Value::Array(names));
        out.push(Value::Object(row));
    }
    Ok(Value::Array(out))
}

/// The external ids of a record, oldest first.
fn named(env: &Env<'_>, model: &str, id: i64) -> Vec<(String, bool)> {
    const DATA: &str = "ir.model.data";
    let of =
        |data: &i64| env.text(DATA, *data, "model") == model && env.value(DATA, *data, "res_id") == json!(id);
    let own = env.db.ids(DATA).into_iter().filter(of);
    own.map(|data| (env.text(DATA, data, "complete_name"), env.flag(DATA, data, "noupdate"))).collect()
}
