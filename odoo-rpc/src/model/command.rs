//! Lists of nested records as commands: what `create` and `write` of a parent are told of its lines.
//!
//! Source: `Command` in `odoo/orm/commands.py` (before 19.0 `odoo/fields.py`).

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::Model;
use crate::field::{Record, unsendable};

impl<M: Model> Record for M {
    /// Records without an id are created, the others linked.
    fn create_commands(list: &[Self]) -> Value {
        list.iter()
            .map(|record| match record.id().is_unsaved() {
                true => create(record),
                false => json!([4, record.id(), 0]),
            })
            .collect()
    }

    /// By id: what is new is created, what differs is written, what is gone is taken off the list. Only the fields that differ are written.
    ///
    /// Taken off, not deleted: Odoo deletes it where it cannot be without its parent (`ondelete='cascade'`, as lines of documents), and leaves a tag
    /// or a contact alone.
    fn diff_commands(new: &[Self], old: &[Self]) -> Option<Value> {
        // Such as a struct that was just created: which of its lines are which is not known, and they would be created once more.
        if old.iter().any(|record| record.id().is_unsaved()) {
            return Some(unsendable(
                "the list that it is compared with has a record without an id: read it again",
            ));
        }
        let before: HashMap<i64, &Self> = old.iter().map(|record| (record.id().get(), record)).collect();
        let mut commands = Vec::new();
        for record in old {
            if !new.iter().any(|kept| kept.id() == record.id()) {
                commands.push(json!([3, record.id(), 0]));
            }
        }
        for record in new {
            match before.get(&record.id().get()) {
                _ if record.id().is_unsaved() => commands.push(create(record)),
                None => commands.push(json!([4, record.id(), 0])),
                Some(old) => {
                    let changes: Map<String, Value> = record.changes(old);
                    if !changes.is_empty() {
                        commands.push(json!([1, record.id(), changes]));
                    }
                }
            }
        }
        (!commands.is_empty()).then_some(Value::Array(commands))
    }
}

fn create<M: Model>(record: &M) -> Value {
    json!([0, 0, record.values()])
}
