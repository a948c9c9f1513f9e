//! Records of one model, typed: read, created, written.

mod changes;
mod coalesce;
mod group;
mod nested;
mod read;
mod stream;
mod verify;
mod write;

pub use changes::{Changes, Cursor};
pub use coalesce::Coalesced;
pub use group::{Aggregate, Group, Groups, Period};
pub use stream::StreamOptions;
pub use verify::Drift;

use std::fmt;
use std::marker::PhantomData;

use serde_json::Value;

use crate::client::{Client, SearchOptions};
use crate::domain::Domain;
use crate::model::Model;

/// The records of model `M` that are in a domain: a query that is not sent before one of its last steps is awaited.
///
/// ```no_run
/// use odoo_rpc::{Client, Error, Id, OdooModel};
///
/// #[derive(OdooModel)]
/// #[odoo(model = "res.partner")]
/// struct Partner {
///     id: Id<Self>,
///     name: String,
///     vat: Option<String>,
/// }
///
/// # async fn example(odoo: &Client) -> Result<(), Error> {
/// let companies = odoo
///     .records::<Partner>()
///     .filter(Partner::VAT.is_set())
///     .order(Partner::NAME.asc().then(Partner::ID.asc()))
///     .limit(20)
///     .fetch()
///     .await?;
/// # let _ = companies; Ok(())
/// # }
/// ```
///
/// # Errors
/// Of every last step: as [`Client::call`]; and `Protocol`, committed, for a record that is not what `M` declares, with the field's name.
#[must_use = "a query is sent by its last step"]
pub struct Records<M> {
    pub(crate) client: Client,
    pub(crate) domain: Domain,
    pub(crate) options: SearchOptions,
    model: PhantomData<fn() -> M>,
}

impl<M> Clone for Records<M> {
    fn clone(&self) -> Self {
        Self {
            client: self.client.clone(),
            domain: self.domain.clone(),
            options: self.options.clone(),
            model: PhantomData,
        }
    }
}

impl<M: Model> fmt::Debug for Records<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Records")
            .field("model", &M::MODEL)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// The records of a model.
    pub fn records<M: Model>(&self) -> Records<M> {
        Records {
            client: self.clone(),
            domain: Domain::all(),
            options: SearchOptions::new(),
            model: PhantomData,
        }
    }
}

impl<M: Model> Records<M> {
    /// Only those that are in `domain` too.
    pub fn filter(mut self, domain: Domain) -> Self {
        self.domain = self.domain.and(domain);
        self
    }

    /// In this order. Without one it is the model's own, which need not be unique.
    pub fn order(mut self, order: impl Into<String>) -> Self {
        self.options.order = Some(order.into());
        self
    }

    /// At most `limit` records.
    pub fn limit(mut self, limit: u64) -> Self {
        self.options.limit = Some(limit);
        self
    }

    /// Without the first `offset` records. For reading all of many, [`stream`](Self::stream) neither skips nor repeats any.
    pub fn offset(mut self, offset: u64) -> Self {
        self.options.offset = Some(offset);
        self
    }

    /// Archived records too. Else Odoo leaves them out, unless the domain names `active`.
    pub fn with_archived(mut self) -> Self {
        self.client = self.client.with_context("active_test", false);
        self
    }

    /// With one more key in the context, for example `lang`.
    pub fn context(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.client = self.client.with_context(key, value);
        self
    }
}
