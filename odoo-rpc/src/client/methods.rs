//! Odoo's own methods by name, on any model.

use serde_json::{Map, Value};

use super::{Client, SearchOptions};
use crate::answer::unexpected;
use crate::call::Call;
use crate::domain::Domain;
use crate::error::{Delivery, Error, ErrorKind};
use crate::load::{self, Loaded};

impl Client {
    /// The ids of the records in `domain`.
    pub async fn search(
        &self,
        model: &str,
        domain: Domain,
        options: SearchOptions,
    ) -> Result<Vec<i64>, Error> {
        // Odoo takes a limit of 0 for none.
        if options.limit == Some(0) {
            return Ok(Vec::new());
        }
        self.call_as(options.apply(Call::new(model, "search").arg(domain))).await
    }

    /// How many records are in `domain`.
    pub async fn search_count(&self, model: &str, domain: Domain) -> Result<u64, Error> {
        self.call_as(Call::new(model, "search_count").arg(domain)).await
    }

    /// `fields` of the records in `domain`. Without an order the server's own applies, which need not be unique: page by
    /// `id`, not by offset.
    pub async fn search_read(
        &self,
        model: &str,
        domain: Domain,
        fields: &[&str],
        options: SearchOptions,
    ) -> Result<Vec<Map<String, Value>>, Error> {
        if options.limit == Some(0) {
            return Ok(Vec::new());
        }
        let call = Call::new(model, "search_read").arg(domain).arg(fields.to_vec());
        self.rows(options.apply(call)).await
    }

    /// `fields` of records. Those that do not exist are left out, and the order may differ: go by `id`.
    pub async fn read(
        &self,
        model: &str,
        ids: &[i64],
        fields: &[&str],
    ) -> Result<Vec<Map<String, Value>>, Error> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        self.rows(Call::new(model, "read").ids(ids.iter().copied()).arg(fields.to_vec())).await
    }

    /// By way of a value, in which a name that stands twice is refused.
    async fn rows(&self, call: Call) -> Result<Vec<Map<String, Value>>, Error> {
        let operation = call.operation();
        serde_json::from_value(self.call(call).await?)
            .map_err(|error| unexpected(&operation, &error.to_string()))
    }

    /// Creates records in one call and returns their ids in the same order. Doing it twice creates them twice: where a
    /// retry must be possible, use [`load`](Self::load).
    pub async fn create(&self, model: &str, records: Vec<Map<String, Value>>) -> Result<Vec<i64>, Error> {
        let count = records.len();
        if count == 0 {
            return Ok(Vec::new());
        }
        let call = Call::new(model, "create").arg(records.into_iter().map(Value::from).collect::<Vec<_>>());
        let operation = call.operation();
        let ids: Vec<i64> = self.call_as(call).await?;
        if ids.len() == count { Ok(ids) } else { Err(unexpected(&operation, "not one id for each record")) }
    }

    /// Writes the same values to records. One that does not exist fails the whole call.
    pub async fn write(&self, model: &str, ids: &[i64], values: Map<String, Value>) -> Result<(), Error> {
        if ids.is_empty() {
            return Ok(());
        }
        self.call(Call::new(model, "write").ids(ids.iter().copied()).arg(values)).await.map(drop)
    }

    /// Deletes records. One that does not exist fails the whole call.
    ///
    /// What the method returns is not looked at: there are versions and protocols where it is no boolean.
    pub async fn unlink(&self, model: &str, ids: &[i64]) -> Result<(), Error> {
        if ids.is_empty() {
            return Ok(());
        }
        self.call(Call::new(model, "unlink").ids(ids.iter().copied())).await.map(drop)
    }

    /// Creates or updates records by external id, all in one transaction. Doing it twice equals doing it once if every
    /// row has one in column `id` (and in `line_ids/id` for lines).
    ///
    /// Columns are field names; `id` is the external id, `.id` the database id, `partner_id/id` the external id of a
    /// reference. Every cell is text; times are read in the time zone of the context, so set `tz` to `UTC`.
    ///
    /// # Errors
    /// As [`call`](Self::call); `Conflict` for a conflict that the server reports as a message; `BadArguments`, not
    /// sent, for a row with more or fewer cells than columns. Rows that Odoo does not accept are no error here: they are
    /// in [`Loaded::messages`], with [`Loaded::ids`] `None`.
    pub async fn load(&self, model: &str, fields: &[&str], rows: Vec<Vec<String>>) -> Result<Loaded, Error> {
        let call = Call::new(model, "load").arg(fields.to_vec());
        let operation = call.operation();
        if let Some(row) = rows.iter().position(|row| row.len() != fields.len()) {
            let message = format!("row {row} has not as many cells as there are columns");
            return Err(Error::new(ErrorKind::BadArguments, Delivery::NotSent, operation, message));
        }
        // A conflict that Odoo reports as a message is one more reason to try again.
        self.call_read(call.arg(rows.into_iter().map(Value::from).collect::<Vec<_>>()), load::parse).await
    }
}
