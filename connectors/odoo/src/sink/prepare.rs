//! What orders need before they can be mapped: products by SKU, and the service products for allowances and charges.

use std::collections::{BTreeMap, BTreeSet};

use connector_core::canonical::object::SalesOrder;
use odoo_rpc::{Domain, SearchOptions};

use super::Work;
use super::order::is_off;
use super::same_article::{self, Wanted};
use crate::config::ItemMatch;
use crate::error::Fault;
use crate::load::upsert;
use crate::map::{Record, Skus, services};
use crate::session::{id_of, text};

const MODEL: &str = "product.product";

/// Looks up or makes what the orders need. For each order the fault that it cannot be written with: what one of them needs and cannot
/// have is no reason to hold the others back.
pub(super) async fn prepare(work: &mut Work<'_>, orders: &[Option<&SalesOrder>]) -> Vec<Option<Fault>> {
    // One that is called off is not written.
    let live: Vec<Option<&SalesOrder>> =
        orders.iter().map(|order| order.filter(|order| !is_off(order))).collect();
    let prepared = match work.config().item_match {
        ItemMatch::Sku => products(work, &live).await,
        ItemMatch::ExternalId => articles(work, &live).await,
    };
    if let Err(fault) = prepared {
        return live.iter().map(|order| order.map(|_| fault.clone())).collect();
    }
    let needed: BTreeMap<&str, &str> = live.iter().flatten().flat_map(|order| services(order)).collect();
    let mut lacking: BTreeMap<&str, Fault> = BTreeMap::new();
    for (role, name) in needed {
        let external_id = work.session.names.service(role);
        match service(work, role, name, &external_id).await {
            Ok(id) => _ = work.skus.insert(external_id, vec![id]),
            Err(fault) => _ = lacking.insert(role, about_service(role, fault)),
        }
    }
    let fault_of = |order: &SalesOrder| services(order).find_map(|(role, _)| lacking.get(role).cloned());
    live.into_iter().map(|order| order.and_then(fault_of)).collect()
}

fn about_service(role: &str, fault: Fault) -> Fault {
    let Fault::Refused(mut rejection) = fault else { return fault };
    rejection.path = Some("/allowances_charges".into());
    rejection.message = format!(
        "the service product for a {role} cannot be made, which this order needs: {}",
        rejection.message
    );
    Fault::Refused(rejection)
}

async fn products(work: &mut Work<'_>, live: &[Option<&SalesOrder>]) -> Result<(), Fault> {
    let lines = live.iter().flatten().flat_map(|order| &order.lines);
    let skus: BTreeSet<&str> = lines.filter_map(|line| Some(line.item.sku.as_ref()?.as_str())).collect();
    work.skus = by_sku(work, skus.into_iter().collect()).await?;
    Ok(())
}

/// Items that Odoo has under another key. What the item was called is no matter here: had it been another article, it would have been made.
async fn articles(work: &mut Work<'_>, live: &[Option<&SalesOrder>]) -> Result<(), Fault> {
    let lines = live.iter().flatten().flat_map(|order| &order.lines);
    let items: BTreeMap<String, &str> = lines
        .filter_map(|line| {
            Some((work.session.names.item(line.item.key.as_str()), line.item.sku.as_ref()?.as_str()))
        })
        .collect();
    let wanted: Vec<Wanted<'_>> =
        items.into_iter().map(|(external_id, sku)| Wanted { external_id, sku, name: None }).collect();
    let found = same_article::find(work, &wanted).await?;
    work.articles = found.into_iter().map(|(own, article)| (own, article.external_id)).collect();
    Ok(())
}

async fn by_sku(work: &Work<'_>, skus: Vec<&str>) -> Result<Skus, Fault> {
    let mut found = Skus::new();
    let options = SearchOptions::new().order("id");
    let domain = Domain::is_in("default_code", skus);
    for row in work.odoo.client.search_read(MODEL, domain, &["default_code"], options).await? {
        if let Some(id) = id_of(&row, "id") {
            found.entry(text(&row, "default_code").to_owned()).or_default().push(id);
        }
    }
    Ok(found)
}

/// The service product. It is made once and then left alone: names, accounts and taxes are the office's to change.
async fn service(work: &Work<'_>, role: &str, name: &str, external_id: &str) -> Result<i64, Fault> {
    if let Some(id) = work.session.service(external_id).await {
        return Ok(id);
    }
    let code = format!("connector-{role}");
    let options = SearchOptions::new().order("id");
    let domain = Domain::eq("default_code", code.as_str()).and(Domain::is_in("active", [true, false]));
    let rows = work.odoo.client.search_read(MODEL, domain, &["default_code"], options).await?;
    let ids: Vec<i64> = rows.iter().filter_map(|row| id_of(row, "id")).collect();
    let names = work.odoo.external_ids(MODEL, &ids).await?;
    let known =
        names.iter().find(|(_, names)| names.iter().any(|name| name == external_id)).map(|(id, _)| *id);
    let id = match known {
        Some(id) => id,
        None => make(work, &code, name, external_id).await?,
    };
    work.session.remember_service(external_id, id).await;
    Ok(id)
}

async fn make(work: &Work<'_>, code: &str, name: &str, external_id: &str) -> Result<i64, Fault> {
    let unit = work.refs.unit_of_one().to_owned();
    let cells = [
        ("id", external_id),
        ("name", name),
        ("default_code", code),
        (work.odoo.fields.item_type, "service"),
        ("uom_id/id", unit.as_str()),
        ("list_price", "0"),
        // Charged when the order is invoiced, not when somebody says that it was delivered.
        ("invoice_policy", "order"),
    ];
    let cells = cells.into_iter().map(|(column, text)| (column.to_owned(), text.to_owned())).collect();
    let record = Record { cells, lines: Vec::new() };
    match upsert(&work.odoo, MODEL, &[record], 1).await.pop() {
        Some(result) => result,
        None => Err(Fault::Failed(connector_core::retry::Failure::lost(
            "load",
            "no result for the service product",
        ))),
    }
}
