//! Records inside records for servers before 17, which have no `web_read`: one call for each level and model instead of one for each record.

use std::collections::{BTreeSet, HashMap};

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::answer::unexpected;
use crate::call::Call;
use crate::client::{Client, SearchOptions};
use crate::domain::Domain;
use crate::error::{Delivery, Error, ErrorKind};
use crate::model::{FieldDef, Model, names};

type Row = Map<String, Value>;

/// Deeper would be a struct that holds itself.
const MAX_NESTING: usize = 8;

pub(super) async fn search_read<M: Model>(
    client: &Client,
    domain: Domain,
    options: SearchOptions,
) -> Result<Vec<M>, Error> {
    let call = Call::new(M::MODEL, "search_read").arg(domain).arg(names(M::FIELDS));
    let rows: Vec<Row> = client.call_as(options.apply(call)).await?;
    assemble::<M, M>(client, rows).await
}

pub(super) async fn read<M: Model, T: DeserializeOwned>(
    client: &Client,
    ids: &[i64],
) -> Result<Vec<T>, Error> {
    let rows = client.read(M::MODEL, ids, &names(M::FIELDS)).await?;
    assemble::<M, T>(client, rows).await
}

async fn assemble<M: Model, T: DeserializeOwned>(
    client: &Client,
    mut rows: Vec<Row>,
) -> Result<Vec<T>, Error> {
    fill(client, M::FIELDS, &mut rows, 0).await?;
    // Through text, since amounts are read from their digits.
    let text = Value::from(rows.into_iter().map(Value::from).collect::<Vec<_>>()).to_string();
    serde_json::from_str(&text).map_err(|error| unexpected(M::MODEL, &error.to_string()))
}

/// Puts the records in the place of their ids, level by level.
async fn fill(
    client: &Client,
    fields: &'static [FieldDef],
    rows: &mut [Row],
    depth: usize,
) -> Result<(), Error> {
    for field in fields {
        let (Some(nested), Some(model)) = (field.nested, field.comodel) else { continue };
        if depth >= MAX_NESTING {
            let message = format!("its fields nest deeper than {MAX_NESTING} models: does it hold itself?");
            return Err(Error::new(ErrorKind::BadArguments, Delivery::NotSent, model, message));
        }
        let wanted: BTreeSet<i64> =
            rows.iter().filter_map(|row| row.get(field.name)).flat_map(ids_of).collect();
        let wanted: Vec<i64> = wanted.into_iter().collect();
        let mut records = client.read(model, &wanted, &names(nested())).await?;
        Box::pin(fill(client, nested(), &mut records, depth + 1)).await?;
        let by_id: HashMap<i64, Value> = records
            .into_iter()
            .filter_map(|record| Some((record.get("id")?.as_i64()?, Value::from(record))))
            .collect();
        for row in rows.iter_mut() {
            let Some(value) = row.get_mut(field.name) else { continue };
            let mut found = ids_of(value).into_iter().filter_map(|id| by_id.get(&id).cloned());
            *value = match value {
                // A pair of id and name is one record, a list of ids several.
                Value::Array(items) if !is_pair(items) => Value::Array(found.collect()),
                _ => found.next().unwrap_or(Value::Bool(false)),
            };
        }
    }
    Ok(())
}

fn ids_of(value: &Value) -> Vec<i64> {
    match value {
        Value::Array(items) if is_pair(items) => items.first().and_then(Value::as_i64).into_iter().collect(),
        Value::Array(items) => items.iter().filter_map(Value::as_i64).collect(),
        value => value.as_i64().into_iter().collect(),
    }
}

fn is_pair(items: &[Value]) -> bool {
    matches!(items, [Value::Number(_), Value::String(_) | Value::Bool(_)])
}
