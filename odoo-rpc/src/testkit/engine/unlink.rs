//! Deleting: what must stay, what goes along, and what is let go.

use serde_json::Value;

use super::convert;
use super::env::{Env, is_log_field};
use super::error::Result;
use super::logic;
use super::schema::{Field, Kind};

impl Env<'_> {
    /// Deletes records, what depends on them, and their external ids.
    pub(crate) fn unlink(&mut self, model: &str, ids: &[i64]) -> Result<()> {
        self.check_exist(model, ids)?;
        logic::before_unlink(self, model, ids)?;
        self.deeper(|env| {
            for id in ids {
                env.unlink_dependents(model, *id)?;
                env.db.remove(model, *id);
                env.unlink_external_ids(model, *id);
            }
            Ok(())
        })
    }

    fn unlink_dependents(&mut self, model: &str, id: i64) -> Result<()> {
        let pointers: Vec<(String, Field)> = self
            .db
            .schema
            .models
            .values()
            .flat_map(|other| {
                let links = other.fields.values().filter(|field| {
                    field.stored() && matches!(&field.kind, Kind::Many2one(target) if target == model)
                });
                links.map(|field| (other.name.clone(), field.clone()))
            })
            .collect();
        for (other, field) in pointers {
            for pointing in self.db.pointing(&other, &field.name, id) {
                if is_log_field(&field.name) || (!field.required && !field.cascade) {
                    self.set(&other, pointing, &field.name, Value::Bool(false))?;
                } else if field.cascade {
                    self.unlink(&other, &[pointing])?;
                } else {
                    return Err(convert::foreign_key(self, &other, &field));
                }
            }
        }
        Ok(())
    }

    fn unlink_external_ids(&mut self, model: &str, id: i64) {
        if model == "ir.model.data" {
            return;
        }
        for data in self.db.ids("ir.model.data") {
            let named = self.db.row("ir.model.data", data).is_some_and(|row| {
                row.get("model").and_then(Value::as_str) == Some(model)
                    && row.get("res_id").and_then(Value::as_i64) == Some(id)
            });
            if named {
                self.db.remove("ir.model.data", data);
            }
        }
    }
}
