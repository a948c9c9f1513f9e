//! Reading and setting levels.

use std::collections::HashMap;

use connector_core::context::Context;
use connector_core::contract::Rejection;
use connector_core::retry::Failure;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::Open;
use crate::client::{Client, query};

/// What Shopify has of an item at the location.
pub(super) struct Level {
    pub(super) sku: Option<String>,
    pub(super) tracked: bool,
    /// How many, and the level's own id; `None` where the item is not stocked.
    pub(super) available: Option<(i64, String)>,
}

/// What is to be written over what.
pub(super) struct Setting {
    pub(super) change_from: i64,
    /// The level's id.
    pub(super) level: String,
}

/// What Shopify says against a write.
#[derive(Debug, Deserialize)]
pub(super) struct UserError {
    #[serde(default)]
    code: Option<String>,
    #[serde(default)]
    field: Option<Vec<String>>,
    message: String,
}

#[derive(Deserialize)]
struct LevelsData {
    nodes: Vec<Option<LevelNode>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LevelNode {
    id: String,
    #[serde(default)]
    sku: Option<String>,
    tracked: bool,
    #[serde(default)]
    inventory_level: Option<LevelAtLocation>,
}

#[derive(Deserialize)]
struct LevelAtLocation {
    id: String,
    quantities: Vec<NamedQuantity>,
}

#[derive(Deserialize)]
struct NamedQuantity {
    name: String,
    quantity: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SetData {
    inventory_set_quantities: SetPayload,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SetPayload {
    user_errors: Vec<UserError>,
}

/// What is available now, by inventory item. All of them are at one location.
pub(super) async fn read(
    client: &Client,
    cx: &Context,
    open: &[Open<'_>],
) -> Result<HashMap<String, Level>, Failure> {
    let Some(location) = open.first().map(|open| &open.location) else { return Ok(HashMap::new()) };
    let ids: Vec<&str> = open.iter().map(|open| open.item.id.as_str()).collect();
    let data: LevelsData =
        client.send(cx, &query::LEVELS, &json!({ "ids": ids, "location": location })).await?;
    let level = |node: LevelNode| {
        let available = node.inventory_level.and_then(|level| {
            let quantity = level.quantities.into_iter().find(|quantity| quantity.name == "available")?;
            Some((quantity.quantity, level.id))
        });
        (node.id, Level { sku: node.sku, tracked: node.tracked, available })
    };
    Ok(data.nodes.into_iter().flatten().map(level).collect())
}

/// Sets the levels together, each only if it still is what was read. Shopify takes all of them or none.
pub(super) async fn set(
    client: &Client,
    cx: &Context,
    round: usize,
    batch: &[(Open<'_>, Setting)],
) -> Result<Vec<UserError>, Failure> {
    let quantities: Vec<Value> = batch
        .iter()
        .map(|(open, setting)| {
            json!({
                "inventoryItemId": open.item.id,
                "locationId": open.location,
                "quantity": open.quantity,
                "changeFromQuantity": setting.change_from,
            })
        })
        .collect();
    let input = json!({
        "name": "available",
        "reason": "correction",
        "referenceDocumentUri": reference(batch),
        "quantities": quantities,
    });
    let key = match round {
        0 => key(batch),
        // The first round's answer is known, and it was no: this is another request, even with the same variables.
        _ => cx.random().id(cx.clock().now()).to_string(),
    };
    let data: SetData =
        client.send(cx, &query::SET_QUANTITIES, &json!({ "input": input, "key": key })).await?;
    Ok(data.inventory_set_quantities.user_errors)
}

/// Which message it comes from: shown in the item's inventory history.
fn reference(batch: &[(Open<'_>, Setting)]) -> String {
    let message = batch.first().map(|(open, _)| open.record.message()).unwrap_or_default();
    match batch.len() {
        0 | 1 => format!("gid://odoo-connector-sdk/Message/{message}"),
        more => format!("gid://odoo-connector-sdk/Message/{message}?and={}", more - 1),
    }
}

/// The same for the same write, and another for every other: made of the records' own keys and of all that Shopify is asked to compare.
/// Shopify refuses a key that comes back with other variables.
fn key(batch: &[(Open<'_>, Setting)]) -> String {
    let mut hash = Sha256::new();
    for (open, setting) in batch {
        hash.update(open.record.idempotency_key().as_bytes());
        hash.update(open.record.message().as_bytes());
        hash.update(setting.change_from.to_le_bytes());
        // So that an item that was looked up anew makes another request.
        hash.update((open.item.id.len() as u64).to_le_bytes());
        hash.update(open.item.id.as_bytes());
    }
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(hash.finalize()) {
        *to = from;
    }
    uuid::Builder::from_custom_bytes(bytes).into_uuid().to_string()
}

impl UserError {
    /// Which record of the write it is about: `["input", "quantities", "3", ..]`.
    pub(super) fn index(&self) -> Option<usize> {
        let field = self.field.as_deref().unwrap_or_default();
        let at = field.iter().position(|part| part == "quantities")?;
        field.get(at + 1)?.parse().ok()
    }

    /// The level is not what was read; or the key is spoilt by an attempt that is known to have failed.
    pub(super) fn is_stale(&self) -> bool {
        matches!(
            self.code(),
            "CHANGE_FROM_QUANTITY_STALE"
                | "COMPARE_QUANTITY_STALE"
                | "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED"
                | "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"
        )
    }

    pub(super) fn is_concurrent(&self) -> bool {
        self.code() == "IDEMPOTENCY_CONCURRENT_REQUEST"
    }

    /// In Shopify's words.
    pub(super) fn rejection(&self) -> Rejection {
        let code = if self.code().is_empty() { "user_error".to_owned() } else { self.code().to_lowercase() };
        let field = self.field.as_deref().unwrap_or_default().join(".");
        let message = match field.is_empty() {
            true => format!("Shopify refuses the level: {}", self.message),
            false => format!("Shopify refuses the level: {} (at {field})", self.message),
        };
        Rejection { code, message, path: None }
    }

    fn code(&self) -> &str {
        self.code.as_deref().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(code: Option<&str>, field: &[&str]) -> UserError {
        let field = (!field.is_empty()).then(|| field.iter().map(|part| (*part).to_owned()).collect());
        UserError { code: code.map(str::to_owned), field, message: "no".into() }
    }

    #[test]
    fn errors_name_their_record() {
        let stale =
            error(Some("CHANGE_FROM_QUANTITY_STALE"), &["input", "quantities", "3", "changeFromQuantity"]);
        assert_eq!((stale.index(), stale.is_stale()), (Some(3), true));
        assert_eq!(error(None, &["input", "name"]).index(), None);
        assert_eq!(error(None, &["input", "quantities"]).index(), None);
        assert_eq!(error(None, &[]).rejection().code, "user_error");
    }
}
