//! The pretend shop's stock.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};

use super::order::{inventory_item_of, variant_of};

/// A level that was set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Write {
    /// The article number.
    pub sku: String,
    /// `gid://shopify/Location/..`
    pub location: String,
    /// What was there before.
    pub from: i64,
    /// What is there now.
    pub to: i64,
    /// What the caller gave as the reason to be found by.
    pub reference: String,
}

/// An article in stock.
#[derive(Debug, Clone)]
pub(super) struct Stock {
    pub(super) sku: String,
    /// Told apart where two variants have one article number.
    pub(super) serial: u64,
    pub(super) tracked: bool,
    pub(super) levels: BTreeMap<String, i64>,
}

impl Stock {
    pub(super) fn variant(&self) -> String {
        format!("gid://shopify/ProductVariant/{}", variant_of(&self.sku) + self.serial)
    }

    pub(super) fn item(&self) -> String {
        format!("gid://shopify/InventoryItem/{}", inventory_item_of(&self.sku) + self.serial)
    }

    fn level(&self, location: &str) -> Option<String> {
        let place = location.rsplit('/').next().unwrap_or_default();
        let item = inventory_item_of(&self.sku) + self.serial;
        self.levels
            .contains_key(location)
            .then(|| format!("gid://shopify/InventoryLevel/{place}?inventory_item_id={item}"))
    }
}

/// All stock, what was set, and which keys have been seen.
#[derive(Debug, Default)]
pub(super) struct Inventory {
    pub(super) stock: Vec<Stock>,
    pub(super) writes: Vec<Write>,
    keys: HashMap<String, (Value, Value)>,
}

impl Inventory {
    pub(super) fn find(&mut self, sku: &str) -> Option<&mut Stock> {
        self.stock.iter_mut().find(|stock| stock.sku == sku)
    }

    pub(super) fn variants(&self, wanted: impl Fn(&Stock) -> bool) -> Vec<Value> {
        let found = self.stock.iter().filter(|stock| wanted(stock));
        found
            .map(|s| json!({ "id": s.variant(), "sku": s.sku, "inventoryItem": { "id": s.item() } }))
            .collect()
    }

    pub(super) fn levels(&self, ids: &[&str], location: &str) -> Vec<Value> {
        let node = |id: &&str| match self.stock.iter().find(|stock| stock.item() == *id) {
            None => Value::Null,
            Some(stock) => {
                let level = stock.level(location).map(|level| {
                    let quantity = stock.levels.get(location);
                    json!({ "id": level, "quantities": [{ "name": "available", "quantity": quantity }] })
                });
                json!({ "id": stock.item(), "sku": stock.sku, "tracked": stock.tracked, "inventoryLevel": level })
            }
        };
        ids.iter().map(node).collect()
    }

    /// `inventorySetQuantities`: a key is good for one set of variables; all is set, or nothing is.
    pub(super) fn set(&mut self, input: &Value, key: &str) -> Value {
        if let Some((seen, answer)) = self.keys.get(key) {
            let failed = answer.pointer("/userErrors/0").is_some();
            return match (seen == input, failed) {
                (false, _) => errors(vec![error(
                    "IDEMPOTENCY_KEY_PARAMETER_MISMATCH",
                    &[],
                    "The same idempotency key cannot be used with different operation parameters.",
                )]),
                (true, true) => errors(vec![error(
                    "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED",
                    &[],
                    "The previous attempt failed.",
                )]),
                (true, false) => answer.clone(),
            };
        }
        let answer = self.try_set(input);
        self.keys.insert(key.to_owned(), (input.clone(), answer.clone()));
        answer
    }

    fn try_set(&mut self, input: &Value) -> Value {
        let none = Vec::new();
        let quantities = input.get("quantities").and_then(Value::as_array).unwrap_or(&none);
        let mut problems = Vec::new();
        let mut writes = Vec::new();
        for (index, entry) in quantities.iter().enumerate() {
            match self.one(input, entry) {
                Ok(write) => writes.push(write),
                Err((code, field, message)) => {
                    problems.push(error(code, &[&index.to_string(), field], message))
                }
            }
        }
        if !problems.is_empty() {
            return errors(problems);
        }
        for (item, write) in writes {
            if let Some(stock) = self.stock.iter_mut().find(|stock| stock.item() == item) {
                stock.levels.insert(write.location.clone(), write.to);
            }
            self.writes.push(write);
        }
        let group = format!("gid://shopify/InventoryAdjustmentGroup/{}", self.writes.len());
        json!({ "inventoryAdjustmentGroup": { "id": group }, "userErrors": [] })
    }

    fn one(
        &self,
        input: &Value,
        entry: &Value,
    ) -> Result<(String, Write), (&'static str, &'static str, &'static str)> {
        let text = |name: &str| entry.get(name).and_then(Value::as_str).unwrap_or_default();
        let Some(stock) = self.stock.iter().find(|stock| stock.item() == text("inventoryItemId")) else {
            return Err((
                "INVALID_INVENTORY_ITEM",
                "inventoryItemId",
                "The specified inventory item could not be found.",
            ));
        };
        let location = text("locationId");
        let Some(available) = stock.levels.get(location) else {
            return Err((
                "ITEM_NOT_STOCKED_AT_LOCATION",
                "locationId",
                "The specified inventory item is not stocked at the location.",
            ));
        };
        let Some(quantity) = entry.get("quantity").and_then(Value::as_i64) else {
            return Err(("INVALID_QUANTITY", "quantity", "The quantity is missing."));
        };
        if quantity < 0 {
            return Err(("INVALID_QUANTITY_NEGATIVE", "quantity", "The quantity can't be negative."));
        }
        match entry.get("changeFromQuantity") {
            None => {
                return Err((
                    "INVALID_CHANGE_FROM_QUANTITY",
                    "changeFromQuantity",
                    "The changeFromQuantity argument is required.",
                ));
            }
            Some(Value::Null) => {}
            Some(from) if from.as_i64() == Some(*available) => {}
            Some(_) => {
                return Err((
                    "CHANGE_FROM_QUANTITY_STALE",
                    "changeFromQuantity",
                    "The changeFromQuantity value does not match persisted quantity.",
                ));
            }
        }
        let reference = input.get("referenceDocumentUri").and_then(Value::as_str).unwrap_or_default();
        let write = Write {
            sku: stock.sku.clone(),
            location: location.to_owned(),
            from: *available,
            to: quantity,
            reference: reference.to_owned(),
        };
        Ok((stock.item(), write))
    }
}

fn error(code: &str, place: &[&str], message: &str) -> Value {
    let mut field = vec!["input"];
    if !place.is_empty() {
        field.push("quantities");
    }
    field.extend(place);
    json!({ "code": code, "field": field, "message": message })
}

fn errors(errors: Vec<Value>) -> Value {
    json!({ "inventoryAdjustmentGroup": null, "userErrors": errors })
}
