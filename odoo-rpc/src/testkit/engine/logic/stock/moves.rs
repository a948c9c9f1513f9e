//! Moves: what a confirmed order asks for, and what is reserved for it.

use serde_json::{Value, json};

use super::{EPSILON, MOVE, PICKING, QUANT, object};
use crate::testkit::Series;
use crate::testkit::engine::convert::round;
use crate::testkit::engine::domain::ancestors;
use crate::testkit::engine::env::Env;
use crate::testkit::engine::error::{OdooError, Result};
use crate::testkit::engine::logic::{orders, product};

/// Makes or adjusts the moves that a confirmed order needs.
pub(crate) fn procure(env: &mut Env<'_>, order: i64) -> Result<()> {
    for line in env.db.pointing("sale.order.line", "order_id", order) {
        let Some(product) = env.link("sale.order.line", line, "product_id") else { continue };
        if matches!(env.text("product.product", product, "type").as_str(), "service" | "combo") {
            continue;
        }
        let wanted = env.number("sale.order.line", line, "product_uom_qty");
        let moves: Vec<i64> = env
            .db
            .pointing(MOVE, "sale_line_id", line)
            .into_iter()
            .filter(|id| env.text(MOVE, *id, "state") != "cancel" && !is_return(env, *id))
            .collect();
        let asked: f64 = moves.iter().map(|id| env.number(MOVE, *id, "product_uom_qty")).sum();
        let open = moves.into_iter().find(|id| env.text(MOVE, *id, "state") != "done");
        let missing = wanted - asked;
        if missing.abs() < EPSILON {
            continue;
        }
        match open {
            Some(id) => {
                let demand = (env.number(MOVE, id, "product_uom_qty") + missing).max(0.0);
                unreserve(env, id)?;
                env.set(MOVE, id, "product_uom_qty", json!(demand))?;
                if demand < EPSILON {
                    env.set(MOVE, id, "state", json!("cancel"))?;
                } else {
                    reserve(env, id)?;
                }
            }
            None if missing > 0.0 => deliver(env, order, line, product, missing)?,
            None => {}
        }
    }
    Ok(())
}

pub(super) fn deliver(env: &mut Env<'_>, order: i64, line: i64, product: i64, quantity: f64) -> Result<()> {
    let warehouse = env.link("sale.order", order, "warehouse_id");
    let warehouse = warehouse
        .ok_or_else(|| OdooError::user("You must set a warehouse on your sale order to proceed."))?;
    let partner = env.value("sale.order", order, "partner_shipping_id");
    let open = env
        .db
        .pointing(PICKING, "sale_id", order)
        .into_iter()
        .find(|picking| !matches!(env.text(PICKING, *picking, "state").as_str(), "done" | "cancel"));
    let picking = match open {
        Some(picking) => picking,
        None => {
            let scheduled = match env.value("sale.order", order, "commitment_date") {
                Value::String(date) => json!(date),
                _ => json!(env.now_seconds()),
            };
            let vals = object([
                ("picking_type_id", env.value("stock.warehouse", warehouse, "out_type_id")),
                ("origin", env.value("sale.order", order, "name")),
                ("partner_id", partner.clone()),
                ("sale_id", json!(order)),
                ("scheduled_date", scheduled),
                ("move_type", env.value("sale.order", order, "picking_policy")),
            ]);
            env.create(PICKING, &vals)?
        }
    };
    let vals = object([
        ("product_id", json!(product)),
        ("product_uom_qty", json!(quantity)),
        ("product_uom", env.value("sale.order.line", line, orders::unit_field(env))),
        ("picking_id", json!(picking)),
        ("sale_line_id", json!(line)),
        ("origin", env.value("sale.order", order, "name")),
        ("partner_id", partner),
        ("warehouse_id", json!(warehouse)),
        ("state", json!("confirmed")),
    ]);
    let id = env.create(MOVE, &vals)?;
    if env.series == Series::V17 {
        let name = env.value("sale.order.line", line, "name");
        env.set(MOVE, id, "name", name)?;
    }
    reserve(env, id)
}

