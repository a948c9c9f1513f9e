//! What a test asserts on: which calls came, and which records really changed.

use std::collections::HashSet;

use super::db::{Change, Db};
use super::{Call, ErrorKind};

/// How a call ended inside the engine. What the caller saw may differ: see the fault plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The method returned and its transaction was committed.
    Answered,
    /// The method raised and its transaction was rolled back.
    Refused(ErrorKind),
}

/// One call that reached the engine.
#[derive(Debug, Clone, PartialEq)]
pub struct CallEntry {
    /// Counts calls from 1.
    pub number: u64,
    /// Who called.
    pub uid: i64,
    /// The model.
    pub model: String,
    /// The method.
    pub method: String,
    /// The records it was called on.
    pub ids: Vec<i64>,
    /// How it ended.
    pub outcome: Outcome,
}

/// What happened to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteKind {
    /// It is new.
    Create,
    /// It was written.
    Update,
    /// It is gone.
    Delete,
}

/// One record's change within one committed call.
#[derive(Debug, Clone, PartialEq)]
pub struct WriteEntry {
    /// The call that did it.
    pub call: u64,
    /// The model.
    pub model: String,
    /// The record.
    pub id: i64,
    /// What happened.
    pub kind: WriteKind,
    /// The stored fields whose value is another now, without the log fields; empty for a write of the same values.
    pub fields: Vec<String>,
}

#[derive(Debug, Default)]
pub(crate) struct Log {
    pub(crate) calls: Vec<CallEntry>,
    pub(crate) writes: Vec<WriteEntry>,
}

impl Log {
    pub(crate) fn call(&mut self, call: &Call, outcome: Outcome) {
        let number = self.calls.len() as u64 + 1;
        self.calls.push(CallEntry {
            number,
            uid: call.uid,
            model: call.model.clone(),
            method: call.method.clone(),
            ids: call.ids.clone().unwrap_or_default(),
            outcome,
        });
    }

    /// Folds the row changes of the last call into one entry a record.
    pub(crate) fn changes(&mut self, db: &Db, changes: &[Change]) {
        let number = self.calls.len() as u64;
        let mut seen: HashSet<(String, i64)> = HashSet::new();
        for change in changes {
            let key = (change.model.clone(), change.id);
            // Sessions and the like belong to no model.
            if seen.contains(&key) || !db.schema.models.contains_key(&key.0) {
                continue;
            }
            let after = db.row(&key.0, key.1);
            let kind = match (&change.before, after) {
                (None, None) => None,
                (None, Some(_)) => Some(WriteKind::Create),
                (Some(_), Some(_)) => Some(WriteKind::Update),
                (Some(_), None) => Some(WriteKind::Delete),
            };
            if let Some(kind) = kind {
                let before = change.before.clone().unwrap_or_default();
                let after = after.cloned().unwrap_or_default();
                let mut fields: Vec<String> = before
                    .keys()
                    .chain(after.keys())
                    .filter(|name| before.get(*name) != after.get(*name) && !is_bookkeeping(name))
                    .cloned()
                    .collect();
                fields.sort();
                fields.dedup();
                self.writes.push(WriteEntry { call: number, model: key.0.clone(), id: key.1, kind, fields });
            }
            seen.insert(key);
        }
    }
}

fn is_bookkeeping(name: &str) -> bool {
    name.starts_with('_') || matches!(name, "write_date" | "write_uid" | "create_date" | "create_uid")
}
