//! A new warehouse: its locations and its kinds of transfer.

use serde_json::{Map, Value, json};

use super::object;
use crate::testkit::engine::env::Env;
use crate::testkit::engine::error::Result;

/// A warehouse brings its locations and its kinds of transfer.
pub(super) fn complete_warehouse(env: &mut Env<'_>, vals: &mut Map<String, Value>) -> Result<()> {
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
pub(crate) fn after_insert_warehouse(env: &mut Env<'_>, id: i64) -> Result<()> {
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
