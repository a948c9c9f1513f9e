//! What is where: quants, units, and the sums over them.

use serde_json::{Value, json};

use super::{EPSILON, MOVE, QUANT};
use crate::testkit::Series;
use crate::testkit::engine::convert::round;
use crate::testkit::engine::domain::ancestors;
use crate::testkit::engine::env::Env;
use crate::testkit::engine::error::Result;

/// What a product has in the locations the context asks for.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Levels {
    pub(crate) on_hand: f64,
    pub(crate) reserved: f64,
    pub(crate) incoming: f64,
    pub(crate) outgoing: f64,
}

/// On hand and reserved of a product, in all warehouses or in those the context names.
pub(crate) fn levels(env: &Env<'_>, product: i64) -> Levels {
    let companies = env.companies();
    let mut wanted = env.context.ids("warehouse_id");
    wanted.extend(env.context.ids("warehouse"));
    let places = env.context.ids("location");
    let inside = |location: Option<i64>| {
        let Some(location) = location else { return false };
        if !matches!(env.text("stock.location", location, "usage").as_str(), "internal" | "transit") {
            return false;
        }
        let above = ancestors(env, "stock.location", location);
        let warehouse = env.link("stock.location", location, "warehouse_id");
        let company = env.link("stock.location", location, "company_id");
        (!wanted.is_empty() || env.sudo || company.is_none_or(|id| companies.contains(&id)))
            && (wanted.is_empty() || warehouse.is_some_and(|id| wanted.contains(&id)))
            && (places.is_empty() || places.iter().any(|place| above.contains(place)))
    };
    let mut out = Levels::default();
    for quant in env.db.pointing(QUANT, "product_id", product) {
        if inside(env.link(QUANT, quant, "location_id")) {
            out.on_hand += env.number(QUANT, quant, "quantity");
            out.reserved += env.number(QUANT, quant, "reserved_quantity");
        }
    }
    for id in env.db.pointing(MOVE, "product_id", product) {
        if matches!(env.text(MOVE, id, "state").as_str(), "draft" | "done" | "cancel") {
            continue;
        }
        let quantity = env.number(MOVE, id, "product_qty");
        match (inside(env.link(MOVE, id, "location_id")), inside(env.link(MOVE, id, "location_dest_id"))) {
            (true, false) => out.outgoing += quantity,
            (false, true) => out.incoming += quantity,
            _ => {}
        }
    }
    out
}

/// A quantity in the product's own unit. 17 counts units per reference, 19 references per unit.
pub(crate) fn in_product_unit(env: &Env<'_>, product: Option<i64>, unit: Option<i64>, quantity: f64) -> f64 {
    let own = product.and_then(|product| env.link("product.product", product, "uom_id"));
    let (Some(own), Some(unit)) = (own, unit) else { return quantity };
    if own == unit {
        return quantity;
    }
    let factor =
        |id: i64| Some(env.number("uom.uom", id, "factor")).filter(|factor| *factor != 0.0).unwrap_or(1.0);
    let converted = match env.series {
        Series::V17 => quantity / factor(unit) * factor(own),
        Series::V19 => quantity * factor(unit) / factor(own),
    };
    round(converted, 6)
}

/// Changes what a location holds of a product.
pub(crate) fn add_stock(env: &mut Env<'_>, product: i64, location: i64, delta: f64) -> Result<()> {
    let quants = env.db.pointing(QUANT, "product_id", product);
    let own = quants.into_iter().find(|quant| env.link(QUANT, *quant, "location_id") == Some(location));
    if let Some(quant) = own {
        let quantity = round(env.number(QUANT, quant, "quantity") + delta, 6);
        return env.set(QUANT, quant, "quantity", json!(quantity));
    }
    let vals = [("product_id", json!(product)), ("location_id", json!(location)), ("quantity", json!(delta))];
    let vals = vals.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    env.create(QUANT, &vals).map(|_| ())
}

/// What 19 does when somebody writes the quantity on hand: the main stock makes up the difference.
pub(crate) fn set_on_hand(env: &mut Env<'_>, product: i64, value: &Value) -> Result<()> {
    let delta = value.as_f64().unwrap_or_default() - levels(env, product).on_hand;
    let place = env.by_external_id("stock", "stock_location_stock").map(|(_, id)| id);
    match place {
        Some(place) if delta.abs() > EPSILON => add_stock(env, product, place, delta),
        _ => Ok(()),
    }
}

pub(crate) fn apply_inventory(env: &mut Env<'_>, ids: &[i64]) -> Result<Value> {
    for id in ids {
        let counted = env.number(QUANT, *id, "inventory_quantity");
        env.set(QUANT, *id, "quantity", json!(counted))?;
        env.set(QUANT, *id, "inventory_quantity", json!(0.0))?;
        env.set(QUANT, *id, "inventory_quantity_set", json!(false))?;
    }
    Ok(Value::Null)
}
