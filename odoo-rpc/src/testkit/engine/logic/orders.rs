//! Sales orders: defaults, amounts, and the way from quotation to confirmed.

use serde_json::{Map, Value, json};

use super::{default, partner, price, product, stock};
use crate::testkit::Series;
use crate::testkit::engine::convert::round;
use crate::testkit::engine::env::Env;
use crate::testkit::engine::error::{OdooError, Result};

const ORDER: &str = "sale.order";
const LINE: &str = "sale.order.line";

/// Line fields that a locked order protects.
const PROTECTED: [&str; 8] = [
    "product_id",
    "name",
    "price_unit",
    "product_uom",
    "product_uom_id",
    "product_uom_qty",
    "tax_id",
    "tax_ids",
];

pub(super) fn compute_order(env: &Env<'_>, id: i64, name: &str) -> Option<Value> {
    Some(match name {
        "amount_untaxed" => json!(price::to_float(price::order(env, id).untaxed)),
        "amount_tax" => json!(price::to_float(price::order(env, id).tax)),
        "amount_total" => json!(price::to_float(price::order(env, id).total)),
        "access_url" => json!(format!("/my/orders/{id}")),
        "type_name" => {
            let open = matches!(env.text(ORDER, id, "state").as_str(), "draft" | "sent" | "cancel");
            json!(if open { "Quotation" } else { "Sales Order" })
        }
        "expected_date" => env.value(ORDER, id, "date_order"),
        "tax_country_id" => {
            let company = env.link(ORDER, id, "company_id")?;
            env.value("res.company", company, "country_id")
        }
        "delivery_count" => json!(env.db.pointing("stock.picking", "sale_id", id).len()),
        "delivery_status" => delivery_status(env, id),
        "invoice_status" => json!(order_invoice_status(env, id)),
        _ => return None,
    })
}

pub(super) fn compute_line(env: &Env<'_>, id: i64, name: &str) -> Option<Value> {
    let quantity = || env.number(LINE, id, "product_uom_qty");
    let product = env.link(LINE, id, "product_id");
    let stocked = product.filter(|product| product::is_storable(env, *product));
    let level = |name: &str| stocked.map_or(0.0, |product| env.number("product.product", product, name));
    let order = env.link(LINE, id, "order_id");
    let confirmed = env.text(LINE, id, "state") == "sale";
    let per_unit = |amount: f64| if quantity() == 0.0 { 0.0 } else { round(amount / quantity(), 2) };
    Some(match name {
        "price_subtotal" => json!(price::to_float(price::line(env, id).untaxed)),
        "price_tax" => json!(price::to_float(price::line(env, id).tax)),
        "price_total" => json!(price::to_float(price::line(env, id).total)),
        "price_reduce_taxexcl" => json!(per_unit(price::to_float(price::line(env, id).untaxed))),
        "price_reduce_taxinc" => json!(per_unit(price::to_float(price::line(env, id).total))),
        "product_template_id" => product
            .map_or(Value::Bool(false), |product| env.value("product.product", product, "product_tmpl_id")),
        "product_qty" => {
            json!(stock::in_product_unit(env, product, env.link(LINE, id, unit_field(env)), quantity()))
        }
        "qty_delivered" => json!(delivered(env, id)),
        "qty_delivered_at_date" => json!(delivered(env, id)),
        "qty_delivered_method" => {
            let moves =
                product.is_some_and(|product| env.text("product.product", product, "type") != "service");
            json!(if moves { "stock_move" } else { "manual" })
        }
        "qty_to_deliver" => json!((quantity() - delivered(env, id)).max(0.0)),
        "qty_to_invoice" => json!(if confirmed { to_invoice(env, id) } else { 0.0 }),
        "invoice_status" => json!(line_invoice_status(env, id)),
        "product_updatable" => json!(!confirmed),
        "product_uom_readonly" => json!(confirmed),
        "allowed_uom_ids" => {
            let unit = product.and_then(|product| env.link("product.product", product, "uom_id"));
            json!(unit.into_iter().collect::<Vec<_>>())
        }
        "virtual_available_at_date" => json!(level("virtual_available")),
        "free_qty_today" => json!(level("free_qty")),
        "qty_available_today" => json!(level("qty_available")),
        "scheduled_date" | "forecast_expected_date" => env.value(ORDER, order?, "date_order"),
        "display_qty_widget" => json!(stocked.is_some()),
        _ => return None,
    })
}

