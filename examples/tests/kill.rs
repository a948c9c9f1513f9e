//! The process is killed with SIGKILL at 50 random moments and started again on the same store. Then: no order lost, none twice, each customer's
//! orders in order, the audit verifies.
//!
//! Odoo, the shop and the sender of webhooks live here; the killed process is `region-node`, the one that a team deploys. `SEED` in the
//! environment repeats a run's random numbers.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a test may panic; this one is the world outside, with its own time and HTTP client"
)]

use std::collections::{BTreeMap, VecDeque};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use connector_core::canonical::value::Instant;
use connector_core::context::{Clock, SystemClock};
use connector_core::store::{ExceptionFilter, SqliteOptions, SqliteStore, State, Store, verify_audit};
use connector_examples::{ORDERS, Status};
use connector_shopify::testkit::{ACCESS_TOKEN, Order, Shop, WEBHOOK_SECRET, generate, signed_webhook};
use odoo_rpc::testkit::{Fault, FaultPlan, FaultRule, OdooServer, Series, Setup, WriteKind};
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedReceiver;

const KILLS: usize = 50;
const CUSTOMERS: usize = 25;
const LOCATION: &str = "gid://shopify/Location/1";

struct Node {
    child: Child,
}

impl Node {
    fn start(folder: &Path, address: &str) -> Node {
        let child = Command::new(env!("CARGO_BIN_EXE_region-node"))
            .args([folder.to_str().unwrap(), address])
            .env("NA_ODOO_KEY", "key")
            .env("NA_SHOPIFY_ACCESS_TOKEN", ACCESS_TOKEN)
            .env("NA_SHOPIFY_WEBHOOK", WEBHOOK_SECRET)
            .stdout(Stdio::null())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        Node { child }
    }

    /// SIGKILL: no destructor, no flush, nothing.
    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _already_gone = self.child.kill();
        let _already_gone = self.child.wait();
    }
}

