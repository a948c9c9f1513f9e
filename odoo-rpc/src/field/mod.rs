//! Values of Odoo's fields as Rust types: how each is read from an answer and written into a call.
//!
//! | Odoo | Rust |
//! |---|---|
//! | `char`, `text`, `html` | `String` |
//! | `boolean` | `bool` |
//! | `integer`, `many2one_reference` | `i64` |
//! | `float`, `monetary` | [`Decimal`] from the number's own text, or `f64` |
//! | `date`, `datetime` | [`Date`], [`Timestamp`] (UTC) |
//! | `selection` | an enum with `#[derive(OdooSelection)]`, or `String` |
//! | `many2one` | [`Id`], [`Many2one`], or a nested model |
//! | `one2many`, `many2many` | `Vec` of [`Id`] or of a nested model |
//! | `reference` | [`Reference`] |
//! | `binary`, `image` | [`Binary`] |
//! | `properties` | [`Properties`] |
//! | `json` and anything else | [`serde_json::Value`] |
//!
//! Odoo says `false` for a field without a value, whatever its type. Here that is `None` in an `Option`, `false` in a `bool`, an empty
//! `Vec`; in any other type it is an error that names the field. `""` and `false` are different in Odoo's database and stay different.
//!
//! Sources: `convert_to_read` and `convert_to_write` of `odoo/orm/fields*.py` (before 19.0 `odoo/fields.py`).

mod binary;
mod decimal;
mod id;
mod list;
mod many2one;
mod optional;
mod properties;
mod reference;
mod scalar;
mod time;
mod unsendable;

pub use binary::Binary;
pub(crate) use decimal::NUMBER_TEXT;
pub use id::{AnyModel, Id, ModelName};
pub use jiff::Timestamp;
pub use jiff::civil::Date;
pub use list::Record;
pub(crate) use list::Required;
pub use many2one::Many2one;
pub use optional::decode_required;
pub use properties::{Properties, Property};
pub use reference::Reference;
pub use rust_decimal::Decimal;
pub use scalar::decode_text;
pub use time::{format_datetime, parse_datetime};
pub(crate) use unsendable::{find_unsendable, unsendable};

use serde::Deserializer;
use serde_json::Value;

use crate::model::FieldDef;

/// A value of a field.
///
/// Implemented for the types of the [table](self) and, by `#[derive(OdooModel)]` and `#[derive(OdooSelection)]`, for models and enums.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the type of any field of Odoo",
    note = "the table in `odoo_rpc::field` lists the types; a selection is an enum with `#[derive(OdooSelection)]`, a model a struct with `#[derive(OdooModel)]`"
)]
pub trait FieldValue: Sized {
    /// The field types of Odoo that this can hold, as `fields_get` names them (`type`).
    const TYPES: &'static [&'static str];
    /// Whether it can hold Odoo's empty value.
    const NULLABLE: bool = false;
    /// The model that a relation leads to, where the type says it.
    const COMODEL: Option<&'static str> = None;
    /// The fields to read of the records that it leads to, if it holds more of them than their ids and names.
    const NESTED: Option<fn() -> &'static [FieldDef]> = None;
    /// Whether the display name of the record that it leads to is wanted too.
    const NAMED: bool = false;
    /// The values of a selection that it knows.
    const SELECTION: &'static [&'static str] = &[];
    /// What it is compared with in a domain: the value without its `Option`, the id for a relation.
    type Plain: FieldValue;

    /// Reads a value. `None`: Odoo's empty value.
    ///
    /// # Errors
    /// A value of another type.
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error>;

    /// The value as `create` and `write` take it. What Odoo has no value for (a number that is not finite, a record that is not created yet) fails
    /// the call that it goes into, before it is sent.
    fn encode(&self) -> Value;

    /// The value as a domain takes it for what is less or more.
    fn ordered(&self) -> Value {
        self.encode()
    }

    /// Whether `create` is better not told of it, so that Odoo's default applies.
    fn is_empty(&self) -> bool {
        false
    }

    /// What `write` needs to make `old` into this. `None`: nothing.
    fn diff(&self, old: &Self) -> Option<Value> {
        let value = self.encode();
        (value != old.encode()).then_some(value)
    }
}
