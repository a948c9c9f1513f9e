//! Orders that must not get through do not, and each says why; orders that must, do, in both formats alike.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

mod common;

use common::*;
use connector_shopify::testkit::{Invalid, Order, OrderBuilder, broken, generate};
use connector_shopify::{FORMAT_GRAPHQL, FORMAT_REST, map_payload};
use proptest::prelude::*;

#[test]
fn each_kind_of_broken_order_is_stopped_with_its_reason() {
    for order in generate(3, 50, 20, 10, 82_500) {
        for invalid in Invalid::ALL {
            let outcome = map_rest(&broken(&order, invalid));
            match invalid {
                Invalid::WrongTotal => {
                    let first = violations(&outcome.unwrap()).remove(0);
                    assert_eq!(first, ("BR-CO-13".into(), "/totals/net".into()));
                }
                Invalid::NegativeQuantity => {
                    let first = violations(&outcome.unwrap()).remove(0);
                    assert_eq!(first, ("SO-02".into(), "/lines/0/quantity/value".into()));
                }
                Invalid::UnknownCurrency => {
                    let first = violations(&outcome.unwrap()).remove(0);
                    assert_eq!(first, ("OC-03".into(), "/currency".into()));
                }
                Invalid::GarbledPrice => {
                    let error = outcome.unwrap_err();
                    assert_eq!((error.path.as_str(), error.code.as_str()), ("line_items[0].price", "number"));
                }
            }
        }
    }
}

/// Each stated total counts, not only the last one.
#[test]
fn a_subtotal_or_tax_that_contradicts_the_lines_is_found() {
    let order = order(1).line("LAMP", 2, 1000).shipping("Parcel", 490).tax(82_500).build();
    for (name, place) in [("subtotal_price", "/totals/lines"), ("total_tax", "/totals/tax")] {
        let mut value = order.rest();
        value[format!("current_{name}_set")]["shop_money"]["amount"] = serde_json::json!("19.99");
        let found = violations(&map_rest(&value).unwrap());
        assert!(found.iter().any(|(_, path)| path == place), "{name}: {found:?}");
    }
}

#[test]
fn generated_orders_are_sound_repeatable_and_alike_in_both_formats() {
    let orders = generate(42, 300, 50, 20, 82_500);
    assert_eq!(orders, generate(42, 300, 50, 20, 82_500));
    assert_ne!(orders, generate(43, 300, 50, 20, 82_500));
    orders.iter().for_each(|order| assert_sound(&map_both(order)));
}

#[derive(Debug, Clone)]
struct Line {
    quantity: i64,
    price: i64,
    discount: i64,
    off: i64,
}

fn build(lines: &[Line], shipping: Option<i64>, tip: i64, ppm: u32, included: bool, currency: &str) -> Order {
    let mut builder =
        OrderBuilder::new(77, at(0)).tax(ppm).currency(currency).tip(tip).guest("a@example.com");
    for (index, line) in lines.iter().enumerate() {
        builder = builder.line(&format!("S-{index}"), line.quantity, line.price);
        builder = builder.discount(line.discount.min(line.price * line.quantity));
    }
    if let Some(price) = shipping {
        builder = builder.shipping("Parcel", price);
    }
    if included {
        builder = builder.taxes_included();
    }
    let mut order = builder.build();
    for (index, line) in lines.iter().enumerate() {
        order.take_off(index, line.off, at(60));
    }
    order
}

fn line() -> impl Strategy<Value = Line> {
    (
        1_i64..20,
        0_i64..200_000,
        prop_oneof![Just(0_i64), 0_i64..50_000],
        prop_oneof![3 => Just(0_i64), 1 => 0_i64..20],
    )
        .prop_map(|(quantity, price, discount, off)| Line { quantity, price, discount, off })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is bought, taxed, discounted, edited: both formats give the same objects, and their numbers agree.
    #[test]
    fn any_consistent_order_maps_to_a_sound_one(
        lines in proptest::collection::vec(line(), 1..8),
        shipping in proptest::option::of(0_i64..5_000),
        tip in prop_oneof![2 => Just(0_i64), 1 => 1_i64..1_000],
        ppm in prop_oneof![Just(0_u32), Just(82_500), Just(190_000), Just(70_000), Just(88_750), 1_u32..300_000],
        included in any::<bool>(),
        currency in prop_oneof![Just("USD"), Just("JPY"), Just("KWD")],
    ) {
        let order = build(&lines, shipping, tip, ppm, included, currency);
        let rest = map_rest(&order.rest()).unwrap();
        let graphql = map_payload(FORMAT_GRAPHQL, order.graphql().to_string().as_bytes()).unwrap();
        assert_equal(&rest, &graphql);
        prop_assert_eq!(violations(&rest), vec![]);
    }

    /// Any damage is an error or a mapped order, never a panic.
    #[test]
    fn damage_never_panics(at_byte in 0_usize..4000, byte in any::<u8>(), cut in any::<bool>(), rest in any::<bool>()) {
        let order = order(1).line("LAMP", 2, 1000).discount(5).shipping("Parcel", 490).tax(190_000).taxes_included().build();
        let (format, value) = if rest { (FORMAT_REST, order.rest()) } else { (FORMAT_GRAPHQL, order.graphql()) };
        let mut payload = value.to_string().into_bytes();
        let place = at_byte % payload.len();
        if cut { payload.truncate(place) } else { payload[place] = byte }
        if let Ok(objects) = map_payload(format, &payload) {
            objects.iter().for_each(|object| { let _violations = object.check(); });
        }
    }
}