pub(super) fn before_create(env: &mut Env<'_>, vals: &mut Map<String, Value>) -> Result<()> {
    if vals
        .get("name")
        .and_then(Value::as_str)
        .is_none_or(|name| name.is_empty() || name == "/" || name == "New")
    {
        let number = env.db.next_number(ORDER);
        vals.insert("name".to_owned(), json!(format!("S{number:05}")));
    }
    default(vals, "date_order", Some(json!(env.now_seconds())));
    default(vals, "user_id", Some(json!(env.uid)));
    let company = vals.get("company_id").and_then(Value::as_i64).unwrap_or_else(|| env.company());
    if let Some(customer) = vals.get("partner_id").and_then(Value::as_i64) {
        env.check_exist("res.partner", &[customer])?;
        default(vals, "partner_invoice_id", Some(json!(partner::address(env, customer, "invoice"))));
        default(vals, "partner_shipping_id", Some(json!(partner::address(env, customer, "delivery"))));
        let pricelist = env.value("res.partner", customer, "property_product_pricelist");
        default(vals, "pricelist_id", Some(pricelist));
    }
    let pricelist = vals.get("pricelist_id").and_then(Value::as_i64);
    let currency = match pricelist {
        Some(pricelist) => env.value("product.pricelist", pricelist, "currency_id"),
        None => env.value("res.company", company, "currency_id"),
    };
    default(vals, "currency_id", Some(currency));
    let warehouses = env.db.pointing("stock.warehouse", "company_id", company);
    default(vals, "warehouse_id", warehouses.first().map(|id| json!(id)));
    default(vals, "team_id", env.db.ids("crm.team").first().map(|id| json!(id)));
    Ok(())
}

pub(super) fn before_create_line(env: &mut Env<'_>, vals: &mut Map<String, Value>) -> Result<()> {
    if vals.get("display_type").is_some_and(|kind| kind.as_str().is_some_and(|kind| !kind.is_empty())) {
        for name in ["product_uom_qty", "price_unit"] {
            vals.insert(name.to_owned(), json!(0.0));
        }
        return Ok(());
    }
    let Some(product) = vals.get("product_id").and_then(Value::as_i64) else {
        let text =
            "The operation cannot be completed: Missing required fields on accountable sale order line.";
        return Err(OdooError::validation(text));
    };
    env.check_exist("product.product", &[product])?;
    default(vals, "name", Some(json!(product::sale_description(env, product))));
    let unit = env.value("product.product", product, "uom_id");
    default(vals, unit_field(env), Some(unit));
    let price = env.value("product.product", product, "lst_price");
    default(vals, "price_unit", Some(price));
    let tax_field = if env.series == Series::V17 { "tax_id" } else { "tax_ids" };
    if !vals.contains_key(tax_field) {
        let taxes = env.links("product.product", product, "taxes_id");
        vals.insert(tax_field.to_owned(), json!([[6, 0, taxes]]));
    }
    if env.series == Series::V19 {
        let price = vals.get("price_unit").cloned();
        default(vals, "technical_price_unit", price);
    }
    Ok(())
}

pub(super) fn before_write(env: &mut Env<'_>, ids: &[i64], vals: &mut Map<String, Value>) -> Result<()> {
    let confirmed = ids.iter().any(|id| env.text(ORDER, *id, "state") == "sale");
    if confirmed && vals.contains_key("pricelist_id") {
        return Err(OdooError::user("It is not allowed to change the pricelist of a confirmed order !"));
    }
    Ok(())
}

pub(super) fn before_write_line(env: &mut Env<'_>, ids: &[i64], vals: &mut Map<String, Value>) -> Result<()> {
    let touched: Vec<&str> = PROTECTED.iter().copied().filter(|name| vals.contains_key(*name)).collect();
    for id in ids {
        let locked = env.link(LINE, *id, "order_id").is_some_and(|order| env.flag(ORDER, order, "locked"));
        if locked && !touched.is_empty() {
            let labels: Vec<String> = touched
                .iter()
                .filter_map(|name| env.field(LINE, name).ok().map(|field| field.label.clone()))
                .collect();
            return Err(OdooError::user(format!(
                "It is forbidden to modify the following fields in a locked order:\n{}",
                labels.join("\n")
            )));
        }
    }
    if env.series == Series::V19
        && let Some(price) = vals.get("price_unit").cloned()
    {
        default(vals, "technical_price_unit", Some(price));
    }
    Ok(())
}

