//! Both ends of the region: a pretend shop, and Odoo in memory or for real, with the same articles in stock.

use std::collections::BTreeMap;
use std::sync::Arc;

use connector_core::context::{Secrets, StaticSecrets};
use connector_examples::{Failure, Region};
use connector_shopify::testkit::{ACCESS_TOKEN, Shop, WEBHOOK_SECRET, variant_of};
use odoo_rpc::testkit::{Fault, FaultPlan, FaultRule, OdooServer, Series, Setup};
use odoo_rpc::{Call, Client, Domain, SearchOptions};
use secrecy::SecretString;
use serde_json::{Map, Value, json};

use crate::options::Options;

/// Articles in the shop.
pub(crate) const SKUS: usize = 20;
/// Where the shop keeps its stock.
pub(crate) const LOCATION: &str = "gid://shopify/Location/1";
/// The shop as flows and external ids name it.
pub(crate) const SHOP: &str = "shopify-na";
const ODOO: &str = "odoo-na";
const DATABASE: &str = "na";
const KEY: &str = "demo-key";

/// Both ends.
pub(crate) struct World {
    pub(crate) shop: Shop,
    /// Set when Odoo is the in-memory one.
    pub(crate) memory: Option<OdooServer>,
    pub(crate) client: Client,
    pub(crate) region: Region,
    pub(crate) secrets: Arc<dyn Secrets>,
    /// Odoo's product for each article number.
    pub(crate) products: BTreeMap<String, i64>,
    pub(crate) warehouse: i64,
    /// The rate of a sales tax that this database has, in millionths.
    pub(crate) tax_ppm: u32,
}

/// The article numbers.
pub(crate) fn skus() -> impl Iterator<Item = String> {
    (1..=SKUS).map(|n| format!("SKU-{n:04}"))
}

impl World {
    pub(crate) async fn start(options: &Options) -> Result<World, Failure> {
        let shop = Shop::start().await?;
        let (memory, url, database, login, key) =
            match (&options.odoo_url, &options.odoo_db, &options.odoo_key) {
                (Some(url), Some(database), Some(key)) => {
                    (None, url.clone(), database.clone(), options.odoo_login.clone(), key.clone())
                }
                _ => {
                    let server = OdooServer::start(
                        Setup::new(Series::V19).database(DATABASE).admin("admin", "admin", KEY),
                    )
                    .await?;
                    let url = server.url();
                    (Some(server), url, DATABASE.into(), "admin".into(), KEY.into())
                }
            };
        let config = odoo_rpc::Config::new(&url, &database, &login, SecretString::from(key.clone()));
        let client = Client::connect(config)
            .await
            .map_err(|e| format!("Odoo at {url}, database {database}: {}", whole(&e)))?;
        let warehouse =
            first(&client, "stock.warehouse", json!([]), &["id", "code", "lot_stock_id", "company_id"])
                .await?;
        let warehouse = warehouse.ok_or("Odoo has no warehouse")?;
        let company = warehouse["company_id"][0].as_i64().ok_or("the warehouse has no company")?;
        let client = client.with_context("allowed_company_ids", json!([company]));
        let tax = json!([
            ["company_id", "=", company],
            ["type_tax_use", "=", "sale"],
            ["amount_type", "=", "percent"],
            ["amount", ">", 0],
            ["price_include", "=", false]
        ]);
        let tax = first(&client, "account.tax", tax, &["id", "amount"]).await?;
        let rate = tax.as_ref().and_then(|tax| tax["amount"].as_f64()).unwrap_or(0.0);
        let warehouse_id = warehouse["id"].as_i64().ok_or("the warehouse has no id")?;
        let mut odoo =
            connector_odoo::Config::new(&url, &database, &login, ODOO, SHOP).governed("na", "erp-na");
        // A database has articles that this shop does not sell.
        odoo.only_own_items = true;
        odoo.company_id = Some(company);
        odoo.warehouse_id = Some(warehouse_id);
        odoo.inventory_warehouses = vec![warehouse_id];
        if let Some(tax) = &tax {
            odoo.taxes.insert(format!("{rate}"), tax["id"].as_i64().unwrap_or_default());
        }
        let code = warehouse["code"].as_str().unwrap_or_default().to_owned();
        let shopify = shop.config(SHOP, "na").with_location(&code, LOCATION);
        let secrets = StaticSecrets::default()
            .with("odoo-key", key)
            .with("shopify-access-token", ACCESS_TOKEN)
            .with("shopify-webhook", WEBHOOK_SECRET);
        let mut world = World {
            shop,
            memory,
            client,
            region: Region { odoo, shopify, poll_every_ms: 250, poison_after: 3 },
            secrets: Arc::new(secrets),
            products: BTreeMap::new(),
            warehouse: warehouse_id,
            tax_ppm: (rate * 10_000.0).round() as u32,
        };
        let location = warehouse["lot_stock_id"][0].as_i64().ok_or("the warehouse has no stock location")?;
        world.stock(location, 10 * options.orders.max(100)).await?;
        Ok(world)
    }

