//! The engine behind the front ends: models, rows, rules, and one entry for every call.

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
mod methods;
mod odoo;
mod read;
mod schema;
mod seed;
mod signature;

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

pub use error::{ErrorKind, OdooError};
pub use log::{CallEntry, Outcome, WriteEntry, WriteKind};
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
}

/// What a fault plan makes the engine do instead of the plain call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Interference {
    None,
    /// The transaction loses a race and is rolled back.
    Conflict,
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
    users: Vec<Credentials>,
    log: log::Log,
}

#[derive(Clone)]
struct Credentials {
    uid: i64,
    login: String,
    password: String,
    key: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials")
            .field("uid", &self.uid)
            .field("login", &self.login)
            .finish_non_exhaustive()
    }
}

impl Odoo {
    /// A fresh database with its base data and the setup's own.
    ///
    /// # Errors
    /// A seed that does not fit its model, with the model and the reason.
    pub(crate) fn new(setup: &Setup) -> Result<Self, String> {
        let schema = schema::Schema::load(setup.series)?;
        let mut inner =
            Inner { db: Db::new(schema), clock: Clock::Wall, users: Vec::new(), log: log::Log::default() };
        seed::base(&mut inner, setup).map_err(|error| error.to_string())?;
        inner.db.commit();
        Ok(Self { series: setup.series, inner: Arc::new(Mutex::new(inner)) })
    }

    /// The user behind a login and a password or key.
    pub(crate) fn authenticate(&self, login: &str, secret: &str) -> Option<i64> {
        let inner = self.lock();
        let found = inner.users.iter().find(|user| user.login == login && user.knows(secret));
        found.map(|user| user.uid)
    }

    /// Whether the secret is this user's.
    pub(crate) fn check(&self, uid: i64, secret: &str) -> bool {
        self.lock().users.iter().any(|user| user.uid == uid && user.knows(secret))
    }

    /// The user behind an API key.
    pub(crate) fn by_key(&self, key: &str) -> Option<i64> {
        self.lock().users.iter().find(|user| user.key == key && !key.is_empty()).map(|user| user.uid)
    }

    /// Runs one call in one transaction and logs it.
    pub(crate) fn call(&self, call: Call, interference: Interference) -> Result<Value, OdooError> {
        let series = self.series;
        let mut guard = self.lock();
        let Inner { db, clock, log, .. } = &mut *guard;
        let context = Context::from_value(call.context.as_ref());
        let mut env = Env::new(db, series, call.uid, context, clock);
        let mut result = prepare(&env, &call).and_then(|(ids, args)| {
            check_language(&env)?;
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
                log.changes(db, changes);
            }
            Err(error) => {
                db.rollback(0);
                log.call(&call, Outcome::Refused(error.kind.clone()));
            }
        }
        result
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The administrator's id, as on every Odoo.
pub(crate) const ADMIN: i64 = 2;

impl Credentials {
    fn knows(&self, secret: &str) -> bool {
        !secret.is_empty() && (self.password == secret || self.key == secret)
    }
}

/// Checks model and method and binds the arguments.
fn prepare(env: &Env<'_>, call: &Call) -> Result<(Vec<i64>, Map<String, Value>), OdooError> {
    if !env.db.schema.models.contains_key(&call.model) {
        return Err(OdooError::new(ErrorKind::UnknownModel, format!("Object {} doesn't exist", call.model)));
    }
    if is_private(env.series, &call.method) {
        return Err(OdooError::private(env.series, &call.model, &call.method));
    }
    let signature = signature(env.series, &call.model, &call.method)
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
