//! Definitions from a running Odoo.

use odoo_rpc::{Call, Client, ErrorKind};
use serde_json::Value;

use crate::change::{Change, changes};
use crate::error::Error;
use crate::schema::Schema;

/// What is asked of each field.
pub const ATTRIBUTES: [&str; 9] =
    ["company_dependent", "help", "readonly", "relation", "required", "selection", "store", "string", "type"];

/// Asks a server for the fields of some models, as its user may see them. Labels and help are in the language of the client's context,
/// English without one.
///
/// # Errors
/// [`Error::Server`] for the first model that fails; an answer that is no definition.
///
/// # Cancellation
/// Nothing is written anywhere.
pub async fn fetch<T: AsRef<str>>(
    client: &Client,
    models: impl IntoIterator<Item = T>,
) -> Result<Schema, Error> {
    let mut schema = empty(client);
    for model in models {
        let model = model.as_ref();
        if !schema.models.contains_key(model) {
            let answer = fields_get(client, model).await;
            let answer = answer.map_err(|source| Error::Server { model: model.to_owned(), source })?;
            schema.add_value("", model, &answer)?;
        }
    }
    Ok(schema)
}

/// How a server differs from saved definitions, for the models that were saved.
///
/// # Errors
/// As [`fetch`]; a model that the server does not have is a change.
///
/// # Cancellation
/// Nothing is written anywhere.
pub async fn drift(client: &Client, saved: &Schema) -> Result<Vec<Change>, Error> {
    let mut now = empty(client);
    for model in saved.models.keys() {
        match fields_get(client, model).await {
            Ok(answer) => now.add_value("", model, &answer)?,
            Err(error) if error.kind() == ErrorKind::UnknownModel => {}
            Err(source) => return Err(Error::Server { model: model.clone(), source }),
        }
    }
    Ok(changes(saved, &now))
}

fn empty(client: &Client) -> Schema {
    let mut schema = Schema::new();
    schema.version = client.version().map(ToString::to_string);
    schema
}

async fn fields_get(client: &Client, model: &str) -> Result<Value, odoo_rpc::Error> {
    client.call(Call::new(model, "fields_get").kwarg("attributes", ATTRIBUTES.to_vec())).await
}
