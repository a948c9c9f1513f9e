//! Generated code that is committed: it is what would be generated now, it compiles, and it reads rows as servers answer them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

#[path = "golden/folder/mod.rs"]
mod folder;
#[path = "golden/odoo.rs"]
mod golden;

use std::path::Path;

use odoo_codegen::{Options, Schema, generate, read_schema, stale};
use odoo_rpc::field::{Binary, Decimal, Reference};
use odoo_rpc::{Id, Many2one, Model, ModelName};
use serde_json::{Value, json};

use golden::{
    ResPartner, ResPartnerType, SaleOrder, SaleOrderActivityState, SaleOrderInvoiceStatus, SaleOrderLine,
    SaleOrderState, XOddOption, XOddOptionClass,
};

fn golden_path(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name)
}

fn definitions() -> Schema {
    read_schema(&golden_path("definitions")).unwrap()
}

/// As `odoo-codegen generate --from definitions --out odoo.rs` has made it, with every field of the odd model.
fn all_of_it() -> Options {
    let odd = definitions().models["x_odd.option"].keys().cloned().collect::<Vec<_>>();
    Options::new().fields("x_odd.option", odd)
}

/// Of real models what is stored and Odoo's own.
fn stored() -> Options {
    Options::new().models(["res.partner", "sale.order"]).custom(false).skip_computed(true)
}

#[test]
fn what_is_committed_is_what_would_be_generated() {
    for (out, options) in [("odoo.rs", all_of_it()), ("folder", stored())] {
        let stale = stale(&generate(&definitions(), &options).unwrap(), &golden_path(out)).unwrap();
        let told: Vec<String> = stale.iter().map(ToString::to_string).collect();
        assert!(stale.is_empty(), "generate it anew:\n{}", told.join("\n"));
    }
}

fn order() -> Value {
    json!({
        "id": 27, "activity_state": "today", "amount_total": 59.97, "client_order_ref": false, "commitment_date": false,
        "currency_id": [1, "USD"], "date_order": "2026-11-23 08:32:22", "invoice_status": "to invoice", "locked": false,
        "name": "S00027", "note": "<p>x</p>", "order_line": [53, 54], "partner_id": [65, "Azure"], "partner_invoice_id": false,
        "state": "sale", "validity_date": "2026-12-23"
    })
}

/// Through the text, so that numbers keep their digits.
fn read<M: Model>(row: &Value) -> M {
    serde_json::from_str(&row.to_string()).unwrap()
}

#[test]
fn a_row_is_read_and_written() {
    let order: SaleOrder = read(&order());
    assert_eq!(
        (order.id, order.name.as_str(), order.amount_total),
        (Id::new(27), "S00027", Decimal::new(5997, 2))
    );
    assert_eq!(
        (order.state.clone(), order.invoice_status.clone()),
        (SaleOrderState::Sale, Some(SaleOrderInvoiceStatus::ToInvoice))
    );
    assert_eq!(order.activity_state, Some(SaleOrderActivityState::Today), "the same enum as the partner's");
    assert_eq!(order.order_line, [Id::<SaleOrderLine>::new(53), Id::new(54)]);
    let invoiced: &Option<Many2one<ResPartner>> = &order.partner_invoice_id;
    assert_eq!((invoiced, order.partner_id.name.as_deref()), (&None, Some("Azure")));

    let mut new = order.clone();
    new.client_order_ref = Some("PO 7".to_owned());
    new.amount_total = Decimal::ZERO;
    new.state = SaleOrderState::Cancel;
    assert_eq!(
        Value::from(new.changes(&order)),
        json!({"client_order_ref": "PO 7"}),
        "what is read-only is not written"
    );
    assert_eq!(SaleOrder::NAME.eq("S1").to_string(), "[('name', '=', 'S1')]");
    assert_eq!(SaleOrder::PARTNER_ID.then(ResPartner::TYPE).path(), "partner_id.type");
}

#[test]
fn the_folder_has_the_same_types() {
    let mut row = order();
    row.as_object_mut().unwrap().remove("activity_state");
    let order: folder::SaleOrder = read(&row);
    let partner: &Many2one<folder::ResPartner> = &order.partner_id;
    assert_eq!((partner.id.get(), order.state), (65, folder::SaleOrderState::Sale));
    assert_eq!(<folder::ResCurrency as ModelName>::MODEL, "res.currency");
    let names: Vec<&str> = folder::ResPartner::FIELDS.iter().map(|field| field.name).collect();
    assert_eq!(
        names,
        [
            "id",
            "child_ids",
            "credit_limit",
            "lang",
            "name",
            "parent_id",
            "property_payment_term_id",
            "ref_company_ids",
            "type"
        ]
    );
}

