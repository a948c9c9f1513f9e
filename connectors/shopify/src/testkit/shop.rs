//! The pretend shop: a server on loopback, and the test's hands in it.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use connector_core::context::StaticSecrets;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::answer::Reply;
use super::fault::{Fault, Faults};
use super::inventory::{Inventory, Stock, Write};
use super::order::Order;
use crate::{API_VERSION, Config};

/// The pretend shop's domain.
pub const DOMAIN: &str = "acme.myshopify.com";
/// Its access token.
pub const ACCESS_TOKEN: &str = "shpat_pretend";
/// What it signs webhooks with.
pub const WEBHOOK_SECRET: &str = "pretend-webhook-secret";

const MAX_BODY: usize = 8 << 20;

/// A pretend Shopify on loopback. Ends when it is dropped.
pub struct Shop {
    state: Arc<Mutex<State>>,
    base_url: String,
    server: JoinHandle<()>,
}

pub(super) struct State {
    pub(super) token: String,
    pub(super) scopes: Vec<String>,
    pub(super) orders: BTreeMap<u64, Order>,
    pub(super) inventory: Inventory,
    pub(super) faults: Faults,
    pub(super) points: Points,
    /// Operations asked for, in order.
    pub(super) requests: Vec<String>,
    /// Filters that orders were asked for with, in order.
    pub(super) filters: Vec<String>,
}

/// The bucket of points. Full again after each query, unless the test limits it; time plays no part.
pub(super) struct Points {
    pub(super) available: f64,
    maximum: f64,
    rate: f64,
    limited: bool,
}

impl Points {
    pub(super) fn spend(&mut self, cost: f64) {
        if self.limited {
            self.available -= cost;
        }
    }

    /// What a second restores; given each time a query was sent away.
    pub(super) fn refill(&mut self) {
        self.available = (self.available + self.rate).min(self.maximum);
    }

    pub(super) fn status(&self, requested: f64, actual: Option<f64>) -> Value {
        json!({
            "requestedQueryCost": requested, "actualQueryCost": actual,
            "throttleStatus": { "maximumAvailable": self.maximum, "currentlyAvailable": self.available, "restoreRate": self.rate },
        })
    }
}