/// Sends one customer's orders one after the other, again and again until each is taken.
async fn send(
    http: reqwest::Client,
    door: String,
    mut orders: UnboundedReceiver<Order>,
    taken: Arc<AtomicUsize>,
) {
    while let Some(order) = orders.recv().await {
        let (headers, body) = signed_webhook(&order.rest(), "orders/create", WEBHOOK_SECRET);
        loop {
            let request =
                http.post(format!("{door}/webhooks/{ORDERS}")).headers(headers.clone()).body(body.clone());
            match request.timeout(Duration::from_secs(5)).send().await {
                Ok(response) if response.status() == 200 => break,
                Ok(response) => assert!(
                    response.status().is_server_error() || response.status() == 429,
                    "{}",
                    response.status()
                ),
                Err(_) => {}
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        taken.fetch_add(1, Ordering::Relaxed);
    }
}

async fn status(http: &reqwest::Client, door: &str) -> Option<Status> {
    let response = http.get(format!("{door}/status")).timeout(Duration::from_secs(5)).send().await.ok()?;
    let all: Vec<Status> = serde_json::from_slice(&response.bytes().await.ok()?).ok()?;
    all.into_iter().find(|status| status.flow == ORDERS)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_fifty_times_and_nothing_is_lost_or_doubled() {
    let seed = std::env::var("SEED").ok().and_then(|seed| seed.parse().ok());
    let seed =
        seed.unwrap_or_else(|| SystemTime::now().duration_since(UNIX_EPOCH).unwrap().subsec_nanos().into());
    println!("SEED={seed}");
    let mut random = fastrand::Rng::with_seed(seed);

    let odoo = OdooServer::start(Setup::new(Series::V19).database("na").admin("admin", "admin", "key"))
        .await
        .unwrap();
    // Slow enough that a kill meets calls under way; and some answers are lost besides.
    let plan = FaultPlan::new()
        .seed(seed)
        .rule(FaultRule::new(Fault::Delay(Duration::from_millis(15))).method("load").chance(0.5))
        .rule(FaultRule::new(Fault::Delay(Duration::from_millis(15))).method("action_confirm").chance(0.5))
        .rule(FaultRule::new(Fault::DropAfterCommit).model("sale.order").method("load").every(9));
    odoo.faults().set(plan);
    let shop = Shop::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let region = json!({
        "odoo": { "url": odoo.url(), "database": "na", "login": "admin", "system": "odoo-na", "source_system": "shopify-na",
                  "region": "na", "owner": "erp-na" },
        "shopify": { "system": "shopify-na", "region": "na", "owner": "shop-na", "shop": "acme.myshopify.com",
                     "base_url": shop.base_url(), "locations": { "WH": LOCATION } },
        "poll_every_ms": 50,
        // Here the deaths come from outside, and one message can meet many of them.
        "poison_after": 1000,
    });
    std::fs::write(folder.path().join("region.json"), region.to_string()).unwrap();

    // Orders trickle in for as long as the killing goes on: every kill is to meet work.
    let orders = generate(seed, 4 * KILLS, 20, CUSTOMERS, 0);
    let mut of_customer: BTreeMap<u64, Vec<Order>> = BTreeMap::new();
    for order in &orders {
        of_customer.entry(order.customer.as_ref().unwrap().id).or_default().push(order.clone());
    }
    let http = reqwest::Client::new();
    let door = format!("http://{address}");
    let taken = Arc::new(AtomicUsize::new(0));
    // An order is as new as the moment at which the shop tells of it, or polls would rightly take it for one seen long ago.
    let mut seconds = 0;
    let mut now = |mut order: Order| {
        seconds += 1;
        order.updated_at = Instant::from_microseconds(1_793_000_000_000_000 + seconds * 1_000_000).unwrap();
        order.created_at = order.updated_at;
        order
    };
    let mut senders = tokio::task::JoinSet::new();
    let mut customers = Vec::new();
    for (index, orders) in of_customer.values().enumerate() {
        let (queue, next) = tokio::sync::mpsc::unbounded_channel();
        senders.spawn(send(http.clone(), door.clone(), next, taken.clone()));
        // Half of the customers' orders can be polled as well.
        customers.push((queue, VecDeque::from(orders.clone()), index % 2 == 0));
    }
    for _ in 0..KILLS {
        let mut node = Node::start(folder.path(), &address);
        for (queue, orders, polled) in &mut customers {
            if random.u8(..) < 60
                && let Some(order) = orders.pop_front().map(&mut now)
            {
                if *polled {
                    shop.put_order(order.clone());
                }
                queue.send(order).unwrap();
            }
        }
        tokio::time::sleep(Duration::from_millis(random.u64(30..300))).await;
        node.kill();
    }
    let mut node = Node::start(folder.path(), &address);
    let before = taken.load(Ordering::Relaxed);
    for (queue, orders, polled) in customers {
        for order in orders.into_iter().map(&mut now) {
            if polled {
                shop.put_order(order.clone());
            }
            queue.send(order).unwrap();
        }
    }
    while let Some(sent) = senders.join_next().await {
        sent.unwrap();
    }
    println!("{before} of {} orders were taken while the killing went on", orders.len());
    assert!(before > orders.len() / 4, "the kills met work");
    assert_eq!(taken.load(Ordering::Relaxed), orders.len());
    let settled = async {
        while status(&http, &door).await.is_none_or(|status| status.open > 0) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(120), settled).await.expect("everything ends");
    node.kill();

    let store =
        SqliteStore::open(&SqliteOptions::new(folder.path().join("na.db")), SystemClock.now()).unwrap();
    let exceptions =
        store.exceptions(ExceptionFilter { flow: Some(ORDERS.into()), ..Default::default() }).await.unwrap();
    assert!(exceptions.is_empty(), "no order is bad, so none may be an exception: {:?}", exceptions[0].draft);
    let tally = store.tally(ORDERS).await.unwrap();
    let crashes =
        store.audit(1, 1_000_000).await.unwrap().iter().filter(|row| row.event == "crashed").count();
    println!("{tally:?}, {crashes} messages met a kill while claimed");
    assert_eq!(tally.in_state(State::Ready), 0);
    verify_audit(&store).await.unwrap();

    let rows = odoo.odoo().rows("sale.order");
    let by_origin = |order: &Order| -> Vec<&Value> {
        let origin = format!("shopify-na/{}", order.id);
        rows.iter().filter(|row| row["origin"] == origin.as_str()).collect()
    };
    for order in &orders {
        let found = by_origin(order);
        assert_eq!(found.len(), 1, "order {} is in Odoo {} times", order.id, found.len());
        assert_eq!(found[0]["state"], "sale", "order {}", order.id);
        let expected: f64 = order.rest()["current_total_price"].as_str().unwrap().parse().unwrap();
        assert!(
            (found[0]["amount_total"].as_f64().unwrap() - expected).abs() < 0.005,
            "order {}: {}",
            order.id,
            found[0]
        );
    }
    assert_eq!(rows.len(), orders.len());
    // No line twice either.
    let lines: usize =
        orders.iter().map(|order| by_origin(order)[0]["order_line"].as_array().unwrap().len()).sum();
    assert_eq!(odoo.odoo().count("sale.order.line"), lines);
    // Each order was confirmed exactly once, and a customer's orders came one after the other.
    for (customer, orders) in &of_customer {
        let ids: Vec<i64> = orders.iter().map(|order| by_origin(order)[0]["id"].as_i64().unwrap()).collect();
        assert!(ids.is_sorted(), "customer {customer}: {ids:?}");
    }
    let created = odoo
        .odoo()
        .writes()
        .iter()
        .filter(|w| w.model == "sale.order" && w.kind == WriteKind::Create)
        .count();
    assert_eq!(created, orders.len());
}
