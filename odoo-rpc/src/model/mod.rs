//! Models of Odoo as Rust structs.
//!
//! `#[derive(OdooModel)]` makes a [`Model`] out of a struct: the list of fields to read, decoding straight from the answer, values to
//! write, and a [`Field`] handle for each field, to build domains and orders with.

mod command;
mod decode;
mod def;
mod digest;
mod handle;
mod specification;
mod values;

pub use decode::{FieldIndex, decode_model, finish_field, read_field};
pub use def::FieldDef;
pub(crate) use digest::Digested;
pub use handle::{Field, Order};
pub(crate) use specification::{is_nested, names, specification};
pub use values::Values;

use serde::de::{DeserializeOwned, MapAccess};
use serde_json::{Map, Value};

use crate::field::{Id, ModelName};

/// A model of Odoo, or the part of one that a program reads: implemented by `#[derive(OdooModel)]`.
///
/// # Contract
/// - [`from_map`](Self::from_map) reads what a server answers when it is asked for [`FIELDS`](Self::FIELDS).
/// - [`FIELDS`](Self::FIELDS) holds `id`, and each field once.
pub trait Model: ModelName + DeserializeOwned + Send + Sync + 'static {
    /// The fields to read.
    const FIELDS: &'static [FieldDef];

    /// Which record it is. [Unsaved](Id::unsaved) before it is created.
    fn id(&self) -> Id<Self>;

    /// Reads one record.
    ///
    /// # Errors
    /// A field that is missing, stands twice, or has a value of another type; the message names the field.
    fn from_map<'de, A: MapAccess<'de>>(map: A) -> Result<Self, A::Error>;

    /// All that `create` is told: every field that can be written and is not empty. A `0` and a `false` are told too, in the place of Odoo's
    /// defaults: to create a record with a few fields use [`Values`].
    fn values(&self) -> Map<String, Value>;

    /// What `write` needs to make the record `old` into this one: only the fields that differ, lists of records as the fewest commands.
    fn changes(&self, old: &Self) -> Map<String, Value>;
}
