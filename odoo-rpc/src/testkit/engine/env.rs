//! One call's view of the database: who calls, when, in which context; values and the four basic writes.

use serde_json::{Map, Value, json};

use super::clock::Clock;
use super::commands;
use super::context::{Context, truthy};
use super::convert;
use super::db::{Db, Row};
use super::error::{OdooError, Result};
use super::logic;
use super::rules;
use super::schema::{Field, Kind};
use crate::testkit::Series;

/// How deep creates may create (x2many commands inside x2many commands).
const MAX_NESTING: usize = 32;

/// The environment of one call.
pub(crate) struct Env<'a> {
    pub(crate) db: &'a mut Db,
    pub(crate) series: Series,
    pub(crate) uid: i64,
    pub(crate) context: Context,
    pub(crate) now: String,
    /// Whether the rules of companies and owners are off.
    pub(crate) sudo: bool,
    /// The web session that calls.
    pub(crate) session: Option<i64>,
    depth: usize,
}

impl<'a> Env<'a> {
    pub(crate) fn new(db: &'a mut Db, series: Series, uid: i64, context: Context, clock: &Clock) -> Self {
        Self { db, series, uid, context, now: clock.now(), sudo: false, session: None, depth: 0 }
    }

    /// The company that the call works for.
    pub(crate) fn company(&self) -> i64 {
        let asked = self.context.ids("allowed_company_ids").first().copied();
        asked.or_else(|| self.link("res.users", self.uid, "company_id")).unwrap_or(1)
    }

    /// The companies whose records the call sees.
    pub(crate) fn companies(&self) -> Vec<i64> {
        let asked = self.context.ids("allowed_company_ids");
        if asked.is_empty() { self.stored_ids("res.users", self.uid, "company_ids") } else { asked }
    }

    /// Where a row keeps a field: each company but the first has a place of its own for what depends on it.
    fn column(&self, field: &Field) -> String {
        match self.company() {
            company if field.company_dependent && company != 1 => format!("{}@{company}", field.name),
            _ => field.name.clone(),
        }
    }

    /// The transaction's start without microseconds.
    pub(crate) fn now_seconds(&self) -> String {
        self.now.chars().take(19).collect()
    }

    /// The field, or what Odoo answers for a field that is none.
    pub(crate) fn field(&self, model: &str, name: &str) -> Result<&Field> {
        self.db.schema.field(model, name).ok_or_else(|| OdooError::unknown_field(self.series, model, name))
    }

    /// A field's value: stored, related, or computed; x2many as a list of ids.
    pub(crate) fn value(&self, model: &str, id: i64, name: &str) -> Value {
        if name == "id" {
            return json!(id);
        }
        let Some(field) = self.db.schema.field(model, name) else { return Value::Bool(false) };
        if let Some(path) = &field.related {
            return self.follow(model, id, path).unwrap_or_else(|| field.kind.empty());
        }
        if field.computed {
            return logic::compute(self, model, id, name).unwrap_or_else(|| field.kind.empty());
        }
        match &field.kind {
            Kind::One2many { model: other, inverse } => {
                let ids = self.db.pointing(other, inverse, id);
                json!(self.visible_sorted(other, ids))
            }
            Kind::Many2many(other) => {
                let ids = self.stored_ids(model, id, name);
                json!(ids.into_iter().filter(|id| self.visible(other, *id)).collect::<Vec<_>>())
            }
            kind => {
                let row = self.db.row(model, id);
                let kept = match field.company_dependent {
                    true => row.and_then(|row| row.get(&self.column(field))),
                    false => row.and_then(|row| row.get(name)),
                };
                kept.cloned().unwrap_or_else(|| kind.empty())
            }
        }
    }

    /// A text value; empty is the empty string.
    pub(crate) fn text(&self, model: &str, id: i64, name: &str) -> String {
        self.value(model, id, name).as_str().unwrap_or_default().to_owned()
    }

    /// A number; empty is zero.
    pub(crate) fn number(&self, model: &str, id: i64, name: &str) -> f64 {
        self.value(model, id, name).as_f64().unwrap_or_default()
    }

    /// A many2one's id.
    pub(crate) fn link(&self, model: &str, id: i64, name: &str) -> Option<i64> {
        self.value(model, id, name).as_i64()
    }

    /// Ids of an x2many.
    pub(crate) fn links(&self, model: &str, id: i64, name: &str) -> Vec<i64> {
        match self.value(model, id, name) {
            Value::Array(ids) => ids.iter().filter_map(Value::as_i64).collect(),
            _ => Vec::new(),
        }
    }

    /// Whether the value is true in Python's sense.
    pub(crate) fn flag(&self, model: &str, id: i64, name: &str) -> bool {
        truthy(&self.value(model, id, name))
    }

    /// The ids that a many2many row holds, archived ones too.
    pub(crate) fn stored_ids(&self, model: &str, id: i64, name: &str) -> Vec<i64> {
        let stored = self.db.row(model, id).and_then(|row| row.get(name)).and_then(Value::as_array);
        stored.map(|ids| ids.iter().filter_map(Value::as_i64).collect()).unwrap_or_default()
    }

