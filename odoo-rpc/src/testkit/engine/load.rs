//! `load`: import of text rows, the only upsert that Odoo has.
//!
//! All or nothing: with one error the answer is `ids: false` and everything is rolled back. Values are text; an empty
//! cell empties the field; an external id that is known updates its record.

mod cells;
mod rows;

use serde_json::{Map, Value, json};

use super::env::Env;
use super::error::{OdooError, Result};
use super::schema::Kind;
use cells::Cell;
use rows::{Record, extract};

/// How deep one2many columns may nest.
const MAX_DEPTH: usize = 8;

/// Runs an import and answers `{ids, messages, nextrow}`.
pub(crate) fn load(env: &mut Env<'_>, model: &str, fields: &[String], data: &[Vec<Value>]) -> Result<Value> {
    for row in data {
        // The real one calls text methods on every cell of a text column.
        if let Some(cell) =
            row.iter().find(|cell| !matches!(cell, Value::String(_) | Value::Bool(false) | Value::Null))
        {
            let kind = if cell.is_boolean() { "bool" } else { "int" };
            return Err(OdooError::new(
                super::error::ErrorKind::Type,
                format!("'{kind}' object has no attribute 'lower'"),
            ));
        }
    }
    let paths: Vec<Vec<String>> =
        fields.iter().map(|field| field.split('/').map(str::to_owned).collect()).collect();
    check_paths(env, model, &paths)?;
    let start = env.db.mark();
    let mut importer = Importer { messages: Vec::new() };
    let mut ids = Vec::new();
    let rows: Vec<Vec<String>> = data.iter().map(|row| row.iter().map(cell_text).collect()).collect();
    for (index, record) in extract(env, model, &paths, &rows).into_iter().enumerate() {
        let base = Place { record: index, from: record.from, to: record.to };
        let point = env.db.mark();
        match importer.record(env, model, &record, &base) {
            Ok(id) => ids.push(id),
            Err(error) => {
                env.db.rollback(point);
                importer.messages.push(base.message(&error.message));
            }
        }
    }
    if importer.messages.iter().any(|message| message.get("type") == Some(&json!("error"))) {
        env.db.rollback(start);
        return Ok(json!({"ids": false, "messages": importer.messages, "nextrow": 0}));
    }
    Ok(json!({"ids": ids, "messages": importer.messages, "nextrow": 0}))
}

/// The answer of a `load` that lost a race: the conflict is swallowed into the messages.
pub(crate) fn swallowed_conflict() -> Value {
    json!({
        "ids": false,
        "messages": [{
            "type": "error", "record": 0, "rows": {"from": 0, "to": 0},
            "message": OdooError::serialization().message.trim_end(),
        }],
        "nextrow": 0,
    })
}

fn cell_text(cell: &Value) -> String {
    cell.as_str().unwrap_or_default().to_owned()
}

fn check_paths(env: &Env<'_>, model: &str, paths: &[Vec<String>]) -> Result<()> {
    for path in paths {
        let mut at = model.to_owned();
        for (step, name) in path.iter().enumerate() {
            if name == "id" || name == ".id" {
                continue;
            }
            let field = env.db.schema.field(&at, name);
            let field =
                field.ok_or_else(|| OdooError::value(format!("Invalid field {name:?} on model {at:?}")))?;
            if step + 1 < path.len() {
                let other = field.kind.relation();
                let other = other
                    .ok_or_else(|| OdooError::value(format!("Invalid field {name:?} on model {at:?}")))?;
                at = other.to_owned();
            }
        }
    }
    Ok(())
}

/// Where in the input something went wrong.
struct Place {
    record: usize,
    from: usize,
    to: usize,
}

impl Place {
    fn message(&self, text: &str) -> Value {
        json!({
            "rows": {"from": self.from, "to": self.to}, "type": "error", "record": self.record, "message": text,
        })
    }
}

/// The external id of a line, to be given once the line has its id.
type Naming = (String, String);

struct Importer {
    messages: Vec<Value>,
}

