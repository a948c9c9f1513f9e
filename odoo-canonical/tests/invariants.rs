//! Each rule of meaning is broken once, and reported under its id at its place.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

use ObjectKind::{InventoryLevel, Item, Party, SalesOrder};
use odoo_canonical::{Object, ObjectKind, invariant::RULES};
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn with(kind: ObjectKind, changes: &[(&str, Value)]) -> Object {
    let mut document: Value = serde_json::from_str(kind.example()).unwrap();
    for (pointer, value) in changes {
        let (parent, field) = pointer.rsplit_once('/').unwrap();
        match document.pointer_mut(parent).unwrap_or_else(|| panic!("{kind} has no {parent}")) {
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

type Broken = (ObjectKind, Vec<(&'static str, Value)>, Vec<(&'static str, &'static str)>);

fn broken() -> Vec<Broken> {
    let quantity = |value: &str, unit: &str| json!({ "value": value, "unit": unit });
    let id = json!({ "scheme": "sku", "value": "A" });
    vec![
        (Party, vec![("/ids", json!([id, id]))], vec![("OC-01", "/ids/1")]),
        (Party, vec![("/addresses/0/country", json!("AT"))], vec![("OC-02", "/addresses/0/subdivision")]),
        (
            Party,
            vec![(
                "/tax_ids",
                json!([{ "scheme": "vat", "value": "1" }, { "scheme": "vat", "value": "1", "status": "unchecked" }]),
            )],
            vec![("PA-01", "/tax_ids/1")],
        ),
        (Item, vec![("/kind", json!("service"))], vec![("IT-01", "/stocked")]),
        // The same number as UPC and as EAN.
        (Item, vec![("/gtins", json!(["036000291452", "0036000291452"]))], vec![("IT-02", "/gtins/1")]),
        (Item, vec![("/list_price/amount", json!("-1"))], vec![("IT-03", "/list_price/amount")]),
        (Item, vec![("/list_price/currency", json!("QQQ"))], vec![("OC-03", "/list_price/currency")]),
        (Item, vec![("/weight/value", json!("-1"))], vec![("IT-04", "/weight/value")]),
        (
            InventoryLevel,
            vec![("/reading/snapshot/quantities", json!({}))],
            vec![("IL-01", "/reading/snapshot/quantities")],
        ),
        (
            InventoryLevel,
            vec![("/reading/snapshot/quantities/incoming", quantity("1", "XPX"))],
            vec![("IL-02", "/reading/snapshot/quantities/incoming/unit")],
        ),
        (
            InventoryLevel,
            vec![("/reading/snapshot/quantities/available", quantity("40", "C62"))],
            vec![("IL-03", "/reading/snapshot/quantities/available/value")],
        ),
        (
            InventoryLevel,
            vec![("/reading/snapshot/quantities/incoming", quantity("-1", "C62"))],
            vec![("IL-04", "/reading/snapshot/quantities/incoming/value")],
        ),
        (SalesOrder, vec![("/ship_to/country", json!("AT"))], vec![("OC-02", "/ship_to/subdivision")]),
        (SalesOrder, vec![("/currency", json!("QQQ"))], vec![("OC-03", "/currency")]),
        (SalesOrder, vec![("/prices_include_tax", json!(true))], vec![("SO-05", "/prices_include_tax")]),
        (SalesOrder, vec![("/lines/1/line_id", json!("00010"))], vec![("SO-01", "/lines/1")]),
        (
            SalesOrder,
            vec![
                ("/lines", json!([])),
                ("/allowances_charges", json!([])),
                ("/tax_subtotals", json!([])),
                ("/totals", json!({ "lines": "0", "net": "0", "tax": "0", "gross": "0" })),
            ],
            vec![("BR-16", "/lines")],
        ),
        (
            SalesOrder,
            vec![("/lines/0/quantity/value", json!("0"))],
            vec![("SO-02", "/lines/0/quantity/value"), ("PEPPOL-EN16931-R120", "/lines/0/net")],
        ),
        (
            SalesOrder,
            vec![("/lines/0/price/amount", json!("-19.95"))],
            vec![("BR-27", "/lines/0/price/amount"), ("PEPPOL-EN16931-R120", "/lines/0/net")],
        ),
        (
            SalesOrder,
            vec![("/lines/1/price/base_quantity", json!("0"))],
            vec![("SO-03", "/lines/1/price/base_quantity")],
        ),
        // The price is for a hundred: without the base quantity the line is a hundred times too cheap.
        (
            SalesOrder,
            vec![("/lines/1/price", json!({ "amount": "12.00" }))],
            vec![("PEPPOL-EN16931-R120", "/lines/1/net")],
        ),
        (
            SalesOrder,
            vec![("/lines/0/allowances_charges/0/amount", json!("-3.99"))],
            vec![("SO-04", "/lines/0/allowances_charges/0/amount"), ("PEPPOL-EN16931-R120", "/lines/0/net")],
        ),
        (
            SalesOrder,
            vec![("/lines/0/allowances_charges/0/taxes", json!([{ "category": "S", "rate": "19" }]))],
            vec![("SO-06", "/lines/0/allowances_charges/0/taxes")],
        ),
        (
            SalesOrder,
            vec![("/totals/prepaid", json!("0.001")), ("/totals/payable", json!("112.759"))],
            vec![("BR-DEC", "/totals/prepaid"), ("BR-DEC", "/totals/payable")],
        ),
        (
            SalesOrder,
            vec![("/totals/lines", json!("95.90"))],
            vec![("BR-CO-10", "/totals/lines"), ("BR-CO-13", "/totals/net")],
        ),
        (
            SalesOrder,
            vec![("/totals/allowances", json!("0.01"))],
            vec![("BR-CO-11", "/totals/allowances"), ("BR-CO-13", "/totals/net")],
        ),
        (
            SalesOrder,
            vec![("/totals/charges", json!("0.00"))],
            vec![("BR-CO-12", "/totals/charges"), ("BR-CO-13", "/totals/net")],
        ),
        (
            SalesOrder,
            vec![("/totals/tax", json!("11.96"))],
            vec![("BR-CO-14", "/totals/tax"), ("BR-CO-15", "/totals/gross")],
        ),
        (SalesOrder, vec![("/totals/payable", json!("112.75"))], vec![("BR-CO-16", "/totals/payable")]),
        (SalesOrder, vec![("/totals/rounding", json!("0.01"))], vec![("BR-CO-16", "/totals/payable")]),
        (
            SalesOrder,
            vec![("/tax_subtotals/0/tax", json!("7.77"))],
            vec![("BR-CO-14", "/totals/tax"), ("BR-CO-17", "/tax_subtotals/0/tax")],
        ),
        (
            SalesOrder,
            vec![("/lines/0/taxes/0/amount", json!("6.84"))],
            vec![("SO-07", "/lines/0/taxes/0/amount")],
        ),
        (
            SalesOrder,
            vec![("/tax_subtotals/1/taxable", json!("60.01"))],
            vec![("BR-S-08", "/tax_subtotals/1/taxable")],
        ),
        (
            SalesOrder,
            vec![("/lines/1/taxes/0/rate", json!("7.5"))],
            vec![("SO-08", "/tax_subtotals/1"), ("SO-08", "/tax_subtotals")],
        ),
        (
            SalesOrder,
            vec![("/totals/gross", json!("112.770")), ("/totals/payable", json!("112.770"))],
            vec![("BR-CO-15", "/totals/gross")],
        ),
        (
            SalesOrder,
            vec![("/totals/prepaid", json!("9999999999999999999999999999"))],
            vec![("OC-04", "/totals/payable")],
        ),
    ]
}

#[test]
fn each_rule_is_reported_where_it_is_broken() {
    for (kind, changes, expected) in broken() {
        let expected: Vec<_> = expected.into_iter().map(|(rule, path)| (rule, path.to_owned())).collect();
        assert_eq!(found(&with(kind, &changes)), expected, "{kind} {changes:?}");
    }
}

#[test]
fn no_rule_is_without_a_test() {
    let tested: BTreeSet<_> =
        broken().into_iter().flat_map(|(.., expected)| expected).map(|(rule, _)| rule).collect();
    let rules: BTreeSet<_> = RULES.iter().map(|rule| rule.id).collect();
    assert_eq!(tested, rules);
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