/// Whether a move brings goods back from a customer.
pub(crate) fn is_return(env: &Env<'_>, id: i64) -> bool {
    env.link(MOVE, id, "location_id")
        .is_some_and(|place| env.text("stock.location", place, "usage") == "customer")
}

/// Takes what is free at the move's source; goods that are not counted are always there.
pub(super) fn reserve(env: &mut Env<'_>, id: i64) -> Result<()> {
    let Some(product) = env.link(MOVE, id, "product_id") else { return Ok(()) };
    let demand = env.number(MOVE, id, "product_uom_qty");
    let source = env.link(MOVE, id, "location_id").unwrap_or_default();
    let virtual_source = env.text("stock.location", source, "usage") != "internal";
    if virtual_source || !product::is_storable(env, product) {
        env.set(MOVE, id, "quantity", json!(demand))?;
        return set_move_state(env, id);
    }
    let mut missing = env.number(MOVE, id, "product_qty")
        - reserved_of(env, id).iter().map(|(_, taken)| taken).sum::<f64>();
    let mut taken_now = 0.0;
    let mut taken = reserved_of(env, id);
    for quant in env.db.pointing(QUANT, "product_id", product) {
        let place = env.link(QUANT, quant, "location_id").unwrap_or_default();
        let free = env.number(QUANT, quant, "available_quantity");
        if missing < EPSILON || free < EPSILON || !ancestors(env, "stock.location", place).contains(&source) {
            continue;
        }
        let part = free.min(missing);
        let reserved = round(env.number(QUANT, quant, "reserved_quantity") + part, 6);
        env.set(QUANT, quant, "reserved_quantity", json!(reserved))?;
        taken.push((quant, part));
        taken_now += part;
        missing -= part;
    }
    let unit_ratio = ratio(env, id);
    env.set(MOVE, id, "_reserved", json!(taken))?;
    let quantity = round(env.number(MOVE, id, "quantity") + taken_now / unit_ratio, 6);
    env.set(MOVE, id, "quantity", json!(quantity))?;
    set_move_state(env, id)
}

pub(super) fn unreserve(env: &mut Env<'_>, id: i64) -> Result<()> {
    for (quant, part) in reserved_of(env, id) {
        let reserved = round((env.number(QUANT, quant, "reserved_quantity") - part).max(0.0), 6);
        env.set(QUANT, quant, "reserved_quantity", json!(reserved))?;
    }
    env.set(MOVE, id, "_reserved", json!([]))?;
    env.set(MOVE, id, "quantity", json!(0.0))?;
    set_move_state(env, id)
}

pub(super) fn reserved_of(env: &Env<'_>, id: i64) -> Vec<(i64, f64)> {
    let stored = env.db.row(MOVE, id).and_then(|row| row.get("_reserved")).and_then(Value::as_array);
    let pairs = stored.map(Vec::as_slice).unwrap_or_default().iter();
    pairs.filter_map(|pair| Some((pair.get(0)?.as_i64()?, pair.get(1)?.as_f64()?))).collect()
}

/// How many product units one unit of the move is.
pub(super) fn ratio(env: &Env<'_>, id: i64) -> f64 {
    let demand = env.number(MOVE, id, "product_uom_qty");
    let own = env.number(MOVE, id, "product_qty");
    if demand.abs() < EPSILON || own.abs() < EPSILON { 1.0 } else { own / demand }
}

pub(super) fn set_move_state(env: &mut Env<'_>, id: i64) -> Result<()> {
    let (quantity, demand) = (env.number(MOVE, id, "quantity"), env.number(MOVE, id, "product_uom_qty"));
    let state = if quantity + EPSILON >= demand {
        "assigned"
    } else if quantity > EPSILON {
        "partially_available"
    } else {
        "confirmed"
    };
    env.set(MOVE, id, "state", json!(state))
}
