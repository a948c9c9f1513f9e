//! The example invoices of the CEN, read into `Invoice`: the totals that they state are those that the rules compute.
//!
//! The files are not part of the project: without `CONNECTOR_CORPORA` the test says that it was skipped.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "a test may panic, and finds its files through the environment"
)]

mod tree;

use odoo_canonical::{Object, ObjectKind, object::Invoice, validate};
use serde_json::{Map, Value, json};
use tree::{Element, parse};

/// Lines whose net amount is not quantity times price: EN 16931 does not ask for that, Peppol does (R120). Two files give goods
/// back by the sign of the amount alone, two state a price that is not that of the unit.
const OTHERWISE_PRICED: [(&str, &str); 5] = [
    ("guide-example1.xml", "/lines/19/net"),
    ("guide-example2.xml", "/lines/0/net"),
    ("ubl-tc434-example10.xml", "/lines/19/net"),
    ("ubl-tc434-example3.xml", "/lines/0/net"),
    ("ubl-tc434-example3.xml", "/lines/1/net"),
];

/// An object of the fields that are there.
fn object<const N: usize>(fields: [(&str, Option<Value>); N]) -> Value {
    fields
        .into_iter()
        .filter_map(|(name, value)| value.map(|value| (name.to_owned(), value)))
        .collect::<Map<_, _>>()
        .into()
}

fn string(element: &Element, path: &str) -> Option<Value> {
    element.text(path).map(|text| json!(text.split_whitespace().collect::<Vec<_>>().join(" ")))
}

fn taxes<'e>(categories: impl Iterator<Item = &'e Element>) -> Value {
    categories
        .map(|category| json!({ "category": category.text("ID").unwrap(), "rate": category.text("Percent").unwrap_or("0") }))
        .collect()
}

fn allowances(element: &Element) -> Option<Value> {
    let entries: Vec<Value> = element
        .all("AllowanceCharge")
        .map(|entry| {
            let kind = if entry.text("ChargeIndicator") == Some("true") { "charge" } else { "allowance" };
            let taxes = taxes(entry.all("TaxCategory"));
            object([
                ("kind", Some(json!(kind))),
                ("amount", string(entry, "Amount")),
                ("percentage", string(entry, "MultiplierFactorNumeric")),
                ("code", string(entry, "AllowanceChargeReasonCode")),
                ("reason", string(entry, "AllowanceChargeReason")),
                ("taxes", (taxes != json!([])).then_some(taxes)),
            ])
        })
        .collect();
    (!entries.is_empty()).then_some(entries.into())
}

fn address(element: Option<&Element>) -> Option<Value> {
    let element = element?;
    let lines: Vec<Value> =
        ["StreetName", "AdditionalStreetName"].into_iter().filter_map(|name| string(element, name)).collect();
    Some(object([
        ("lines", Some(lines.into())),
        ("city", string(element, "CityName")),
        ("postal_code", string(element, "PostalZone")),
        ("country", string(element, "Country/IdentificationCode")),
    ]))
}

fn party(element: &Element) -> Value {
    let element = element.at("Party").unwrap();
    let name = string(element, "PartyLegalEntity/RegistrationName").or(string(element, "PartyName/Name"));
    let id = string(element, "PartyIdentification/ID")
        .or(string(element, "PartyLegalEntity/CompanyID"))
        .or(name.clone());
    let vat = element.all("PartyTaxScheme").filter_map(|scheme| string(scheme, "CompanyID"));
    let tax_ids: Vec<Value> = vat.map(|value| json!({ "scheme": "vat", "value": value })).collect();
    let company = string(element, "PartyLegalEntity/CompanyID")
        .map(|value| json!({ "scheme": "company_reg", "value": value }));
    object([
        ("party", Some(object([("key", id), ("name", name)]))),
        ("tax_ids", Some(tax_ids.into_iter().chain(company).collect())),
        ("address", address(element.at("PostalAddress"))),
    ])
}

fn period(element: Option<&Element>) -> Option<Value> {
    element
        .map(|element| object([("start", string(element, "StartDate")), ("end", string(element, "EndDate"))]))
}

fn line(element: &Element) -> Value {
    let quantity = element.at("InvoicedQuantity").unwrap();
    let item = element.at("Item").unwrap();
    let key = string(item, "SellersItemIdentification/ID").or(string(item, "Name")).unwrap();
    object([
        ("line_id", string(element, "ID")),
        ("item", Some(object([("key", Some(key)), ("name", string(item, "Name"))]))),
        (
            "quantity",
            Some(json!({ "value": quantity.text, "unit": quantity.attribute("unitCode").unwrap_or("C62") })),
        ),
        (
            "price",
            Some(object([
                ("amount", string(element, "Price/PriceAmount")),
                ("base_quantity", string(element, "Price/BaseQuantity")),
            ])),
        ),
        ("allowances_charges", allowances(element)),
        ("taxes", Some(taxes(item.all("ClassifiedTaxCategory")))),
        ("net", string(element, "LineExtensionAmount")),
        ("order_line_id", string(element, "OrderLineReference/LineID")),
        ("period", period(element.at("InvoicePeriod"))),
    ])
}

