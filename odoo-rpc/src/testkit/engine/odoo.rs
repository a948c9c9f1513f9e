//! What a test does with the database beside the calls: look, prepare, and hold the clock.

use std::time::Duration;

use serde_json::{Map, Value};

use super::clock::{self, Clock};
use super::signature::Methods;
use super::{CallEntry, Odoo, OdooError, WriteEntry, log, logic, methods, read, rules, signature};
use crate::testkit::Series;

impl Odoo {
    /// The series that the server plays.
    pub fn series(&self) -> Series {
        self.series
    }

    /// All rows of a model as `read` shows them, archived ones too, by id.
    pub fn rows(&self, model: &str) -> Vec<Value> {
        self.with_env(|env| {
            env.context = env.context.with_archived();
            let ids = env.db.ids(model);
            read::read(env, model, &ids, &[], true).unwrap_or_default()
        })
    }

    /// One row as `read` shows it.
    pub fn row(&self, model: &str, id: i64) -> Option<Value> {
        self.with_env(|env| {
            env.context = env.context.with_archived();
            read::read(env, model, &[id], &[], true).ok()?.into_iter().next()
        })
    }

    /// How many rows a model has, archived ones too.
    pub fn count(&self, model: &str) -> usize {
        self.lock().db.ids(model).len()
    }

    /// The ids that a domain finds, archived ones hidden as in any search.
    ///
    /// # Errors
    /// A domain that does not fit the model.
    pub fn search(&self, model: &str, domain: &Value) -> Result<Vec<i64>, OdooError> {
        self.with_env(|env| read::search(env, model, domain, &read::Page::default()))
    }

    /// The model and id behind an external id `module.name`.
    pub fn external_id(&self, external_id: &str) -> Option<(String, i64)> {
        let (module, name) = external_id.split_once('.')?;
        self.with_env(|env| env.by_external_id(module, name))
    }

    /// Creates a record as the administrator, outside the call log.
    ///
    /// # Errors
    /// Values that the model refuses; nothing is created then.
    pub fn create(&self, model: &str, values: Value) -> Result<i64, OdooError> {
        self.change(|env| env.create(model, &object(values)))
    }

    /// Writes a record as the administrator, outside the call log: somebody in the office.
    ///
    /// # Errors
    /// Values that the model refuses; nothing is written then.
    pub fn write(&self, model: &str, id: i64, values: Value) -> Result<(), OdooError> {
        self.change(|env| env.write(model, &[id], &object(values)))
    }

    /// Names a record: `module.name`.
    ///
    /// # Errors
    /// A record that is not there, or a name without a dot.
    pub fn name(&self, external_id: &str, model: &str, id: i64) -> Result<(), OdooError> {
        self.change(|env| {
            env.check_exist(model, &[id])?;
            let (module, name) = external_id
                .split_once('.')
                .ok_or_else(|| OdooError::value(format!("{external_id} is not module.name")))?;
            env.set_external_id(module, name, model, id)
        })
    }

    /// Puts goods on a location's shelf (or takes them, below zero), by default the first warehouse's stock.
    ///
    /// # Errors
    /// A product or location that is not there.
    pub fn stock(&self, product: i64, location: Option<i64>, quantity: f64) -> Result<(), OdooError> {
        self.change(|env| {
            env.check_exist("product.product", &[product])?;
            let home = env.by_external_id("stock", "stock_location_stock").map(|(_, id)| id);
            let place = location.or(home).unwrap_or_default();
            env.check_exist("stock.location", &[place])?;
            logic::add_stock(env, product, place, quantity)
        })
    }

    /// The lines of a report: a name for each record.
    pub(crate) fn printed(&self, uid: i64, report: &str, ids: &[i64]) -> Result<Vec<String>, OdooError> {
        self.with_env(|env| {
            env.uid = uid;
            env.sudo = false;
            let known = env.db.ids("ir.actions.report").into_iter();
            let model = known
                .filter(|id| env.text("ir.actions.report", *id, "report_name") == report)
                .map(|id| env.text("ir.actions.report", id, "model"))
                .next();
            let model = model
                .ok_or_else(|| OdooError::value(format!("External ID not found in the system: {report}")))?;
            if !env.db.schema.models.contains_key(&model) {
                return Ok(ids.iter().map(|id| format!("{model},{id}")).collect());
            }
            env.check_exist(&model, ids)?;
            rules::check(env, &model, ids, "read")?;
            Ok(ids.iter().map(|id| env.text(&model, *id, "display_name")).collect())
        })
    }

    /// A model's label, its fields as `fields_get` shows them, and its methods with their parameters in order.
    pub(crate) fn described(&self, model: &str) -> Option<(String, Value, Methods)> {
        self.with_env(|env| {
            let schema = env.db.schema.models.get(model)?;
            let fields = methods::fields_get(env, model, &[], &[]);
            let mut methods = signature::methods(self.series, model);
            methods
                .retain(|(name, _)| env.db.key_methods.is_some() || !matches!(*name, "generate" | "revoke"));
            Some((schema.label.clone(), fields, methods))
        })
    }

    /// Makes every read of these records fail with a `ValueError`, as a broken computed field does. An empty list heals the model.
    pub fn poison(&self, model: &str, ids: &[i64]) {
        let mut inner = self.lock();
        if ids.is_empty() {
            inner.db.unreadable.retain(|(other, _)| other != model);
        }
        inner.db.unreadable.extend(ids.iter().map(|id| (model.to_owned(), *id)));
    }

    /// Makes the next record of a model get this id, or a later one where it is taken.
    pub fn set_next_id(&self, model: &str, id: i64) {
        self.lock().db.set_next_id(model, id);
    }

    /// Makes a sequence (`sale.order`) give this number next.
    pub fn set_next_number(&self, sequence: &str, number: i64) {
        self.lock().db.set_next_number(sequence, number);
    }

    /// Stops the server's clock at `YYYY-MM-DD HH:MM:SS[.ffffff]` (UTC).
    ///
    /// # Errors
    /// Text that is no such time.
    pub fn set_clock(&self, now: &str) -> Result<(), OdooError> {
        let now = clock::parse_datetime(now)
            .ok_or_else(|| OdooError::value(format!("{now} is not YYYY-MM-DD HH:MM:SS")))?;
        self.lock().clock = Clock::Fixed(now);
        Ok(())
    }

    /// The server's time, as a header `Date` tells it (RFC 9110, 5.6.7).
    pub(crate) fn http_date(&self) -> String {
        clock::parse_datetime(&self.lock().clock.now())
            .map(|now| now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string())
            .unwrap_or_default()
    }

    /// Moves a stopped clock on.
    pub fn advance_clock(&self, by: Duration) {
        self.lock().clock.advance(by);
    }

    /// Every call that reached the engine, in order.
    pub fn calls(&self) -> Vec<CallEntry> {
        self.lock().log.calls.clone()
    }

    /// Every committed change of a record, in order; what was rolled back is not here.
    pub fn writes(&self) -> Vec<WriteEntry> {
        self.lock().log.writes.clone()
    }

    /// Forgets both logs.
    pub fn clear_logs(&self) {
        self.lock().log = log::Log::default();
    }
}

fn object(values: Value) -> Map<String, Value> {
    match values {
        Value::Object(values) => values,
        _ => Map::new(),
    }
}
