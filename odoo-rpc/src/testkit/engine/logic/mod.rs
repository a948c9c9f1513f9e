//! What the models do beyond storing rows: one file per area, chosen here by model name.

mod attachment;
pub(crate) mod keys;
mod orders;
mod partner;
mod price;
mod product;
mod stock;

use serde_json::{Map, Value, json};

use super::env::Env;
use super::error::{OdooError, Result};

pub(crate) use attachment::shown_size;
pub(crate) use stock::add_stock;

/// The value of a computed field; nothing where the model has no rule for it.
pub(crate) fn compute(env: &Env<'_>, model: &str, id: i64, name: &str) -> Option<Value> {
    if name == "display_name" {
        return Some(json!(display_name(env, model, id)));
    }
    match model {
        "ir.attachment" => attachment::compute(env, id, name),
        "res.partner" => partner::compute(env, id, name),
        "product.template" | "product.product" => product::compute(env, model, id, name),
        "sale.order" => orders::compute_order(env, id, name),
        "sale.order.line" => orders::compute_line(env, id, name),
        "stock.picking" | "stock.move" | "stock.quant" | "stock.location" => {
            stock::compute(env, model, id, name)
        }
        "product.category" if name == "complete_name" => Some(json!(path_name(env, model, id, " / "))),
        "res.currency" if name == "decimal_places" => Some(json!(price::decimals(env, id))),
        "account.tax" if name == "price_include" => Some(json!(price::included(env, id))),
        "ir.model.data" if name == "complete_name" => {
            Some(json!(format!("{}.{}", env.text(model, id, "module"), env.text(model, id, "name"))))
        }
        _ => None,
    }
}

/// Writes a computed field back to where its value lives.
pub(crate) fn inverse(env: &mut Env<'_>, model: &str, id: i64, name: &str, value: &Value) -> Result<()> {
    match (model, name) {
        ("res.partner", "company_type") => {
            env.set(model, id, "is_company", Value::Bool(value.as_str() == Some("company")))
        }
        ("res.partner", "property_product_pricelist") => env.set(model, id, "_pricelist", value.clone()),
        ("product.product", "qty_available") => stock::set_on_hand(env, id, value),
        ("product.template", _) => product::inverse(env, id, name, value),
        ("sale.order.line", "qty_delivered") => env.set(model, id, "_delivered", value.clone()),
        _ => Ok(()),
    }
}

/// Completes and checks the values of a new record.
pub(crate) fn before_create(env: &mut Env<'_>, model: &str, vals: &mut Map<String, Value>) -> Result<()> {
    let company = Some(env.company()).filter(|id| env.db.row("res.company", *id).is_some());
    if env.field(model, "company_id").is_ok_and(|field| field.required && field.related.is_none()) {
        default(vals, "company_id", company.map(|id| json!(id)));
    }
    match model {
        "ir.attachment" => attachment::before_change(vals, true),
        keys::WIZARD => keys::before_create(env, vals),
        keys::CHECK => Ok(()),
        "res.users" => partner::before_create_user(env, vals),
        "res.company" => partner::before_create_company(env, vals),
        "account.move" => {
            let today: String = env.now_seconds().chars().take(10).collect();
            default(vals, "date", Some(json!(today)));
            let currency = env.value("res.company", env.company(), "currency_id");
            default(vals, "currency_id", Some(currency));
            Ok(())
        }
        "product.template" | "product.product" => product::before_create(env, model, vals),
        "sale.order" => orders::before_create(env, vals),
        "sale.order.line" => orders::before_create_line(env, vals),
        "stock.picking" | "stock.move" | "stock.quant" | "stock.warehouse" => {
            stock::before_create(env, model, vals)
        }
        "account.tax" => {
            let country = env.value("res.company", env.company(), "country_id");
            default(vals, "country_id", Some(country));
            price::check_tax(vals)
        }
        _ => Ok(()),
    }
}

/// Refuses or completes values about to be written.
pub(crate) fn before_write(
    env: &mut Env<'_>,
    model: &str,
    ids: &[i64],
    vals: &mut Map<String, Value>,
) -> Result<()> {
    match model {
        "ir.attachment" => attachment::before_change(vals, false),
        "sale.order" => orders::before_write(env, ids, vals),
        "sale.order.line" => orders::before_write_line(env, ids, vals),
        "product.product" => product::check_barcode(env, ids.first().copied(), vals),
        "account.tax" => price::check_tax(vals),
        _ => Ok(()),
    }
}

/// Runs when the row is there, before what belongs to other records is written.
pub(crate) fn after_insert(env: &mut Env<'_>, model: &str, id: i64) -> Result<()> {
    match model {
        "product.template" => product::after_insert(env, id),
        "stock.warehouse" => stock::after_insert_warehouse(env, id),
        _ => Ok(()),
    }
}

