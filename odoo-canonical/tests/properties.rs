//! Laws that hold for all values.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

use odoo_canonical::{
    Object, ObjectKind,
    object::{AllowanceCharge, LineTax, Price, SalesOrder, SalesOrderLine, TaxCategory, total_up},
    sample,
    value::{
        Bic, Country, Currency, Decimal, Gln, Gtin, Iban, Instant, Language, Lei, LocalDate, Money, Quantity,
        Sscc, Subdivision, TaxNumber, UnitCode, ZonedTime,
    },
};
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
    fn numbers_of_few_digits_are_computed_as_those_of_many(
        a in -999_999_999_999_999_999_i64..=999_999_999_999_999_999, scale_a in 0_u32..=9,
        b in -9_999_999_999_i64..=9_999_999_999, scale_b in 0_u32..=9, decimals in 0_u32..=9,
    ) {
        let (left, right) = (Decimal::new(a, scale_a).unwrap(), Decimal::new(b, scale_b).unwrap());
        let (a, b) = (i128::from(a), i128::from(b));
        let at = |number: Decimal, scale: u32| number.unscaled() * 10_i128.pow(scale - number.scale());
        let scale = scale_a.max(scale_b);
        let sum = a * 10_i128.pow(scale - scale_a) + b * 10_i128.pow(scale - scale_b);
        prop_assert_eq!(at(left.checked_add(right).unwrap(), scale), sum);
        if let Some(product) = left.checked_mul(right).filter(|product| product.scale() == scale_a + scale_b) {
            prop_assert_eq!(product.unscaled(), a * b);
        }
        let rounded = left.round_half_up(decimals);
        if decimals < scale_a {
            let unit = 10_i128.pow(scale_a - decimals);
            prop_assert_eq!(at(rounded, decimals), (a.abs() + unit / 2) / unit * a.signum());
        } else {
            prop_assert_eq!((rounded.unscaled(), rounded.scale()), (a, scale_a));
        }
    }

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
        let _ = text.parse::<ZonedTime>();
        let _ = (text.parse::<Gln>(), text.parse::<Sscc>());
    }

    #[test]
    fn no_text_makes_a_number_of_an_office_or_bank_panic(
        text in "\\PC{0,24}|[A-Z]{2}[A-Z0-9+*]{0,16}|[A-Z]{2}[0-9]{0,32}|[0-9A-Z]{18,22}",
        prefix in prop::sample::select(TaxNumber::prefixes().collect::<Vec<_>>()),
    ) {
        for text in [text.clone(), format!("{prefix}{text}")] {
            let _ = (text.parse::<Iban>(), Iban::from_written(&text));
            let _ = (text.parse::<TaxNumber>(), TaxNumber::from_written(&text));
            let _ = (text.parse::<Bic>(), text.parse::<Lei>());
            let _ = (text.parse::<UnitCode>().map(|unit| unit.unit()), text.parse::<Country>().map(|country| country.name()));
            let _ = (text.parse::<Subdivision>().map(|part| part.is_known()), text.parse::<Language>().map(|language| language.name()));
        }
    }

    #[test]
    fn a_wrong_digit_in_an_iban_is_seen(account in "[0-9]{18}", place in 0_usize..20, step in 1_u8..10) {
        let remainder = format!("{account}131400").bytes().fold(0_u32, |sum, digit| (sum * 10 + u32::from(digit - b'0')) % 97);
        let right = format!("DE{:02}{account}", 98 - remainder);
        prop_assert!(right.parse::<Iban>().is_ok(), "{}", right);
        let mut wrong = right.into_bytes();
        wrong[place + 2] = b'0' + (wrong[place + 2] - b'0' + step) % 10;
        prop_assert!(String::from_utf8(wrong).unwrap().parse::<Iban>().is_err());
    }

    #[test]
    fn a_quantity_comes_back_from_another_unit(thousandths in -1_000_000_000_i64..1_000_000_000, at in any::<prop::sample::Index>()) {
        let units: Vec<_> = UnitCode::all().filter(|unit| unit.base.is_some_and(|(_, base)| base == "m")).collect();
        let unit: UnitCode = units[at.index(units.len())].code.parse().unwrap();
        let metres = Quantity::new(Decimal::new(thousandths, 3).unwrap(), "MTR".parse().unwrap());
        if let Ok(there) = metres.in_unit(&unit) {
            let back = there.in_unit(&metres.unit).unwrap();
            let off = back.value.checked_sub(metres.value).map(|off| off.abs());
            // Twenty-eight digits, less those before the point of the largest unit.
            prop_assert!(off.is_some_and(|off| off <= Decimal::new(1, 6).unwrap()), "{} {} {}", metres, there, back);
        }
    }

    #[test]
    fn what_is_totalled_up_passes_every_rule(
        lines in prop::collection::vec((1_i64..100_000, 1_i64..1_000, 0_usize..3), 1..12),
        freight in prop::option::of(0_i64..10_000),
        currency in prop::sample::select(vec![("JPY", 0_u32), ("EUR", 2), ("KWD", 3)]),
    ) {
        let (code, decimals) = currency;
        let Object::SalesOrder(order) = sample(ObjectKind::SalesOrder, 5).unwrap() else { panic!("an order") };
        let mut order: SalesOrder = *order;
        order.currency = code.parse().unwrap();
        order.lines.clear();
        order.allowances_charges.clear();
        for (at, (units, thousandths, tax)) in lines.into_iter().enumerate() {
            let price = Price::per_unit(Decimal::new(units, decimals + 1).unwrap());
            let quantity = Quantity::new(Decimal::new(thousandths, 3).unwrap(), "KGM".parse().unwrap());
            let net = price.times(quantity.value).unwrap().round_half_up(decimals);
            let item = odoo_canonical::object::ItemRef::new("A".parse().unwrap());
            let mut line = SalesOrderLine::new(at.to_string().parse().unwrap(), item, quantity, price, net);
            let rate = ["19", "7", "2.625"][tax].parse().unwrap();
            line.taxes.push(LineTax::new(TaxCategory::Standard, rate));
            order.lines.push(line);
        }
        if let Some(units) = freight {
            let mut charge = AllowanceCharge::charge(Decimal::new(units, decimals).unwrap());
            charge.taxes.push(LineTax::new(TaxCategory::Standard, "19".parse().unwrap()));
            order.allowances_charges.push(charge);
        }
        let of_lines = order.lines.iter().map(|line| (line.net, line.taxes.as_slice()));
        let (subtotals, totals) = total_up(order.currency, of_lines, &order.allowances_charges).unwrap();
        (order.tax_subtotals, order.totals) = (subtotals, totals);
        prop_assert_eq!(Object::from(order).check(), []);
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
