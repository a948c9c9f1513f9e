//! The ten traps of Shopify, one test each.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

mod common;

use std::sync::{Arc, Mutex};

use common::*;
use connector_core::Connector;
use connector_core::canonical::object::OrderStatus;
use connector_core::canonical::value::Decimal;
use connector_core::store::State;
use connector_shopify::ShopifyConnector;
use connector_shopify::testkit::{Fault, Shop, WEBHOOK_SECRET, signed_webhook, variant_of};
use serde_json::{Value, json};

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// The signature is over the bytes as they came: the same JSON, written again, is another body.
#[tokio::test]
async fn trap_01_the_signature_is_over_the_raw_bytes() {
    let shop = Shop::start().await.unwrap();
    let bench = start(config(&shop), shop.secrets(), false);
    let value = order(1001).line("LAMP", 1, 1000).build().rest();
    let (headers, body) = signed_webhook(&value, "orders/create", WEBHOOK_SECRET);
    let spaced = serde_json::to_vec_pretty(&value).unwrap();
    assert!(bench.webhook(headers.clone(), spaced.into()).await.unwrap_err().contains("signature"));
    assert_eq!(bench.webhook(headers, body).await, Ok(1));
    bench.until(ORDERS, 1).await;
    assert_eq!(bench.orders(), ["1001"]);
    bench.finish().await;
}

/// After an edit or a refund `total_price` is history; `current_total_price` is the order.
#[test]
fn trap_02_totals_are_the_current_ones() {
    let mut edited = order(1002).line("LAMP", 3, 1000).discount(300).line("BULB", 1, 250).tax(82_500).build();
    edited.take_off(0, 1, at(60));
    let mapped = map_both(&edited);
    assert_sound(&mapped);
    // 2 of 3 lamps: 20.00 - 2.00, one bulb 2.50, 8.25 % of it.
    assert_eq!(mapped.totals.net, decimal("20.50"));
    assert_eq!(mapped.totals.gross, mapped.totals.net.checked_add(mapped.totals.tax).unwrap());
    let stated = edited.rest();
    assert_eq!(json!(mapped.totals.gross), stated["current_total_price"]);
    assert_ne!(stated["current_total_price"], stated["total_price"]);
}

/// What the buyer saw in their own currency is not what the shop books.
#[test]
fn trap_03_amounts_are_shop_money() {
    let foreign = order(1003).line("LAMP", 2, 1000).tax(100_000).presentment("EUR", 900_000).build();
    assert_eq!(foreign.rest()["total_price_set"]["presentment_money"]["amount"], json!("19.80"));
    let mapped = map_both(&foreign);
    assert_sound(&mapped);
    assert_eq!((mapped.currency.as_str(), mapped.totals.gross), ("USD", decimal("22.00")));
    assert_eq!(mapped.ext.get("shopify:presentment_currency"), Some(&json!("EUR")));
    let mut mixed = foreign.rest();
    mixed["line_items"][0]["price_set"]["shop_money"]["currency_code"] = json!("EUR");
    let error = map_rest(&mixed).unwrap_err();
    assert_eq!(
        (error.path.as_str(), error.code.as_str()),
        ("line_items[0].price_set.shop_money.currency_code", "currency")
    );
}

/// The price of a line is before its discounts; they stand in the allocations.
#[test]
fn trap_04_discounts_are_allocations() {
    let discounted = order(1004).line("LAMP", 2, 1000).discount(333).tax(82_500).build();
    let mapped = map_both(&discounted);
    assert_sound(&mapped);
    let line = &mapped.lines[0];
    assert_eq!((line.price.amount, line.net), (decimal("10.00"), decimal("16.67")));
    let allowance = &line.allowances_charges[0];
    assert_eq!((allowance.amount, allowance.reason.as_ref().unwrap().as_str()), (decimal("3.33"), "WELCOME"));
}

/// Prices with tax become exactly net, whatever the quantity.
#[test]
fn trap_05_prices_with_tax_become_net() {
    let german = order(1005)
        .currency("EUR")
        .line("LAMP", 3, 1190)
        .line("BULB", 7, 333)
        .discount(131)
        .shipping("DHL", 490)
        .tax(190_000)
        .taxes_included()
        .build();
    let mapped = map_both(&german);
    assert_sound(&mapped);
    assert!(!mapped.prices_include_tax);
    let line = &mapped.lines[0];
    assert_eq!((line.net, line.price.base_quantity), (decimal("30.00"), Some(decimal("3"))));
    assert_eq!(mapped.totals.gross, decimal("62.60"));
    assert_eq!(mapped.allowances_charges[0].amount, decimal("4.12"));
    let free = order(1005).line("GIFT", 1, 1190).discount(1190).tax(190_000).taxes_included().build();
    let mapped = map_both(&free);
    assert_sound(&mapped);
    assert_eq!((mapped.lines[0].net, mapped.lines[0].price.amount), (decimal("0.00"), decimal("10.00")));
}

