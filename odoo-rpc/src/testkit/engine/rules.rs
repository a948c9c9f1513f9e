//! Who sees which records: those of the caller's companies, and one's own keys. Rights by group are not modelled.

use super::env::Env;
use super::error::{ErrorKind, OdooError, Result};
use super::logic::keys;
use super::{ADMIN, schema::Kind};
use crate::testkit::Series;

/// Whether the caller may know of the record.
pub(crate) fn allows(env: &Env<'_>, model: &str, id: i64) -> bool {
    if env.sudo {
        return true;
    }
    match model {
        keys::KEYS => env.uid == ADMIN || env.link(model, id, "user_id") == Some(env.uid),
        keys::WIZARD | keys::CHECK => env.link(model, id, "create_uid") == Some(env.uid),
        _ if env.db.is_single("res.company") => true,
        "res.company" => env.companies().contains(&id),
        "res.users" => {
            let companies = env.companies();
            id == env.uid || env.stored_ids(model, id, "company_ids").iter().any(|id| companies.contains(id))
        }
        _ => company_of(env, model, id).is_none_or(|company| env.companies().contains(&company)),
    }
}

/// Refuses to touch records that the caller may not know of. Ids that are none pass: they are missing, not forbidden.
pub(crate) fn check(env: &Env<'_>, model: &str, ids: &[i64], operation: &str) -> Result<()> {
    let there = |id: &&i64| env.db.row(model, **id).is_some();
    let Some(id) = ids.iter().filter(there).find(|id| !allows(env, model, **id)) else { return Ok(()) };
    let label = env.db.schema.models.get(model).map(|model| model.label.as_str()).unwrap_or_default();
    let user = env.text("res.users", env.uid, "name");
    let mut text = format!(
        "Uh-oh! Looks like you have stumbled upon some top-secret records.\n\nSorry, {user} (id={}) doesn't have '{operation}' access to:\n- {label} ({model})\n\nIf you really, really need access, perhaps you can win over your friendly administrator with a batch of freshly baked cookies.",
        env.uid
    );
    // 17 tells nothing more outside its developer mode.
    if let Some(company) = company_of(env, model, *id).filter(|_| env.series == Series::V19) {
        let own = env.stored_ids("res.users", env.uid, "company_ids").contains(&company);
        let hint = match own {
            true => format!(
                "you might be able to access the record by switching to the company: {}.",
                env.text("res.company", company, "name")
            ),
            false => {
                "but you do not have access to the proper company to access the record anyhow.".to_owned()
            }
        };
        text.push_str(&format!("\n\nThis seems to be a multi-company issue, {hint}"));
    }
    Err(OdooError::new(ErrorKind::Access, text))
}

/// Refuses a context that names a company which is not the user's. The real server does so where the company matters, this one in every call.
pub(crate) fn check_companies(env: &Env<'_>) -> Result<()> {
    let own = env.stored_ids("res.users", env.uid, "company_ids");
    if env.context.ids("allowed_company_ids").iter().all(|id| own.contains(id)) {
        return Ok(());
    }
    Err(OdooError::new(ErrorKind::Access, "Access to unauthorized or invalid companies."))
}

fn company_of(env: &Env<'_>, model: &str, id: i64) -> Option<i64> {
    let field = env.db.schema.field(model, "company_id")?;
    matches!(field.kind, Kind::Many2one(_)).then(|| env.link(model, id, "company_id")).flatten()
}
