//! What the shop sends: signed webhooks, some of them twice, some overtaken by a newer one, some forged, some invalid; and orders that are only
//! there to be polled.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use connector_core::canonical::value::Instant;
use connector_core::context::{Clock, SystemClock};
use connector_examples::{Failure, ORDERS};
use connector_shopify::testkit::{Invalid, Order, Shop, WEBHOOK_SECRET, broken, generate, signed_webhook};
use http::HeaderMap;
use serde_json::Value;

use crate::world::SKUS;

/// Something that happens in the shop.
#[derive(Clone)]
enum Event {
    /// An order has a new state; polls see it from now on.
    State(Box<Order>),
    /// A webhook, and the answer that it must get.
    Webhook { headers: HeaderMap, body: Bytes, expected: u16 },
}

/// All that happens in the shop.
pub(crate) struct Traffic {
    /// The valid orders, as they are at last.
    pub(crate) orders: Vec<Order>,
    /// The payloads of the invalid ones, by order id.
    pub(crate) invalid: BTreeMap<u64, Value>,
    /// What happens and when, in a line for each sender; all of one customer is in one line. Time is counted in orders.
    lines: Vec<Vec<(usize, Event)>>,
    /// Orders that no webhook tells of.
    pub(crate) only_polled: usize,
    /// Deliveries that are not admitted: forged or broken.
    pub(crate) refused: usize,
}

/// How long the sending takes, at the most.
const SPREAD: Duration = Duration::from_secs(8);
/// Between the ids of valid orders and of invalid ones.
const INVALID: u64 = 500_000;

/// Who sends side by side.
const SENDERS: u64 = 8;

fn signed(order: &Value, topic: &str) -> Event {
    let (headers, body) = signed_webhook(order, topic, WEBHOOK_SECRET);
    Event::Webhook { headers, body, expected: 200 }
}

fn state(order: &Order) -> Event {
    Event::State(Box::new(order.clone()))
}

/// Which sender a customer's orders go through.
fn sender_of(order: &Order) -> u64 {
    order.customer.as_ref().map_or(0, |customer| customer.id % SENDERS)
}

fn later(order: &Order, seconds: i64) -> Option<Instant> {
    Instant::from_microseconds(order.updated_at.as_microseconds() + seconds * 1_000_000)
}

impl Traffic {
    pub(crate) fn plan(orders: usize, seed: u64, tax_ppm: u32) -> Traffic {
        let customers = (orders / 4).max(1);
        // Each seed has numbers of its own, so that runs against one database do not meet by accident.
        let number = |id: u64| id + seed * 1_000_000;
        let mut traffic =
            Traffic { orders: vec![], invalid: BTreeMap::new(), lines: vec![], only_polled: 0, refused: 0 };
        let mut lines: BTreeMap<u64, Vec<(usize, Event)>> = BTreeMap::new();
        let mut generated = generate(seed, orders, SKUS, customers, tax_ppm);
        for (index, order) in generated.iter_mut().enumerate() {
            order.id = number(order.id);
            order.name = format!("#{}", order.id);
            let line = lines.entry(sender_of(order)).or_default();
            let mut happen = |events: Vec<Event>| line.extend(events.into_iter().map(|event| (index, event)));
            let (placed, first) = (state(order), signed(&order.rest(), "orders/create"));
            match index % 20 {
                3 | 13 => {
                    traffic.only_polled += 1;
                    happen(vec![placed]);
                }
                5 => {
                    // The update overtakes what it updates.
                    order.note = Some("second thoughts".into());
                    order.updated_at = later(order, 2).unwrap_or(order.updated_at);
                    happen(vec![state(order), signed(&order.rest(), "orders/updated"), first]);
                }
                9 => happen(vec![placed, first.clone(), first]),
                15 if order.lines.first().is_some_and(|line| line.quantity > 1) => {
                    // Edited, when Odoo may have it already.
                    happen(vec![placed, first]);
                    if let Some(at) = later(order, 3) {
                        order.take_off(0, 1, at);
                    }
                    happen(vec![state(order), signed(&order.rest(), "orders/edited")]);
                }
                _ => happen(vec![placed, first]),
            }
            traffic.orders.push(order.clone());
        }
        traffic.add_invalid(orders, seed, tax_ppm, &mut lines);
        traffic.add_refused(&mut lines);
        traffic.lines = lines.into_values().collect();
        traffic
    }

