//! The connection: made at the first call, made anew when the key was changed or refused.

use std::collections::BTreeMap;
use std::sync::Arc;

use connector_core::context::Context;
use connector_core::retry::{Cause, Delivery, Failure};
use odoo_rpc::Client;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Value, json};
use tokio::sync::Mutex;

use crate::config::Config;
use crate::error::failure;
use crate::fields::FieldMap;
use crate::refs::Refs;
use crate::transport::Governed;
use crate::xid::Namespace;

/// How long a refused key is not tried again, in microseconds: Odoo locks an address out that keeps trying.
const REFUSED_FOR: i64 = 60_000_000;
/// How long what was looked up counts as known, in microseconds.
const REFS_FOR: i64 = 600_000_000;

/// A row as `read` gives it.
pub(crate) type Row = Map<String, Value>;

/// Shared by all that talk to one database.
pub(crate) struct Session {
    pub(crate) config: Arc<Config>,
    pub(crate) names: Namespace,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    live: Option<(SecretString, Odoo)>,
    refs: Option<(i64, Arc<Refs>)>,
    services: BTreeMap<String, i64>,
    /// A key that Odoo did not take, and when.
    refused: Option<(SecretString, i64)>,
}

/// A connection that knows its series.
#[derive(Clone)]
pub(crate) struct Odoo {
    pub(crate) client: Client,
    pub(crate) fields: FieldMap,
}

impl Session {
    pub(crate) fn new(config: Config) -> Self {
        let names = Namespace::of(&config.source_system);
        Session { config: Arc::new(config), names, state: Mutex::default() }
    }

    /// The connection. The secret is asked for each time, so a new one is used at once.
    pub(crate) async fn odoo(&self, cx: &Context) -> Result<Odoo, Failure> {
        let name = &self.config.secret;
        let key = cx
            .secret(name)
            .map_err(|e| Failure::new(Delivery::NotSent, Cause::Auth, "secret", e.to_string()))?;
        let mut state = self.state.lock().await;
        if let Some((used, odoo)) = &state.live
            && same(used, &key)
        {
            return Ok(odoo.clone());
        }
        if let Some((refused, at)) = &state.refused
            && same(refused, &key)
            && cx.clock().now().saturating_sub(*at) < REFUSED_FOR
        {
            let message = format!(
                "Odoo refused the key in secret `{name}`; put a valid one there, it is picked up by itself"
            );
            return Err(Failure::new(Delivery::NotSent, Cause::Auth, "auth", message));
        }
        state.live = None;
        state.refs = None;
        state.services.clear();
        let connected = self.connect(cx, key.clone()).await;
        match connected {
            Ok(odoo) => {
                state.live = Some((key, odoo.clone()));
                Ok(odoo)
            }
            Err(failure) => {
                if failure.cause == Cause::Auth {
                    state.refused = Some((key, cx.clock().now()));
                }
                Err(failure)
            }
        }
    }

    /// Remembers that the key in use was refused. With JSON-2 this is how a wrong key shows.
    pub(crate) async fn refused(&self, cx: &Context) {
        let mut state = self.state.lock().await;
        if let Some((key, _)) = state.live.take() {
            state.refused = Some((key, cx.clock().now()));
        }
    }

    /// What was looked up; looked up again when it is old, or `fresh` is asked for. The flag says whether it was read now.
    pub(crate) async fn refs(
        &self,
        cx: &Context,
        odoo: &Odoo,
        fresh: bool,
    ) -> Result<(Arc<Refs>, bool), Failure> {
        let now = cx.clock().now();
        {
            let state = self.state.lock().await;
            if let Some((at, refs)) = &state.refs
                && !fresh
                && now.saturating_sub(*at) < REFS_FOR
            {
                return Ok((refs.clone(), false));
            }
        }
        let refs = Arc::new(Refs::read(odoo, &self.config).await?);
        self.state.lock().await.refs = Some((now, refs.clone()));
        Ok((refs, true))
    }

    /// A service product that was found before.
    pub(crate) async fn service(&self, external_id: &str) -> Option<i64> {
        self.state.lock().await.services.get(external_id).copied()
    }

    pub(crate) async fn remember_service(&self, external_id: &str, id: i64) {
        self.state.lock().await.services.insert(external_id.to_owned(), id);
    }

    async fn connect(&self, cx: &Context, key: SecretString) -> Result<Odoo, Failure> {
        let config = &*self.config;
        let mut wanted = odoo_rpc::Config::new(&config.url, &config.database, &config.login, key);
        wanted.protocol = config.protocol.map(Into::into);
        wanted.allow_plain_http = config.private;
        wanted.user_agent = concat!("connector-odoo/", env!("CARGO_PKG_VERSION")).to_owned();
        // The runtime decides what is tried again, and when; its HTTP client holds the pace.
        wanted.policy = odoo_rpc::Policy::once();
        // Times are read and written in the zone of the context, else in the user's own.
        wanted.context.insert("tz".into(), "UTC".into());
        if let Some(lang) = &config.lang {
            wanted.context.insert("lang".into(), json!(lang));
        }
        if let Some(company) = config.company_id {
            wanted.context.insert("allowed_company_ids".into(), json!([company]));
        }
        let transport = Arc::new(Governed(cx.http().clone()));
        let client = Client::connect_with(wanted, transport).await.map_err(|e| failure(&e))?;
        let fields = FieldMap::of(client.version())?;
        Ok(Odoo { client, fields })
    }
}

fn same(one: &SecretString, other: &SecretString) -> bool {
    one.expose_secret() == other.expose_secret()
}

/// A text field; empty where Odoo says `false`.
pub(crate) fn text<'a>(row: &'a Row, field: &str) -> &'a str {
    row.get(field).and_then(Value::as_str).unwrap_or_default()
}

/// The id of a record or of a many2one (`[id, name]`, or the bare id).
pub(crate) fn id_of(row: &Row, field: &str) -> Option<i64> {
    match row.get(field)? {
        Value::Array(pair) => pair.first()?.as_i64(),
        value => value.as_i64(),
    }
}

/// The name in a many2one.
pub(crate) fn name_of<'a>(row: &'a Row, field: &str) -> &'a str {
    row.get(field).and_then(|pair| pair.get(1)).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_fields_are_false_and_many2ones_are_pairs() {
        let row = json!({"id": 7, "name": false, "partner_id": [3, "Acme"], "state_id": false});
        let row = row.as_object().unwrap();
        assert_eq!((text(row, "name"), id_of(row, "id")), ("", Some(7)));
        assert_eq!((id_of(row, "partner_id"), name_of(row, "partner_id")), (Some(3), "Acme"));
        assert_eq!((id_of(row, "state_id"), name_of(row, "state_id")), (None, ""));
    }
}
