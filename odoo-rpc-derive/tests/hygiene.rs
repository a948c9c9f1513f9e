//! The code of the derives stands in strange places and under strict lints, and meets no name of its user's.
#![deny(warnings, missing_docs, unused, unused_qualifications, unreachable_pub, single_use_lifetimes)]
#![deny(clippy::pedantic)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

use odoo_rpc::{Id, Model as _, ModelName as _};
use serde_json::json;

/// Reached under another name, as a crate that re-exports the client does.
pub mod sdk {
    pub use odoo_rpc as rpc;
}

/// Names that generated code must not trip over.
pub mod shadowed {
    use super::sdk::rpc;

    /// Not the one of the prelude.
    #[derive(Debug)]
    pub struct Option;
    /// Not the one of the prelude.
    #[derive(Debug)]
    pub struct String;
    /// Not the one of the prelude.
    #[derive(Debug)]
    pub struct Result;
    /// Not the one of serde.
    pub trait Deserialize {}
    /// Not the crate.
    pub mod core {}
    /// Not the crate.
    pub mod std {}
    /// Not the crate.
    pub mod serde {}
    /// Not the crate.
    pub mod odoo_rpc {}

    /// Fields whose constants are named as those of the traits.
    #[derive(Clone, Debug, PartialEq, rpc::OdooModel)]
    #[odoo(model = "ir.model.data", crate = "super::sdk::rpc")]
    pub struct A {
        /// Its id.
        pub(super) id: rpc::Id<A>,
        /// The model.
        pub(crate) model: ::std::string::String,
        /// A field called fields.
        pub fields: ::std::vec::Vec<rpc::Id<Self>>,
        /// A keyword.
        pub r#type: ::core::option::Option<::std::string::String>,
        /// The model of another.
        pub next: ::core::option::Option<rpc::Id<A>>,
        #[odoo(skip)]
        values: u8,
    }

    /// With names of the prelude.
    #[derive(Clone, Debug, PartialEq, Eq, rpc::OdooSelection)]
    #[odoo(crate = "super::sdk::rpc")]
    pub enum Kind {
        /// Nothing.
        None,
        /// Something.
        Some,
        /// A keyword.
        #[odoo("self")]
        Own,
        /// Anything else.
        Other(::std::string::String),
    }

    pub(super) fn values_of(model: &A) -> u8 {
        model.values
    }
}

#[test]
fn names_of_the_user_are_not_met() {
    use shadowed::{A, Kind};

    let row = json!({"id": 3, "model": "res.partner", "fields": [1], "type": "x", "next": false});
    let record: A = serde_json::from_value(row).unwrap();
    assert_eq!((record.id().get(), shadowed::values_of(&record)), (3, 0));
    assert_eq!(
        (A::MODEL.path(), A::FIELDS.path(), A::TYPE.path(), A::NEXT.path()),
        ("model", "fields", "type", "next")
    );
    assert_eq!(<A as odoo_rpc::ModelName>::MODEL, "ir.model.data");
    assert_eq!(<A as odoo_rpc::Model>::FIELDS.len(), 5);
    assert_eq!(record.changes(&record).len(), 0);
    assert_eq!(
        (Kind::from("none"), Kind::from("self"), Kind::Some.as_str()),
        (Kind::None, Kind::Own, "some")
    );
}

#[test]
fn a_model_in_a_function() {
    // One that is only read, with nothing to write.
    #[derive(odoo_rpc::OdooModel)]
    #[odoo(model = "stock.quant")]
    struct Quant {
        #[odoo(name = "id")]
        quant: Id<Self>,
        #[odoo(readonly)]
        quantity: f64,
    }
    #[derive(odoo_rpc::OdooSelection)]
    enum Usage {
        Internal,
        Other(String),
    }

    let [one, two]: [Quant; 2] =
        serde_json::from_value(json!([{"id": 1, "quantity": 1.5}, {"id": 2, "quantity": 2}])).unwrap();
    assert!(one.changes(&two).is_empty() && one.values().is_empty());
    assert!((one.quantity + two.quantity - 3.5).abs() < 1e-9);
    assert_eq!((Quant::MODEL, Quant::QUANT.path(), one.quant.get()), ("stock.quant", "id", 1));
    assert_eq!((Usage::from("internal").as_str(), Usage::from("view").as_str()), ("internal", "view"));
    assert!(matches!(Usage::from("internal"), Usage::Internal));
}

/// Made by a macro, whose names have spans of their own.
macro_rules! tag {
    ($name:ident, $model:literal, $field:ident: $ty:ty) => {
        #[derive(Debug, odoo_rpc::OdooModel)]
        #[odoo(model = $model)]
        struct $name {
            id: Id<Self>,
            $field: $ty,
        }
    };
}
tag!(Tag, "crm.tag", name: Option<String>);

#[test]
fn a_model_from_a_macro() {
    let tag: Tag = serde_json::from_value(json!({"id": 1, "name": "x"})).unwrap();
    assert_eq!(
        (tag.id.get(), tag.name.as_deref(), Tag::NAME.path(), Tag::MODEL),
        (1, Some("x"), "name", "crm.tag")
    );
}