/// Checks and follows up a finished create or write.
pub(crate) fn after_change(
    env: &mut Env<'_>,
    model: &str,
    id: i64,
    changed: &[&str],
    created: bool,
) -> Result<()> {
    check_tree(env, model, id, changed)?;
    match model {
        "res.partner" => partner::check(env, id),
        "product.template" => product::after_change(env, id, changed),
        "sale.order.line" => orders::after_change_line(env, id, changed, created),
        "stock.move" => stock::after_change_move(env, id, changed),
        _ => Ok(()),
    }
}

/// Nothing is its own ancestor.
fn check_tree(env: &Env<'_>, model: &str, id: i64, changed: &[&str]) -> Result<()> {
    let parent = match model {
        "product.category" | "res.partner.category" => "parent_id",
        "stock.location" => "location_id",
        _ => return Ok(()),
    };
    let line = super::domain::ancestors(env, model, id);
    let closes = line.last().and_then(|top| env.link(model, *top, parent)).is_some();
    if closes && changed.contains(&parent) { Err(OdooError::user("Recursion Detected.")) } else { Ok(()) }
}

/// Refuses to delete what must stay.
pub(crate) fn before_unlink(env: &mut Env<'_>, model: &str, ids: &[i64]) -> Result<()> {
    match model {
        "sale.order" => orders::before_unlink(env, ids),
        "sale.order.line" => orders::before_unlink_line(env, ids),
        "stock.picking" | "stock.move" => stock::before_unlink(env, model, ids),
        "product.template" => {
            let variants: Vec<i64> = ids
                .iter()
                .flat_map(|id| env.db.pointing("product.product", "product_tmpl_id", *id))
                .collect();
            if variants.is_empty() { Ok(()) } else { env.unlink("product.product", &variants) }
        }
        _ => Ok(()),
    }
}

/// The business methods of a model, beyond what every model has.
pub(crate) fn actions(model: &str) -> &'static [&'static str] {
    match model {
        "sale.order" => &[
            "action_confirm",
            "action_cancel",
            "action_draft",
            "action_quotation_sent",
            "action_lock",
            "action_unlock",
        ],
        "stock.picking" => {
            &["action_confirm", "action_assign", "action_cancel", "do_unreserve", "button_validate"]
        }
        "stock.quant" => &["action_apply_inventory"],
        keys::KEYS => &["remove"],
        keys::WIZARD => &["make_key"],
        keys::CHECK => &["run_check"],
        _ => &[],
    }
}

/// Runs a business method on records; Python's `None` is `null`.
pub(crate) fn action(env: &mut Env<'_>, model: &str, method: &str, ids: &[i64]) -> Result<Value> {
    env.check_exist(model, ids)?;
    match model {
        "sale.order" => orders::action(env, method, ids),
        "stock.picking" => stock::action(env, method, ids),
        "stock.quant" => stock::apply_inventory(env, ids),
        keys::KEYS | keys::WIZARD | keys::CHECK => keys::action(env, model, method, ids),
        _ => Err(OdooError::unknown_method(env.series, model, method)),
    }
}

fn display_name(env: &Env<'_>, model: &str, id: i64) -> String {
    match model {
        "res.partner" => partner::complete_name(env, id),
        "product.product" | "product.template" => product::display_name(env, model, id),
        "sale.order.line" => orders::line_name(env, id),
        "res.country.state" => {
            let country = env.link(model, id, "country_id").map(|id| env.text("res.country", id, "code"));
            format!("{} ({})", env.text(model, id, "name"), country.unwrap_or_default())
        }
        "product.category" | "stock.location" => env.text(model, id, "complete_name"),
        "res.partner.category" => path_name(env, model, id, " / "),
        "product.pricelist" => {
            let currency = env.link(model, id, "currency_id").map(|id| env.text("res.currency", id, "name"));
            format!("{} ({})", env.text(model, id, "name"), currency.unwrap_or_default())
        }
        "stock.picking.type" => {
            let warehouse =
                env.link(model, id, "warehouse_id").map(|id| env.text("stock.warehouse", id, "name"));
            format!("{}: {}", warehouse.unwrap_or_default(), env.text(model, id, "name"))
        }
        "stock.move" => {
            let product =
                env.link(model, id, "product_id").map(|id| env.text("product.product", id, "display_name"));
            product.unwrap_or_default()
        }
        _ if env.db.schema.field(model, "name").is_some() => env.text(model, id, "name"),
        _ => format!("{model},{id}"),
    }
}

/// `Furniture / Office`: the names from the root down.
fn path_name(env: &Env<'_>, model: &str, id: i64, separator: &str) -> String {
    let mut names: Vec<String> =
        super::domain::ancestors(env, model, id).into_iter().map(|id| env.text(model, id, "name")).collect();
    names.reverse();
    names.join(separator)
}

/// Sets a value where the caller gave none.
fn default(vals: &mut Map<String, Value>, name: &str, value: Option<Value>) {
    if let Some(value) = value
        && vals.get(name).is_none_or(Value::is_null)
    {
        vals.insert(name.to_owned(), value);
    }
}
