//! The engine behind the front ends: models, rows, rules, and one entry for every call.

mod auth;
mod clock;
mod commands;
mod context;
mod convert;
mod db;
mod domain;
mod env;
mod error;
mod group;
mod load;
mod log;
mod logic;
mod metadata;
mod methods;
mod odoo;
mod read;
mod rules;
mod schema;
mod seed;
mod sha1;
mod signature;
mod unlink;

#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value, json};

use crate::testkit::Series;
use crate::testkit::setup::Setup;
use clock::Clock;
use context::Context;
use db::Db;
use env::Env;

pub(crate) use auth::{LogIn, Visitor};
pub use error::{ErrorKind, OdooError};
pub use log::{CallEntry, Outcome, WriteEntry, WriteKind};
pub(crate) use logic::keys::KEYS;
pub(crate) use signature::{Arguments, signature};

/// One call as a front end hands it over.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) uid: i64,
    pub(crate) model: String,
    pub(crate) method: String,
    /// The records; `None` for a method of the model.
    pub(crate) ids: Option<Vec<i64>>,
    pub(crate) arguments: Arguments,
    pub(crate) context: Option<Value>,
    /// The web session that it came over.
    pub(crate) session: Option<i64>,
}

/// What a fault plan makes the engine do instead of the plain call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Interference {
    None,
    /// The transaction loses a race and is rolled back.
    Conflict,
    /// A read runs on the state before the last commit.
    Stale,
}

/// The database of the in-memory server: shared by its front ends and by the test.
///
/// Calls run one at a time under one lock, each in one transaction that an error rolls back whole.
/// A conflict between transactions therefore never happens by itself; the fault plan injects it.
#[derive(Debug, Clone)]
pub struct Odoo {
    series: Series,
    inner: Arc<Mutex<Inner>>,
}

#[derive(Debug)]
struct Inner {
    db: Db,
    clock: Clock,
    log: log::Log,
    /// What the last commit changed.
    last: Vec<db::Change>,
}

impl Odoo {
    /// A fresh database with its base data and the setup's own.
    ///
    /// # Errors
    /// A seed that does not fit its model, with the model and the reason.
    pub(crate) fn new(setup: &Setup) -> Result<Self, String> {
        let schema = schema::Schema::load(setup.series)?;
        let mut inner =
            Inner { db: Db::new(schema), clock: Clock::Wall, log: log::Log::default(), last: Vec::new() };
        inner.db.key_methods = setup.key_methods;
        seed::base(&mut inner, setup).map_err(|error| error.to_string())?;
        inner.db.commit();
        Ok(Self { series: setup.series, inner: Arc::new(Mutex::new(inner)) })
    }

    /// Runs one call in one transaction and logs it.
    pub(crate) fn call(&self, call: Call, interference: Interference) -> Result<Value, OdooError> {
        let series = self.series;
        let mut guard = self.lock();
        let Inner { db, clock, log, last } = &mut *guard;
        let stale = interference == Interference::Stale && signature::only_reads(&call.method);
        let newer = if stale { db.revert(last) } else { Vec::new() };
        let context = Context::from_value(call.context.as_ref());
        let mut env = Env::new(db, series, call.uid, context, clock);
        env.session = call.session;
        let mut result = prepare(&env, &call).and_then(|(ids, args)| {
            check_language(&env)?;
            rules::check_companies(&env)?;
            methods::run(&mut env, &call.model, &call.method, &ids, &args)
        });
        if interference == Interference::Conflict && result.is_ok() {
            db.rollback(0);
            result = if call.method == "load" {
                Ok(load::swallowed_conflict())
            } else {
                Err(OdooError::serialization())
            };
        }
        match &result {
            Ok(_) => {
                let changes = db.commit();
                log.call(&call, Outcome::Answered);
                log.changes(db, &changes);
                if !changes.is_empty() {
                    *last = changes;
                }
            }
            Err(error) => {
                db.rollback(0);
                log.call(&call, Outcome::Refused(error.kind.clone()));
            }
        }
        db.revert(&newer);
        result
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One day.
pub(crate) const DAY: std::time::Duration = std::time::Duration::from_secs(86_400);

/// The administrator's id, as on every Odoo.
pub(crate) const ADMIN: i64 = 2;

/// Checks model and method and binds the arguments.
fn prepare(env: &Env<'_>, call: &Call) -> Result<(Vec<i64>, Map<String, Value>), OdooError> {
    if !env.db.schema.models.contains_key(&call.model) {
        return Err(OdooError::new(ErrorKind::UnknownModel, format!("Object {} doesn't exist", call.model)));
    }
    if is_private(env.series, &call.method) {
        return Err(OdooError::private(env.series, &call.model, &call.method));
    }
    let absent = call.model == KEYS
        && matches!(call.method.as_str(), "generate" | "revoke")
        && env.db.key_methods.is_none();
    let signature = signature(env.series, &call.model, &call.method)
        .filter(|_| !absent)
        .ok_or_else(|| OdooError::unknown_method(env.series, &call.model, &call.method))?;
    let bound = signature
        .bind(call.arguments.clone())
        .map_err(|text| OdooError::new(ErrorKind::Unprocessable, text))?;
    Ok((call.ids.clone().unwrap_or_default(), bound))
}

/// Methods that no remote caller may name; 18.2 added the helpers without an underscore.
fn is_private(series: Series, method: &str) -> bool {
    const HELPERS: [&str; 14] = [
        "browse",
        "exists",
        "search_fetch",
        "fetch",
        "mapped",
        "filtered",
        "sorted",
        "update",
        "new",
        "with_context",
        "with_user",
        "with_company",
        "sudo",
        "check_access",
    ];
    method.starts_with('_') || method == "init" || (series == Series::V19 && HELPERS.contains(&method))
}

/// 19 refuses a language that is not installed. The real one does so where a translated field is touched; this one
/// does so in every call.
fn check_language(env: &Env<'_>) -> Result<(), OdooError> {
    let Some(code) = env.context.text("lang") else { return Ok(()) };
    let known = env.db.unique("res.lang", 0, &[code]).is_some_and(|id| env.flag("res.lang", id, "active"));
    if known || env.series == Series::V17 {
        return Ok(());
    }
    Err(OdooError::user(format!("Invalid language code: {code}")))
}

/// The version as the common service shows it.
pub(crate) fn version_info(series: Series) -> Value {
    json!([series.major(), 0, 0, "final", 0, ""])
}
