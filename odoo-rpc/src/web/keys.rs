//! New API keys, where only a session may make them (Odoo 14 to 19.0).

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Value, json};

use super::WebSession;
use crate::answer::unexpected;
use crate::call::Call;
use crate::error::{Delivery, Error, ErrorKind};
use crate::field::{Timestamp, format_datetime};

impl WebSession {
    /// Makes an API key for the session's user, for any protocol.
    ///
    /// `expires` is for Odoo 18 and later, which asks it of users who are no administrators, and limits it by their groups
    /// (`res.groups.api_key_duration`).
    ///
    /// # Errors
    /// As [`call`](Self::call); `Validation` for an expiry that is too late; `BadArguments`, not sent, for one on a server before 18.
    pub async fn create_key(&self, name: &str, expires: Option<Timestamp>) -> Result<SecretString, Error> {
        const MODEL: &str = "res.users.apikeys.description";
        let expiring = self.client.has(crate::Capability::KeyExpiry);
        if expires.is_some() && !expiring {
            let message = "keys of this server do not expire (Odoo 18 and later): give no date";
            return Err(Error::new(ErrorKind::BadArguments, Delivery::NotSent, MODEL, message));
        }
        let mut values = Map::from_iter([("name".to_owned(), json!(name))]);
        if expiring {
            // A wizard: "-1" is a date of one's own, "0" none.
            values.insert("duration".to_owned(), json!(if expires.is_some() { "-1" } else { "0" }));
            if let Some(expires) = expires {
                values.insert("expiration_date".to_owned(), json!(format_datetime(expires)));
            }
        }
        let wizard = self.call(Call::new(MODEL, "create").arg(vec![Value::from(values)])).await?;
        let id = wizard.get(0).unwrap_or(&wizard).as_i64();
        let id = id.ok_or_else(|| unexpected(MODEL, "no id of the wizard"))?;
        let mut action = self.call(Call::new(MODEL, "make_key").ids([id])).await?;
        if action.get("res_model").and_then(Value::as_str) == Some("res.users.identitycheck") {
            action = self.check_identity(&action).await?;
        }
        match action.get("context").and_then(|context| context.get("default_key")).and_then(Value::as_str) {
            Some(key) => Ok(key.into()),
            None => Err(unexpected(MODEL, "no key")),
        }
    }

    /// Odoo asks for the password again: in the context from 19 on, in the wizard before.
    async fn check_identity(&self, action: &Value) -> Result<Value, Error> {
        const MODEL: &str = "res.users.identitycheck";
        let id = action.get("res_id").and_then(Value::as_i64);
        let id = id.ok_or_else(|| unexpected(MODEL, "no id of the wizard"))?;
        let password = self.password.expose_secret();
        let newest = self.client.version().is_none_or(|version| version.major >= 19);
        if !newest {
            let values = json!({"password": password});
            self.call(Call::new(MODEL, "write").ids([id]).arg(values)).await?;
        }
        let check = Call::new(MODEL, "run_check").ids([id]);
        self.call(if newest { check.context("password", password) } else { check }).await
    }
}
