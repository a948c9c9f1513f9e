//! Models: read from rows as servers answer them, written back as little as possible.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

use odoo_rpc::field::{Date, Decimal, Timestamp, parse_datetime};
use odoo_rpc::model::{FieldDef, Model};
use odoo_rpc::{Id, Many2one, ModelName, OdooModel, OdooSelection, Values};
use serde_json::{Map, Value, json};

#[derive(Clone, Debug, PartialEq, OdooModel)]
#[odoo(model = "res.country")]
struct Country {
    id: Id<Country>,
    code: Option<String>,
}

#[derive(Clone, Debug, PartialEq, OdooModel)]
#[odoo(model = "res.partner")]
struct Partner {
    id: Id<Self>,
    name: Option<String>,
    country_id: Option<Country>,
}

#[derive(Clone, Debug, PartialEq, OdooModel)]
#[odoo(model = "crm.tag")]
struct Tag {
    id: Id<Self>,
    name: String,
}

#[derive(Clone, Debug, PartialEq, OdooModel)]
#[odoo(model = "sale.order.line")]
struct Line {
    id: Id<Self>,
    name: Option<String>,
    product_uom_qty: Decimal,
    price_unit: Decimal,
    #[odoo(readonly)]
    price_subtotal: Decimal,
}

#[derive(Clone, Debug, PartialEq, Eq, OdooSelection)]
enum State {
    Draft,
    Sent,
    Sale,
    Cancel,
    Other(String),
}

#[derive(Clone, Debug, PartialEq, OdooModel)]
#[odoo(model = "sale.order")]
struct Order {
    name: String,
    id: Id<Self>,
    state: State,
    partner_id: Many2one<Partner>,
    currency_id: Option<Id<odoo_rpc::AnyModel>>,
    date_order: Option<Timestamp>,
    validity_date: Option<Date>,
    locked: bool,
    #[odoo(readonly)]
    amount_total: Decimal,
    #[odoo(name = "client_order_ref")]
    reference: Option<String>,
    order_line: Vec<Line>,
    tag_ids: Vec<Id<Tag>>,
    #[odoo(skip)]
    seen: Option<u32>,
}

/// As JSON, so that numbers keep their digits.
fn order_row() -> String {
    r#"{"id": 27, "name": "S00027", "state": "draft", "partner_id": [65, "Ærø & <Söhne> 株式会社"], "currency_id": [1, "USD"],
        "date_order": "2026-11-23 08:32:22", "validity_date": "2026-12-23", "locked": false, "amount_total": 59.97,
        "client_order_ref": false, "order_line": [
            {"id": 53, "name": "Office Chair", "product_uom_qty": 3.0, "price_unit": 19.99, "price_subtotal": 59.97},
            {"id": 54, "name": false, "product_uom_qty": 1.0, "price_unit": 0.1, "price_subtotal": 0.1}
        ], "tag_ids": [7, 6]}"#
        .to_owned()
}

