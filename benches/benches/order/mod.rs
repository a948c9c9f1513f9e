//! The order of the bench, and the same fields as a program without types would read them.

use odoo_canonical::{Object, ObjectKind};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// An order of ten lines: two tax rates, an allowance on some lines, freight on the whole, addresses, GTINs.
pub fn ten_lines() -> Object {
    let lines: Vec<Value> = (1..=10).map(line).collect();
    let order = json!({
        "key": "gid://shop/Order/7001",
        "ids": [{ "scheme": "shopify_gid", "value": "gid://shop/Order/7001" }],
        "number": "#1001",
        "buyer_order_number": "PO-2026-118",
        "channel": "web",
        "status": "submitted",
        "ordered_at": "2026-11-23T08:15:00.000000Z",
        "requested_date": "2026-11-27",
        "currency": "EUR",
        "buyer": { "key": "gid://shop/Customer/501", "name": "Nordlicht Handels GmbH" },
        "ship_to": {
            "role": "delivery", "name": "Nordlicht Lager Süd", "lines": ["Industriestraße 12", "Tor 3"], "city": "München",
            "postal_code": "80939", "subdivision": "DE-BY", "country": "DE"
        },
        "lines": lines,
        "allowances_charges": [{
            "kind": "charge", "amount": "4.90", "code": "FC", "reason": "Standard shipping",
            "taxes": [{ "category": "S", "rate": "19" }]
        }],
        "tax_subtotals": [
            { "category": "S", "rate": "19", "taxable": "184.45", "tax": "35.05" },
            { "category": "S", "rate": "7", "taxable": "300.00", "tax": "21.00" }
        ],
        "totals": {
            "lines": "479.55", "charges": "4.90", "net": "484.45", "tax": "56.05", "gross": "540.50", "prepaid": "0.00",
            "payable": "540.50"
        },
        "prices_include_tax": false,
        "note": "Please ring at gate 3.",
        "refs": [{ "kind": "quotation", "number": "Q-88" }],
        "revision": 1,
        "ext": { "shop:source_name": "web" }
    });
    let object = Object::from_json(ObjectKind::SalesOrder, order.to_string().as_bytes()).unwrap();
    assert_eq!(object.check(), []);
    object
}

fn line(number: u32) -> Value {
    if number % 2 == 1 {
        return json!({
            "line_id": format!("{:05}", number * 10),
            "item": {
                "key": format!("gid://shop/ProductVariant/90{number:02}"), "sku": "LAMP-02-BRASS", "name": "Desk lamp, brass",
                "ids": [{ "scheme": "gtin", "value": "04006381333931" }]
            },
            "quantity": { "value": "2", "unit": "C62" },
            "price": { "amount": "19.95" },
            "allowances_charges": [{ "kind": "allowance", "amount": "3.99", "percentage": "10", "reason": "AUTUMN10" }],
            "taxes": [{ "category": "S", "rate": "19" }],
            "net": "35.91"
        });
    }
    json!({
        "line_id": format!("{:05}", number * 10),
        "item": { "key": format!("gid://shop/ProductVariant/90{number:02}"), "sku": "TEA-100" },
        "description": "Tea bags, priced per hundred",
        "quantity": { "value": "500", "unit": "C62" },
        "price": { "amount": "12.00", "base_quantity": "100" },
        "taxes": [{ "category": "S", "rate": "7" }],
        "net": "60.00"
    })
}

/// The same shape without a type that knows anything: every text a `String`, nothing checked.
#[derive(Serialize, Deserialize)]
pub struct Plain {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    allowances_charges: Vec<AllowanceCharge>,
    bill_to: Option<Address>,
    buyer: Reference,
    buyer_order_number: Option<String>,
    channel: Option<String>,
    currency: String,
    ext: std::collections::BTreeMap<String, Value>,
    ids: Vec<Identifier>,
    key: String,
    lines: Vec<Line>,
    note: Option<String>,
    number: String,
    ordered_at: String,
    prices_include_tax: bool,
    refs: Vec<DocumentRef>,
    requested_date: Option<String>,
    revision: Option<u64>,
    ship_to: Option<Address>,
    status: String,
    tax_subtotals: Vec<TaxSubtotal>,
    totals: Totals,
}

#[derive(Serialize, Deserialize)]
struct Identifier {
    scheme: String,
    value: String,
}

#[derive(Serialize, Deserialize)]
struct Reference {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    ids: Vec<Identifier>,
    key: String,
    name: Option<String>,
    sku: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Address {
    city: Option<String>,
    country: Option<String>,
    lines: Vec<String>,
    name: Option<String>,
    postal_code: Option<String>,
    role: String,
    subdivision: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Line {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    allowances_charges: Vec<AllowanceCharge>,
    description: Option<String>,
    item: Reference,
    line_id: String,
    net: String,
    price: Price,
    quantity: Quantity,
    taxes: Vec<Tax>,
}

#[derive(Serialize, Deserialize)]
struct Price {
    amount: String,
    base_quantity: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Quantity {
    unit: String,
    value: String,
}

#[derive(Serialize, Deserialize)]
struct Tax {
    category: String,
    rate: String,
}

#[derive(Serialize, Deserialize)]
struct AllowanceCharge {
    amount: String,
    code: Option<String>,
    kind: String,
    percentage: Option<String>,
    reason: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    taxes: Vec<Tax>,
}

#[derive(Serialize, Deserialize)]
struct TaxSubtotal {
    category: String,
    rate: String,
    tax: String,
    taxable: String,
}

#[derive(Serialize, Deserialize)]
struct Totals {
    charges: Option<String>,
    gross: String,
    lines: String,
    net: String,
    payable: Option<String>,
    prepaid: Option<String>,
    tax: String,
}

#[derive(Serialize, Deserialize)]
struct DocumentRef {
    kind: String,
    number: String,
}
