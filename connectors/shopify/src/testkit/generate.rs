//! Many orders from a seed.

use connector_core::canonical::value::Instant;

use super::order::{Customer, Order, OrderBuilder};

/// 2026-11-01T00:00:00Z, in microseconds since 1970.
const BEGIN: i64 = 1_793_491_200_000_000;
const FIRST_ORDER: u64 = 5_000_001;
const FIRST_CUSTOMER: u64 = 7_000_001;

/// `count` paid orders of `customers` customers, one order a second, over `skus` articles (`SKU-0001` and on), with the tax rate in
/// millionths (82 500 is 8.25 %). Their numbers agree with each other; the same arguments give the same orders.
pub fn generate(seed: u64, count: usize, skus: usize, customers: usize, tax_ppm: u32) -> Vec<Order> {
    let mut random = fastrand::Rng::with_seed(seed);
    (0..count).filter_map(|index| one(&mut random, index, skus.max(1), customers.max(1), tax_ppm)).collect()
}

fn one(
    random: &mut fastrand::Rng,
    index: usize,
    skus: usize,
    customers: usize,
    tax_ppm: u32,
) -> Option<Order> {
    let number = u64::try_from(index).unwrap_or(0);
    let seconds = i64::try_from(index).unwrap_or(0);
    let at = Instant::from_microseconds(BEGIN + seconds * 1_000_000)?;
    let mut order = OrderBuilder::new(FIRST_ORDER + number, at).paid().tax(tax_ppm);
    let who = u64::try_from(random.usize(..customers)).unwrap_or(0);
    order = order.customer(Customer {
        id: FIRST_CUSTOMER + who,
        first_name: "Customer".into(),
        last_name: format!("No. {who}"),
        email: format!("customer{who}@example.com"),
    });
    for _ in 0..random.usize(1..=5) {
        let sku = format!("SKU-{:04}", random.usize(..skus) + 1);
        let (quantity, price) = (random.i64(1..=4), random.i64(99..=19_999));
        order = order.line(&sku, quantity, price);
        if random.u8(..) < 77 {
            order = order.discount(random.i64(1..=price));
        }
    }
    if random.bool() {
        order = order.shipping("Standard", random.i64(0..=1_999));
    }
    Some(order.build())
}
