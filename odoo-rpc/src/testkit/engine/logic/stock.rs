//! Stock: quants, reservations, moves and transfers.

mod levels;
mod moves;
mod transfer;
mod warehouse;

use serde_json::{Map, Value, json};

use super::{default, product};
use crate::testkit::Series;
use crate::testkit::engine::convert::round;
use crate::testkit::engine::domain::ancestors;
use crate::testkit::engine::env::Env;
use crate::testkit::engine::error::{OdooError, Result};

pub(crate) use levels::{add_stock, apply_inventory, in_product_unit, levels, set_on_hand};
pub(crate) use moves::{is_return, procure};
use moves::{reserve, set_move_state, unreserve};
use transfer::{next_reference, picking_state, validate};
pub(crate) use warehouse::after_insert_warehouse;
use warehouse::complete_warehouse;

const PICKING: &str = "stock.picking";
const MOVE: &str = "stock.move";
const QUANT: &str = "stock.quant";

/// Quantities closer than this are the same.
const EPSILON: f64 = 1e-6;

pub(super) fn compute(env: &Env<'_>, model: &str, id: i64, name: &str) -> Option<Value> {
    Some(match (model, name) {
        (PICKING, "state") => json!(picking_state(env, id)),
        (MOVE, "product_qty") => {
            let quantity = env.number(MOVE, id, "product_uom_qty");
            json!(in_product_unit(
                env,
                env.link(MOVE, id, "product_id"),
                env.link(MOVE, id, "product_uom"),
                quantity
            ))
        }
        (QUANT, "available_quantity") => {
            json!(round(env.number(QUANT, id, "quantity") - env.number(QUANT, id, "reserved_quantity"), 6))
        }
        (QUANT, "inventory_diff_quantity") => {
            json!(round(env.number(QUANT, id, "inventory_quantity") - env.number(QUANT, id, "quantity"), 6))
        }
        ("stock.location", "complete_name") => {
            let mut names: Vec<String> =
                ancestors(env, model, id).into_iter().map(|id| env.text(model, id, "name")).collect();
            names.reverse();
            json!(names.join("/"))
        }
        ("stock.location", "warehouse_id") => {
            let above = ancestors(env, model, id);
            let found = env.db.ids("stock.warehouse").into_iter().find(|warehouse| {
                env.link("stock.warehouse", *warehouse, "view_location_id")
                    .is_some_and(|view| above.contains(&view))
            });
            found.map_or(Value::Bool(false), |id| json!(id))
        }
        _ => return None,
    })
}

pub(super) fn before_create(env: &mut Env<'_>, model: &str, vals: &mut Map<String, Value>) -> Result<()> {
    match model {
        PICKING => {
            let kind = vals.get("picking_type_id").and_then(Value::as_i64);
            if let Some(kind) = kind {
                let source = env.value("stock.picking.type", kind, "default_location_src_id");
                let target = env.value("stock.picking.type", kind, "default_location_dest_id");
                default(vals, "location_id", Some(source));
                default(vals, "location_dest_id", Some(target));
                let number = next_reference(env, kind);
                default(vals, "name", Some(json!(number)));
            }
            default(vals, "scheduled_date", Some(json!(env.now_seconds())));
            let company = json!(env.company());
            default(vals, "company_id", Some(company));
        }
        MOVE => {
            if env.series == Series::V17 {
                let product = vals.get("product_id").and_then(Value::as_i64);
                let name = product.map(|id| json!(product::display_name(env, "product.product", id)));
                default(vals, "name", name);
            }
            default(vals, "date", Some(json!(env.now_seconds())));
            if let Some(picking) = vals.get("picking_id").and_then(Value::as_i64) {
                for name in ["location_id", "location_dest_id"] {
                    let place = env.value(PICKING, picking, name);
                    default(vals, name, Some(place));
                }
            }
            if let Some(product) = vals.get("product_id").and_then(Value::as_i64) {
                let unit = env.value("product.product", product, "uom_id");
                default(vals, "product_uom", Some(unit));
            }
        }
        QUANT => {
            default(vals, "in_date", Some(json!(env.now_seconds())));
            if vals.contains_key("inventory_quantity") {
                default(vals, "inventory_quantity_set", Some(json!(true)));
            }
        }
        _ => complete_warehouse(env, vals)?,
    }
    Ok(())
}

pub(super) fn before_unlink(env: &mut Env<'_>, model: &str, ids: &[i64]) -> Result<()> {
    if model == PICKING {
        let moves: Vec<i64> = ids.iter().flat_map(|id| env.db.pointing(MOVE, "picking_id", *id)).collect();
        return if moves.is_empty() { Ok(()) } else { env.unlink(MOVE, &moves) };
    }
    for id in ids {
        if !matches!(env.text(MOVE, *id, "state").as_str(), "draft" | "cancel" | "confirmed" | "waiting") {
            return Err(OdooError::user("You can only delete draft or cancelled moves."));
        }
    }
    Ok(())
}

/// A user who sets the moved quantity changes what the move waits for.
pub(super) fn after_change_move(env: &mut Env<'_>, id: i64, changed: &[&str]) -> Result<()> {
    if changed.contains(&"quantity")
        && !matches!(env.text(MOVE, id, "state").as_str(), "done" | "cancel" | "draft")
    {
        set_move_state(env, id)?;
    }
    Ok(())
}

pub(super) fn action(env: &mut Env<'_>, method: &str, ids: &[i64]) -> Result<Value> {
    if method == "button_validate" {
        return validate(env, ids);
    }
    for picking in ids {
        for id in env.db.pointing(MOVE, "picking_id", *picking) {
            let state = env.text(MOVE, id, "state");
            match (method, state.as_str()) {
                (_, "done" | "cancel") => {}
                ("action_confirm", "draft") => {
                    env.set(MOVE, id, "state", json!("confirmed"))?;
                    reserve(env, id)?;
                }
                ("action_assign", "draft") => {}
                ("action_assign", _) => reserve(env, id)?,
                ("do_unreserve", _) => unreserve(env, id)?,
                ("action_cancel", _) => {
                    unreserve(env, id)?;
                    env.set(MOVE, id, "state", json!("cancel"))?;
                }
                _ => {}
            }
        }
    }
    Ok(json!(true))
}

fn object<const N: usize>(pairs: [(&str, Value); N]) -> Map<String, Value> {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
