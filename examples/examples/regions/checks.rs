//! What must hold at the end, asked of Odoo, the shop and the store, not of our own counters.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use connector_core::canonical::ObjectKind;
use connector_core::contract::EffectKey;
use connector_core::store::{AuditEvent, EffectState, ExceptionFilter, Store};
use connector_examples::{Failure, ORDERS, STOCK};
use odoo_rpc::{Domain, SearchOptions};
use serde_json::Value;

use crate::report::broken;
use crate::traffic::Traffic;
use crate::world::{SHOP, SKUS, World};

/// One invariant.
pub(crate) struct Check {
    pub(crate) name: &'static str,
    pub(crate) holds: bool,
    pub(crate) detail: String,
}

fn check(name: &'static str, holds: bool, detail: String) -> Check {
    Check { name, holds, detail }
}

/// An order as Odoo has it.
pub(crate) struct Found {
    state: String,
    total: i64,
    note: String,
}

/// All orders of these ids in Odoo, by the id of the shop.
pub(crate) async fn orders_in_odoo(
    world: &World,
    ids: impl Iterator<Item = u64>,
) -> Result<BTreeMap<u64, Vec<Found>>, Failure> {
    let origins: Vec<String> = ids.map(|id| format!("{SHOP}/{id}")).collect();
    let mut found: BTreeMap<u64, Vec<Found>> = BTreeMap::new();
    for origins in origins.chunks(500) {
        let domain = Domain::is_in("origin", origins.to_vec());
        let rows = world
            .client
            .search_read(
                "sale.order",
                domain,
                &["origin", "state", "amount_total", "note"],
                SearchOptions::new(),
            )
            .await?;
        for row in rows.into_iter().map(Value::Object) {
            let text = |field: &str| row[field].as_str().unwrap_or_default().to_owned();
            let id = text("origin").rsplit('/').next().and_then(|id| id.parse().ok()).unwrap_or(0);
            let total = cents(&row["amount_total"]);
            found.entry(id).or_default().push(Found { state: text("state"), total, note: text("note") });
        }
    }
    Ok(found)
}

/// An amount in cents, from the text of the number.
fn cents(value: &Value) -> i64 {
    let text = match value {
        Value::String(text) => text.clone(),
        other => format!("{:.2}", other.as_f64().unwrap_or(f64::NAN)),
    };
    text.replace('.', "").parse().unwrap_or(i64::MIN)
}

/// Asks everything.
pub(crate) async fn run(
    world: &World,
    traffic: &Traffic,
    store: &Arc<dyn Store>,
    fed: usize,
) -> Result<Vec<Check>, Failure> {
    let mut checks = Vec::new();
    let found = orders_in_odoo(world, traffic.orders.iter().map(|order| order.id)).await?;
    let count = traffic.orders.len();
    let once =
        traffic.orders.iter().filter(|order| found.get(&order.id).is_some_and(|all| all.len() == 1)).count();
    checks.push(check(
        "each valid order is in Odoo exactly once",
        once == count,
        format!("{once} of {count}"),
    ));
    let each = || traffic.orders.iter().filter_map(|order| Some((order, found.get(&order.id)?.first()?)));
    let confirmed = each().filter(|(_, found)| found.state == "sale").count();
    checks.push(check("each is confirmed", confirmed == count, format!("{confirmed} of {count}")));
    // The shop rounds an edited order's tax line by line, Odoo per rate; the connector's own tolerance is a cent for each rate.
    let right = each()
        .filter(|(order, found)| (cents(&order.rest()["current_total_price"]) - found.total).abs() <= 1)
        .count();
    checks.push(check("each has the shop's total", right == count, format!("{right} of {count}")));
    let noted: Vec<bool> =
        each().filter_map(|(order, found)| Some(found.note.contains(order.note.as_deref()?))).collect();
    let latest = noted.iter().filter(|latest| **latest).count();
    checks.push(check(
        "an update that came first was not undone",
        latest == noted.len(),
        format!("{latest} of {}", noted.len()),
    ));
    checks.extend(exceptions(world, traffic, store, fed).await?);
    checks.extend(store_checks(traffic, store, count).await?);
    let wrong = world.stock_differences().await?;
    let detail = if wrong.is_empty() { format!("{SKUS} articles") } else { wrong.join("; ") };
    checks.push(check("the shop's stock is Odoo's", wrong.is_empty(), detail));
    Ok(checks)
}

async fn exceptions(
    world: &World,
    traffic: &Traffic,
    store: &Arc<dyn Store>,
    fed: usize,
) -> Result<Vec<Check>, Failure> {
    let exceptions =
        store.exceptions(ExceptionFilter { flow: Some(ORDERS.into()), ..Default::default() }).await?;
    let held = |(id, payload): &(&u64, &Value)| {
        exceptions.iter().any(|e| {
            e.key == id.to_string()
                && !e.draft.owner.is_empty()
                && !e.draft.path.is_empty()
                && e.payload == payload.to_string().as_bytes()
        })
    };
    let whole = traffic.invalid.iter().filter(held).count();
    let count = traffic.invalid.len();
    let reasons: BTreeSet<String> = exceptions.iter().map(|e| broken(&e.draft)).collect();
    let mut detail = format!("{whole} of {count}");
    for reason in reasons.iter().take(8) {
        detail.push_str("\n          ");
        detail.push_str(reason);
    }
    let arrived = orders_in_odoo(world, traffic.invalid.keys().copied()).await?.len();
    let others = exceptions.len()
        - exceptions.iter().filter(|e| traffic.invalid.keys().any(|id| e.key == id.to_string())).count();
    Ok(vec![
        check("each invalid order is an exception with owner, place and payload", whole == count, detail),
        check("none of them is in Odoo", arrived == 0, format!("{arrived} of {count}")),
        check(
            "no valid order is an exception",
            others <= fed,
            format!("{others} others, of {fed} fed from files"),
        ),
    ])
}

async fn store_checks(
    traffic: &Traffic,
    store: &Arc<dyn Store>,
    count: usize,
) -> Result<Vec<Check>, Failure> {
    let mut checks = Vec::new();
    let mut open = 0;
    for flow in [ORDERS, STOCK] {
        open += store.open_messages(flow).await?;
    }
    checks.push(check("nothing is left open", open == 0, format!("{open} messages")));
    let key = |id: u64| EffectKey {
        target: "odoo-na".into(),
        source: SHOP.into(),
        object: ObjectKind::SalesOrder,
        key: id.to_string(),
    };
    let keys: Vec<EffectKey> = traffic.orders.iter().map(|order| key(order.id)).collect();
    let effects = store.effects(keys.clone()).await?;
    let mut audited: BTreeSet<String> = BTreeSet::new();
    let mut next = 1;
    loop {
        let page = store.audit(next, 10_000).await?;
        let Some(last) = page.last() else { break };
        next = last.seq + 1;
        audited.extend(
            page.into_iter().filter(|row| row.event == AuditEvent::Applied.as_str()).map(|row| row.subject),
        );
    }
    let proven = keys
        .iter()
        .zip(&effects)
        .filter(|(key, effect)| {
            effect.as_ref().is_some_and(|e| e.state == EffectState::Applied)
                && audited.contains(&key.to_string())
        })
        .count();
    checks.push(check("each effect has its audit row", proven == count, format!("{proven} of {count}")));
    Ok(checks)
}
