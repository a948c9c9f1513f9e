//! The client for programs that don't use `async`: the same client, driven here.
//!
//! ```no_run
//! use odoo_rpc::{Config, Error, Id, OdooModel, blocking};
//!
//! #[derive(OdooModel)]
//! #[odoo(model = "res.partner")]
//! struct Partner {
//!     id: Id<Self>,
//!     name: Option<String>,
//! }
//!
//! fn main() -> Result<(), Error> {
//!     let odoo = blocking::Client::connect(Config::new("https://odoo.example.com", "prod", "bot", "the-api-key"))?;
//!     for partner in odoo.stream(odoo.records::<Partner>().filter(Partner::NAME.ilike("acme"))) {
//!         println!("{:?}", partner?.name);
//!     }
//!     Ok(())
//! }
//! ```

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use futures_util::{Stream, StreamExt as _};
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

use crate::call::Call;
use crate::config::Config;
use crate::error::Error;
use crate::load::Loaded;
use crate::model::Model;
use crate::records::Records;
use crate::upsert::{UpsertOptions, UpsertRecord, UpsertReport};

/// A [`Client`](crate::Client) whose methods wait. Must not be used inside an async runtime, where waiting would stop everything else.
#[derive(Clone)]
pub struct Client {
    client: crate::Client,
    runtime: Arc<Runtime>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.client.fmt(f)
    }
}

impl Client {
    /// Connects with the default transport.
    ///
    /// # Errors
    /// As [`Client::connect`](crate::Client::connect); `Config` if the system gives no thread or no IO.
    #[cfg(feature = "reqwest")]
    pub fn connect(config: Config) -> Result<Self, Error> {
        let runtime = runtime()?;
        let client = runtime.block_on(crate::Client::connect(config))?;
        Ok(Self { client, runtime: Arc::new(runtime) })
    }

    /// Waits for anything that the client can do: `odoo.wait(|odoo| async move { odoo.search_count("res.partner", domain).await })`.
    pub fn wait<T, F: Future<Output = T>>(&self, work: impl FnOnce(crate::Client) -> F) -> T {
        self.runtime.block_on(work(self.client.clone()))
    }

    /// A query, to be given to [`fetch`](Self::fetch) or [`stream`](Self::stream).
    pub fn records<M: Model>(&self) -> Records<M> {
        self.client.records()
    }

    /// Reads a query in one call.
    ///
    /// # Errors
    /// As [`Records::fetch`].
    pub fn fetch<M: Model>(&self, query: Records<M>) -> Result<Vec<M>, Error> {
        self.runtime.block_on(query.fetch())
    }

    /// Reads a query page by page, with the next pages under way while this one is looked at only as far as the iterator is driven.
    pub fn stream<M: Model>(&self, query: Records<M>) -> impl Iterator<Item = Result<M, Error>> + use<M> {
        Iter { stream: query.stream().boxed(), runtime: Arc::clone(&self.runtime) }
    }

    /// Makes one call.
    ///
    /// # Errors
    /// As [`Client::call`](crate::Client::call).
    pub fn call(&self, call: Call) -> Result<Value, Error> {
        self.runtime.block_on(self.client.call(call))
    }

    /// Creates or updates records by external id.
    ///
    /// # Errors
    /// As [`Client::load`](crate::Client::load).
    pub fn load(&self, model: &str, fields: &[&str], rows: Vec<Vec<String>>) -> Result<Loaded, Error> {
        self.runtime.block_on(self.client.load(model, fields, rows))
    }

    /// Creates or updates records with their lines by external id.
    ///
    /// # Errors
    /// As [`Client::upsert`](crate::Client::upsert).
    pub fn upsert(
        &self,
        model: &str,
        records: Vec<UpsertRecord>,
        options: UpsertOptions,
    ) -> Result<UpsertReport, Error> {
        self.runtime.block_on(self.client.upsert(model, records, options))
    }
}

#[cfg(feature = "reqwest")]
fn runtime() -> Result<Runtime, Error> {
    Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::config("the system gives no IO").with_source(error))
}

struct Iter<M> {
    stream: Pin<Box<dyn Stream<Item = Result<M, Error>> + Send>>,
    runtime: Arc<Runtime>,
}

impl<M> Iterator for Iter<M> {
    type Item = Result<M, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.runtime.block_on(self.stream.next())
    }
}
