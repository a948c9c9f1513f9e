//! Rows, their indexes and the undo log that makes every call atomic.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value;

use super::error::{OdooError, Result};
use super::schema::{Kind, Schema};

/// One record: field name to stored value. A field that is not there is empty.
pub(crate) type Row = BTreeMap<String, Value>;

/// A change of one row, as it was before and after.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    pub(crate) model: String,
    pub(crate) id: i64,
    pub(crate) before: Option<Row>,
}

#[derive(Debug, Default)]
struct Table {
    rows: BTreeMap<i64, Row>,
    last_id: i64,
    /// One map per uniqueness rule: the joined key to the record that has it.
    unique: Vec<HashMap<String, i64>>,
    /// For each many2one field: the target to the records that point to it.
    refs: HashMap<String, BTreeMap<i64, BTreeSet<i64>>>,
}

/// All tables. Ids and sequences never go back on rollback, as in PostgreSQL.
#[derive(Debug)]
pub(crate) struct Db {
    pub(crate) schema: Schema,
    tables: HashMap<String, Table>,
    sequences: HashMap<String, i64>,
    /// Whether `generate` and `revoke` of API keys exist, and are allowed.
    pub(crate) key_methods: Option<bool>,
    /// Records that no read survives.
    pub(crate) unreadable: BTreeSet<(String, i64)>,
    undo: Vec<Change>,
}

impl Db {
    pub(crate) fn new(schema: Schema) -> Self {
        let mut tables = HashMap::new();
        for model in schema.models.values() {
            let mut table = Table::default();
            table.unique.resize_with(model.unique.len(), HashMap::new);
            for field in model.fields.values() {
                if matches!(field.kind, Kind::Many2one(_)) && field.stored() {
                    table.refs.insert(field.name.clone(), BTreeMap::new());
                }
            }
            tables.insert(model.name.clone(), table);
        }
        Self {
            schema,
            tables,
            sequences: HashMap::new(),
            key_methods: None,
            unreadable: BTreeSet::new(),
            undo: Vec::new(),
        }
    }

    /// A record.
    pub(crate) fn row(&self, model: &str, id: i64) -> Option<&Row> {
        self.tables.get(model)?.rows.get(&id)
    }

    /// All ids of a model, ascending.
    pub(crate) fn ids(&self, model: &str) -> Vec<i64> {
        self.tables.get(model).map(|table| table.rows.keys().copied().collect()).unwrap_or_default()
    }

    /// Whether a model has one record and no more.
    pub(crate) fn is_single(&self, model: &str) -> bool {
        self.tables.get(model).is_some_and(|table| table.rows.len() == 1)
    }

    /// The records whose many2one `field` points to `target`, ascending.
    pub(crate) fn pointing(&self, model: &str, field: &str, target: i64) -> Vec<i64> {
        let found = self.tables.get(model).and_then(|table| table.refs.get(field)?.get(&target));
        found.map(|ids| ids.iter().copied().collect()).unwrap_or_default()
    }

    /// The record that a uniqueness rule finds, e.g. an external id.
    pub(crate) fn unique(&self, model: &str, rule: usize, key: &[&str]) -> Option<i64> {
        self.tables.get(model)?.unique.get(rule)?.get(&key.join("\u{1f}")).copied()
    }

    /// The next id of a model; ids are spent even when the call is rolled back.
    pub(crate) fn next_id(&mut self, model: &str) -> i64 {
        let table = self.tables.entry(model.to_owned()).or_default();
        table.last_id += 1;
        table.last_id
    }

    /// Makes the next created record of the model get at least this id.
    pub(crate) fn set_next_id(&mut self, model: &str, next: i64) {
        let table = self.tables.entry(model.to_owned()).or_default();
        table.last_id = table.last_id.max(next - 1);
    }

    /// The next number of a sequence, starting at 1.
    pub(crate) fn next_number(&mut self, sequence: &str) -> i64 {
        let number = self.sequences.entry(sequence.to_owned()).or_insert(0);
        *number += 1;
        *number
    }

