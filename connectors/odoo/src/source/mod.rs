//! The source: inventory levels out of Odoo, by polling.
//!
//! What moved is found by the `write_date` of quants and of stock moves: neither alone tells all, since quants at nought are deleted and
//! reservations can leave moves alone. What was made, or has another article number, is found by that of products and their templates.
//! `write_date` is the start of a transaction, so each sweep begins some time before the newest change that the one before it saw. What
//! leaves no date, such as a quant that somebody deletes, is found by a slow walk through every product.
//!
//! What is found is read anew and goes out as a whole level; a level that has not changed is recognised and goes no further.

mod cursor;
mod level;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use connector_core::canonical::Object;
use connector_core::context::Context;
use connector_core::contract::{Cursor, Delivered, MapError, Page, Source};
use connector_core::retry::{Cause, Delivery, Failure};
use odoo_rpc::{Domain, SearchOptions};
use serde_json::json;

use self::cursor::{Marks, Pace, Position, Stream, Sweep};
use self::level::{Level, Warehouse};
use crate::error::failure;
use crate::session::{Odoo, Row, Session, id_of, text};

/// Reads inventory levels.
pub(crate) struct InventorySource {
    pub(crate) session: Arc<Session>,
}

#[async_trait]
impl Source for InventorySource {
    async fn poll(&self, cx: &Context, cursor: Option<&Cursor>, limit: usize) -> Result<Page, Failure> {
        let result = self.page(cx, cursor, limit).await;
        if result.as_ref().is_err_and(|failure| failure.cause == Cause::Auth) {
            self.session.refused(cx).await;
        }
        result
    }

    fn map(&self, delivered: &Delivered) -> Result<Vec<Object>, MapError> {
        level::map(&self.session.config, &delivered.payload)
    }
}

impl InventorySource {
    async fn page(&self, cx: &Context, cursor: Option<&Cursor>, limit: usize) -> Result<Page, Failure> {
        let before = match cursor {
            Some(cursor) => Position::read(&cursor.0)
                .map_err(|why| Failure::new(Delivery::NotSent, Cause::Permanent, "cursor", why))?,
            None => Position::default(),
        };
        let odoo = self.session.odoo(cx).await?;
        let warehouses = self.warehouses(cx, &odoo).await?;
        let mut position = before.clone();
        let every = i64::from(self.session.config.full_sweep_seconds) * 1_000_000;
        let pace = Pace { now: cx.clock().now(), every };
        let mut sweep = match position.sweep.take() {
            Some(sweep) => sweep,
            None => position.begin(marks(&odoo).await?, pace),
        };
        // Each row is a level in every warehouse.
        let rows_wanted = (limit / warehouses.len().max(1)).max(1);
        let rows = self.rows(&odoo, &position, &sweep, rows_wanted).await?;
        let full = rows.len() >= rows_wanted;
        let last = rows.iter().filter_map(|row| id_of(row, "id")).max();
        let moved = matches!(sweep.stream, Stream::Quants | Stream::Moves);
        let field = if moved { "product_id" } else { "id" };
        let products: BTreeSet<i64> = rows.iter().filter_map(|row| id_of(row, field)).collect();
        let products: Vec<i64> = products.into_iter().collect();
        let levels =
            level::read(&odoo, &self.session.names, &products, &warehouses).await.map_err(|e| failure(&e))?;
        let mut changes = Vec::new();
        let wanted = |level: &Level| !self.session.config.only_own_items || level.is_ours();
        for level in levels.into_iter().filter(wanted) {
            let change = level
                .change()
                .map_err(|why| Failure::new(Delivery::Refused, Cause::Permanent, "level", why))?;
            let digest = cursor::digest(&change.payload);
            // What this sweep saw is newer than what the one before saw: a level that went there and back within it must go out again.
            let known = sweep.seen.get(&change.key).or_else(|| position.seen.get(&change.key));
            let unchanged = known == Some(&digest);
            if sweep.stream != Stream::Products {
                sweep.seen.insert(change.key.clone(), digest);
            }
            if !unchanged {
                changes.push(change);
            }
        }
        let more = position.advance(sweep, full, last, pace);
        let next = if position == before { None } else { Some(Cursor(position.write())) };
        Ok(Page { changes, next, more })
    }

    async fn warehouses(&self, cx: &Context, odoo: &Odoo) -> Result<Vec<Warehouse>, Failure> {
        let config = &self.session.config;
        let (refs, _) = self.session.refs(cx, odoo, false).await?;
        let domain = match config.inventory_warehouses.as_slice() {
            [] => Domain::eq("company_id", refs.company),
            ids => Domain::is_in("id", ids.to_vec()),
        };
        let options = SearchOptions::new().order("id");
        let rows = odoo.client.search_read("stock.warehouse", domain, &["code", "name"], options).await;
        let rows = rows.map_err(|e| failure(&e))?;
        let found: Vec<Warehouse> = rows.iter().filter_map(Warehouse::of).collect();
        if let Some(code) = level::code_twice(&found) {
            let message = format!(
                "two warehouses have the code `{code}`, by which their levels are told apart; give one of them another, or correct `inventory_warehouses`"
            );
            return Err(Failure::new(Delivery::NotSent, Cause::Permanent, "warehouse", message));
        }
        // A warehouse that is not there would read as empty shelves.
        let missing =
            config.inventory_warehouses.iter().find(|id| !found.iter().any(|found| found.id == **id));
        match (missing, found.is_empty()) {
            (None, false) => Ok(found),
            (missing, _) => {
                let which = missing
                    .map_or_else(|| "the company has none".to_owned(), |id| format!("{id} is not there"));
                let message = format!("warehouse: {which}; correct `inventory_warehouses`");
                Err(Failure::new(Delivery::NotSent, Cause::Permanent, "warehouse", message))
            }
        }
    }

