//! Each rule of meaning is broken once, and reported under its id at its place.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

use ObjectKind::{InventoryLevel, SalesOrder};
use odoo_canonical::{Object, ObjectKind};
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn with(kind: ObjectKind, changes: &[(&str, Value)]) -> Object {
    let mut document: Value = serde_json::from_str(kind.example()).unwrap();
    for (pointer, value) in changes {
        let (parent, field) = pointer.rsplit_once('/').unwrap();
        match document.pointer_mut(parent).unwrap_or_else(|| panic!("{kind} has no {parent}")) {
            // There is no null in documents, so it can say that a field is not there.
            Value::Object(map) if value.is_null() => {
                assert!(map.remove(field).is_some(), "{kind} has no {pointer}")
            }
            Value::Object(map) => drop(map.insert((*field).to_owned(), value.clone())),
            Value::Array(items) => items[field.parse::<usize>().unwrap()] = value.clone(),
            other => panic!("{pointer}: {other}"),
        }
    }
    Object::from_json(kind, &serde_json::to_vec(&document).unwrap()).unwrap()
}

fn found(object: &Object) -> Vec<(&'static str, String)> {
    object.check().into_iter().map(|violation| (violation.rule, violation.path)).collect()
}

/// What is changed in a document, and which rules at which paths that breaks.
type Break = (Vec<(String, Value)>, Vec<(String, String)>);

