//! What XML-RPC and JSON-RPC share: the services `common`, `db` and `object`.

use serde_json::{Map, Value, json};

use super::Site;
use crate::testkit::engine::{Arguments, Call, ErrorKind, OdooError, signature, version_info};

/// A service call that was understood.
pub(super) enum Service {
    /// Answered by the service itself; the name says what was asked.
    Done(&'static str, Result<Value, OdooError>),
    /// A call for the engine.
    Call(Call),
}

/// Dispatches `service.method(args)`.
pub(super) fn dispatch(site: &Site, service: &str, method: &str, args: &[Value]) -> Service {
    match (service, method) {
        ("common", "version") => Service::Done("version", Ok(version(site))),
        ("common", "authenticate" | "login") => Service::Done("authenticate", authenticate(site, args)),
        ("db", "list") => Service::Done("db", Ok(json!([site.database]))),
        ("db", "server_version") => Service::Done("db", Ok(json!(site.odoo.series().name()))),
        ("object", "execute_kw" | "execute") => match execute(site, method, args) {
            Ok(call) => Service::Call(call),
            Err(error) => Service::Done("execute", Err(error)),
        },
        _ => {
            let text = format!("Method not found: {service}.{method}");
            Service::Done("unknown", Err(OdooError::new(ErrorKind::Value, text)))
        }
    }
}

/// The version as the common service tells it.
pub(super) fn version(site: &Site) -> Value {
    let name = site.odoo.series().name();
    json!({
        "server_version": name, "server_version_info": version_info(site.odoo.series()), "server_serie": name,
        "protocol_version": 1,
    })
}

fn authenticate(site: &Site, args: &[Value]) -> Result<Value, OdooError> {
    let [database, login, secret, ..] = args else { return Err(too_few("authenticate")) };
    check_database(site, database)?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Ok(site.odoo.authenticate(&text(login), &text(secret)).map_or(Value::Bool(false), |uid| json!(uid)))
}

fn execute(site: &Site, method: &str, args: &[Value]) -> Result<Call, OdooError> {
    let [database, uid, secret, model, name, rest @ ..] = args else { return Err(too_few(method)) };
    check_database(site, database)?;
    let uid = uid.as_i64().filter(|uid| site.odoo.check(*uid, secret.as_str().unwrap_or_default()));
    let uid = uid.ok_or_else(|| OdooError::new(ErrorKind::AccessDenied, "Access Denied"))?;
    let (positional, mut named) = match (method, rest) {
        ("execute", rest) => (rest.to_vec(), Map::new()),
        (_, [list, named, ..]) => (list_of(list), named.as_object().cloned().unwrap_or_default()),
        (_, [list]) => (list_of(list), Map::new()),
        (_, []) => (Vec::new(), Map::new()),
    };
    let (model, name) = (model.as_str().unwrap_or_default(), name.as_str().unwrap_or_default());
    let context = named.remove("context");
    let call = call(site, uid, model, name, Arguments { positional, named })?;
    Ok(Call { context, ..call })
}

/// A call whose records are its first argument.
pub(super) fn call(
    site: &Site,
    uid: i64,
    model: &str,
    name: &str,
    mut arguments: Arguments,
) -> Result<Call, OdooError> {
    let on_records = signature(site.odoo.series(), model, name).is_some_and(|signature| signature.on_records);
    let ids = match on_records {
        true if arguments.positional.is_empty() => return Err(too_few(name)),
        true => Some(match arguments.positional.remove(0) {
            Value::Array(ids) => ids.iter().filter_map(Value::as_i64).collect(),
            id => id.as_i64().into_iter().collect(),
        }),
        false => None,
    };
    let (model, method) = (model.to_owned(), name.to_owned());
    Ok(Call { uid, model, method, ids, arguments, context: None, session: None })
}

fn list_of(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

fn check_database(site: &Site, database: &Value) -> Result<(), OdooError> {
    let name = database.as_str().unwrap_or_default();
    if name == site.database {
        return Ok(());
    }
    let text = format!(
        "connection to server at \"127.0.0.1\", port 5432 failed: FATAL:  database \"{name}\" does not exist\n"
    );
    Err(OdooError::new(ErrorKind::Database, text))
}

fn too_few(method: &str) -> OdooError {
    OdooError::new(ErrorKind::Type, format!("{method}() missing required positional arguments"))
}