    /// Creates one record and returns its id.
    pub(crate) fn create(&mut self, model: &str, vals: &Map<String, Value>) -> Result<i64> {
        let id = self.db.next_id(model);
        self.create_with_id(model, id, vals)?;
        Ok(id)
    }

    /// Creates one record under a given id (seeds use it).
    pub(crate) fn create_with_id(&mut self, model: &str, id: i64, vals: &Map<String, Value>) -> Result<()> {
        self.deeper(|env| {
            let mut vals = vals.clone();
            env.check_names(model, &vals)?;
            env.add_defaults(model, &mut vals);
            logic::before_create(env, model, &mut vals)?;
            let mut row = Row::new();
            for (name, value) in env.log_values(true) {
                row.insert(name, value);
            }
            env.fill(model, id, &mut row, &vals)?;
            env.check_required(model, id, &row)?;
            env.db.put(model, id, row)?;
            logic::after_insert(env, model, id)?;
            env.write_others(model, id, &vals)?;
            let changed: Vec<&str> = vals.keys().map(String::as_str).collect();
            logic::after_change(env, model, id, &changed, true)
        })
    }

    /// Writes the same values on records.
    pub(crate) fn write(&mut self, model: &str, ids: &[i64], vals: &Map<String, Value>) -> Result<()> {
        self.check_names(model, vals)?;
        self.check_exist(model, ids)?;
        self.deeper(|env| {
            let mut vals = vals.clone();
            logic::before_write(env, model, ids, &mut vals)?;
            let changed: Vec<&str> = vals.keys().map(String::as_str).collect();
            for id in ids {
                let mut row = env.db.row(model, *id).cloned().unwrap_or_default();
                for (name, value) in env.log_values(false) {
                    row.insert(name, value);
                }
                env.fill(model, *id, &mut row, &vals)?;
                env.check_required(model, *id, &row)?;
                env.db.put(model, *id, row)?;
                env.write_others(model, *id, &vals)?;
                logic::after_change(env, model, *id, &changed, false)?;
            }
            Ok(())
        })
    }

    /// Writes one stored value without rules; the engine's own bookkeeping.
    pub(crate) fn set(&mut self, model: &str, id: i64, name: &str, value: Value) -> Result<()> {
        let Some(mut row) = self.db.row(model, id).cloned() else { return Ok(()) };
        row.insert(name.to_owned(), value);
        for (name, value) in self.log_values(false) {
            row.insert(name, value);
        }
        self.db.put(model, id, row)
    }

    /// Fails with `MissingError` where one of the records is not there.
    pub(crate) fn check_exist(&self, model: &str, ids: &[i64]) -> Result<()> {
        let missing: Vec<i64> = ids.iter().copied().filter(|id| self.db.row(model, *id).is_none()).collect();
        if missing.is_empty() { Ok(()) } else { Err(OdooError::missing(model, &missing, self.uid)) }
    }

    /// The record behind `module.name`.
    pub(crate) fn by_external_id(&self, module: &str, name: &str) -> Option<(String, i64)> {
        let data = self.db.unique("ir.model.data", 0, &[module, name])?;
        let row = self.db.row("ir.model.data", data)?;
        let model = row.get("model")?.as_str()?.to_owned();
        let id = row.get("res_id")?.as_i64()?;
        self.db.row(&model, id).map(|_| (model, id))
    }

    /// Gives a record an external id, or moves the id to it.
    pub(crate) fn set_external_id(&mut self, module: &str, name: &str, model: &str, id: i64) -> Result<()> {
        let vals = [
            ("module", json!(module)),
            ("name", json!(name)),
            ("model", json!(model)),
            ("res_id", json!(id)),
        ];
        let vals: Map<String, Value> = vals.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        match self.db.unique("ir.model.data", 0, &[module, name]) {
            Some(data) => self.write("ir.model.data", &[data], &vals),
            None => self.create("ir.model.data", &vals).map(|_| ()),
        }
    }

    /// Whether a search would show the record: archived ones only when asked for.
    pub(crate) fn visible(&self, model: &str, id: i64) -> bool {
        if !rules::allows(self, model, id) {
            return false;
        }
        if !self.context.active_test() || self.db.schema.field(model, "active").is_none() {
            return self.db.row(model, id).is_some();
        }
        self.db.row(model, id).is_some() && self.flag(model, id, "active")
    }

    fn visible_sorted(&self, model: &str, mut ids: Vec<i64>) -> Vec<i64> {
        ids.retain(|id| self.visible(model, *id));
        // Lines and moves have a sequence; everything else comes by id.
        if self.db.schema.field(model, "sequence").is_some() {
            ids.sort_by_key(|id| (self.value(model, *id, "sequence").as_i64().unwrap_or_default(), *id));
        }
        ids
    }

