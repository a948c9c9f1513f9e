//! The client: one set of methods over whichever protocol the server speaks.

use std::fmt;
use std::sync::Arc;

use secrecy::ExposeSecret as _;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use tracing::{Instrument as _, field};

use crate::answer::unexpected;
use crate::call::Call;
use crate::config::Config;
use crate::domain::Domain;
use crate::error::{Delivery, Error, ErrorKind, Retry};
use crate::load::{self, Loaded};
use crate::probe;
use crate::protocol::{Protocol, ProtocolKind, Session};
use crate::transport::{HttpResponse, Transport};
use crate::version::Version;

/// A connection to one database of one Odoo, as one user. Clones share it, and calls may run side by side.
///
/// # Guarantees
/// - A call is sent at most once. Nothing is retried here; [`Error::retryable`] says whether the caller may.
/// - Every call is one transaction of the database: it is done wholly or not at all.
/// - Neither the key nor any value of a call is traced or shown by `Debug`.
///
/// # Errors
/// Every method: see [`ErrorKind`], and [`Error::delivery`] for what became of the call.
///
/// # Cancellation
/// Dropping the future of a call does not stop the server: afterwards it is unknown whether the call was done.
#[derive(Clone)]
pub struct Client {
    session: Arc<Session>,
    protocol: &'static dyn Protocol,
    transport: Arc<dyn Transport>,
}

impl Client {
    /// Connects with the default transport: see [`connect_with`](Self::connect_with).
    ///
    /// # Errors
    /// As [`connect_with`](Self::connect_with).
    #[cfg(feature = "reqwest")]
    pub async fn connect(config: Config) -> Result<Self, Error> {
        let transport = crate::reqwest_transport::ReqwestTransport::new()?;
        Self::connect_with(config, Arc::new(transport)).await
    }

    /// Connects: asks for the version, chooses the protocol, and for the older ones turns login and key into a user id.
    ///
    /// With JSON-2 nothing here proves that the key is valid; the first call does.
    ///
    /// # Errors
    /// `Config` for a configuration that cannot work; `Auth` if login and key are not accepted (never try again with the
    /// same ones: Odoo locks the address out); what the version request or the server reports.
    pub async fn connect_with(config: Config, transport: Arc<dyn Transport>) -> Result<Self, Error> {
        let forced = config.protocol;
        let mut session = config.into_session()?;
        let kind = match (probe::version(&session, &*transport).await, forced) {
            (Ok(version), _) => {
                let kind = forced.unwrap_or_else(|| version.protocol());
                session.version = Some(version);
                kind
            }
            // A server that hides its version can be used by someone who knows it.
            (Err(error), Some(kind))
                if error.retryable() == Retry::Never || error.kind() == ErrorKind::Protocol =>
            {
                kind
            }
            (Err(error), _) => return Err(error),
        };
        let protocol = kind.protocol();
        if let Some(request) = protocol.encode_authenticate(&session)? {
            let response = probe::exchange("authenticate", request, &*transport).await?;
            let uid = protocol
                .decode_authenticate(&response)
                .map_err(|error| error.redact(session.key.expose_secret()))?;
            session.uid = Some(uid);
        }
        Ok(Self { session: Arc::new(session), protocol, transport })
    }

    /// The server's version. `None` if the server does not tell it.
    #[must_use]
    pub fn version(&self) -> Option<&Version> {
        self.session.version.as_ref()
    }

    /// The protocol in use.
    #[must_use]
    pub fn protocol(&self) -> ProtocolKind {
        self.protocol.kind()
    }

    /// The database in use.
    #[must_use]
    pub fn database(&self) -> &str {
        &self.session.database
    }

    /// The user id. `None` with JSON-2, which does not tell it.
    #[must_use]
    pub fn uid(&self) -> Option<i64> {
        self.session.uid
    }

    /// The same client with one more key in the context of every call, for example `lang`, `tz`, `allowed_company_ids`.
    #[must_use]
    pub fn with_context(&self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        let mut session = (*self.session).clone();
        session.context.insert(key.into(), value.into());
        Self { session: Arc::new(session), protocol: self.protocol, transport: Arc::clone(&self.transport) }
    }

    /// Makes one call and returns what the method returns, as JSON.
    ///
    /// Odoo says `false` for an empty field of any type, and times are UTC without saying so.
    pub async fn call(&self, call: Call) -> Result<Value, Error> {
        self.exchange(&call, |response| self.protocol.decode(&call, response)).await
    }

    /// Makes one call and reads what it returns as a `T`, straight from the answer.
    ///
    /// # Errors
    /// As [`call`](Self::call); and `Protocol`, committed, if the value is not a `T`.
    pub async fn call_as<T: DeserializeOwned>(&self, call: Call) -> Result<T, Error> {
        self.exchange(&call, |response| self.protocol.answer(&call, response)?.read()).await
    }

    async fn exchange<T>(
        &self,
        call: &Call,
        read: impl FnOnce(&HttpResponse) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let span = tracing::info_span!(
            "odoo_call",
            operation = %call.operation(),
            protocol = self.protocol.kind().as_str(),
            status = field::Empty,
            outcome = field::Empty,
            delivery = field::Empty,
        );
        let result = async {
            let request = self.protocol.encode(call, &self.session)?;
            let response = probe::exchange(&call.operation(), request, &*self.transport).await?;
            span.record("status", response.status);
            read(&response)
        }
        .instrument(span.clone())
        .await;
        match &result {
            Ok(_) => _ = span.record("outcome", "ok"),
            Err(error) => {
                span.record("outcome", field::debug(error.kind()));
                span.record("delivery", field::debug(error.delivery()));
            }
        }
        result.map_err(|error| error.redact(self.session.key.expose_secret()))
    }

    /// The ids of the records in `domain`.
    pub async fn search(
        &self,
        model: &str,
        domain: Domain,
        options: SearchOptions,
    ) -> Result<Vec<i64>, Error> {
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
        self.call_as(options.apply(Call::new(model, "search_read").arg(domain).arg(fields.to_vec()))).await
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
        self.call_as(Call::new(model, "read").ids(ids.iter().copied()).arg(fields.to_vec())).await
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
        let answer = self.call(call.arg(rows.into_iter().map(Value::from).collect::<Vec<_>>())).await?;
        load::parse(&operation, &answer)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("protocol", &self.protocol.kind())
            .field("version", &self.session.version)
            .field("database", &self.session.database)
            .finish_non_exhaustive()
    }
}

/// Which part of a domain, in which order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchOptions {
    /// How many records to leave out first.
    pub offset: Option<u64>,
    /// How many records at most.
    pub limit: Option<u64>,
    /// Fields, each with `asc` or `desc`, for example `write_date, id desc`.
    pub order: Option<String>,
}

impl SearchOptions {
    /// Everything, in the server's own order.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Leaves out the first `offset` records.
    #[must_use]
    pub fn offset(mut self, offset: u64) -> Self {
        self.offset = Some(offset);
        self
    }

    /// At most `limit` records.
    #[must_use]
    pub fn limit(mut self, limit: u64) -> Self {
        self.limit = Some(limit);
        self
    }

    /// In this order.
    #[must_use]
    pub fn order(mut self, order: impl Into<String>) -> Self {
        self.order = Some(order.into());
        self
    }

    fn apply(self, mut call: Call) -> Call {
        if let Some(offset) = self.offset {
            call = call.kwarg("offset", offset);
        }
        if let Some(limit) = self.limit {
            call = call.kwarg("limit", limit);
        }
        if let Some(order) = self.order {
            call = call.kwarg("order", order);
        }
        call
    }
}
