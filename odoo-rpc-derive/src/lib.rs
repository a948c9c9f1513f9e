#![doc = include_str!("../README.md")]

mod attribute;
mod case;
mod errors;
mod model;
mod selection;

use proc_macro::TokenStream;

/// A struct as a model of Odoo: the fields to read, decoding, values to write, and a typed handle for each field.
///
/// On the struct: `#[odoo(model = "res.partner")]`, and `#[odoo(crate = "path::to::odoo_rpc")]` where the client is reached through
/// another crate. On a field: `#[odoo(name = "type")]` where Odoo's name is not the identifier, `#[odoo(readonly)]` for what is read and
/// never written, `#[odoo(skip)]` for what is not Odoo's and starts as `Default::default()`. One field is the record's id, of type
/// `Id<Self>`.
///
/// Implements `ModelName`, `Model` and serde's `Deserialize` of `odoo-rpc`, and adds one constant per field, named as the field in capitals.
#[proc_macro_derive(OdooModel, attributes(odoo))]
pub fn odoo_model(input: TokenStream) -> TokenStream {
    errors::expand(input, model::derive)
}

/// An enum as the values of a selection field.
///
/// A variant without data is a value that the program knows: `#[odoo("to invoice")]`, or the variant's name in `snake_case`. The variant
/// `Other(String)` is every other value. `#[odoo(crate = "path::to::odoo_rpc")]` as for `OdooModel`.
///
/// Implements `FieldValue` of `odoo-rpc`, `as_str`, `From<&str>`, `From<String>`, `Display`, and serde's `Serialize` and `Deserialize`.
#[proc_macro_derive(OdooSelection, attributes(odoo))]
pub fn odoo_selection(input: TokenStream) -> TokenStream {
    errors::expand(input, selection::derive)
}