    /// Puts the articles into Odoo, under the external ids that the connector gives them, and so many of each on the shelf.
    async fn stock(&mut self, location: i64, quantity: usize) -> Result<(), Failure> {
        let skus: Vec<String> = skus().collect();
        let module = format!("__{}__", SHOP.replace('-', "_"));
        let rows = skus.iter().map(|sku| {
            vec![
                format!("{module}.item.{}", variant_of(sku)),
                sku.clone(),
                sku.clone(),
                "consu".into(),
                "1".into(),
            ]
        });
        let loaded = self
            .client
            .load("product.product", &["id", "default_code", "name", "type", "is_storable"], rows.collect())
            .await?;
        let ids = loaded.into_ids()?;
        self.products = skus.iter().cloned().zip(ids.iter().copied()).collect();
        for (sku, product) in &self.products {
            self.shop.stock(sku, LOCATION, 0);
            if let Some(memory) = &self.memory {
                memory.odoo().stock(*product, Some(location), quantity as f64)?;
            }
        }
        if self.memory.is_none() {
            let counted: Vec<Value> = ids
                .iter()
                .map(|product| json!({ "product_id": product, "location_id": location, "inventory_quantity": quantity }))
                .collect();
            let count =
                Call::new("stock.quant", "create").arg(Value::Array(counted)).context("inventory_mode", true);
            let quants: Vec<i64> = self.client.call_as(count).await?;
            self.client.call(Call::new("stock.quant", "action_apply_inventory").ids(quants)).await?;
        }
        Ok(())
    }

    /// What Odoo says is free to promise of each article.
    pub(crate) async fn free(&self) -> Result<BTreeMap<String, i64>, Failure> {
        let ids: Vec<i64> = self.products.values().copied().collect();
        let client = self.client.with_context("warehouse_id", json!(self.warehouse));
        let rows = client.read("product.product", &ids, &["default_code", "free_qty"]).await?;
        let free = |row: Map<String, Value>| {
            Some((
                row.get("default_code")?.as_str()?.to_owned(),
                row.get("free_qty")?.as_f64()?.round() as i64,
            ))
        };
        Ok(rows.into_iter().filter_map(free).collect())
    }

    /// Articles whose stock in the shop is not Odoo's.
    pub(crate) async fn stock_differences(&self) -> Result<Vec<String>, Failure> {
        let free = self.free().await?;
        let differs = |(sku, free): (&String, &i64)| {
            let shop = self.shop.available(sku, LOCATION);
            (shop != Some(*free)).then(|| format!("{sku}: Odoo {free}, shop {shop:?}"))
        };
        Ok(free.iter().filter_map(differs).collect())
    }

    /// What goes wrong between us and Odoo on the way. A real server is left in peace.
    pub(crate) fn make_trouble(&self, seed: u64) {
        let Some(memory) = &self.memory else { return };
        let on = |fault, model: &str, method: &str| FaultRule::new(fault).model(model).method(method);
        let plan = FaultPlan::new()
            .seed(seed)
            .rule(on(Fault::DropAfterCommit, "sale.order", "load").every(17))
            .rule(on(Fault::DropAfterCommit, "sale.order", "action_confirm").every(23))
            .rule(on(Fault::BadGateway { committed: true }, "res.partner", "load").nth(3))
            .rule(on(Fault::SerializationFailure, "sale.order", "load").every(19));
        memory.faults().set(plan);
    }

    /// Answers that were lost or spoilt on purpose.
    pub(crate) fn trouble_made(&self) -> usize {
        self.memory.as_ref().map_or(0, |memory| memory.faults().injected().len())
    }
}

/// An error with its causes, in one line.
fn whole(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

async fn first(
    client: &Client,
    model: &str,
    domain: Value,
    fields: &[&str],
) -> Result<Option<Value>, Failure> {
    let options = SearchOptions::new().limit(1).order("id");
    let found = client.search_read(model, Domain::from_value(&domain)?, fields, options).await?;
    Ok(found.into_iter().next().map(Value::Object))
}

/// What a second run must leave as it is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fingerprint {
    pub(crate) orders: usize,
    rows: Vec<String>,
}

impl World {
    /// Our orders and their lines as Odoo has them, times of the last change included.
    pub(crate) async fn fingerprint(
        &self,
        traffic: &crate::traffic::Traffic,
    ) -> Result<Fingerprint, Failure> {
        let mut rows = Vec::new();
        let mut orders = 0;
        let origins: Vec<String> =
            traffic.orders.iter().map(|order| format!("{SHOP}/{}", order.id)).collect();
        for origins in origins.chunks(500) {
            let domain = Domain::is_in("origin", origins.to_vec());
            let fields = ["name", "state", "amount_total", "write_date", "order_line"];
            let found = self
                .client
                .search_read("sale.order", domain, &fields, SearchOptions::new().order("id"))
                .await?;
            orders += found.len();
            rows.extend(found.into_iter().map(|row| Value::Object(row).to_string()));
            let domain = Domain::is_in("order_id.origin", origins.to_vec());
            let fields = ["product_uom_qty", "price_unit", "write_date"];
            let found = self
                .client
                .search_read("sale.order.line", domain, &fields, SearchOptions::new().order("id"))
                .await?;
            rows.extend(found.into_iter().map(|row| Value::Object(row).to_string()));
        }
        Ok(Fingerprint { orders, rows })
    }
}