fn invoice(root: &Element) -> Value {
    let currency = root.text("DocumentCurrencyCode").unwrap();
    let in_currency =
        |total: &&Element| total.at("TaxAmount").unwrap().attribute("currencyID") == Some(currency);
    let tax_total = root.all("TaxTotal").find(in_currency).unwrap();
    let other_total = root.all("TaxTotal").find(|total| !in_currency(total));
    let totals = root.at("LegalMonetaryTotal").unwrap();
    let subtotal = |element: &Element| {
        object([
            ("category", string(element, "TaxCategory/ID")),
            ("rate", string(element, "TaxCategory/Percent").or(Some(json!("0")))),
            ("taxable", string(element, "TaxableAmount")),
            ("tax", string(element, "TaxAmount")),
        ])
    };
    let exemptions: Vec<Value> = tax_total
        .all("TaxSubtotal")
        .filter_map(|subtotal| {
            let (code, reason) = (
                string(subtotal, "TaxCategory/TaxExemptionReasonCode"),
                string(subtotal, "TaxCategory/TaxExemptionReason"),
            );
            (code.is_some() || reason.is_some()).then(|| {
                object([("category", string(subtotal, "TaxCategory/ID")), ("code", code), ("reason", reason)])
            })
        })
        .collect();
    let means = root.at("PaymentMeans");
    object([
        ("key", string(root, "ID")),
        ("number", string(root, "ID")),
        ("doc_type", string(root, "InvoiceTypeCode")),
        ("direction", Some(json!("received"))),
        ("status", Some(json!("sent"))),
        ("issue_date", string(root, "IssueDate")),
        ("due_date", string(root, "DueDate")),
        ("tax_point_date", string(root, "TaxPointDate")),
        ("currency", Some(json!(currency))),
        ("tax_currency", string(root, "TaxCurrencyCode")),
        ("tax_in_tax_currency", other_total.and_then(|total| string(total, "TaxAmount"))),
        ("seller", root.at("AccountingSupplierParty").map(party)),
        ("buyer", root.at("AccountingCustomerParty").map(party)),
        ("period", period(root.at("InvoicePeriod"))),
        (
            "payment",
            means.map(|means| {
                object([
                    ("means", string(means, "PaymentMeansCode")),
                    ("reference", string(means, "PaymentID")),
                    (
                        "account",
                        string(means, "PayeeFinancialAccount/ID").map(|number| json!({ "number": number })),
                    ),
                ])
            }),
        ),
        ("payment_terms", string(root, "PaymentTerms/Note")),
        ("lines", Some(root.all("InvoiceLine").map(line).collect())),
        ("allowances_charges", allowances(root)),
        ("tax_subtotals", Some(tax_total.all("TaxSubtotal").map(subtotal).collect())),
        ("exemptions", Some(exemptions.into())),
        (
            "totals",
            Some(object([
                ("lines", string(totals, "LineExtensionAmount")),
                ("allowances", string(totals, "AllowanceTotalAmount")),
                ("charges", string(totals, "ChargeTotalAmount")),
                ("net", string(totals, "TaxExclusiveAmount")),
                ("tax", string(tax_total, "TaxAmount")),
                ("gross", string(totals, "TaxInclusiveAmount")),
                ("prepaid", string(totals, "PrepaidAmount")),
                ("rounding", string(totals, "PayableRoundingAmount")),
                ("payable", string(totals, "PayableAmount")),
            ])),
        ),
    ])
}

#[test]
fn the_examples_of_the_cen_compute_to_the_totals_that_they_state() {
    let Ok(corpora) = std::env::var("CONNECTOR_CORPORA") else {
        eprintln!("skipped: CONNECTOR_CORPORA is not set");
        return;
    };
    let mut files: Vec<_> =
        std::fs::read_dir(format!("{corpora}/ubl/cen")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let (mut read, mut lines) = (0, 0);
    for path in files {
        let root = parse(&std::fs::read_to_string(&path).unwrap());
        let document = invoice(&root);
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let bytes = serde_json::to_vec(&document).unwrap();
        let findings: Vec<String> =
            validate(ObjectKind::Invoice, &bytes).iter().map(ToString::to_string).collect();
        let (prices, others): (Vec<_>, Vec<_>) =
            findings.into_iter().partition(|finding| finding.starts_with("PEPPOL"));
        assert_eq!(others, Vec::<String>::new(), "{name}");
        let known = OTHERWISE_PRICED
            .iter()
            .filter(|(file, _)| *file == name)
            .map(|(_, place)| format!("PEPPOL-EN16931-R120 at {place}:"));
        for (found, known) in prices.iter().zip(known.clone()) {
            assert!(found.starts_with(&known), "{name}: {found}, not {known}");
        }
        assert_eq!(prices.len(), known.count(), "{name}: {prices:?}");
        let Object::Invoice(sound) = Object::from_json(ObjectKind::Invoice, &bytes).unwrap() else {
            panic!("{name}")
        };
        let sound: Invoice = *sound;
        lines += sound.lines.len();
        // And the rules do see what is wrong: one unit more, and the totals no longer hold.
        let mut wrong = document;
        let payable = &mut wrong["totals"]["payable"];
        *payable = json!(format!("1{}", payable.as_str().unwrap()));
        let broken = validate(ObjectKind::Invoice, &serde_json::to_vec(&wrong).unwrap());
        let broken = broken.iter().map(|finding| finding.rule).filter(|rule| !rule.starts_with("PEPPOL"));
        assert_eq!(broken.collect::<Vec<_>>(), ["BR-CO-16"], "{name}");
        read += 1;
    }
    eprintln!("{read} invoices of {lines} lines compute to what they state");
    assert!(read >= 9, "{read}");
}