    /// Makes the sequence give this number next.
    pub(crate) fn set_next_number(&mut self, sequence: &str, next: i64) {
        self.sequences.insert(sequence.to_owned(), next - 1);
    }

    /// Inserts or replaces a record, keeping indexes and the undo log.
    pub(crate) fn put(&mut self, model: &str, id: i64, row: Row) -> Result<()> {
        self.check_unique(model, id, &row)?;
        let before = self.swap(model, id, Some(row));
        self.undo.push(Change { model: model.to_owned(), id, before });
        Ok(())
    }

    /// Deletes a record.
    pub(crate) fn remove(&mut self, model: &str, id: i64) {
        let before = self.swap(model, id, None);
        self.undo.push(Change { model: model.to_owned(), id, before });
    }

    /// A point that `rollback` can return to.
    pub(crate) fn mark(&self) -> usize {
        self.undo.len()
    }

    /// Takes back every change since the mark.
    pub(crate) fn rollback(&mut self, mark: usize) {
        while self.undo.len() > mark {
            let Some(change) = self.undo.pop() else { break };
            self.swap(&change.model, change.id, change.before);
        }
    }

    /// Puts rows back as they were before some changes, and hands out what takes them forth again.
    pub(crate) fn revert(&mut self, changes: &[Change]) -> Vec<Change> {
        let back = |change: &Change| {
            let before = self.swap(&change.model, change.id, change.before.clone());
            Change { model: change.model.clone(), id: change.id, before }
        };
        changes.iter().rev().map(back).collect()
    }

    /// Ends the transaction and hands out what changed.
    pub(crate) fn commit(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.undo)
    }

    fn check_unique(&self, model: &str, id: i64, row: &Row) -> Result<()> {
        let (Some(rules), Some(table)) = (self.schema.models.get(model), self.tables.get(model)) else {
            return Ok(());
        };
        for (rule, index) in rules.unique.iter().zip(&table.unique) {
            if let Some(other) = unique_key(&rule.fields, row).and_then(|key| index.get(&key))
                && *other != id
            {
                let text = format!("The operation cannot be completed: {}", rule.message);
                return Err(OdooError::validation(text));
            }
        }
        Ok(())
    }

    fn swap(&mut self, model: &str, id: i64, row: Option<Row>) -> Option<Row> {
        let table = self.tables.entry(model.to_owned()).or_default();
        let before = table.rows.remove(&id);
        if let Some(old) = &before {
            index_row(&self.schema, table, model, id, old, false);
        }
        if let Some(new) = row {
            table.last_id = table.last_id.max(id);
            index_row(&self.schema, table, model, id, &new, true);
            table.rows.insert(id, new);
        }
        before
    }
}

fn index_row(schema: &Schema, table: &mut Table, model: &str, id: i64, row: &Row, add: bool) {
    if let Some(rules) = schema.models.get(model) {
        for (rule, index) in rules.unique.iter().zip(&mut table.unique) {
            if let Some(key) = unique_key(&rule.fields, row) {
                if add {
                    index.insert(key, id);
                } else {
                    index.remove(&key);
                }
            }
        }
    }
    for (field, index) in &mut table.refs {
        if let Some(target) = row.get(field).and_then(Value::as_i64) {
            let ids = index.entry(target).or_default();
            if add {
                ids.insert(id);
            } else {
                ids.remove(&id);
            }
        }
    }
}

/// The joined key, or nothing where a part is empty: NULL is unlike any NULL.
fn unique_key(fields: &[String], row: &Row) -> Option<String> {
    let mut parts = Vec::with_capacity(fields.len());
    for field in fields {
        match row.get(field)? {
            Value::Bool(false) => return None,
            Value::String(text) => parts.push(text.clone()),
            other => parts.push(other.to_string()),
        }
    }
    Some(parts.join("\u{1f}"))
}
