//! Contacts and users.

use serde_json::{Map, Value, json};

use super::default;
use crate::testkit::Series;
use crate::testkit::engine::domain::ancestors;
use crate::testkit::engine::env::Env;
use crate::testkit::engine::error::{OdooError, Result};

pub(super) fn compute(env: &Env<'_>, id: i64, name: &str) -> Option<Value> {
    let model = "res.partner";
    Some(match name {
        "complete_name" => json!(complete_name(env, id)),
        "company_type" => json!(if env.flag(model, id, "is_company") { "company" } else { "person" }),
        "commercial_partner_id" => json!(commercial(env, id)),
        "commercial_company_name" => {
            let owner = commercial(env, id);
            if env.flag(model, owner, "is_company") {
                json!(env.text(model, owner, "name"))
            } else {
                env.value(model, id, "company_name")
            }
        }
        "sale_order_count" => json!(env.db.pointing("sale.order", "partner_id", id).len()),
        "property_product_pricelist" => {
            env.db.row(model, id).and_then(|row| row.get("_pricelist")).cloned().unwrap_or(Value::Bool(false))
        }
        _ => return None,
    })
}

/// `Parent, Name` for a contact of a company, else the name; a nameless address shows its kind.
pub(super) fn complete_name(env: &Env<'_>, id: i64) -> String {
    let model = "res.partner";
    let name = env.text(model, id, "name");
    let Some(parent) = env.link(model, id, "parent_id").filter(|_| !env.flag(model, id, "is_company")) else {
        return name;
    };
    let kind = env.text(model, id, "type");
    let own = match (name.is_empty(), kind.as_str()) {
        (true, "invoice") => "Invoice".to_owned(),
        (true, "delivery") => "Delivery".to_owned(),
        (true, "other") => "Other".to_owned(),
        _ => name,
    };
    format!("{}, {own}", env.text(model, commercial(env, parent), "name"))
}

/// The company that stands behind a contact, or the contact itself.
fn commercial(env: &Env<'_>, id: i64) -> i64 {
    let line = ancestors(env, "res.partner", id);
    let company = line.iter().copied().find(|id| env.flag("res.partner", *id, "is_company"));
    company.or_else(|| line.last().copied()).unwrap_or(id)
}

/// The address of a kind: a child of that kind, else the contact itself.
pub(super) fn address(env: &Env<'_>, id: i64, kind: &str) -> i64 {
    let children = env.db.pointing("res.partner", "parent_id", id);
    children.into_iter().find(|child| env.text("res.partner", *child, "type") == kind).unwrap_or(id)
}

pub(super) fn check(env: &Env<'_>, id: i64) -> Result<()> {
    let model = "res.partner";
    let line = ancestors(env, model, id);
    let closes = line.last().and_then(|top| env.link(model, *top, "parent_id")).is_some();
    if closes {
        return Err(OdooError::validation("You cannot create recursive Partner hierarchies."));
    }
    if env.text(model, id, "type") == "contact" && env.text(model, id, "name").is_empty() {
        let text = "The operation cannot be completed: Contacts require a name";
        return Err(OdooError::validation(text));
    }
    Ok(())
}

/// A company without a contact gets one.
pub(super) fn before_create_company(env: &mut Env<'_>, vals: &mut Map<String, Value>) -> Result<()> {
    if vals.get("partner_id").is_none_or(|value| !value.is_i64()) {
        let mut partner = Map::new();
        partner.insert("is_company".to_owned(), json!(true));
        partner.insert("name".to_owned(), vals.get("name").cloned().unwrap_or(Value::Bool(false)));
        let id = env.create("res.partner", &partner)?;
        vals.insert("partner_id".to_owned(), json!(id));
    }
    if env.series == Series::V19 {
        default(vals, "account_price_include", Some(json!("tax_excluded")));
    }
    Ok(())
}

/// A user without a contact gets one.
pub(super) fn before_create_user(env: &mut Env<'_>, vals: &mut Map<String, Value>) -> Result<()> {
    default(vals, "company_id", Some(json!(1)));
    let company = vals.get("company_id").cloned().unwrap_or(Value::Bool(false));
    default(vals, "company_ids", Some(json!([[6, 0, [company]]])));
    if vals.get("partner_id").is_none_or(|value| !value.is_i64()) {
        let mut partner = Map::new();
        for name in ["name", "email", "lang", "tz"] {
            if let Some(value) = vals.remove(name) {
                partner.insert(name.to_owned(), value);
            }
        }
        let login = vals.get("login").cloned().unwrap_or(Value::Bool(false));
        default(&mut partner, "name", Some(login));
        let id = env.create("res.partner", &partner)?;
        vals.insert("partner_id".to_owned(), json!(id));
    }
    Ok(())
}