impl Importer {
    /// Creates or updates one record with its lines and returns its id.
    fn record(&mut self, env: &mut Env<'_>, model: &str, record: &Record, place: &Place) -> Result<i64> {
        self.upsert(env, model, record, place, None, 0)
    }

    fn upsert(
        &mut self,
        env: &mut Env<'_>,
        model: &str,
        record: &Record,
        place: &Place,
        parent: Option<(&str, i64)>,
        depth: usize,
    ) -> Result<i64> {
        if depth > MAX_DEPTH {
            return Err(OdooError::value("one2many columns nest too deeply"));
        }
        let naming = record.cell("id").map(|name| external_id(env, name));
        let known = self.known(env, model, record, naming.as_ref())?;
        let mut vals = self.values(env, model, record, place)?;
        if let Some((inverse, id)) = parent {
            vals.insert(inverse.to_owned(), json!(id));
        }
        let id = match known {
            Some(id) => {
                env.write(model, &[id], &vals)?;
                id
            }
            None => env.create(model, &vals)?,
        };
        if let Some((module, name)) = naming {
            let renamed = env.by_external_id(&module, &name) != Some((model.to_owned(), id));
            if renamed {
                env.set_external_id(&module, &name, model, id)?;
            }
        }
        for (name, lines) in &record.lines {
            let Some(Kind::One2many { model: other, inverse }) =
                env.db.schema.field(model, name).map(|f| f.kind.clone())
            else {
                continue;
            };
            for line in lines {
                self.upsert(env, &other, line, place, Some((&inverse, id)), depth + 1)?;
            }
        }
        Ok(id)
    }

    /// The record that the row names, by external or by database id.
    fn known(
        &self,
        env: &Env<'_>,
        model: &str,
        record: &Record,
        naming: Option<&Naming>,
    ) -> Result<Option<i64>> {
        if let Some(text) = record.cell(".id") {
            let id = text.parse::<i64>().ok().filter(|id| env.db.row(model, *id).is_some());
            let id = id.ok_or_else(|| OdooError::value(format!("Unknown database identifier '{text}'")))?;
            return Ok(Some(id));
        }
        let Some((module, name)) = naming else { return Ok(None) };
        match env.by_external_id(module, name) {
            None => Ok(None),
            Some((other, id)) if other == model => Ok(Some(id)),
            Some((other, _)) => Err(OdooError::validation(format!(
                "For external id {module}.{name} when trying to create/update a record of model {model} found record of different model {other}"
            ))),
        }
    }

    /// The record's own values; cells that do not convert are reported and left out.
    fn values(
        &mut self,
        env: &mut Env<'_>,
        model: &str,
        record: &Record,
        place: &Place,
    ) -> Result<Map<String, Value>> {
        let mut vals = Map::new();
        for (path, text) in &record.cells {
            if path == "id" || path == ".id" {
                continue;
            }
            let (name, by) = path.split_once('/').unwrap_or((path, ""));
            let field = env.field(model, name)?.clone();
            match cells::convert(env, &field, by, text)? {
                Cell::Value(value) => {
                    vals.insert(name.to_owned(), value);
                }
                Cell::Warning(value, text) => {
                    let mut message = place.message(&text);
                    merge(&mut message, json!({"type": "warning", "field": name}));
                    self.messages.push(message);
                    vals.insert(name.to_owned(), value);
                }
                Cell::Error(text, more) => {
                    let mut message = place.message(&text);
                    merge(&mut message, json!({"field": name}));
                    merge(&mut message, more);
                    self.messages.push(message);
                }
            }
        }
        Ok(vals)
    }
}

fn merge(message: &mut Value, more: Value) {
    if let (Some(message), Value::Object(more)) = (message.as_object_mut(), more) {
        message.extend(more);
    }
}

/// Splits an external id; without a dot it belongs to the context's module or to `__import__`.
fn external_id(env: &Env<'_>, text: &str) -> Naming {
    match text.split_once('.') {
        Some((module, name)) => (module.to_owned(), name.to_owned()),
        None => (env.context.text("module").unwrap_or("__import__").to_owned(), text.to_owned()),
    }
}
