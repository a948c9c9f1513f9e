//! Looks at the live database and says what is missing. Reads alone.

use std::collections::{BTreeMap, BTreeSet};

use connector_core::context::Context;
use connector_core::contract::{Finding, Health};
use connector_core::retry::{Cause, Failure};
use odoo_rpc::{Call, Domain, ErrorKind};
use serde_json::{Map, Value, json};

use crate::config::Config;
use crate::refs::Refs;
use crate::session::{Odoo, Session};

/// What the user must be able to do, and the group that allows it.
const RIGHTS: [(&str, &str, &str); 11] = [
    ("res.partner", "create", "Contact / Creation"),
    ("res.partner", "write", "Contact / Creation"),
    ("product.product", "create", "Products / Create"),
    ("product.product", "write", "Products / Create"),
    ("sale.order", "create", "Sales / User: All Documents"),
    ("sale.order", "write", "Sales / User: All Documents"),
    ("sale.order.line", "write", "Sales / User: All Documents"),
    ("sale.order.line", "unlink", "Sales / User: All Documents"),
    ("account.tax", "read", "Sales / User: All Documents"),
    ("stock.quant", "read", "Inventory / User"),
    ("stock.move", "read", "Inventory / User"),
];

pub(crate) async fn check(session: &Session, cx: &Context) -> Health {
    let odoo = match session.odoo(cx).await {
        Ok(odoo) => odoo,
        Err(failure) => return unreachable(session, &failure),
    };
    let version = odoo.client.version().map(ToString::to_string).unwrap_or_default();
    let mut health = Health {
        system: format!("Odoo {version} over {}", odoo.client.protocol().as_str()),
        findings: Vec::new(),
    };
    match session.refs(cx, &odoo, true).await {
        Ok((refs, _)) => settings(&session.config, &refs, &mut health.findings),
        Err(failure) => {
            if failure.cause == Cause::Auth {
                session.refused(cx).await;
                return unreachable(session, &failure);
            }
            health.findings.push(finding(
                "company, taxes, pricelists",
                &failure.to_string(),
                "see the message; nothing can be written without them",
            ));
        }
    }
    fields(&odoo, &mut health.findings).await;
    rights(&odoo, &mut health.findings).await;
    records(&odoo, &session.config, &mut health.findings).await;
    health
}

fn unreachable(session: &Session, failure: &Failure) -> Health {
    let remedy = match failure.cause {
        Cause::Auth => format!(
            "put a valid API key of `{}` into secret `{}`",
            session.config.login, session.config.secret
        ),
        _ => "check `url` and `database`, and that Odoo runs".to_owned(),
    };
    let findings = vec![finding(&session.config.url, &failure.to_string(), &remedy)];
    Health { system: "Odoo, not reached".to_owned(), findings }
}

fn finding(subject: &str, problem: &str, remedy: &str) -> Finding {
    Finding { subject: subject.into(), problem: problem.into(), remedy: remedy.into() }
}

fn settings(config: &Config, refs: &Refs, findings: &mut Vec<Finding>) {
    if let Some(lang) = &config.lang
        && !refs.has_language(lang)
    {
        findings.push(finding(
            lang,
            "the language is not installed; Odoo refuses every call with it",
            "install it, or correct `lang`",
        ));
    }
    if refs.tax_count() == 0 && config.taxes.is_empty() {
        let problem =
            "the company has no sales tax in per cent on top of the price; orders with tax are refused";
        findings.push(finding("account.tax", problem, "make the taxes, or map them under `taxes`"));
    }
}

async fn fields(odoo: &Odoo, findings: &mut Vec<Finding>) {
    let needed = odoo.fields.needed();
    let models: BTreeSet<&str> = needed.iter().map(|(model, ..)| *model).collect();
    let mut found: BTreeMap<&str, Option<Map<String, Value>>> = BTreeMap::new();
    for model in models {
        let call = Call::new(model, "fields_get").kwarg("attributes", json!(["type"]));
        match odoo.client.call_as::<Map<String, Value>>(call).await {
            Ok(fields) => _ = found.insert(model, Some(fields)),
            Err(error) if error.kind() == ErrorKind::UnknownModel => _ = found.insert(model, None),
            Err(error) => {
                findings.push(finding(model, &error.to_string(), "give the user the right to read it"))
            }
        }
    }
    for (model, field, module, purpose) in needed {
        let Some(fields) = found.get(model) else { continue };
        if fields.as_ref().is_none_or(|fields| !fields.contains_key(field)) {
            let problem = format!("is not in this database; {purpose} do not work without it");
            findings.push(finding(
                &format!("{model}.{field}"),
                &problem,
                &format!("install the module `{module}`"),
            ));
        }
    }
}

async fn rights(odoo: &Odoo, findings: &mut Vec<Finding>) {
    for (model, operation, group) in RIGHTS {
        let call = if odoo.fields.series >= 18 {
            Call::new(model, "has_access").ids([]).arg(operation)
        } else {
            Call::new(model, "check_access_rights").arg(operation).kwarg("raise_exception", false)
        };
        match odoo.client.call(call).await {
            Ok(Value::Bool(true)) => {}
            Ok(_) => {
                let remedy = format!("give the user the group {group}");
                findings.push(finding(model, &format!("the user may not {operation} it"), &remedy));
            }
            // The model is not there, which `fields` has said.
            Err(error) if error.kind() == ErrorKind::UnknownModel => {}
            Err(error) => findings.push(finding(model, &error.to_string(), "see the message")),
        }
    }
}

/// Records that the configuration names by id.
async fn records(odoo: &Odoo, config: &Config, findings: &mut Vec<Finding>) {
    let orders = config.warehouse_id.iter().map(|id| ("stock.warehouse", "warehouse_id", *id));
    let levels =
        config.inventory_warehouses.iter().map(|id| ("stock.warehouse", "inventory_warehouses", *id));
    let named = orders
        .chain(levels)
        .chain(config.team_id.iter().map(|id| ("crm.team", "team_id", *id)))
        .chain(config.taxes.values().map(|id| ("account.tax", "taxes", *id)))
        .chain(config.pricelists.values().map(|id| ("product.pricelist", "pricelists", *id)));
    for (model, setting, id) in named {
        match odoo.client.search_count(model, Domain::eq("id", id)).await {
            Ok(1) => {}
            Ok(_) => {
                let problem = format!("there is no active {model} {id} that the user may see");
                findings.push(finding(&format!("{model},{id}"), &problem, &format!("correct `{setting}`")));
            }
            Err(error) => findings.push(finding(model, &error.to_string(), "see the message")),
        }
    }
}
