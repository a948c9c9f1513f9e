#![doc = include_str!("../README.md")]

#[macro_use]
pub mod value;

pub mod object;
pub use object::{CanonicalObject, Object, ObjectKind};

pub mod invariant;
pub use invariant::Violation;

mod contract;
pub use contract::{ContractError, ContractRule, MAX_DOCUMENT_BYTES};

mod canonical_json;
pub use canonical_json::{Digest, canonical_json};

mod ext;
pub use ext::Ext;

pub mod envelope;
pub use envelope::{Envelope, idempotency_key};

pub mod schema;
pub use schema::{SchemaFile, schemas};

mod data_class;
pub use data_class::{DataClass, FieldMark, field_marks};