/// The documents that break a rule, and what breaks where, as the folder of the kind lists them.
fn broken(kind: ObjectKind) -> Vec<Break> {
    let path = format!("{}/src/object/{kind}/broken.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let cases: Vec<Value> = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
    let case = |case: Value| {
        let changes = case["change"].as_object().unwrap().clone().into_iter().collect();
        (changes, serde_json::from_value(case["breaks"].clone()).unwrap())
    };
    cases.into_iter().map(case).collect()
}

#[test]
fn each_rule_is_reported_where_it_is_broken() {
    for kind in ObjectKind::ALL.iter().copied() {
        for (changes, expected) in broken(kind) {
            let changes: Vec<_> =
                changes.iter().map(|(path, value)| (path.as_str(), value.clone())).collect();
            let found = found(&with(kind, &changes));
            let found: Vec<_> = found.into_iter().map(|(rule, path)| (rule.to_owned(), path)).collect();
            assert_eq!(found, expected, "{kind} {changes:?}");
        }
    }
}

#[test]
fn no_rule_is_without_a_test() {
    let mut tested = BTreeSet::new();
    for kind in ObjectKind::ALL.iter().copied() {
        let ids: Vec<String> = kind.rules().map(|rule| rule.id.to_owned()).collect();
        assert_eq!(
            ids.len(),
            ids.iter().collect::<BTreeSet<_>>().len(),
            "{kind}: two rules of one id: {ids:?}"
        );
        for (rule, _) in broken(kind).into_iter().flat_map(|(_, expected)| expected) {
            assert!(ids.contains(&rule), "{kind} reports {rule}, which it does not list");
            tested.insert(rule);
        }
    }
    let rules: BTreeSet<_> =
        ObjectKind::ALL.iter().flat_map(|kind| kind.rules()).map(|rule| rule.id.to_owned()).collect();
    assert_eq!(rules.difference(&tested).collect::<Vec<_>>(), Vec::<&String>::new());
}

#[test]
fn a_violation_says_what_was_expected_and_found() {
    let violations = with(SalesOrder, &[("/totals/payable", json!("112.75"))]).check();
    assert_eq!(violations[0].to_string(), "BR-CO-16 at /totals/payable: expected 112.76, found 112.75");
}

/// An order of one line, all amounts given.
fn small(currency: &str, line: Value, subtotals: Value, totals: Value) -> Object {
    let mut line = line;
    line["line_id"] = json!("1");
    line["item"] = json!({ "key": "A" });
    with(
        SalesOrder,
        &[
            ("/currency", json!(currency)),
            ("/lines", json!([line])),
            ("/allowances_charges", json!([])),
            ("/tax_subtotals", subtotals),
            ("/totals", totals),
        ],
    )
}

#[test]
fn amounts_are_rounded_to_the_unit_of_their_currency() {
    for (currency, net, tax, gross) in
        [("JPY", "3", "0", "3"), ("EUR", "3.33", "0.33", "3.66"), ("KWD", "3.335", "0.334", "3.669")]
    {
        let order = small(
            currency,
            json!({ "quantity": { "value": "3", "unit": "C62" }, "price": { "amount": "1.11166" },
                    "taxes": [{ "category": "S", "rate": "10" }], "net": net }),
            json!([{ "category": "S", "rate": "10", "taxable": net, "tax": tax }]),
            json!({ "lines": net, "net": net, "tax": tax, "gross": gross }),
        );
        assert_eq!(order.check(), [], "{currency}");
    }
}

#[test]
fn a_price_with_tax_becomes_exactly_net_through_its_base_quantity() {
    // 9.99 with 19 % tax is 999 for 119 units; three of them are 25.18 net (25.1848..).
    let order = small(
        "EUR",
        json!({ "quantity": { "value": "3", "unit": "C62" }, "price": { "amount": "999", "base_quantity": "119" },
                "taxes": [{ "category": "S", "rate": "19", "amount": "4.79" }], "net": "25.18" }),
        json!([{ "category": "S", "rate": "19", "taxable": "25.18", "tax": "4.79" }]),
        json!({ "lines": "25.18", "net": "25.18", "tax": "4.79", "gross": "29.97" }),
    );
    assert_eq!(order.check(), []);
}

#[test]
fn tax_rounded_line_by_line_passes_where_every_line_states_it() {
    // Ten lines of 9.99 with tax: 8.39 + 1.60 each. The rate on the sum gives 15.94, the lines 16.00.
    let line = |index: usize, stated: bool| {
        let mut tax = json!({ "category": "S", "rate": "19" });
        if stated {
            tax["amount"] = json!("1.60");
        }
        json!({ "line_id": index.to_string(), "item": { "key": "A" }, "quantity": { "value": "1", "unit": "C62" },
                "price": { "amount": "999", "base_quantity": "119" }, "taxes": [tax], "net": "8.39" })
    };
    let order = |unstated: usize| {
        with(
            SalesOrder,
            &[
                ("/lines", (0..10).map(|index| line(index, index >= unstated)).collect()),
                ("/allowances_charges", json!([])),
                (
                    "/tax_subtotals",
                    json!([{ "category": "S", "rate": "19", "taxable": "83.90", "tax": "16.00" }]),
                ),
                ("/totals", json!({ "lines": "83.90", "net": "83.90", "tax": "16.00", "gross": "99.90" })),
            ],
        )
    };
    assert_eq!(order(0).check(), []);
    assert_eq!(found(&order(1)), [("BR-CO-17", "/tax_subtotals/0/tax".to_owned())]);
}

#[test]
fn several_taxes_on_a_line_are_summed_by_category_and_rate() {
    let tax = |rate: &str| json!({ "category": "S", "rate": rate });
    let subtotal = |rate: &str, taxable: &str, tax: &str| json!({ "category": "S", "rate": rate, "taxable": taxable, "tax": tax });
    let order = small(
        "USD",
        json!({ "quantity": { "value": "1", "unit": "C62" }, "price": { "amount": "100" },
                "taxes": [tax("6"), tax("1"), tax("1.0"), tax("0.25")], "net": "100" }),
        json!([subtotal("6", "100", "6"), subtotal("1", "200", "2"), subtotal("0.25", "100", "0.25")]),
        json!({ "lines": "100", "net": "100", "tax": "8.25", "gross": "108.25" }),
    );
    assert_eq!(order.check(), []);
}

#[test]
fn an_allowance_on_the_document_lowers_what_is_taxed() {
    let order = with(
        SalesOrder,
        &[
            ("/allowances_charges/0/kind", json!("allowance")),
            ("/tax_subtotals/0", json!({ "category": "S", "rate": "19", "taxable": "31.01", "tax": "5.89" })),
            (
                "/totals",
                json!({ "lines": "95.91", "allowances": "4.90", "net": "91.01", "tax": "10.09", "gross": "101.10" }),
            ),
        ],
    );
    assert_eq!(order.check(), []);
}

#[test]
fn a_draft_may_be_empty_and_a_delta_may_be_negative() {
    let draft = with(
        SalesOrder,
        &[
            ("/status", json!("draft")),
            ("/lines", json!([])),
            ("/allowances_charges", json!([])),
            ("/tax_subtotals", json!([])),
            ("/totals", json!({ "lines": "0", "net": "0", "tax": "0", "gross": "0" })),
        ],
    );
    assert_eq!(draft.check(), []);
    let delta = json!({ "delta": { "quantities": { "reserved": { "value": "-2", "unit": "C62" } },
                                   "reason": "reservation", "reference": "MOVE/1" } });
    assert_eq!(with(InventoryLevel, &[("/reading", delta)]).check(), []);
}

#[test]
fn packages_stacked_to_the_sky_are_gone_through_once() {
    // Were each package followed upwards by itself, this would take until next year.
    let count = 30_000;
    let package = |number: usize, parent: usize| {
        json!({ "package_id": format!("P{number}"), "parent": format!("P{parent}"),
                "contents": [{ "line_id": format!("L{number}"), "quantity": { "value": "1", "unit": "C62" } }] })
    };
    let line = |number: usize| json!({ "line_id": format!("L{number}"), "item": { "key": "1" }, "shipped": { "value": "1", "unit": "C62" } });
    let lines: Vec<Value> = (0..count).map(line).collect();
    let mut packages: Vec<Value> = (0..count).map(|number| package(number, number + 1)).collect();
    packages[count - 1].as_object_mut().unwrap().remove("parent");
    let changes = |packages: &[Value]| [("/lines", json!(lines)), ("/packages", json!(packages))];
    assert_eq!(found(&with(ObjectKind::Shipment, &changes(&packages))), []);
    // In a circle, or to a package that is not there: all of them, and those below them.
    packages[count - 1]["parent"] = json!("P20000");
    let circle = found(&with(ObjectKind::Shipment, &changes(&packages)));
    assert_eq!(circle.len(), count);
    packages[count - 1]["parent"] = json!("elsewhere");
    assert_eq!(found(&with(ObjectKind::Shipment, &changes(&packages))).len(), count);
}

/// An order of lines that each state their tax, and what breaks in it.
fn taxed(
    currency: &str,
    category: &str,
    rate: &str,
    lines: &[(&str, &str)],
    net: &str,
    tax: &str,
    gross: &str,
) -> Vec<&'static str> {
    let lines: Vec<Value> = lines
        .iter()
        .enumerate()
        .map(|(at, (net, tax))| {
            json!({"line_id": at.to_string(), "item": {"key": "i"}, "quantity": {"value": "1", "unit": "C62"},
                "price": {"amount": net}, "net": net, "taxes": [{"category": category, "rate": rate, "amount": tax}]})
        })
        .collect();
    let order = json!({
        "key": "1", "number": "1", "status": "submitted", "ordered_at": "2026-11-24T08:00:00Z", "currency": currency, "buyer": {"key": "b"},
        "lines": lines, "tax_subtotals": [{"category": category, "rate": rate, "taxable": net, "tax": tax}], "prices_include_tax": false,
        "totals": {"lines": net, "net": net, "tax": tax, "gross": gross, "payable": gross},
    });
    let order = Object::from_json(SalesOrder, order.to_string().as_bytes()).unwrap();
    found(&order).into_iter().map(|(rule, _)| rule).collect()
}

/// Ways of rounding differ by a cent where something is due, and not where nothing is.
#[test]
fn the_tolerance_of_a_tax_makes_none_out_of_nothing() {
    let cents = vec![("0.00", "0.01"); 1000];
    assert!(!taxed("EUR", "S", "19", &cents, "0.00", "10.00", "10.00").is_empty());
    let exempt = vec![("1.00", "0.01"); 3];
    assert!(!taxed("EUR", "E", "0", &exempt, "3.00", "0.03", "3.03").is_empty());
    assert!(!taxed("JPY", "S", "10", &[("1", "-1")], "1", "-1", "0").is_empty());
    // Rounded up, rounded down, and rounded by the line, whose sums differ from the rate of the sum.
    assert!(taxed("JPY", "S", "10", &[("1", "1")], "1", "1", "2").is_empty());
    assert!(taxed("EUR", "S", "19", &[("10.00", "1.90")], "10.00", "1.90", "11.90").is_empty());
    let lines = [("0.13", "0.02"), ("0.13", "0.02"), ("0.13", "0.02")];
    assert!(taxed("EUR", "S", "19", &lines, "0.39", "0.06", "0.45").is_empty());
}
