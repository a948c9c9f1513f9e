//! Creating and writing records.

use serde_json::{Map, Value};

use super::Records;
use crate::answer::unexpected;
use crate::call::Call;
use crate::error::{Delivery, Error, ErrorKind};
use crate::field::{FieldValue as _, Id, Timestamp};
use crate::model::{Model, Values};

impl<M: Model> Records<M> {
    /// Creates records in one call and returns their ids in the same order: all of them or none.
    ///
    /// Doing it twice creates them twice, so it is never repeated behind the caller's back: where a retry must be possible, use
    /// [`Client::upsert`](crate::Client::upsert).
    pub async fn create(
        &self,
        records: impl IntoIterator<Item = impl Into<Map<String, Value>>>,
    ) -> Result<Vec<Id<M>>, Error> {
        let records: Vec<Map<String, Value>> = records.into_iter().map(Into::into).collect();
        let ids = self.client.create(M::MODEL, records).await?;
        Ok(ids.into_iter().map(Id::new).collect())
    }

    /// Creates records from whole structs: of each the fields that can be written and are not empty.
    pub async fn create_all(&self, records: &[M]) -> Result<Vec<Id<M>>, Error> {
        self.create(records.iter().map(Model::values)).await
    }

    /// Writes the same values to records. One that does not exist fails the whole call.
    pub async fn write(&self, ids: impl IntoIterator<Item = Id<M>>, values: Values<M>) -> Result<(), Error> {
        let ids: Vec<i64> = ids.into_iter().map(Id::get).collect();
        self.client.write(M::MODEL, &ids, values.into()).await
    }

    /// Writes what differs between `old` and `new`, lists of records as the fewest commands. Nothing is sent where nothing differs.
    ///
    /// Returns whether something was written.
    pub async fn update(&self, old: &M, new: &M) -> Result<bool, Error> {
        let changes = new.changes(old);
        if changes.is_empty() {
            return Ok(false);
        }
        self.client.write(M::MODEL, &[old.id().get()], changes).await?;
        Ok(true)
    }

    /// Writes other values to each record, with one call for all records that get the same. Each call is a transaction of its own.
    ///
    /// # Errors
    /// The first call that fails; those before it are done. Doing all again is safe.
    pub async fn write_each(&self, writes: Vec<(Id<M>, Values<M>)>) -> Result<(), Error> {
        let mut groups: Vec<(Map<String, Value>, Vec<i64>)> = Vec::new();
        for (id, values) in writes {
            let values: Map<String, Value> = values.into();
            // Never before the last write to the same record, so that the last one holds.
            let after = groups.iter().rposition(|(_, ids)| ids.contains(&id.get())).unwrap_or(0);
            match groups.iter_mut().skip(after).find(|(known, _)| *known == values) {
                Some((_, ids)) if ids.contains(&id.get()) => {}
                Some((_, ids)) => ids.push(id.get()),
                None => groups.push((values, vec![id.get()])),
            }
        }
        for (values, ids) in groups {
            self.client.write(M::MODEL, &ids, values).await?;
        }
        Ok(())
    }

    /// Writes to a record, if nobody has written to it since it was read with this `write_date`.
    ///
    /// Odoo has no such condition of its own: it is asked right before the write, so a change within these milliseconds, or within the same
    /// second as `seen`, is overwritten all the same.
    ///
    /// # Errors
    /// As every call; `Stale`, not sent, if the record was written meanwhile; `Missing` if it is gone.
    pub async fn write_if_unchanged(
        &self,
        id: Id<M>,
        seen: Timestamp,
        values: Values<M>,
    ) -> Result<(), Error> {
        let operation = format!("{}.write", M::MODEL);
        let call = Call::new(M::MODEL, "read").ids([id.get()]).arg(vec!["write_date"]);
        let rows: Vec<Map<String, Value>> = self.client.call_as(call).await?;
        let Some(row) = rows.first() else {
            let message = format!("there is no record {id}");
            return Err(Error::new(ErrorKind::Missing, Delivery::NotSent, operation, message));
        };
        let found = row
            .get("write_date")
            .and_then(Value::as_str)
            .ok_or_else(|| unexpected(&operation, "no write_date"))?;
        if seen.encode() != *found {
            let message = format!("record {id} was written at {found}, after it was read: read it again");
            return Err(Error::new(ErrorKind::Stale, Delivery::NotSent, operation, message));
        }
        self.client.write(M::MODEL, &[id.get()], values.into()).await
    }

    /// Deletes records. One that does not exist fails the whole call.
    pub async fn unlink(&self, ids: impl IntoIterator<Item = Id<M>>) -> Result<(), Error> {
        let ids: Vec<i64> = ids.into_iter().map(Id::get).collect();
        self.client.unlink(M::MODEL, &ids).await
    }
}