/// What was ordered, what is left, and what can be shipped are three numbers.
#[test]
fn trap_06_quantities_are_the_current_ones() {
    let mut edited = order(1006).line("LAMP", 3, 1000).line("BULB", 2, 250).build();
    edited.take_off(0, 2, at(60));
    edited.take_off(1, 2, at(61));
    let removed = edited.lines[1].id;
    let mapped = map_both(&edited);
    assert_sound(&mapped);
    assert_eq!(mapped.lines.len(), 1);
    assert_eq!(mapped.lines[0].quantity.value, decimal("1"));
    assert_eq!(mapped.ext.get("shopify:removed_lines"), Some(&json!([removed.to_string()])));
    let mut value = edited.rest();
    value["line_items"][0]["fulfillable_quantity"] = json!(99);
    assert_eq!(sales_order(&map_rest(&value).unwrap()), mapped);
    // An order that was called off says what was called off.
    let mut cancelled = order(1006).line("LAMP", 3, 1000).build();
    cancelled.cancel(at(60));
    let mapped = map_both(&cancelled);
    assert_sound(&mapped);
    assert_eq!((mapped.status, mapped.lines[0].quantity.value), (OrderStatus::Cancelled, decimal("3")));
    // Refunded to the last unit before anything left, it is as good as called off.
    let mut refunded = order(1006).line("LAMP", 3, 1000).paid().build();
    refunded.take_off(0, 3, at(60));
    let mapped = map_both(&refunded);
    assert_sound(&mapped);
    assert_eq!(mapped.status, OrderStatus::Cancelled);
}

/// What was ordered is not what came back: the bulbs were taken off before anything left.
#[test]
fn what_has_left_and_come_back_is_not_told_with_what_was_ordered() {
    let mut order = order(1008).line("LAMP", 1, 1000).line("BULB", 5, 250).paid().build();
    order.take_off(1, 5, at(60));
    order.ship(at(70));
    let shipped = map_both(&order);
    assert_sound(&shipped);
    assert_eq!((shipped.status, shipped.lines.len()), (OrderStatus::Shipped, 1));
    order.take_off(0, 1, at(80));
    for status in ["fulfilled", "partial"] {
        order.fulfillment_status = Some(status.into());
        let error = refused_both(&order, "nothing_left");
        assert_eq!(error.path, "fulfillment_status");
    }
    // Called off, it says what was called off, whatever has left.
    order.cancel(at(90));
    assert_eq!(map_both(&order).status, OrderStatus::Cancelled);
}

/// Paid, to be paid, and paid no longer are three things.
#[test]
fn whether_goods_may_leave_is_said_by_the_money() {
    let told = |financial: &str| {
        let mut order = order(1009).line("LAMP", 1, 1000).build();
        order.financial_status = financial.into();
        order
    };
    for (financial, status) in [
        ("pending", OrderStatus::Submitted),
        ("authorized", OrderStatus::Accepted),
        ("partially_paid", OrderStatus::Accepted),
        ("paid", OrderStatus::Accepted),
        ("partially_refunded", OrderStatus::Accepted),
    ] {
        assert_eq!(map_both(&told(financial)).status, status, "{financial}");
    }
    for financial in ["voided", "expired", "refunded"] {
        let mut order = told(financial);
        let error = refused_both(&order, "payment_gone");
        assert_eq!(error.path, "financial_status");
        assert!(error.detail.contains(financial), "{}", error.detail);
        // What has left has left; and what was called off is told as called off.
        order.ship(at(60));
        assert_eq!(map_both(&order).status, OrderStatus::Shipped);
        let mut order = told(financial);
        order.cancelled_at = Some(at(60));
        assert_eq!(map_both(&order).status, OrderStatus::Cancelled);
    }
}

