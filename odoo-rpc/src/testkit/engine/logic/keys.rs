//! API keys: the rows, the wizard that makes one, and the password it asks for.

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use crate::testkit::Series;
use crate::testkit::engine::auth::{SESSIONS, has_password, hidden};
use crate::testkit::engine::clock;
use crate::testkit::engine::db::Row;
use crate::testkit::engine::env::Env;
use crate::testkit::engine::error::{ErrorKind, OdooError, Result};
use crate::testkit::engine::{ADMIN, DAY};

pub(crate) const KEYS: &str = "res.users.apikeys";
pub(crate) const WIZARD: &str = "res.users.apikeys.description";
pub(crate) const CHECK: &str = "res.users.identitycheck";

/// How many days a key of an internal user may last.
const MAX_DAYS: u32 = 90;

/// How many seconds a session needs no password again.
const CHECKED_FOR: u64 = 600;

/// The user behind a key that has not expired.
pub(crate) fn owner(env: &Env<'_>, key: &str) -> Option<i64> {
    let row = env.db.row(KEYS, find(env, key)?)?;
    let expires = row.get("expiration_date").and_then(Value::as_str);
    let valid = expires.is_none_or(|expires| *expires >= *env.now_seconds());
    row.get("user_id").and_then(Value::as_i64).filter(|uid| valid && env.flag("res.users", *uid, "active"))
}

/// Stores a key.
pub(crate) fn add(
    env: &mut Env<'_>,
    uid: i64,
    key: &str,
    name: &str,
    scope: Value,
    expires: Value,
) -> Result<i64> {
    if find(env, key).is_some() {
        return Err(OdooError::value("two users cannot have the same API key"));
    }
    let id = env.db.next_id(KEYS);
    let mut row = Row::new();
    for (field, value) in [
        ("name", json!(name)),
        ("user_id", json!(uid)),
        ("scope", scope),
        ("create_date", json!(env.now)),
        ("expiration_date", expires),
        ("_key", json!(key)),
    ] {
        row.insert(field.to_owned(), value);
    }
    env.db.put(KEYS, id, row)?;
    Ok(id)
}

/// Deletes all keys of a user.
pub(crate) fn revoke_all(env: &mut Env<'_>, uid: i64) -> usize {
    let keys = env.db.pointing(KEYS, "user_id", uid);
    for id in &keys {
        env.db.remove(KEYS, *id);
    }
    keys.len()
}

