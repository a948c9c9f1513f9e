//! What a level asks for, in Shopify's terms.

use std::fmt;

use connector_core::canonical::Object;
use connector_core::canonical::object::{InventoryLevel, InventoryReading, ItemRef};
use connector_core::canonical::value::{Decimal, Quantity};
use connector_core::contract::Rejection;

use crate::config::Config;

/// Largest quantity that Shopify holds.
const MOST: i64 = 1_000_000_000;
/// Units that mean one piece, which is all that Shopify counts.
const PIECES: [&str; 3] = ["C62", "EA", "H87"];

/// How an inventory item is found.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Lookup {
    /// `gid://shopify/InventoryItem/..`
    InventoryItem(String),
    /// `gid://shopify/ProductVariant/..`
    Variant(String),
    /// The article number.
    Sku(String),
}

impl fmt::Display for Lookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Lookup::InventoryItem(id) | Lookup::Variant(id) => write!(f, "the id {id}"),
            Lookup::Sku(sku) => write!(f, "the article number `{sku}`"),
        }
    }
}

pub(super) struct Want {
    pub(super) lookup: Lookup,
    /// `gid://shopify/Location/..`
    pub(super) location: String,
    pub(super) quantity: i64,
}

pub(super) fn want(config: &Config, object: &Object) -> Result<Want, Rejection> {
    let Object::InventoryLevel(level) = object else {
        return Err(rejection(
            "object",
            "",
            format!("Shopify takes inventory levels, not {}", object.kind()),
        ));
    };
    // Setting it would make it the whole stock of the article.
    let parts = [
        ("/lot", level.lot.is_some()),
        ("/package", level.package.is_some()),
        ("/owner", level.owner.is_some()),
    ];
    if let Some((path, _)) = parts.iter().find(|(_, said)| *said) {
        let detail =
            "Shopify holds one level for each article and location, and this is a part of it; send the sum";
        return Err(rejection("part_of_level", path, detail.into()));
    }
    Ok(Want { lookup: lookup(&level.item)?, location: location(config, level)?, quantity: quantity(level)? })
}

fn lookup(item: &ItemRef) -> Result<Lookup, Rejection> {
    let ids = item.ids.iter().filter(|id| id.scheme.as_str() == "shopify_gid").map(|id| id.value.as_str());
    for id in ids {
        if id.starts_with("gid://shopify/InventoryItem/") {
            return Ok(Lookup::InventoryItem(id.to_owned()));
        }
        if id.starts_with("gid://shopify/ProductVariant/") {
            return Ok(Lookup::Variant(id.to_owned()));
        }
    }
    match &item.sku {
        Some(sku) => Ok(Lookup::Sku(sku.as_str().to_owned())),
        None => Err(rejection(
            "sku_missing",
            "/item",
            "the item has neither an article number nor a `shopify_gid`; give it one in its source".into(),
        )),
    }
}

fn location(config: &Config, level: &InventoryLevel) -> Result<String, Rejection> {
    let key = level.location.key.as_str();
    config.locations.get(key).cloned().ok_or_else(|| {
        let detail = format!("no location of the shop stands for `{key}`; add it to `locations`");
        rejection("location_unmapped", "/location/key", detail)
    })
}

fn quantity(level: &InventoryLevel) -> Result<i64, Rejection> {
    let InventoryReading::Snapshot(snapshot) = &level.reading else {
        let detail = "levels are set, not added to; send a snapshot";
        return Err(rejection("delta", "/reading", detail.into()));
    };
    let Some(available) = &snapshot.quantities.available else {
        let detail = "`available` is what Shopify sells by, and it is not given";
        return Err(rejection("quantity_missing", "/reading/snapshot/quantities/available", detail.into()));
    };
    whole(available)
}

fn whole(quantity: &Quantity) -> Result<i64, Rejection> {
    let path = "/reading/snapshot/quantities/available";
    if !PIECES.contains(&quantity.unit.as_str()) {
        let detail = format!("Shopify counts pieces; {} must be converted in the source", quantity.unit);
        return Err(rejection("unit", &format!("{path}/unit"), detail));
    }
    let value: Decimal = quantity.value.normalized();
    let number =
        i64::try_from(value.unscaled()).ok().filter(|n| value.scale() == 0 && (-MOST..=MOST).contains(n));
    number.ok_or_else(|| {
        let detail = format!("{value} is not a whole number of at most {MOST}");
        rejection("quantity", &format!("{path}/value"), detail)
    })
}

fn rejection(code: &str, path: &str, message: String) -> Rejection {
    Rejection { code: code.to_owned(), message, path: (!path.is_empty()).then(|| path.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use connector_core::canonical::ObjectKind;
    use serde_json::{Value, json};

    fn level(edit: impl Fn(&mut Value)) -> Result<Want, Rejection> {
        let mut level = json!({
            "key": "LAMP@WH", "item": { "key": "7", "sku": "LAMP" }, "location": { "key": "WH" },
            "as_of": "2026-11-24T08:00:00Z",
            "reading": { "snapshot": { "quantities": { "available": { "value": "5", "unit": "C62" } } } },
        });
        edit(&mut level);
        let object = Object::from_json(ObjectKind::InventoryLevel, level.to_string().as_bytes()).unwrap();
        let config = Config::new("s", "na", "me", "acme.myshopify.com")
            .with_location("WH", "gid://shopify/Location/1");
        want(&config, &object)
    }

    #[test]
    fn an_id_of_shopifys_goes_before_the_article_number() {
        let want = level(|_| {}).unwrap();
        assert_eq!((want.lookup, want.quantity), (Lookup::Sku("LAMP".into()), 5));
        let id = "gid://shopify/ProductVariant/9";
        let want = level(|l| l["item"]["ids"] = json!([{"scheme": "shopify_gid", "value": id}])).unwrap();
        assert_eq!(want.lookup, Lookup::Variant(id.into()));
    }

    #[test]
    fn what_shopify_cannot_hold_is_refused_with_its_place() {
        let code = |edit: fn(&mut Value)| level(edit).err().unwrap().code;
        let quantities =
            |value: Value| move |l: &mut Value| l["reading"]["snapshot"]["quantities"] = value.clone();
        assert_eq!(
            level(quantities(json!({"available": {"value": "1.5", "unit": "C62"}}))).err().unwrap().code,
            "quantity"
        );
        assert_eq!(
            level(quantities(json!({"available": {"value": "1", "unit": "KGM"}}))).err().unwrap().code,
            "unit"
        );
        assert_eq!(
            level(quantities(json!({"on_hand": {"value": "1", "unit": "C62"}}))).err().unwrap().code,
            "quantity_missing"
        );
        assert_eq!(
            level(quantities(json!({"available": {"value": "9000000000", "unit": "C62"}})))
                .err()
                .unwrap()
                .code,
            "quantity"
        );
        assert_eq!(code(|l| l["location"]["key"] = json!("OTHER")), "location_unmapped");
        assert_eq!(code(|l| l["item"] = json!({"key": "7"})), "sku_missing");
        assert_eq!(code(|l| l["lot"] = json!("L-1")), "part_of_level");
        assert_eq!(code(|l| l["owner"] = json!({"key": "consignor"})), "part_of_level");
        assert_eq!(
            level(quantities(json!({"available": {"value": "5.000", "unit": "EA"}}))).unwrap().quantity,
            5
        );
    }
}
