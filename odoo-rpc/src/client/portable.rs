//! What every series can do, each in its own way.

use std::collections::HashMap;

use serde_json::Value;

use super::{Client, SearchOptions};
use crate::call::Call;
use crate::capability::Capability;
use crate::domain::Domain;
use crate::error::Error;

impl Client {
    /// Which of these records exist, archived ones included. `exists` is closed to clients from 19 on, so it is asked by a search everywhere: records
    /// that the user may not see count as not existing.
    ///
    /// # Errors
    /// As [`call`](Self::call).
    pub async fn exists(&self, model: &str, ids: &[i64]) -> Result<Vec<i64>, Error> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let domain = Domain::is_in("id", ids.iter().copied());
        self.with_context("active_test", false).search(model, domain, SearchOptions::new().order("id")).await
    }

    /// The display names of records, by id: the field `display_name`, which every series has (`name_get` is gone since 18).
    ///
    /// # Errors
    /// As [`call`](Self::call).
    pub async fn display_names(&self, model: &str, ids: &[i64]) -> Result<HashMap<i64, String>, Error> {
        let rows = self.read(model, ids, &["display_name"]).await?;
        let name = |row: serde_json::Map<String, Value>| {
            Some((row.get("id")?.as_i64()?, row.get("display_name")?.as_str().unwrap_or("").to_owned()))
        };
        Ok(rows.into_iter().filter_map(name).collect())
    }

    /// Whether the user may do this (`read`, `write`, `create`, `unlink`) to records of a model in general.
    ///
    /// # Errors
    /// As [`call`](Self::call).
    pub async fn has_access(&self, model: &str, operation: &str) -> Result<bool, Error> {
        let call = match self.has(Capability::HasAccess) {
            true => Call::new(model, "has_access").ids([]).arg(operation),
            false => Call::new(model, "check_access_rights").arg(operation).kwarg("raise_exception", false),
        };
        self.call_as(call).await
    }

    /// Archives records, or takes them out of the archive.
    ///
    /// # Errors
    /// As [`call`](Self::call).
    pub async fn archive(&self, model: &str, ids: &[i64], archived: bool) -> Result<(), Error> {
        if ids.is_empty() {
            return Ok(());
        }
        let method = if archived { "action_archive" } else { "action_unarchive" };
        self.call(Call::new(model, method).ids(ids.iter().copied())).await.map(drop)
    }
}