    fn follow(&self, model: &str, id: i64, path: &str) -> Option<Value> {
        let (head, tail) = match path.split_once('.') {
            Some((head, tail)) => (head, Some(tail)),
            None => (path, None),
        };
        let Some(tail) = tail else { return Some(self.value(model, id, head)) };
        let target = self.link(model, id, head)?;
        let other = self.db.schema.field(model, head)?.kind.relation()?.to_owned();
        self.follow(&other, target, tail)
    }

    fn check_names(&self, model: &str, vals: &Map<String, Value>) -> Result<()> {
        vals.keys().try_for_each(|name| self.field(model, name).map(|_| ()))
    }

    fn add_defaults(&self, model: &str, vals: &mut Map<String, Value>) {
        let Some(schema) = self.db.schema.models.get(model) else { return };
        for field in schema.fields.values() {
            let from_context = self.context.0.get(&format!("default_{}", field.name));
            if let Some(default) = from_context.or(field.default.as_ref())
                && !vals.contains_key(&field.name)
                && field.related.is_none()
            {
                vals.insert(field.name.clone(), default.clone());
            }
        }
    }

    fn log_values(&self, create: bool) -> Vec<(String, Value)> {
        let mut out =
            vec![("write_date".to_owned(), json!(self.now)), ("write_uid".to_owned(), json!(self.uid))];
        if create {
            out.push(("create_date".to_owned(), json!(self.now)));
            out.push(("create_uid".to_owned(), json!(self.uid)));
        }
        out
    }

    /// Puts the plain stored values into the row, each in its field's own form.
    fn fill(&self, model: &str, id: i64, row: &mut Row, vals: &Map<String, Value>) -> Result<()> {
        for (name, value) in vals {
            if name.starts_with('_') {
                row.insert(name.clone(), value.clone());
                continue;
            }
            let field = self.field(model, name)?;
            if !field.stored() || field.kind.is_many() || is_log_field(name) {
                continue;
            }
            let value = convert::to_stored(self, model, id, field, value)?;
            row.insert(self.column(field), value);
        }
        Ok(())
    }

    /// Writes what lives elsewhere: x2many commands, related fields, computed fields with an inverse.
    fn write_others(&mut self, model: &str, id: i64, vals: &Map<String, Value>) -> Result<()> {
        for (name, value) in vals.iter().filter(|(name, _)| !name.starts_with('_')) {
            let field = self.field(model, name)?.clone();
            if let Some(path) = field.related.as_deref().filter(|_| !field.computed && !field.readonly) {
                self.write_related(model, id, path, value)?;
            } else if field.computed && field.settable {
                logic::inverse(self, model, id, name, value)?;
            } else if field.kind.is_many() && !field.computed && field.related.is_none() {
                commands::apply(self, model, id, &field, value)?;
            }
        }
        Ok(())
    }

    fn write_related(&mut self, model: &str, id: i64, path: &str, value: &Value) -> Result<()> {
        let (head, tail) = path.split_once('.').unwrap_or(("", path));
        let mut vals = Map::new();
        if head.is_empty() {
            vals.insert(tail.to_owned(), value.clone());
            return self.write(model, &[id], &vals);
        }
        let Some(target) = self.link(model, id, head) else { return Ok(()) };
        let other = self.field(model, head)?.kind.relation().unwrap_or_default().to_owned();
        if tail.contains('.') {
            return self.write_related(&other, target, tail, value);
        }
        vals.insert(tail.to_owned(), value.clone());
        self.write(&other, &[target], &vals)
    }

    fn check_required(&self, model: &str, _id: i64, row: &Row) -> Result<()> {
        let Some(schema) = self.db.schema.models.get(model) else { return Ok(()) };
        for field in schema.fields.values().filter(|field| field.required && field.stored()) {
            let empty = row.get(&field.name).is_none_or(|value| *value == Value::Bool(false));
            if empty
                && !matches!(
                    field.kind,
                    Kind::Integer | Kind::Float | Kind::Monetary | Kind::Reference | Kind::Boolean
                )
            {
                return Err(missing_value(self.series, &schema.label, model, field));
            }
        }
        Ok(())
    }

    pub(super) fn deeper<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth >= MAX_NESTING {
            return Err(OdooError::value("maximum recursion depth exceeded"));
        }
        self.depth += 1;
        let result = work(self);
        self.depth -= 1;
        result
    }
}

pub(super) fn is_log_field(name: &str) -> bool {
    matches!(name, "id" | "create_date" | "create_uid" | "write_date" | "write_uid")
}

/// NOT NULL violation as Odoo words it.
fn missing_value(series: Series, label: &str, model: &str, field: &Field) -> OdooError {
    let name = &field.name;
    let shown = &field.label;
    OdooError::validation(match series {
        Series::V17 => format!(
            "The operation cannot be completed:\n- Create/update: a mandatory field is not set.\n- Delete: another model requires the record being deleted. If possible, archive it instead.\n\nModel: {label} ({model})\nField: {shown} ({name})\n"
        ),
        Series::V19 => format!(
            "The operation cannot be completed: Missing required value for the field '{shown}' ({name}).\nModel: '{label}' ({model})\n- create/update: a mandatory field is not set\n- delete: another model requires the record being deleted, you can archive it instead\n"
        ),
    })
}