/// Product, variant and inventory item have ids of their own, and a level is that of a location.
#[tokio::test]
async fn trap_07_a_level_is_of_an_inventory_item_at_a_location() {
    let shop = Shop::start().await.unwrap();
    let elsewhere = "gid://shopify/Location/1";
    shop.stock("LAMP", LOCATION, 5);
    shop.stock("LAMP", elsewhere, 7);
    let bench = start(config(&shop), shop.secrets(), false);
    let id = format!("gid://shopify/ProductVariant/{}", variant_of("LAMP"));
    let item = json!({ "key": "odoo-17", "ids": [{ "scheme": "shopify_gid", "value": id }] });
    bench.set(vec![level_of(item, "WH", "17", 1, "9")]).await;
    assert_eq!((shop.available("LAMP", LOCATION), shop.available("LAMP", elsewhere)), (Some(9), Some(7)));
    // A location that nobody mapped is refused, not guessed.
    bench.set(vec![level_of(json!({ "key": "17", "sku": "LAMP" }), "OTHER", "17", 1, "1")]).await;
    let exceptions = bench.exceptions().await;
    assert_eq!(
        (exceptions[0].draft.code.as_str(), exceptions[0].draft.path.as_str()),
        ("location_unmapped", "/location/key")
    );
    // And the order's item is the variant.
    let mapped = map_both(&order(1007).line("LAMP", 1, 100).build());
    assert_eq!(mapped.lines[0].item.key.as_str(), variant_of("LAMP").to_string());
    bench.finish().await;
}

/// Without `read_all_orders` the API shows sixty days and says nothing of the rest; the check says it.
#[tokio::test]
async fn trap_08_old_orders_need_a_scope() {
    let shop = Shop::start().await.unwrap();
    shop.grant(&["read_orders", "read_products", "write_inventory"]);
    let connector = Arc::new(ShopifyConnector::new(config(&shop)).unwrap());
    let health = Arc::new(Mutex::new(None));
    let (manifest, found) = (connector.manifest().clone(), health.clone());
    with_context(&manifest, shop.secrets(), move |cx| {
        let (connector, found) = (connector.clone(), found.clone());
        Box::pin(async move {
            let health = connector.check(cx).await;
            *found.lock().unwrap() = Some(health);
        })
    })
    .await;
    let health = health.lock().unwrap().take().unwrap();
    let subjects: Vec<&str> = health.findings.iter().map(|finding| finding.subject.as_str()).collect();
    assert_eq!(subjects, ["access scope read_all_orders"]);
    assert!(health.findings[0].problem.contains("60 days"));
}

/// Status 200 is no success: errors stand in the body, and a mutation's in `userErrors`.
#[tokio::test]
async fn trap_09_status_200_is_no_success() {
    let shop = Shop::start().await.unwrap();
    shop.stock("LAMP", LOCATION, 5);
    shop.stock("BULB", LOCATION, 5);
    let bench = start(config(&shop), shop.secrets(), false);
    shop.fail_next("Levels", Fault::Throttle);
    bench.set(vec![level("LAMP", 1, "-3"), level("BULB", 1, "8")]).await;
    assert_eq!((shop.available("LAMP", LOCATION), shop.available("BULB", LOCATION)), (Some(5), Some(8)));
    let exceptions = bench.exceptions().await;
    assert_eq!(exceptions.len(), 1);
    assert_eq!(exceptions[0].draft.code, "invalid_quantity_negative");
    assert!(exceptions[0].draft.detail.contains("can't be negative"), "{}", exceptions[0].draft.detail);
    bench.finish().await;
}

/// Webhooks come late, twice, out of order, or not at all; polling makes it whole, and nothing is applied twice.
#[tokio::test]
async fn trap_10_webhooks_are_made_whole_by_polling() {
    let shop = Shop::start().await.unwrap();
    let first = order(1010).line("LAMP", 1, 1000).build();
    let mut second = first.clone();
    second.pay(at(60));
    let lost = order(1011).line("BULB", 1, 250).build();
    for order in [&second, &lost] {
        shop.put_order(order.clone());
    }
    let send = |order: &Value, topic| signed_webhook(order, topic, WEBHOOK_SECRET);
    let bench = start(config(&shop), shop.secrets(), false);
    // The newer one first, and again, and only then the older one.
    for (order, topic) in [(&second, "orders/paid"), (&second, "orders/updated"), (&first, "orders/create")] {
        let (headers, body) = send(&order.rest(), topic);
        bench.webhook(headers, body).await.unwrap();
        bench.until(ORDERS, 1).await;
    }
    bench.until(ORDERS, 2).await;
    assert_eq!(bench.states(ORDERS).await, [(State::Applied, 1), (State::Stale, 1)]);
    // Now with polling, on the same store: what came by webhook is known, what was lost is not.
    let polled = start_again(bench.stop().await, config(&shop), shop.secrets(), true);
    polled.until(ORDERS, 4).await;
    let states = polled.states(ORDERS).await;
    assert_eq!(states, [(State::Applied, 2), (State::Unchanged, 1), (State::Stale, 1)]);
    assert_eq!(polled.orders(), ["1011"]);
    polled.finish().await;
}
