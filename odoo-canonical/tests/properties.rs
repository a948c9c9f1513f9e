//! Laws that hold for all values.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

use odoo_canonical::value::{Currency, Decimal, Gtin, Instant, LocalDate, Money};
use proptest::prelude::*;

fn decimals() -> impl Strategy<Value = Decimal> {
    (any::<i64>(), 0_u32..=27).prop_map(|(unscaled, scale)| Decimal::new(unscaled, scale).unwrap())
}

fn with_check_digit(body: &str) -> String {
    let sum: u32 = body
        .bytes()
        .rev()
        .zip([3, 1].into_iter().cycle())
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

proptest! {
    #[test]
    fn decimal_text_comes_back_as_it_was(text in "-?(0|[1-9][0-9]{0,13})(\\.[0-9]{1,14})?") {
        let decimal: Decimal = text.parse().unwrap();
        let zero = decimal.is_zero();
        let expected = if zero { text.trim_start_matches('-') } else { text.as_str() };
        prop_assert_eq!(decimal.to_string(), expected);
        prop_assert_eq!(Decimal::from_json_number_text(&text).unwrap(), decimal);
    }

    #[test]
    fn every_decimal_that_can_be_computed_can_be_read_back(a in decimals(), b in decimals()) {
        for result in [a.checked_add(b), a.checked_sub(b), a.checked_mul(b), a.checked_div(b)].into_iter().flatten() {
            prop_assert_eq!(result.to_string().parse::<Decimal>().unwrap(), result);
        }
    }

    #[test]
    fn sums_are_exact(a in decimals(), b in decimals()) {
        if let Some(sum) = a.checked_add(b) {
            prop_assert_eq!(sum.checked_sub(b), Some(a));
        }
    }

    #[test]
    fn rounding_moves_by_at_most_half_a_unit(number in decimals(), places in 0_u32..10) {
        let rounded = number.round_half_up(places);
        prop_assert!(rounded.scale() <= places.max(number.scale().min(places)));
        if let Some(difference) = rounded.checked_sub(number) {
            let half = Decimal::new(5, places + 1).unwrap();
            prop_assert!(difference.abs() <= half);
        }
    }

    #[test]
    fn no_text_makes_a_parser_panic(text in "\\PC{0,40}|[-+.0-9eE]{0,40}|[0-9TZ:.+-]{0,40}") {
        let _ = text.parse::<Decimal>();
        let _ = Decimal::from_json_number_text(&text);
        let _ = text.parse::<Instant>();
        let _ = text.parse::<LocalDate>();
        let _ = text.parse::<Gtin>();
        let _ = text.parse::<Currency>();
    }

    #[test]
    fn the_parts_of_an_allocation_are_the_whole(
        units in -1_000_000_000_i64..1_000_000_000,
        weights in prop::collection::vec((0_i64..1_000_000, 0_u32..6), 1..20),
        currency in prop::sample::select(vec![("JPY", 0), ("EUR", 2), ("KWD", 3)]),
    ) {
        let (code, scale) = currency;
        let whole = Money::new(Decimal::new(units, scale).unwrap(), code.parse().unwrap());
        let weights: Vec<Decimal> = weights.into_iter().map(|(unscaled, scale)| Decimal::new(unscaled, scale).unwrap()).collect();
        prop_assume!(weights.iter().any(|weight| !weight.is_zero()));
        let parts = whole.allocate(&weights).unwrap();
        prop_assert_eq!(parts.len(), weights.len());
        prop_assert_eq!(Decimal::checked_sum(parts.iter().map(|part| part.amount)), Some(whole.amount));
        let total = Decimal::checked_sum(weights.iter().copied()).unwrap();
        let unit = Decimal::new(1, scale).unwrap();
        for (part, weight) in parts.iter().zip(&weights) {
            prop_assert_eq!(part.rounded().unwrap(), *part);
            let fair = whole.amount.checked_mul(*weight).unwrap().checked_div(total).unwrap();
            prop_assert!(part.amount.checked_sub(fair.round_half_up(12)).unwrap().abs() <= unit);
        }
    }

    #[test]
    fn a_wrong_digit_in_a_gtin_is_seen(
        body in "[0-9]{7}|[0-9]{11}|[0-9]{12}|[0-9]{13}", place in any::<prop::sample::Index>(), step in 1_u8..10,
    ) {
        let right = with_check_digit(&body);
        prop_assert!(right.parse::<Gtin>().is_ok());
        let mut wrong = right.into_bytes();
        let place = place.index(wrong.len());
        wrong[place] = b'0' + (wrong[place] - b'0' + step) % 10;
        prop_assert!(String::from_utf8(wrong).unwrap().parse::<Gtin>().is_err());
    }

    #[test]
    fn instants_sort_as_their_texts_do(a in 0_i64..253_402_300_799_000_000, b in 0_i64..253_402_300_799_000_000) {
        let (a, b) = (Instant::from_microseconds(a).unwrap(), Instant::from_microseconds(b).unwrap());
        prop_assert_eq!(a.to_string().parse::<Instant>().unwrap(), a);
        prop_assert_eq!(a.cmp(&b), a.to_string().cmp(&b.to_string()));
    }
}