    fn add_invalid(
        &mut self,
        orders: usize,
        seed: u64,
        tax_ppm: u32,
        lines: &mut BTreeMap<u64, Vec<(usize, Event)>>,
    ) {
        let kinds = Invalid::ALL;
        let count = if orders == 0 { 0 } else { (orders / 50).max(1) * kinds.len() };
        let models = generate(seed ^ 0x5EED, count, SKUS, 3, tax_ppm);
        for (mut order, kind) in models.into_iter().zip(kinds.into_iter().cycle()) {
            order.id += INVALID + seed * 1_000_000;
            order.name = format!("#{}", order.id);
            let payload = broken(&order, kind);
            lines.entry(sender_of(&order)).or_default().push((orders, signed(&payload, "orders/create")));
            self.invalid.insert(order.id, payload);
        }
    }

    fn add_refused(&mut self, lines: &mut BTreeMap<u64, Vec<(usize, Event)>>) {
        let Some(order) = self.orders.first() else { return };
        let (headers, body) = signed_webhook(&order.rest(), "orders/create", WEBHOOK_SECRET);
        let forged = Event::Webhook { headers, body: [&body[..], b" "].concat().into(), expected: 401 };
        let (headers, body) =
            signed_webhook(&Value::String("not an order".into()), "orders/create", WEBHOOK_SECRET);
        let broken = Event::Webhook { headers, body, expected: 400 };
        lines.entry(0).or_default().extend([(0, forged), (0, broken)]);
        self.refused = 2;
    }

    /// How many webhooks there are.
    pub(crate) fn deliveries(&self) -> usize {
        self.lines.iter().flatten().filter(|(_, event)| matches!(event, Event::Webhook { .. })).count()
    }

    /// Lets everything happen, each customer's in order, different customers' side by side. Sends again, as a shop does, what was not taken.
    pub(crate) async fn send(&self, shop: &Shop, door: &str) -> Result<(), Failure> {
        #[expect(clippy::disallowed_methods, reason = "this is the shop, not a connector")]
        let http = reqwest::Client::new();
        let url = format!("{door}/webhooks/{ORDERS}");
        // Spread over some seconds, as a shop's day is over hours.
        let slot = (SPREAD / u32::try_from(self.orders.len().max(1)).unwrap_or(u32::MAX))
            .min(Duration::from_millis(100));
        let begin = SystemClock.now();
        let sender = |line: &Vec<(usize, Event)>| {
            let (http, url, line) = (http.clone(), url.clone(), line.clone());
            async move {
                for (when, event) in line {
                    let due = slot.saturating_mul(u32::try_from(when).unwrap_or(u32::MAX));
                    let passed = Duration::from_micros(u64::try_from(SystemClock.now() - begin).unwrap_or(0));
                    pause(due.saturating_sub(passed)).await;
                    match event {
                        Event::State(order) => shop.put_order(*order),
                        Event::Webhook { headers, body, expected } => {
                            deliver(&http, &url, headers, body, expected).await?
                        }
                    }
                }
                Ok::<(), Failure>(())
            }
        };
        futures_util::future::try_join_all(self.lines.iter().map(sender)).await?;
        Ok(())
    }
}

async fn deliver(
    http: &reqwest::Client,
    url: &str,
    headers: HeaderMap,
    body: Bytes,
    expected: u16,
) -> Result<(), Failure> {
    for attempt in 1..=100u32 {
        let request = http.post(url).headers(headers.clone()).body(body.clone());
        match request.send().await.map(|response| response.status().as_u16()) {
            Ok(status) if status == expected => return Ok(()),
            Ok(status @ 400..500) if status != 429 => {
                return Err(format!("a webhook was answered with {status}, expected {}", expected).into());
            }
            // Busy, not ready, or gone for a moment.
            _ => pause(Duration::from_millis(20 * u64::from(attempt.min(10)))).await,
        }
    }
    Err("a webhook was not taken after 100 attempts".into())
}

/// Waits.
#[expect(clippy::disallowed_methods, reason = "this is the world outside, which has no context")]
pub(crate) async fn pause(duration: Duration) {
    tokio::time::sleep(duration).await;
}
