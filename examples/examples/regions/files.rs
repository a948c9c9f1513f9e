//! Orders from files.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use connector_core::canonical::ObjectKind;
use connector_core::contract::{Change, Dedup, EffectKey, Operation};
use connector_core::store::{ExceptionFilter, Store};
use connector_examples::{Failure, ORDERS};
use connector_shopify::{Config, FORMAT_REST, changes_from_file};
use serde_json::Value;

use crate::report::broken;
use crate::world::SHOP;

/// What the files gave.
#[derive(Default)]
pub(crate) struct Fed {
    /// One for each order, and for each file that claims to be one.
    pub(crate) changes: Vec<Change>,
    /// The file that each of them is from.
    names: Vec<String>,
    /// Files that are something else, and why.
    pub(crate) refused: Vec<(String, String)>,
}

/// Reads every `.json` file of the folder. What looks like an order but lacks its id goes in as it is: it becomes an exception that says so.
pub(crate) fn read(folder: &Path, config: &Config) -> Result<Fed, Failure> {
    let mut fed = Fed::default();
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let entries = std::fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            files.insert(name, std::fs::read(&path)?);
        }
    }
    for (name, bytes) in files {
        match changes_from_file(config, &bytes) {
            Ok(changes) => {
                fed.names.extend(changes.iter().map(|_| name.clone()));
                fed.changes.extend(changes);
            }
            Err(error) if is_order(&bytes) => {
                let key = format!("{name}: {error}");
                fed.names.push(name.clone());
                fed.changes.push(Change {
                    object: ObjectKind::SalesOrder,
                    key: name.clone(),
                    operation: Operation::Upsert,
                    version: 0,
                    ordering_key: key,
                    delivery_id: Some(name),
                    occurred_at: None,
                    format: FORMAT_REST.into(),
                    payload: Bytes::from(bytes),
                    dedup: Dedup::State,
                    origins: vec![],
                });
            }
            Err(error) => fed.refused.push((name, error.to_string())),
        }
    }
    Ok(fed)
}

/// What became of each order from a file, in a line; and whether each of them ended.
pub(crate) async fn outcomes(fed: &Fed, store: &Arc<dyn Store>) -> Result<(Vec<String>, bool), Failure> {
    let filter = ExceptionFilter { flow: Some(ORDERS.into()), ..Default::default() };
    let exceptions = store.exceptions(filter).await?;
    let (mut lines, mut all) = (Vec::new(), true);
    for (change, file) in fed.changes.iter().zip(&fed.names) {
        let exception = exceptions.iter().find(|e| e.key == change.key && e.payload == change.payload);
        let effect = store.effects(vec![effect_of(change)]).await?.pop().flatten();
        let became = match (exception, effect) {
            (Some(e), _) => format!("exception: {}: {}", broken(&e.draft), e.draft.detail),
            (None, Some(effect)) => {
                effect.remote.unwrap_or_else(|| "cancelled before Odoo had it: nothing to do there".into())
            }
            (None, None) => {
                all = false;
                "LOST".to_owned()
            }
        };
        lines.push(format!("{file}, order {}: {became}", change.key));
    }
    Ok((lines, all))
}

/// The effect that an order has in Odoo.
pub(crate) fn effect_of(change: &Change) -> EffectKey {
    EffectKey {
        target: "odoo-na".into(),
        source: SHOP.into(),
        object: ObjectKind::SalesOrder,
        key: change.key.clone(),
    }
}

fn is_order(bytes: &[u8]) -> bool {
    // What cannot be read at all may be one: better an exception too many than an order too few.
    serde_json::from_slice::<Value>(bytes)
        .map_or(true, |value| ["order", "orders", "line_items"].iter().any(|name| value.get(*name).is_some()))
}
