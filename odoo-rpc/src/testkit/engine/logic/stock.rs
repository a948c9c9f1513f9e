//! Stock: quants, reservations, moves and transfers.

use serde_json::{Map, Value, json};

use super::{default, orders, product};
use crate::testkit::Series;
use crate::testkit::engine::convert::round;
use crate::testkit::engine::domain::ancestors;
use crate::testkit::engine::env::Env;
use crate::testkit::engine::error::{OdooError, Result};

const PICKING: &str = "stock.picking";
const MOVE: &str = "stock.move";
const QUANT: &str = "stock.quant";

/// Quantities closer than this are the same.
const EPSILON: f64 = 1e-6;

/// What a product has in the locations the context asks for.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Levels {
    pub(super) on_hand: f64,
    pub(super) reserved: f64,
    pub(super) incoming: f64,
    pub(super) outgoing: f64,
}

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
            default(vals, "company_id", Some(json!(1)));
        }
        MOVE => {
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

pub(super) fn apply_inventory(env: &mut Env<'_>, ids: &[i64]) -> Result<Value> {
    for id in ids {
        let counted = env.number(QUANT, *id, "inventory_quantity");
        env.set(QUANT, *id, "quantity", json!(counted))?;
        env.set(QUANT, *id, "inventory_quantity", json!(0.0))?;
        env.set(QUANT, *id, "inventory_quantity_set", json!(false))?;
    }
    Ok(Value::Null)
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

/// On hand and reserved of a product, in all warehouses or in those the context names.
pub(super) fn levels(env: &Env<'_>, product: i64) -> Levels {
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
        (wanted.is_empty() || warehouse.is_some_and(|id| wanted.contains(&id)))
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
pub(super) fn in_product_unit(env: &Env<'_>, product: Option<i64>, unit: Option<i64>, quantity: f64) -> f64 {
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

/// Whether a move brings goods back from a customer.
pub(super) fn is_return(env: &Env<'_>, id: i64) -> bool {
    env.link(MOVE, id, "location_id")
        .is_some_and(|place| env.text("stock.location", place, "usage") == "customer")
}

/// Makes or adjusts the moves that a confirmed order needs.
pub(super) fn procure(env: &mut Env<'_>, order: i64) -> Result<()> {
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

fn deliver(env: &mut Env<'_>, order: i64, line: i64, product: i64, quantity: f64) -> Result<()> {
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

fn object<const N: usize>(pairs: [(&str, Value); N]) -> Map<String, Value> {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn next_reference(env: &mut Env<'_>, kind: i64) -> String {
    let code = env.text("stock.picking.type", kind, "sequence_code");
    let warehouse = env.link("stock.picking.type", kind, "warehouse_id");
    let warehouse = warehouse.map(|id| env.text("stock.warehouse", id, "code")).unwrap_or_default();
    let number = env.db.next_number(&format!("{PICKING}.{kind}"));
    format!("{warehouse}/{code}/{number:05}")
}

/// Takes what is free at the move's source; goods that are not counted are always there.
fn reserve(env: &mut Env<'_>, id: i64) -> Result<()> {
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

fn unreserve(env: &mut Env<'_>, id: i64) -> Result<()> {
    for (quant, part) in reserved_of(env, id) {
        let reserved = round((env.number(QUANT, quant, "reserved_quantity") - part).max(0.0), 6);
        env.set(QUANT, quant, "reserved_quantity", json!(reserved))?;
    }
    env.set(MOVE, id, "_reserved", json!([]))?;
    env.set(MOVE, id, "quantity", json!(0.0))?;
    set_move_state(env, id)
}

fn reserved_of(env: &Env<'_>, id: i64) -> Vec<(i64, f64)> {
    let stored = env.db.row(MOVE, id).and_then(|row| row.get("_reserved")).and_then(Value::as_array);
    let pairs = stored.map(Vec::as_slice).unwrap_or_default().iter();
    pairs.filter_map(|pair| Some((pair.get(0)?.as_i64()?, pair.get(1)?.as_f64()?))).collect()
}

/// How many product units one unit of the move is.
fn ratio(env: &Env<'_>, id: i64) -> f64 {
    let demand = env.number(MOVE, id, "product_uom_qty");
    let own = env.number(MOVE, id, "product_qty");
    if demand.abs() < EPSILON || own.abs() < EPSILON { 1.0 } else { own / demand }
}

fn set_move_state(env: &mut Env<'_>, id: i64) -> Result<()> {
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

fn picking_state(env: &Env<'_>, id: i64) -> &'static str {
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

/// Moves the goods. What was not moved asks for a backorder: by a dialog, or silently with `skip_backorder`.
fn validate(env: &mut Env<'_>, ids: &[i64]) -> Result<Value> {
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

fn finish(env: &mut Env<'_>, picking: i64, moves: &[(i64, f64)], drop_rest: bool) -> Result<()> {
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

fn backorder(env: &mut Env<'_>, picking: i64, rest: &[(i64, f64)]) -> Result<()> {
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

/// A warehouse brings its locations and its kinds of transfer.
fn complete_warehouse(env: &mut Env<'_>, vals: &mut Map<String, Value>) -> Result<()> {
    if vals.get("view_location_id").is_some_and(Value::is_i64) {
        return Ok(());
    }
    let code = vals.get("code").cloned().unwrap_or_else(|| json!("WH"));
    let company = vals.get("company_id").cloned().unwrap_or_else(|| json!(1));
    let place = |name: Value, usage: &str, parent: Value| {
        object([
            ("name", name),
            ("usage", json!(usage)),
            ("location_id", parent),
            ("company_id", company.clone()),
        ])
    };
    let view = env.create("stock.location", &place(code, "view", Value::Bool(false)))?;
    let stock = env.create("stock.location", &place(json!("Stock"), "internal", json!(view)))?;
    vals.insert("view_location_id".to_owned(), json!(view));
    vals.insert("lot_stock_id".to_owned(), json!(stock));
    Ok(())
}

/// The kinds of transfer of a new warehouse: deliveries, receipts, internal.
pub(super) fn after_insert_warehouse(env: &mut Env<'_>, id: i64) -> Result<()> {
    let stock = env.value("stock.warehouse", id, "lot_stock_id");
    let named = |env: &Env<'_>, name: &str| {
        env.by_external_id("stock", name).map_or(Value::Bool(false), |(_, id)| json!(id))
    };
    let customers = named(env, "stock_location_customers");
    let suppliers = named(env, "stock_location_suppliers");
    let company = env.value("stock.warehouse", id, "company_id");
    let kinds = [
        ("Delivery Orders", "outgoing", "OUT", stock.clone(), customers, Some("out_type_id")),
        ("Receipts", "incoming", "IN", suppliers, stock.clone(), Some("in_type_id")),
        ("Internal Transfers", "internal", "INT", stock.clone(), stock, None),
    ];
    for (name, code, letters, source, target, link) in kinds {
        let vals = object([
            ("name", json!(name)),
            ("code", json!(code)),
            ("sequence_code", json!(letters)),
            ("warehouse_id", json!(id)),
            ("company_id", company.clone()),
            ("default_location_src_id", source),
            ("default_location_dest_id", target),
        ]);
        let kind = env.create("stock.picking.type", &vals)?;
        if let Some(link) = link {
            env.set("stock.warehouse", id, link, json!(kind))?;
        }
    }
    Ok(())
}
