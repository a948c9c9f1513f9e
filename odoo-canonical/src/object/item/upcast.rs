//! From version 0 of items, which was never released outside of one house, to version 1.
//!
//! Version 0 had the price as one text, the weight in kilograms without a unit, one bar code, and Odoo's words for kinds of
//! items. It said nothing of stock: what it called a product was kept in stock.

use crate::{
    upcast::{UpcastError, Upcaster},
    value::{Gtin, Money},
};
use serde_json::{Map, Value, json};

pub(super) const UPCASTERS: &[Upcaster] = &[Upcaster { from: 0, apply: to_version_1 }];

fn to_version_1(document: Value) -> Result<Value, UpcastError> {
    let Value::Object(mut old) = document else {
        return Err(UpcastError::new("", "must be an object"));
    };
    let mut new = Map::new();
    for name in ["id", "key", "ids", "sku", "name", "description", "revision", "ext"] {
        if let Some(value) = old.remove(name) {
            new.insert(name.into(), value);
        }
    }
    let kind = text(&mut old, "type")?.ok_or_else(|| UpcastError::new("/type", "is missing"))?;
    let (kind, stocked) = match kind.as_str() {
        "product" => ("goods", true),
        "consu" => ("goods", false),
        "service" => ("service", false),
        _ => return Err(UpcastError::new("/type", "must be product, consu or service")),
    };
    new.insert("kind".into(), json!(kind));
    new.insert("stocked".into(), json!(stocked));
    new.insert("base_unit".into(), json!(text(&mut old, "uom")?.unwrap_or_else(|| "C62".to_owned())));
    if let Some(code) = text(&mut old, "barcode")? {
        // A bar code that is no GTIN is a name of the item all the same.
        match code.parse::<Gtin>() {
            Ok(gtin) => drop(new.insert("gtins".into(), json!([gtin]))),
            Err(_) => {
                let ids = new.entry("ids").or_insert_with(|| json!([]));
                let ids = ids.as_array_mut().ok_or_else(|| UpcastError::new("/ids", "must be a list"))?;
                ids.push(json!({ "scheme": "barcode", "value": code }));
            }
        }
    }
    if let Some(price) = text(&mut old, "price")? {
        new.insert("list_price".into(), json!(money(&price)?));
    }
    if let Some(weight) = text(&mut old, "weight_kg")? {
        new.insert("weight".into(), json!({ "value": weight, "unit": "KGM" }));
    }
    let archived = match old.remove("archived") {
        None => false,
        Some(Value::Bool(archived)) => archived,
        Some(_) => return Err(UpcastError::new("/archived", "must be true or false")),
    };
    new.insert("active".into(), json!(!archived));
    match old.keys().next() {
        // What has no place is not dropped without a word.
        Some(left) => Err(UpcastError::new(format!("/{left}"), "is no field of version 0")),
        None => Ok(Value::Object(new)),
    }
}

fn text(old: &mut Map<String, Value>, name: &str) -> Result<Option<String>, UpcastError> {
    match old.remove(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(UpcastError::new(format!("/{name}"), "must be a text")),
    }
}

/// `19.95 EUR`.
fn money(text: &str) -> Result<Money, UpcastError> {
    let wrong = || UpcastError::new("/price", "must be an amount, a space, and a currency");
    let (amount, currency) = text.split_once(' ').ok_or_else(wrong)?;
    Ok(Money::new(amount.parse().map_err(|_| wrong())?, currency.parse().map_err(|_| wrong())?))
}