#[test]
fn odd_names_and_types_are_read() {
    let partner: ResPartner = read(&json!({
        "id": 7, "activity_state": false, "child_ids": [], "credit_limit": 0.0, "lang": "en_US", "name": false, "parent_id": false,
        "property_payment_term_id": false, "ref_company_ids": [1], "type": "other", "x_studio_größe": 1.85
    }));
    assert_eq!(
        (partner.r#type, partner.x_studio_gr_e),
        (Some(ResPartnerType::OtherValue), Decimal::new(185, 2))
    );

    let row = json!({
        "id": 1, "2fa": true, "class": "-1", "data": {"a": 1}, "file": "aGVsbG8=", "fooBar": 1, "foo_bar": 2, "groups": false,
        "name": "x", "newer": [1.5], "props": [], "props_definition": false, "ref": "res.partner,7", "root": ["60", "60"], "self": [1, "x"],
        "somewhere": false, "tags": [], "x_studio_a_field_with_a_name_that_goes_on_and_on_and_never_ends_B": [7, "Ann"]
    });
    let odd: XOddOption = read(&row);
    assert!(odd.field_2fa);
    assert_eq!((odd.class.clone(), odd.foo_bar, odd.foo_bar_2), (Some(XOddOptionClass::Minus1), 2, 1));
    assert_eq!(odd.file, Binary(b"hello".to_vec()));
    assert_eq!(odd.r#ref, Some(Reference { model: "res.partner".to_owned(), id: 7 }));
    assert_eq!(odd.self_.as_ref().map(|record| record.id), Some(odd.id));
    assert_eq!(odd.root, json!(["60", "60"]), "an id that is no number");
    assert_eq!(XOddOptionClass::from("日本").as_str(), "日本");
    assert_eq!(XOddOptionClass::from("新").to_string(), "新", "a value that nobody knew");
    let back = Value::from(odd.values());
    for field in ["2fa", "class", "fooBar", "foo_bar", "self", "ref", "file"] {
        let expected = if field == "self" { json!(1) } else { row[field].clone() };
        assert_eq!(back[field], expected, "{field}");
    }
}

#[test]
fn what_is_asked_for_must_be_there() {
    for (options, expected) in [
        (
            Options::new().models(["res.partnr"]),
            "res.partnr: there is no definition of this model: fetch it, or correct the name",
        ),
        (
            Options::new().fields("crm.lead", ["name"]),
            "crm.lead: there is no definition of this model: fetch it, or correct the name",
        ),
        (
            Options::new().fields("sale.order", ["id", "nam"]),
            "sale.order: nam: the model has no such field, or its reader may not see it",
        ),
    ] {
        assert_eq!(generate(&definitions(), &options).unwrap_err().to_string(), expected);
    }
}

#[test]
fn a_model_without_numbers_for_ids_is_refused() {
    let mut schema = definitions();
    schema.add_json("account.root", r#"{"id": {"type": "integer"}}"#).unwrap();
    assert!(generate(&schema, &stored()).is_ok(), "nobody asked for it");
    let error = generate(&schema, &Options::new()).unwrap_err().to_string();
    assert!(error.starts_with("account.root: its records have texts for ids"), "{error}");
}

#[test]
fn heavy_fields_are_there_where_they_are_named() {
    let lean = generate(&definitions(), &Options::new()).unwrap().one_file();
    for field in ["image_1920", "__last_update", "signature"] {
        assert!(!lean.contains(field), "{field}");
    }
    let options = Options::new()
        .models(["res.partner"])
        .custom(false)
        .fields("res.partner", ["image_1920", "__last_update", "x_studio_größe"]);
    let named = generate(&definitions(), &options).unwrap().one_file();
    for line in [
        "pub image_1920: Option<Binary>,",
        "#[odoo(name = \"__last_update\", readonly)]\n    pub last_update: Option<Timestamp>,",
        "#[odoo(name = \"x_studio_größe\")]\n    pub x_studio_gr_e: Decimal,",
    ] {
        assert!(named.contains(line), "{line} in\n{named}");
    }
    assert!(!named.contains("parent_id"));
}
