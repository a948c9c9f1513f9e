//! Selections: known values, and those that a server adds.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

use std::collections::BTreeMap;

use odoo_rpc::OdooSelection;
use odoo_rpc::field::{FieldValue, decode_required};
use serde_json::json;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, OdooSelection)]
enum InvoiceStatus {
    Upselling,
    Invoiced,
    #[odoo("to invoice")]
    ToInvoice,
    #[odoo("no")]
    Nothing,
    InPayment,
    Other(String),
}

const ALL: [(InvoiceStatus, &str); 5] = [
    (InvoiceStatus::Upselling, "upselling"),
    (InvoiceStatus::Invoiced, "invoiced"),
    (InvoiceStatus::ToInvoice, "to invoice"),
    (InvoiceStatus::Nothing, "no"),
    (InvoiceStatus::InPayment, "in_payment"),
];

#[test]
fn every_value_goes_both_ways() {
    for (status, text) in ALL {
        assert_eq!((status.as_str(), status.to_string().as_str()), (text, text));
        assert_eq!(
            (InvoiceStatus::from(text), InvoiceStatus::from(text.to_owned())),
            (status.clone(), status.clone())
        );
        assert_eq!(InvoiceStatus::decode(json!(text)).unwrap(), Some(status.clone()));
        assert_eq!(status.encode(), json!(text));
        assert_eq!(serde_json::to_value(&status).unwrap(), json!(text));
        assert_eq!(serde_json::from_value::<InvoiceStatus>(json!(text)).unwrap(), status);
    }
    assert_eq!(InvoiceStatus::SELECTION, ALL.map(|(_, text)| text));
    assert_eq!(InvoiceStatus::TYPES, ["selection"]);
}

#[test]
fn a_value_that_nobody_knew_is_kept() {
    let other = InvoiceStatus::from("partially");
    assert_eq!(other, InvoiceStatus::Other("partially".to_owned()));
    assert_eq!(other, InvoiceStatus::from("partially".to_owned()));
    assert_eq!(InvoiceStatus::decode(json!("partially")).unwrap(), Some(other.clone()));
    assert_eq!(
        (other.encode(), serde_json::to_value(&other).unwrap()),
        (json!("partially"), json!("partially"))
    );
    assert_eq!(format!("{other:>10}|{:<9}|", InvoiceStatus::Nothing), " partially|no       |");
}

#[test]
fn false_is_no_value() {
    assert_eq!(InvoiceStatus::decode(json!(false)).unwrap(), None);
    assert_eq!(Option::<InvoiceStatus>::decode(json!(false)).unwrap(), Some(None));
    let error = decode_required::<InvoiceStatus, _>(json!(false)).unwrap_err().to_string();
    assert_eq!(error, "it is empty in Odoo (false): make it an Option");
    assert_eq!(serde_json::from_value::<InvoiceStatus>(json!(false)).unwrap_err().to_string(), error);
    for wrong in [json!(true), json!(1), json!(["no"]), json!({"no": 1})] {
        assert!(InvoiceStatus::decode(wrong.clone()).is_err(), "{wrong}");
    }
}

#[test]
fn a_selection_is_the_key_of_a_map() {
    let counts: BTreeMap<InvoiceStatus, u32> = serde_json::from_str(r#"{"no": 2, "to invoice": 1}"#).unwrap();
    assert_eq!(counts, BTreeMap::from([(InvoiceStatus::Nothing, 2), (InvoiceStatus::ToInvoice, 1)]));
    assert_eq!(serde_json::to_string(&counts).unwrap(), r#"{"to invoice":1,"no":2}"#);
}
