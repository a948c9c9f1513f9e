//! x2many commands: `(0,0,vals)` create, `(1,id,vals)` update, `(2,id)` delete, `(3,id)` unlink, `(4,id)` link,
//! `(5,)` clear, `(6,0,ids)` set. A bare list of ids is a set.

use serde_json::{Map, Value, json};

use super::env::Env;
use super::error::{OdooError, Result};
use super::schema::{Field, Kind};

/// Applies the commands of one x2many field of one record.
pub(crate) fn apply(env: &mut Env<'_>, model: &str, id: i64, field: &Field, value: &Value) -> Result<()> {
    let list = match value {
        Value::Array(list) => list.clone(),
        Value::Bool(false) | Value::Null => vec![json!([5, 0, 0])],
        other => return Err(OdooError::value(format!("Wrong value for {model}.{}: {other}", field.name))),
    };
    let list =
        if !list.is_empty() && list.iter().all(Value::is_i64) { vec![json!([6, 0, list])] } else { list };
    for command in &list {
        let parts = command.as_array().ok_or_else(|| {
            OdooError::value(format!("Wrong value for {model}.{}: {command} is no command", field.name))
        })?;
        let command = Command {
            code: parts.first().map_or(-1, code),
            id: parts.get(1).and_then(Value::as_i64).unwrap_or_default(),
            tail: parts.get(2).cloned().unwrap_or(Value::Null),
        };
        match &field.kind {
            Kind::One2many { model: other, inverse } => one2many(env, other, inverse, id, &command)?,
            Kind::Many2many(other) => many2many(env, model, id, &field.name, other, &command)?,
            _ => {}
        }
    }
    Ok(())
}

struct Command {
    code: i64,
    id: i64,
    tail: Value,
}

impl Command {
    fn vals(&self) -> Map<String, Value> {
        self.tail.as_object().cloned().unwrap_or_default()
    }

    fn ids(&self) -> Vec<i64> {
        self.tail.as_array().map(|ids| ids.iter().filter_map(Value::as_i64).collect()).unwrap_or_default()
    }

    fn unknown(&self) -> OdooError {
        OdooError::value(format!("{} is no x2many command", self.code))
    }
}

/// Codes arrive as numbers; load() and some clients send them as text.
fn code(value: &Value) -> i64 {
    value.as_i64().or_else(|| value.as_str()?.parse().ok()).unwrap_or(-1)
}

fn one2many(env: &mut Env<'_>, other: &str, inverse: &str, id: i64, command: &Command) -> Result<()> {
    match command.code {
        0 => {
            let mut vals = command.vals();
            vals.insert(inverse.to_owned(), json!(id));
            env.create(other, &vals).map(|_| ())
        }
        1 => env.write(other, &[command.id], &command.vals()),
        2 => env.unlink(other, &[command.id]),
        3 => release(env, other, inverse, command.id),
        4 => adopt(env, other, inverse, id, command.id),
        5 => env
            .db
            .pointing(other, inverse, id)
            .into_iter()
            .try_for_each(|old| release(env, other, inverse, old)),
        6 => {
            let wanted = command.ids();
            for old in env.db.pointing(other, inverse, id) {
                if !wanted.contains(&old) {
                    release(env, other, inverse, old)?;
                }
            }
            wanted.into_iter().try_for_each(|new| adopt(env, other, inverse, id, new))
        }
        _ => Err(command.unknown()),
    }
}

/// Lets a line go: deleted where it cannot live without its parent, else the link is emptied.
fn release(env: &mut Env<'_>, other: &str, inverse: &str, line: i64) -> Result<()> {
    let field = env.field(other, inverse)?;
    if field.cascade || field.required {
        return env.unlink(other, &[line]);
    }
    let mut vals = Map::new();
    vals.insert(inverse.to_owned(), Value::Bool(false));
    env.write(other, &[line], &vals)
}

fn adopt(env: &mut Env<'_>, other: &str, inverse: &str, id: i64, line: i64) -> Result<()> {
    if env.link(other, line, inverse) == Some(id) {
        return env.check_exist(other, &[line]);
    }
    let mut vals = Map::new();
    vals.insert(inverse.to_owned(), json!(id));
    env.write(other, &[line], &vals)
}

fn many2many(
    env: &mut Env<'_>,
    model: &str,
    id: i64,
    name: &str,
    other: &str,
    command: &Command,
) -> Result<()> {
    let mut ids = env.stored_ids(model, id, name);
    match command.code {
        0 => ids.push(env.create(other, &command.vals())?),
        1 => env.write(other, &[command.id], &command.vals())?,
        2 => {
            ids.retain(|old| *old != command.id);
            env.unlink(other, &[command.id])?;
        }
        3 => ids.retain(|old| *old != command.id),
        4 => {
            env.check_exist(other, &[command.id])?;
            if !ids.contains(&command.id) {
                ids.push(command.id);
            }
        }
        5 => ids.clear(),
        6 => {
            ids = command.ids();
            env.check_exist(other, &ids)?;
        }
        _ => return Err(command.unknown()),
    }
    env.set(model, id, name, json!(ids))
}