impl Shop {
    /// Starts a shop without orders and stock, on a port of its own.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let base_url = format!("http://{}", listener.local_addr()?);
        let scopes = ["read_all_orders", "read_orders", "read_products", "write_inventory"];
        let state = Arc::new(Mutex::new(State {
            token: ACCESS_TOKEN.into(),
            scopes: scopes.map(str::to_owned).to_vec(),
            orders: BTreeMap::new(),
            inventory: Inventory::default(),
            faults: Faults::default(),
            points: Points { available: 1000.0, maximum: 1000.0, rate: 50.0, limited: false },
            requests: Vec::new(),
            filters: Vec::new(),
        }));
        let server = tokio::spawn(serve(listener, state.clone()));
        Ok(Shop { state, base_url, server })
    }

    /// A configuration that leads here.
    pub fn config(&self, system: &str, region: &str) -> Config {
        Config::new(system, region, "integration", DOMAIN).with_base_url(&self.base_url)
    }

    /// The secrets that the configuration names.
    pub fn secrets(&self) -> StaticSecrets {
        StaticSecrets::default()
            .with("shopify-access-token", ACCESS_TOKEN)
            .with("shopify-webhook", WEBHOOK_SECRET)
    }

    /// Where the Admin API is.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Adds an order, or puts its new state in place of the old one.
    pub fn put_order(&self, order: Order) {
        self.state().orders.insert(order.id, order);
    }

    /// Changes an order and gives its new state.
    pub fn change_order(&self, id: u64, change: impl FnOnce(&mut Order)) -> Option<Order> {
        let mut state = self.state();
        let order = state.orders.get_mut(&id)?;
        change(order);
        Some(order.clone())
    }

    /// Stocks an article at a location (`gid://shopify/Location/..`). Called again for the same article, it adds a location.
    pub fn stock(&self, sku: &str, location: &str, available: i64) {
        let mut state = self.state();
        if let Some(stock) = state.inventory.find(sku) {
            stock.levels.insert(location.to_owned(), available);
            return;
        }
        let levels = BTreeMap::from([(location.to_owned(), available)]);
        state.inventory.stock.push(Stock { sku: sku.to_owned(), serial: 0, tracked: true, levels });
    }

    /// Another variant with an article number that exists already, as shops have it.
    pub fn stock_twin(&self, sku: &str, location: &str, available: i64) {
        let mut state = self.state();
        let serial = u64::try_from(state.inventory.stock.len()).unwrap_or(0) + 1;
        let levels = BTreeMap::from([(location.to_owned(), available)]);
        state.inventory.stock.push(Stock { sku: sku.to_owned(), serial, tracked: true, levels });
    }

    /// Switches the tracking of an article's stock.
    pub fn track(&self, sku: &str, tracked: bool) {
        if let Some(stock) = self.state().inventory.find(sku) {
            stock.tracked = tracked;
        }
    }

    /// What is available of an article at a location.
    pub fn available(&self, sku: &str, location: &str) -> Option<i64> {
        self.state().inventory.find(sku).and_then(|stock| stock.levels.get(location).copied())
    }

    /// Every level that was set, in order.
    pub fn writes(&self) -> Vec<Write> {
        self.state().inventory.writes.clone()
    }

    /// Lets the next request with this operation (`Orders`, `Levels`, `SetQuantities`, ..) go wrong. Faults for one operation queue up.
    pub fn fail_next(&self, operation: &str, fault: Fault) {
        self.state().faults.push(operation, fault);
    }

    /// Puts so many points into the bucket; from now on queries use them up, and each query that is sent away restores `rate`.
    pub fn limit_points(&self, available: f64, rate: f64) {
        let mut state = self.state();
        state.points = Points { available, maximum: state.points.maximum, rate, limited: true };
    }

    /// Changes the access token; requests with the old one are refused.
    pub fn rotate_token(&self, token: &str) {
        self.state().token = token.to_owned();
    }

    /// Sets what the token may do.
    pub fn grant(&self, scopes: &[&str]) {
        self.state().scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
    }

    /// How often an operation was asked for, refused or not.
    pub fn requests(&self, operation: &str) -> usize {
        self.state().requests.iter().filter(|name| *name == operation).count()
    }

    /// The filter of each query for orders, empty for none.
    pub fn order_filters(&self) -> Vec<String> {
        self.state().filters.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn serve(listener: TcpListener, state: Arc<Mutex<State>>) {
    // Connections end with the server: they live in this set.
    let mut connections = tokio::task::JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(connection(stream, state.clone()));
        while connections.try_join_next().is_some() {}
    }
}

async fn connection(stream: TcpStream, state: Arc<Mutex<State>>) {
    let service = service_fn(|request| respond(request, state.clone()));
    // An error here is the caller's hanging up, or ours on purpose.
    let _ended = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

/// Closing the connection without an answer is an error of the service.
#[derive(Debug, thiserror::Error)]
#[error("the connection is closed on purpose")]
struct Hangup;

async fn respond(
    request: Request<Incoming>,
    state: Arc<Mutex<State>>,
) -> Result<Response<Full<Bytes>>, Hangup> {
    let path = format!("/admin/api/{API_VERSION}/graphql.json");
    if request.uri().path() != path || request.method() != http::Method::POST {
        return Ok(status(404));
    }
    let token = request.headers().get("x-shopify-access-token").and_then(|value| value.to_str().ok());
    let token = token.unwrap_or_default().to_owned();
    let Ok(body) = Limited::new(request.into_body(), MAX_BODY).collect().await else { return Err(Hangup) };
    let reply = lock(&state).answer(&token, &body.to_bytes());
    match reply {
        Reply::Json(value) => Ok(Response::new(Full::new(Bytes::from(value.to_string())))),
        Reply::Status(code) => Ok(status(code)),
        Reply::Hang => Err(Hangup),
    }
}

fn status(code: u16) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from_static(b"{\"errors\":\"refused\"}")));
    *response.status_mut() = http::StatusCode::from_u16(code).unwrap_or(http::StatusCode::BAD_REQUEST);
    response
}