/// A line of a confirmed order asks the warehouse for what it lacks.
pub(super) fn after_change_line(env: &mut Env<'_>, id: i64, changed: &[&str], created: bool) -> Result<()> {
    let asks = created || changed.contains(&"product_uom_qty");
    if !asks || env.text(LINE, id, "state") != "sale" {
        return Ok(());
    }
    let Some(order) = env.link(LINE, id, "order_id") else { return Ok(()) };
    if created && env.flag(ORDER, order, "locked") {
        return Err(OdooError::user(
            "It is forbidden to modify the following fields in a locked order:\nOrder Lines",
        ));
    }
    stock::procure(env, order)
}

pub(super) fn before_unlink(env: &Env<'_>, ids: &[i64]) -> Result<()> {
    if ids.iter().all(|id| matches!(env.text(ORDER, *id, "state").as_str(), "draft" | "cancel")) {
        return Ok(());
    }
    Err(OdooError::user(
        "You can not delete a sent quotation or a confirmed sales order. You must first cancel it.",
    ))
}

pub(super) fn before_unlink_line(env: &Env<'_>, ids: &[i64]) -> Result<()> {
    let confirmed = |id: &i64| env.text(LINE, *id, "state") == "sale" && !env.flag(LINE, *id, "display_type");
    if !ids.iter().any(confirmed) {
        return Ok(());
    }
    Err(OdooError::user(
        "Once a sales order is confirmed, you can't remove one of its lines (we need to track if something gets invoiced or delivered).\n                Set the quantity to 0 instead.",
    ))
}

pub(super) fn action(env: &mut Env<'_>, method: &str, ids: &[i64]) -> Result<Value> {
    match method {
        "action_confirm" => confirm(env, ids),
        "action_cancel" => cancel(env, ids),
        "action_draft" => {
            for id in ids {
                if matches!(env.text(ORDER, *id, "state").as_str(), "cancel" | "sent") {
                    env.set(ORDER, *id, "state", json!("draft"))?;
                }
            }
            Ok(json!(true))
        }
        "action_quotation_sent" => {
            if ids.iter().any(|id| env.text(ORDER, *id, "state") != "draft") {
                return Err(OdooError::user("Only draft orders can be marked as sent directly."));
            }
            ids.iter().try_for_each(|id| env.set(ORDER, *id, "state", json!("sent")))?;
            Ok(Value::Null)
        }
        _ => {
            let locked = method == "action_lock";
            ids.iter().try_for_each(|id| env.set(ORDER, *id, "locked", json!(locked)))?;
            Ok(Value::Null)
        }
    }
}

fn confirm(env: &mut Env<'_>, ids: &[i64]) -> Result<Value> {
    let wrong: Vec<String> = ids
        .iter()
        .filter(|id| !matches!(env.text(ORDER, **id, "state").as_str(), "draft" | "sent"))
        .map(|id| env.text(ORDER, *id, "name"))
        .collect();
    if !wrong.is_empty() {
        return Err(OdooError::user(match env.series {
            Series::V17 => {
                format!(
                    "The following orders are not in a state requiring confirmation: {}",
                    wrong.join(", ")
                )
            }
            Series::V19 => "Some orders are not in a state requiring confirmation.".to_owned(),
        }));
    }
    for id in ids {
        env.set(ORDER, *id, "state", json!("sale"))?;
        let now = json!(env.now_seconds());
        env.set(ORDER, *id, "date_order", now)?;
        stock::procure(env, *id)?;
    }
    Ok(json!(true))
}

