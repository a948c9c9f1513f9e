//! Keys that expire: knowing when, and replacing them while they still work.
//!
//! Odoo 18 and later end the keys of users who are no administrators after 90 days or less. Source: `res.users.apikeys` in
//! `odoo/addons/base/models/res_users.py`; its methods `generate` and `revoke` came with later versions of 19.

use std::future::Future;

use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::json;

use crate::answer::unexpected;
use crate::call::Call;
use crate::client::{Client, SearchOptions};
use crate::domain::Domain;
use crate::error::{Delivery, Error, ErrorKind};
use crate::field::{Timestamp, decode_text, format_datetime, parse_datetime};
use crate::policy::Effect;

const MODEL: &str = "res.users.apikeys";

/// An API key as Odoo lists it, without the key.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyInfo {
    /// Its description.
    pub name: String,
    /// When it ends. `None`: never, or a server before 18.
    pub expires: Option<Timestamp>,
}

#[derive(Deserialize)]
struct Row {
    name: String,
    #[serde(default, deserialize_with = "decode_text")]
    expiration_date: Option<String>,
}

impl Client {
    /// The API keys of the client's user. Which of them the client uses, Odoo does not tell: give keys names that do.
    ///
    /// # Errors
    /// As [`call`](Self::call).
    pub async fn keys(&self) -> Result<Vec<KeyInfo>, Error> {
        let mut fields = vec!["name"];
        if self.has(crate::Capability::KeyExpiry) {
            fields.push("expiration_date");
        }
        let owner = match self.uid() {
            Some(uid) => uid,
            None => {
                let context: serde_json::Map<String, serde_json::Value> =
                    self.call_as(Call::new("res.users", "context_get")).await?;
                let uid = context.get("uid").and_then(serde_json::Value::as_i64);
                uid.ok_or_else(|| unexpected("res.users.context_get", "no uid"))?
            }
        };
        let options = SearchOptions::new().order("id");
        let call = Call::new(MODEL, "search_read").arg(Domain::eq("user_id", owner)).arg(fields);
        let rows: Vec<Row> = self.call_as(options.apply(call)).await?;
        let key = |row: Row| KeyInfo {
            name: row.name,
            expires: row.expiration_date.as_deref().and_then(parse_datetime),
        };
        Ok(rows.into_iter().map(key).collect())
    }

    /// Replaces the client's key by a new one: it is generated, handed to `store`, used, and then the old one is revoked. Calls of this client
    /// and its clones go on throughout.
    ///
    /// Where `store` fails, the new key is revoked and the old one stays in use.
    ///
    /// # Errors
    /// As [`call`](Self::call). `UnknownMethod` or `AccessDenied`: this server lets only a web session make keys, see
    /// [`WebSession::create_key`](crate::WebSession::create_key), or the administrator has not allowed it
    /// (`base.enable_programmatic_api_keys`). `Config` where `store` failed, with its error as source.
    pub async fn rotate_key<F, E>(
        &self,
        name: &str,
        expires: Timestamp,
        store: impl FnOnce(SecretString) -> F + Send,
    ) -> Result<(), Error>
    where
        F: Future<Output = Result<(), E>> + Send,
        E: std::error::Error + Send + Sync + 'static,
    {
        let old = self.session().key.expose();
        let generate = Call::new(MODEL, "generate")
            .kwarg("key", old.clone())
            .kwarg("scope", json!("rpc"))
            .kwarg("name", name)
            .kwarg("expiration_date", format_datetime(expires))
            // Twice makes two keys.
            .effect(Effect::Create);
        let new: String = self.call_as(generate).await?;
        let new = SecretString::from(new);
        if let Err(error) = store(new.clone()).await {
            // It is known to nobody else; where this fails too, it ends by itself.
            if let Err(left) = self.revoke(new.expose_secret()).await {
                tracing::warn!(error = %left, "a new API key could be neither stored nor revoked");
            }
            let message = "the new key could not be stored, so the old one stays in use";
            return Err(Error::new(
                ErrorKind::Config,
                Delivery::RolledBack,
                format!("{MODEL}.generate"),
                message,
            )
            .with_source(error));
        }
        self.replace_key(new);
        self.revoke(&old).await
    }

    async fn revoke(&self, key: &str) -> Result<(), Error> {
        let call = Call::new(MODEL, "revoke").kwarg("key", key).effect(Effect::Idempotent);
        self.call(call).await.map(drop).map_err(|error| error.redact(key))
    }
}