/// 64 hexadecimal digits that look like chance and are not, so that a run can be repeated.
pub(crate) fn digest(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The wizard's duration becomes a date, which must not be too late.
pub(super) fn before_create(env: &Env<'_>, vals: &mut Map<String, Value>) -> Result<()> {
    if env.series == Series::V17 {
        return Ok(());
    }
    let days = vals.get("duration").and_then(Value::as_str).and_then(|days| days.parse::<i64>().ok());
    if let Some(days) = days.and_then(|days| u64::try_from(days).ok()) {
        let today = format!("{} 00:00:00", env.now.get(..10).unwrap_or_default());
        let date = (days > 0).then(|| clock::plus(&today, DAY * u32::try_from(days).unwrap_or(u32::MAX)));
        let date = date.flatten().map_or(Value::Bool(false), |date| json!(seconds(&date)));
        vals.insert("expiration_date".to_owned(), date);
    }
    check_expiry(env, vals.get("expiration_date"))
}

/// Runs `remove`, `make_key` or `run_check`. A password is asked for once in ten minutes.
pub(super) fn action(env: &mut Env<'_>, model: &str, method: &str, ids: &[i64]) -> Result<Value> {
    if model == CHECK {
        return run_check(env, ids);
    }
    if checked(env) {
        return sensitive(env, method, ids);
    }
    let id = env.create(CHECK, &Map::new())?;
    env.set(CHECK, id, "_request", json!({"model": model, "method": method, "ids": ids}))?;
    Ok(json!({
        "type": "ir.actions.act_window", "res_model": CHECK, "res_id": id, "name": "Access Control",
        "target": "new", "views": [[false, "form"]], "context": {"dialog_size": "medium"},
    }))
}

fn run_check(env: &mut Env<'_>, ids: &[i64]) -> Result<Value> {
    let id = ids.first().copied().unwrap_or_default();
    let password = match env.series {
        Series::V17 => env.text(CHECK, id, "password"),
        Series::V19 => env.context.text("password").unwrap_or_default().to_owned(),
    };
    if !has_password(env, env.uid, &password) {
        return Err(OdooError::user(
            "Incorrect Password, try again or click on Forgot Password to reset your password.",
        ));
    }
    if let Some(mut row) = env.session.and_then(|session| env.db.row(SESSIONS, session).cloned()) {
        row.insert("checked".to_owned(), json!(env.now));
        env.db.put(SESSIONS, env.session.unwrap_or_default(), row)?;
    }
    let request = hidden(env, CHECK, id, "_request");
    let ids: Vec<i64> = request
        .get("ids")
        .and_then(Value::as_array)
        .map(|ids| ids.iter().filter_map(Value::as_i64).collect())
        .unwrap_or_default();
    env.set(CHECK, id, "password", Value::Bool(false))?;
    sensitive(env, request.get("method").and_then(Value::as_str).unwrap_or_default(), &ids)
}

fn checked(env: &Env<'_>) -> bool {
    let row = env.session.and_then(|session| env.db.row(SESSIONS, session));
    let last = row.and_then(|row| row.get("checked")).and_then(Value::as_str);
    let until = last.and_then(|last| clock::plus(last, std::time::Duration::from_secs(CHECKED_FOR)));
    until.is_some_and(|until| until >= env.now)
}

fn sensitive(env: &mut Env<'_>, method: &str, ids: &[i64]) -> Result<Value> {
    if method == "remove" {
        for id in ids {
            env.db.remove(KEYS, *id);
        }
        return Ok(json!({"type": "ir.actions.act_window_close"}));
    }
    env.check_exist(WIZARD, ids)?;
    let id = ids.first().copied().unwrap_or_default();
    let name = env.text(WIZARD, id, "name");
    let expires = env.value(WIZARD, id, "expiration_date");
    check_expiry(env, Some(&expires))?;
    let key = make(env, &name, Value::Bool(false), expires)?;
    env.db.remove(WIZARD, id);
    Ok(json!({
        "type": "ir.actions.act_window", "res_model": "res.users.apikeys.show", "name": "API Key Ready",
        "views": [[false, "form"]], "target": "new", "context": {"default_key": key},
    }))
}

/// `generate` of later versions of 19: a new key for who shows a valid one.
pub(crate) fn generate(env: &mut Env<'_>, args: &Map<String, Value>) -> Result<Value> {
    check_switch(env)?;
    let get = |name: &str| args.get(name).and_then(Value::as_str).unwrap_or_default();
    own(env, get("key"))?;
    let date = get("expiration_date");
    let date = if date.len() == 10 { format!("{date} 00:00:00") } else { date.to_owned() };
    if clock::parse_datetime(&date).is_none() {
        return Err(OdooError::value(format!(
            "time data '{date}' does not match format '%Y-%m-%d %H:%M:%S'"
        )));
    }
    let expires = json!(date);
    check_expiry(env, Some(&expires))?;
    let scope = args.get("scope").cloned().unwrap_or(Value::Bool(false));
    let key = make(env, get("name"), scope, expires)?;
    Ok(json!(key))
}

/// `revoke` of later versions of 19.
pub(crate) fn revoke(env: &mut Env<'_>, args: &Map<String, Value>) -> Result<Value> {
    check_switch(env)?;
    let key = args.get("key").and_then(Value::as_str).unwrap_or_default();
    own(env, key)?;
    if let Some(id) = find(env, key) {
        env.db.remove(KEYS, id);
    }
    Ok(Value::Null)
}

fn check_switch(env: &Env<'_>) -> Result<()> {
    if env.db.key_methods == Some(true) {
        return Ok(());
    }
    Err(OdooError::new(ErrorKind::Access, "Programmatic API keys are not enabled"))
}

fn own(env: &Env<'_>, key: &str) -> Result<()> {
    if owner(env, key) == Some(env.uid) {
        return Ok(());
    }
    let text = "The provided API key is invalid or does not belong to the current user.";
    Err(OdooError::new(ErrorKind::AccessDenied, text))
}

fn make(env: &mut Env<'_>, name: &str, scope: Value, expires: Value) -> Result<String> {
    let number = env.db.next_number(KEYS);
    let key: String = digest(&format!("key {number}")).chars().take(40).collect();
    add(env, env.uid, &key, name, scope, expires)?;
    Ok(key)
}

/// Administrators may have keys for ever; others for 90 days.
fn check_expiry(env: &Env<'_>, expires: Option<&Value>) -> Result<()> {
    if env.uid == ADMIN || env.series == Series::V17 {
        return Ok(());
    }
    let Some(expires) = expires.and_then(Value::as_str) else {
        return Err(OdooError::validation("The API key must have an expiration date"));
    };
    let latest = clock::plus(&env.now, DAY * MAX_DAYS).unwrap_or_default();
    if *expires > *seconds(&latest) {
        return Err(OdooError::validation(format!("You cannot exceed {MAX_DAYS}.0 days.")));
    }
    Ok(())
}

fn find(env: &Env<'_>, key: &str) -> Option<i64> {
    let same = |id: &i64| hidden(env, KEYS, *id, "_key").as_str() == Some(key);
    env.db.ids(KEYS).into_iter().find(|id| !key.is_empty() && same(id))
}

fn seconds(text: &str) -> String {
    text.chars().take(19).collect()
}