    async fn rows(
        &self,
        odoo: &Odoo,
        position: &Position,
        sweep: &Sweep,
        limit: usize,
    ) -> Result<Vec<Row>, Failure> {
        let overlap = self.session.config.overlap_seconds;
        let since_in = |field: &str, mark: Option<&str>| {
            let from = mark.and_then(|mark| cursor::earlier(mark, overlap));
            from.map_or_else(Domain::all, |from| Domain::ge(field, from))
        };
        let since = |mark| since_in("write_date", mark);
        let marks = position.since.as_ref();
        let every = || Domain::is_in("active", [true, false]).and(level::storable(odoo.fields));
        let (model, domain, fields): (_, _, &[&str]) = match sweep.stream {
            Stream::Products | Stream::Walk => ("product.product", every(), &["id"]),
            Stream::Changed => {
                let mark = marks.map(|marks| marks.product.as_str());
                let changed = since(mark).or(since_in("product_tmpl_id.write_date", mark));
                ("product.product", changed.and(every()), &["id"])
            }
            Stream::Quants => {
                let internal = Domain::eq("location_id.usage", "internal");
                ("stock.quant", since(marks.map(|marks| marks.quant.as_str())).and(internal), &["product_id"])
            }
            Stream::Moves => ("stock.move", since(marks.map(|marks| marks.moved.as_str())), &["product_id"]),
        };
        let options = SearchOptions::new().order("id").limit(limit as u64);
        let domain = domain.and(Domain::gt("id", sweep.after));
        odoo.client.search_read(model, domain, fields, options).await.map_err(|e| failure(&e))
    }
}

/// The newest write dates now: whatever changes from here on is later, up to the overlap.
async fn marks(odoo: &Odoo) -> Result<Marks, Failure> {
    let newest = |model: &'static str, domain: Domain| async move {
        let options = SearchOptions::new().order("write_date desc").limit(1);
        let rows = odoo.client.search_read(model, domain, &["write_date"], options).await;
        let rows = rows.map_err(|e| failure(&e))?;
        Ok::<String, Failure>(rows.first().map(|row| text(row, "write_date").to_owned()).unwrap_or_default())
    };
    let archived_too = || Domain::is_in("active", [true, false]);
    let product = newest("product.product", archived_too()).await?;
    let template = newest("product.template", archived_too()).await?;
    Ok(Marks {
        quant: newest("stock.quant", Domain::all()).await?,
        moved: newest("stock.move", Domain::all()).await?,
        product: product.max(template),
    })
}

/// Newest write date by product, from quants and moves.
pub(super) async fn newest_by_product(
    odoo: &Odoo,
    products: &[i64],
) -> Result<BTreeMap<i64, String>, odoo_rpc::Error> {
    let mut newest: BTreeMap<i64, String> = BTreeMap::new();
    for model in ["stock.quant", "stock.move"] {
        let mut domain = Domain::is_in("product_id", products.to_vec());
        if model == "stock.quant" {
            domain = domain.and(Domain::eq("location_id.usage", "internal"));
        }
        let formatted = odoo.fields.series >= 19;
        let call = if formatted {
            odoo_rpc::Call::new(model, "formatted_read_group")
                .kwarg("domain", domain.to_value())
                .kwarg("groupby", json!(["product_id"]))
                .kwarg("aggregates", json!(["write_date:max"]))
        } else {
            let call = odoo_rpc::Call::new(model, "read_group").arg(domain);
            call.arg(json!(["write_date:max"])).arg(json!(["product_id"])).kwarg("lazy", false)
        };
        let column = if formatted { "write_date:max" } else { "write_date" };
        for row in odoo.client.call_as::<Vec<Row>>(call).await? {
            let Some(product) = id_of(&row, "product_id") else { continue };
            let date = text(&row, column);
            let known = newest.entry(product).or_default();
            if date > known.as_str() {
                date.clone_into(known);
            }
        }
    }
    Ok(newest)
}

/// The format that changes of this source have.
pub(crate) const FORMAT: &str = "odoo.inventory/1";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_source_can_be_shared() {
        fn shareable<T: Source>() {}
        shareable::<InventorySource>();
        let _object: fn(Arc<Session>) -> Arc<dyn Source> = |session| Arc::new(InventorySource { session });
    }
}
