//! Reading records.

use std::collections::HashMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{Records, nested};
use crate::call::Call;
use crate::capability::Capability;
use crate::error::Error;
use crate::field::Id;
use crate::model::{Model, is_nested, names, specification};

/// What `web_search_read` answers, as far as it is of use.
#[derive(Deserialize)]
struct WebPage<M> {
    records: Vec<M>,
}

impl<M: Model> Records<M> {
    /// Reads them all in one call: one of limited size. For more there is [`stream`](Self::stream).
    pub async fn fetch(self) -> Result<Vec<M>, Error> {
        // Odoo takes a limit of 0 for none.
        if self.options.limit == Some(0) {
            return Ok(Vec::new());
        }
        if !is_nested(M::FIELDS) {
            let call = Call::new(M::MODEL, "search_read").arg(self.domain).arg(names(M::FIELDS));
            return self.client.call_rows(self.options.apply(call)).await;
        }
        if !self.client.has(Capability::WebRead) {
            return nested::search_read(&self.client, self.domain, self.options).await;
        }
        // With a count limit that is reached at once, Odoo does not count what nobody asks for.
        let call = Call::new(M::MODEL, "web_search_read")
            .arg(self.domain)
            .arg(specification(M::MODEL, M::FIELDS)?)
            .kwarg("count_limit", 1);
        let call = self.options.apply(call);
        Ok(self.client.call_counted(call, |page: &WebPage<M>| page.records.len()).await?.records)
    }

    /// Reads the first one.
    pub async fn first(self) -> Result<Option<M>, Error> {
        Ok(self.limit(1).fetch().await?.into_iter().next())
    }

    /// How many there are.
    pub async fn count(self) -> Result<u64, Error> {
        self.client.search_count(M::MODEL, self.domain).await
    }

    /// Their ids.
    pub async fn ids(self) -> Result<Vec<Id<M>>, Error> {
        let call = Call::new(M::MODEL, "search").arg(self.domain);
        self.client.call_as(self.options.apply(call)).await
    }

    /// Reads these records, in this order, each once. Those that do not exist (any more) are left out; filters do not apply.
    pub async fn get(self, ids: impl IntoIterator<Item = Id<M>>) -> Result<Vec<M>, Error> {
        // Odoo would answer for a record that is not created yet, with defaults.
        let ids: Vec<i64> = ids.into_iter().map(Id::get).filter(|id| *id > 0).collect();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let read: Vec<M> = self.read_as(&ids).await?;
        // Odoo leaves out what does not exist, and promises no order.
        let mut by_id: HashMap<i64, M> = read.into_iter().map(|record| (record.id().get(), record)).collect();
        Ok(ids.iter().filter_map(|id| by_id.remove(id)).collect())
    }

    /// Reads the fields of the model into something that is read as it is, in whatever order they come.
    pub(super) async fn read_as<T: DeserializeOwned>(self, ids: &[i64]) -> Result<Vec<T>, Error> {
        if !is_nested(M::FIELDS) {
            let call = Call::new(M::MODEL, "read").ids(ids.iter().copied()).arg(names(M::FIELDS));
            self.client.call_rows(call).await
        } else if self.client.has(Capability::WebRead) {
            let call = Call::new(M::MODEL, "web_read")
                .ids(ids.iter().copied())
                .arg(specification(M::MODEL, M::FIELDS)?);
            self.client.call_rows(call).await
        } else {
            nested::read::<M, T>(&self.client, ids).await
        }
    }
}