fn cancel(env: &mut Env<'_>, ids: &[i64]) -> Result<Value> {
    if ids.iter().any(|id| env.flag(ORDER, *id, "locked")) {
        return Err(OdooError::user("You cannot cancel a locked order. Please unlock it first."));
    }
    // 17 answers with a dialog and cancels nothing, unless told that nobody is there to answer it.
    let asks = ids.iter().any(|id| env.text(ORDER, *id, "state") != "draft");
    if env.series == Series::V17 && asks && !env.context.flag("disable_cancel_warning") {
        return Ok(json!({
            "name": "Cancel Sales Order", "view_mode": "form", "res_model": "sale.order.cancel",
            "type": "ir.actions.act_window", "target": "new", "context": {"default_order_id": ids.first()},
        }));
    }
    for id in ids {
        let open: Vec<i64> = env
            .db
            .pointing("stock.picking", "sale_id", *id)
            .into_iter()
            .filter(|picking| env.text("stock.picking", *picking, "state") != "done")
            .collect();
        stock::action(env, "action_cancel", &open)?;
        env.set(ORDER, *id, "state", json!("cancel"))?;
    }
    Ok(json!(true))
}

/// The line's name in lists: order, first line of the description, customer reference.
pub(super) fn line_name(env: &Env<'_>, id: i64) -> String {
    let description = env.text(LINE, id, "name");
    let first = description.lines().next().unwrap_or_default();
    let Some(order) = env.link(LINE, id, "order_id") else { return first.to_owned() };
    let name = env.text(ORDER, order, "name");
    match env.text(ORDER, order, "client_order_ref") {
        reference if reference.is_empty() => format!("{name} - {first}"),
        reference => format!("{name} - {first} ({reference})"),
    }
}

/// The line's unit field, which 18 renamed.
pub(super) fn unit_field(env: &Env<'_>) -> &'static str {
    if env.series == Series::V17 { "product_uom" } else { "product_uom_id" }
}

fn delivered(env: &Env<'_>, line: i64) -> f64 {
    let moves = env.db.pointing("stock.move", "sale_line_id", line);
    let done = moves.iter().filter(|id| env.text("stock.move", **id, "state") == "done");
    let moved: f64 = done
        .map(|id| {
            let back = stock::is_return(env, *id);
            env.number("stock.move", *id, "quantity") * if back { -1.0 } else { 1.0 }
        })
        .sum();
    let by_hand = env.db.row(LINE, line).and_then(|row| row.get("_delivered")?.as_f64());
    if moves.is_empty() { by_hand.unwrap_or(0.0) } else { moved }
}

fn delivery_status(env: &Env<'_>, order: i64) -> Value {
    let states: Vec<String> = env
        .db
        .pointing("stock.picking", "sale_id", order)
        .into_iter()
        .map(|id| env.text("stock.picking", id, "state"))
        .filter(|state| state != "cancel")
        .collect();
    if states.is_empty() {
        return Value::Bool(false);
    }
    let done = states.iter().filter(|state| *state == "done").count();
    let lines = env.db.pointing(LINE, "order_id", order);
    let some = lines.iter().any(|line| delivered(env, *line) > 0.0);
    json!(match (done == states.len(), some, done > 0) {
        (true, _, _) => "full",
        (false, true, _) => "partial",
        (false, false, true) => "started",
        _ => "pending",
    })
}

fn to_invoice(env: &Env<'_>, line: i64) -> f64 {
    let product = env.link(LINE, line, "product_id");
    let by_delivery =
        product.is_some_and(|product| env.text("product.product", product, "invoice_policy") == "delivery");
    let base = if by_delivery { delivered(env, line) } else { env.number(LINE, line, "product_uom_qty") };
    base - env.number(LINE, line, "qty_invoiced")
}

fn line_invoice_status(env: &Env<'_>, line: i64) -> &'static str {
    if env.text(LINE, line, "state") != "sale" {
        "no"
    } else if to_invoice(env, line) > 0.0 {
        "to invoice"
    } else if env.number(LINE, line, "qty_invoiced") >= env.number(LINE, line, "product_uom_qty") {
        "invoiced"
    } else {
        "no"
    }
}

fn order_invoice_status(env: &Env<'_>, order: i64) -> &'static str {
    if env.text(ORDER, order, "state") != "sale" {
        return "no";
    }
    let lines = env.db.pointing(LINE, "order_id", order);
    let states: Vec<&str> = lines.into_iter().map(|line| line_invoice_status(env, line)).collect();
    if states.contains(&"to invoice") {
        "to invoice"
    } else if !states.is_empty() && states.iter().all(|state| *state == "invoiced") {
        "invoiced"
    } else {
        "no"
    }
}