fn order() -> Order {
    serde_json::from_str(&order_row()).unwrap()
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn error_of(row: &Value) -> String {
    serde_json::from_str::<Order>(&row.to_string()).unwrap_err().to_string()
}

/// The row with one field of another value.
fn order_with(field: &str, value: Value) -> Value {
    let mut row: Map<String, Value> = serde_json::from_str(&order_row()).unwrap();
    assert!(row.insert(field.to_owned(), value).is_some(), "{field} is no field of the row");
    row.into()
}

#[test]
fn a_row_is_read_with_its_lines() {
    let order = order();
    assert_eq!((order.id, order.name.as_str()), (Id::new(27), "S00027"));
    assert_eq!(order.state, State::Draft);
    assert_eq!(
        (order.partner_id.id.get(), order.partner_id.name.as_deref()),
        (65, Some("Ærø & <Söhne> 株式会社"))
    );
    assert_eq!(order.currency_id, Some(Id::new(1)));
    assert_eq!(order.date_order, parse_datetime("2026-11-23 08:32:22"));
    assert_eq!(order.validity_date, Some("2026-12-23".parse().unwrap()));
    assert_eq!((order.locked, order.amount_total), (false, decimal("59.97")));
    assert_eq!(order.reference, None);
    assert_eq!(order.order_line.len(), 2);
    assert_eq!(
        (order.order_line[0].price_unit, order.order_line[1].price_unit),
        (decimal("19.99"), decimal("0.1"))
    );
    assert_eq!(order.order_line[1].name, None);
    assert_eq!(order.tag_ids, [Id::new(7), Id::new(6)]);
    assert_eq!(order.seen, None);
}

#[test]
fn records_inside_records_are_read_whichever_the_order_of_their_fields() {
    let row = json!([
        {"id": 65, "country_id": {"code": "BE", "id": 20}, "name": "Wood Corner"},
        {"id": 66, "name": "Azure", "country_id": false},
        {"country_id": {"id": 21, "code": false}, "write_date": "2026-11-23 08:24:06", "id": 67, "name": false},
    ]);
    let partners: Vec<Partner> = serde_json::from_value(row).unwrap();
    let country = |id, code: Option<&str>| Some(Country { id: Id::new(id), code: code.map(str::to_owned) });
    let partner = |id, name: Option<&str>, country_id| Partner {
        id: Id::new(id),
        name: name.map(str::to_owned),
        country_id,
    };
    assert_eq!(
        partners,
        [
            partner(65, Some("Wood Corner"), country(20, Some("BE"))),
            partner(66, Some("Azure"), None),
            partner(67, None, country(21, None)),
        ]
    );
}

#[test]
fn what_cannot_be_read_is_named() {
    for (field, value, says) in [
        ("name", json!(false), "field name: it is empty in Odoo (false): make it an Option"),
        ("name", json!(7), "field name: invalid value: integer `7`, expected a text"),
        ("date_order", json!("tomorrow"), "field date_order: "),
        ("client_order_ref", json!(["x"]), "field client_order_ref: "),
        ("partner_id", json!(true), "field partner_id: "),
        ("amount_total", json!("59.97"), "field amount_total: "),
        ("tag_ids", json!([7, "x"]), "field tag_ids: "),
        ("id", json!(0), "field id: "),
    ] {
        let error = error_of(&order_with(field, value.clone()));
        assert!(error.starts_with(says), "{field} = {value}: {error}");
    }
    let nested = error_of(&order_with("order_line", json!([{"id": 53, "name": 1}])));
    assert!(nested.starts_with("field order_line: field name: "), "{nested}");

    let missing = serde_json::from_str::<Tag>(r#"{"id": 1}"#).unwrap_err().to_string();
    assert!(missing.starts_with("field name: the server left it out"), "{missing}");
    let twice =
        serde_json::from_str::<Tag>(r#"{"id": 1, "name": "a", "name": "b"}"#).unwrap_err().to_string();
    assert!(twice.starts_with("field name: it stands twice"), "{twice}");
    let none = serde_json::from_str::<Tag>("false").unwrap_err().to_string();
    assert!(none.starts_with("there is no record (false)"), "{none}");
    assert!(serde_json::from_str::<Tag>("[]").unwrap_err().to_string().contains("a record of crm.tag"));
}

#[test]
fn the_fields_to_read_are_data() {
    assert_eq!(<Order as ModelName>::MODEL, "sale.order");
    let names: Vec<&str> = Order::FIELDS.iter().map(|field| field.name).collect();
    assert_eq!(
        names,
        [
            "id",
            "name",
            "state",
            "partner_id",
            "currency_id",
            "date_order",
            "validity_date",
            "locked",
            "amount_total",
            "client_order_ref",
            "order_line",
            "tag_ids"
        ]
    );
    let field = |name: &str| -> &FieldDef { Order::FIELDS.iter().find(|field| field.name == name).unwrap() };
    let readonly: Vec<&str> =
        Order::FIELDS.iter().filter(|field| field.readonly).map(|field| field.name).collect();
    assert_eq!(readonly, ["id", "amount_total"]);
    assert_eq!(
        (field("order_line").comodel, field("tag_ids").comodel),
        (Some("sale.order.line"), Some("crm.tag"))
    );
    assert_eq!(field("order_line").nested.unwrap()().len(), Line::FIELDS.len());
    assert_eq!(field("state").selection, ["draft", "sent", "sale", "cancel"]);
    assert!(field("client_order_ref").nullable && !field("name").nullable);
}

#[test]
fn create_is_told_what_is_there() {
    let line = Line {
        id: Id::unsaved(),
        name: None,
        product_uom_qty: decimal("3"),
        price_unit: decimal("19.99"),
        price_subtotal: decimal("59.97"),
    };
    assert_eq!(Value::from(line.values()), parsed(r#"{"product_uom_qty": 3, "price_unit": 19.99}"#));

    let mut order = order();
    order.order_line = vec![line];
    order.tag_ids = Vec::new();
    assert_eq!(
        Value::from(order.values()),
        parsed(
            r#"{"name": "S00027", "state": "draft", "partner_id": 65, "currency_id": 1, "date_order": "2026-11-23 08:32:22",
                "validity_date": "2026-12-23", "locked": false,
                "order_line": [[0, 0, {"product_uom_qty": 3, "price_unit": 19.99}]]}"#
        )
    );
    assert_eq!(Value::from(self::order().values())["tag_ids"], json!([[6, 0, [7, 6]]]));
}

/// Numbers as their text, as models write them.
fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn write_is_told_what_differs() {
    let old = order();
    assert_eq!(old.changes(&old), Map::new());

    let mut new = old.clone();
    new.amount_total = decimal("0");
    new.id = Id::new(28);
    new.seen = Some(1);
    new.partner_id.name = None;
    assert_eq!(new.changes(&old), Map::new(), "neither the id, nor what is read only, nor a name is written");

    let mut new = old.clone();
    new.validity_date = None;
    new.reference = Some("WIRE".to_owned());
    new.state = State::Sale;
    new.tag_ids = vec![Id::new(6), Id::new(8)];
    new.order_line[0].price_unit = decimal("20.5");
    new.order_line.remove(1);
    new.order_line.push(Line { id: Id::unsaved(), ..old.order_line[1].clone() });
    assert_eq!(
        Value::from(new.changes(&old)),
        parsed(
            r#"{"validity_date": false, "client_order_ref": "WIRE", "state": "sale", "tag_ids": [[3, 7, 0], [4, 8, 0]],
                "order_line": [[3, 54, 0], [1, 53, {"price_unit": 20.5}], [0, 0, {"product_uom_qty": 1, "price_unit": 0.1}]]}"#
        )
    );
}

#[test]
fn handles_build_domains_orders_and_values() {
    let domain = Order::STATE
        .eq("draft")
        .and(Order::PARTNER_ID.then(Partner::COUNTRY_ID).then(Country::CODE).ne("BE"));
    assert_eq!(
        domain.to_value(),
        json!(["&", ["state", "=", "draft"], ["partner_id.country_id.code", "!=", "BE"]])
    );
    assert_eq!(Order::REFERENCE.eq("x").to_value(), json!([["client_order_ref", "=", "x"]]));
    assert_eq!(
        Order::STATE.is_in([State::Draft, State::Sent]).to_value(),
        json!([["state", "in", ["draft", "sent"]]])
    );
    assert_eq!(Order::ORDER_LINE.then(Line::ID).eq(53).to_value(), json!([["order_line.id", "=", 53]]));
    assert_eq!(
        Order::AMOUNT_TOTAL.ge(decimal("10.50")).to_value(),
        parsed(r#"[["amount_total", ">=", 10.5]]"#)
    );
    assert_eq!(Order::DATE_ORDER.desc().then(Order::ID.asc()).to_string(), "date_order desc, id asc");

    let values = Values::new()
        .set(Order::NAME, "S1")
        .set(Order::TAG_IDS, vec![Id::new(7)])
        .unset(Order::VALIDITY_DATE);
    assert_eq!(
        Value::from(Map::from(values)),
        json!({"name": "S1", "tag_ids": [[6, 0, [7]]], "validity_date": false})
    );
}
