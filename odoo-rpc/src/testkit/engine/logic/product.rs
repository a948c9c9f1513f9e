//! Products: a template and its variant, and quantities on hand.

use serde_json::{Map, Value, json};

use super::{default, stock};
use crate::testkit::Series;
use crate::testkit::engine::env::Env;
use crate::testkit::engine::error::{OdooError, Result};

/// Whether the stock of this product is counted.
pub(super) fn is_storable(env: &Env<'_>, product: i64) -> bool {
    match env.series {
        Series::V17 => env.text("product.product", product, "type") == "product",
        Series::V19 => env.flag("product.product", product, "is_storable"),
    }
}

pub(super) fn compute(env: &Env<'_>, model: &str, id: i64, name: &str) -> Option<Value> {
    match name {
        "currency_id" => return Some(env.value("res.company", env.company(), "currency_id")),
        "qty_available" | "free_qty" | "incoming_qty" | "outgoing_qty" | "virtual_available" => {
            let total: f64 = variants_of(env, model, id).iter().map(|id| quantity(env, *id, name)).sum();
            return Some(json!(crate::testkit::engine::convert::round(total, 6)));
        }
        _ => {}
    }
    if model == "product.product" {
        return (name == "code").then(|| env.value(model, id, "default_code"));
    }
    let variants = env.db.pointing("product.product", "product_tmpl_id", id);
    match name {
        "product_variant_id" => Some(variants.first().map_or(Value::Bool(false), |id| json!(id))),
        "product_variant_count" => Some(json!(variants.len())),
        "default_code" | "barcode" | "standard_price" => match variants.as_slice() {
            [only] => Some(env.value("product.product", *only, name)),
            _ => None,
        },
        _ => None,
    }
}

pub(super) fn display_name(env: &Env<'_>, model: &str, id: i64) -> String {
    let name = env.text(model, id, "name");
    match env.text(model, id, "default_code") {
        code if code.is_empty() => name,
        code => format!("[{code}] {name}"),
    }
}

/// The description that a sale line starts with.
pub(super) fn sale_description(env: &Env<'_>, product: i64) -> String {
    let name = display_name(env, "product.product", product);
    match env.text("product.product", product, "description_sale") {
        text if text.is_empty() => name,
        text => format!("{name}\n{text}"),
    }
}

pub(super) fn before_create(env: &mut Env<'_>, model: &str, vals: &mut Map<String, Value>) -> Result<()> {
    if model == "product.product" {
        return before_create_variant(env, vals);
    }
    let unit = env.by_external_id("uom", "product_uom_unit").map(|(_, id)| json!(id));
    default(vals, "uom_id", unit);
    if env.series == Series::V17 {
        let unit = vals.get("uom_id").cloned();
        default(vals, "uom_po_id", unit);
        let all = env.by_external_id("product", "product_category_all").map(|(_, id)| json!(id));
        default(vals, "categ_id", all);
    }
    Ok(())
}

/// A variant without a template makes one, which gets the values that live there.
fn before_create_variant(env: &mut Env<'_>, vals: &mut Map<String, Value>) -> Result<()> {
    if vals.get("product_tmpl_id").is_some_and(Value::is_i64) {
        return check_barcode(env, None, vals);
    }
    if let Some(price) = vals.remove("lst_price") {
        vals.insert("list_price".to_owned(), price);
    }
    let mut template = Map::new();
    for (name, value) in vals.iter() {
        let field = env.field("product.product", name)?;
        let path = field.related.as_deref().filter(|_| !field.computed);
        if let Some(own) = path.and_then(|path| path.strip_prefix("product_tmpl_id.")) {
            template.insert(own.to_owned(), value.clone());
        }
    }
    vals.retain(|name, _| {
        let field = env.db.schema.field("product.product", name);
        field.is_some_and(|field| field.related.is_none())
    });
    let outer = env.context.clone();
    env.context.0.insert("create_product_product".to_owned(), Value::Bool(true));
    let created = env.create("product.template", &template);
    env.context = outer;
    vals.insert("product_tmpl_id".to_owned(), json!(created?));
    check_barcode(env, None, vals)
}

/// A constraint in Python, so its text is its own.
pub(super) fn check_barcode(env: &Env<'_>, id: Option<i64>, vals: &Map<String, Value>) -> Result<()> {
    let Some(barcode) = vals.get("barcode").and_then(Value::as_str) else { return Ok(()) };
    let Some(other) = env.db.unique("product.product", 0, &[barcode]).filter(|other| Some(*other) != id)
    else {
        return Ok(());
    };
    let template = vals.get("product_tmpl_id").and_then(Value::as_i64);
    let own = match (id, template) {
        (Some(id), _) => display_name(env, "product.product", id),
        (None, template) => env.text("product.template", template.unwrap_or_default(), "name"),
    };
    let between = if env.series == Series::V17 { ", " } else { " and " };
    let names = format!("{}{between}{own}", display_name(env, "product.product", other));
    Err(OdooError::validation(format!(
        "Barcode(s) already assigned:\n\n- Barcode \"{barcode}\" already assigned to product(s): {names}\n\nNote: products that you don't have access to will not be shown above."
    )))
}

/// A template of its own gets its one variant.
pub(super) fn after_insert(env: &mut Env<'_>, id: i64) -> Result<()> {
    if env.context.flag("create_product_product") {
        return Ok(());
    }
    let mut vals = Map::new();
    vals.insert("product_tmpl_id".to_owned(), json!(id));
    vals.insert("active".to_owned(), env.value("product.template", id, "active"));
    env.create("product.product", &vals).map(|_| ())
}

/// Archiving a template archives its variants, and back.
pub(super) fn after_change(env: &mut Env<'_>, id: i64, changed: &[&str]) -> Result<()> {
    if changed.contains(&"active") {
        let active = env.value("product.template", id, "active");
        for variant in env.db.pointing("product.product", "product_tmpl_id", id) {
            env.set("product.product", variant, "active", active.clone())?;
        }
    }
    Ok(())
}

/// What a template with one variant shows of it is written to the variant.
pub(super) fn inverse(env: &mut Env<'_>, id: i64, name: &str, value: &Value) -> Result<()> {
    let variants = env.db.pointing("product.product", "product_tmpl_id", id);
    let [only] = variants.as_slice() else { return Ok(()) };
    let mut vals = Map::new();
    vals.insert(name.to_owned(), value.clone());
    env.write("product.product", &[*only], &vals)
}

fn variants_of(env: &Env<'_>, model: &str, id: i64) -> Vec<i64> {
    if model == "product.product" {
        vec![id]
    } else {
        env.db.pointing("product.product", "product_tmpl_id", id)
    }
}

fn quantity(env: &Env<'_>, product: i64, name: &str) -> f64 {
    if !is_storable(env, product) {
        return 0.0;
    }
    let stock = stock::levels(env, product);
    match name {
        "qty_available" => stock.on_hand,
        "free_qty" => stock.on_hand - stock.reserved,
        "incoming_qty" => stock.incoming,
        "outgoing_qty" => stock.outgoing,
        _ => stock.on_hand + stock.incoming - stock.outgoing,
    }
}
