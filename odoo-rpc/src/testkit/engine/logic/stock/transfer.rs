//! Transfers: their state, their number, and validating them.

use serde_json::{Map, Value, json};

use super::moves::{ratio, reserve, unreserve};
use super::{EPSILON, MOVE, PICKING, add_stock};
use crate::testkit::engine::convert::round;
use crate::testkit::engine::env::Env;
use crate::testkit::engine::error::{OdooError, Result};
use crate::testkit::engine::logic::product;

/// Moves the goods. What was not moved asks for a backorder: by a dialog, or silently with `skip_backorder`.
pub(super) fn validate(env: &mut Env<'_>, ids: &[i64]) -> Result<Value> {
    for picking in ids {
        let open: Vec<i64> = env
            .db
            .pointing(MOVE, "picking_id", *picking)
            .into_iter()
            .filter(|id| !matches!(env.text(MOVE, *id, "state").as_str(), "done" | "cancel"))
            .collect();
        if open.is_empty() {
            return Err(OdooError::user("Please add some items to move."));
        }
        let picked: Vec<i64> = open.iter().copied().filter(|id| env.flag(MOVE, *id, "picked")).collect();
        let counted = |id: &i64| picked.is_empty() || picked.contains(id);
        if open.iter().filter(|id| counted(id)).all(|id| env.number(MOVE, *id, "quantity") < EPSILON) {
            return Err(OdooError::user(
                "You cannot validate a transfer if no quantities are reserved. To force the transfer, encode quantities.",
            ));
        }
        let moved = |id: &i64| if counted(id) { env.number(MOVE, *id, "quantity") } else { 0.0 };
        let moves: Vec<(i64, f64)> = open.iter().map(|id| (*id, moved(id))).collect();
        let partial =
            moves.iter().any(|(id, moved)| moved + EPSILON < env.number(MOVE, *id, "product_uom_qty"));
        if partial && !env.context.flag("skip_backorder") {
            return Ok(json!({
                "name": "Create Backorder?", "type": "ir.actions.act_window", "view_mode": "form",
                "res_model": "stock.backorder.confirmation", "target": "new",
                "context": {"default_pick_ids": [[4, picking]]},
            }));
        }
        let drop_rest = env.context.ids("picking_ids_not_to_backorder").contains(picking);
        finish(env, *picking, &moves, drop_rest)?;
    }
    Ok(json!(true))
}

pub(super) fn finish(env: &mut Env<'_>, picking: i64, moves: &[(i64, f64)], drop_rest: bool) -> Result<()> {
    let mut rest: Vec<(i64, f64)> = Vec::new();
    for (id, moved) in moves {
        let missing = env.number(MOVE, *id, "product_uom_qty") - moved;
        let in_units = moved * ratio(env, *id);
        unreserve(env, *id)?;
        if *moved < EPSILON {
            rest.push((*id, missing));
            continue;
        }
        if missing > EPSILON && !drop_rest {
            let mut copy = env.db.row(MOVE, *id).cloned().unwrap_or_default();
            copy.retain(|name, _| {
                !name.starts_with('_') && !matches!(name.as_str(), "quantity" | "picked" | "state")
            });
            let mut vals: Map<String, Value> = copy.into_iter().collect();
            vals.retain(|name, _| env.db.schema.field(MOVE, name).is_some());
            vals.insert("product_uom_qty".to_owned(), json!(round(missing, 6)));
            vals.insert("state".to_owned(), json!("confirmed"));
            let copy = env.create(MOVE, &vals)?;
            rest.push((copy, missing));
        }
        if let Some(product) = env.link(MOVE, *id, "product_id").filter(|id| product::is_storable(env, *id)) {
            for (name, sign) in [("location_id", -1.0), ("location_dest_id", 1.0)] {
                if let Some(place) = env.link(MOVE, *id, name) {
                    add_stock(env, product, place, sign * in_units)?;
                }
            }
        }
        env.set(MOVE, *id, "product_uom_qty", json!(moved))?;
        env.set(MOVE, *id, "quantity", json!(moved))?;
        env.set(MOVE, *id, "picked", json!(true))?;
        env.set(MOVE, *id, "state", json!("done"))?;
    }
    let now = json!(env.now_seconds());
    env.set(PICKING, picking, "date_done", now)?;
    match (rest.is_empty(), drop_rest) {
        (true, _) => Ok(()),
        (false, true) => rest.iter().try_for_each(|(id, _)| env.set(MOVE, *id, "state", json!("cancel"))),
        (false, false) => backorder(env, picking, &rest),
    }
}

pub(super) fn backorder(env: &mut Env<'_>, picking: i64, rest: &[(i64, f64)]) -> Result<()> {
    let keep = [
        "picking_type_id",
        "location_id",
        "location_dest_id",
        "origin",
        "partner_id",
        "sale_id",
        "move_type",
        "scheduled_date",
        "carrier_id",
    ];
    let mut vals: Map<String, Value> =
        keep.iter().map(|name| ((*name).to_owned(), env.value(PICKING, picking, name))).collect();
    vals.insert("backorder_id".to_owned(), json!(picking));
    let next = env.create(PICKING, &vals)?;
    for (id, _) in rest {
        env.set(MOVE, *id, "picking_id", json!(next))?;
        reserve(env, *id)?;
    }
    Ok(())
}

pub(super) fn picking_state(env: &Env<'_>, id: i64) -> &'static str {
    let states: Vec<String> =
        env.db.pointing(MOVE, "picking_id", id).into_iter().map(|id| env.text(MOVE, id, "state")).collect();
    let is = |state: &str| states.iter().any(|found| found == state);
    let open: Vec<&String> =
        states.iter().filter(|state| !matches!(state.as_str(), "done" | "cancel")).collect();
    if states.is_empty() || is("draft") {
        "draft"
    } else if open.is_empty() {
        if is("done") { "done" } else { "cancel" }
    } else if open.iter().all(|state| *state == "assigned")
        || (env.text(PICKING, id, "move_type") == "direct" && (is("assigned") || is("partially_available")))
    {
        "assigned"
    } else {
        "confirmed"
    }
}

pub(super) fn next_reference(env: &mut Env<'_>, kind: i64) -> String {
    let code = env.text("stock.picking.type", kind, "sequence_code");
    let warehouse = env.link("stock.picking.type", kind, "warehouse_id");
    let warehouse = warehouse.map(|id| env.text("stock.warehouse", id, "code")).unwrap_or_default();
    let number = env.db.next_number(&format!("{PICKING}.{kind}"));
    format!("{warehouse}/{code}/{number:05}")
}
