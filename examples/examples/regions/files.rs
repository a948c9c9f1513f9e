//! Orders from files.

use std::collections::BTreeMap;
use std::path::Path;

use bytes::Bytes;
use connector_core::canonical::ObjectKind;
use connector_core::contract::{Change, Dedup, Operation};
use connector_examples::Failure;
use connector_shopify::{Config, FORMAT_REST, changes_from_file};
use serde_json::Value;

/// What the files gave.
#[derive(Default)]
pub(crate) struct Fed {
    /// One for each order, and for each file that claims to be one.
    pub(crate) changes: Vec<Change>,
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
            Ok(changes) => fed.changes.extend(changes),
            Err(error) if is_order(&bytes) => {
                let key = format!("{name}: {error}");
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
    // Two files with the same bytes are one order.
    let mut seen = std::collections::BTreeSet::new();
    fed.changes.retain(|change| seen.insert((change.key.clone(), change.payload.clone())));
    Ok(fed)
}

fn is_order(bytes: &[u8]) -> bool {
    serde_json::from_slice::<Value>(bytes)
        .is_ok_and(|value| ["order", "orders", "line_items"].iter().any(|name| value.get(*name).is_some()))
}
