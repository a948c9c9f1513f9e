#![doc = include_str!("../README.md")]

#[macro_use]
pub mod value;

#[macro_use]
mod record;

mod data_class;
pub use data_class::{DataClass, Domain, FieldMark, field_marks};

#[macro_use]
mod status;
pub use status::{State, StatusMachine};

#[macro_use]
pub mod invariant;
pub use invariant::Violation;

pub mod object;
pub use object::{CanonicalObject, Object, ObjectKind};

mod contract;
pub use contract::{ContractError, ContractRule, MAX_DOCUMENT_BYTES};

mod canonical_json;
pub use canonical_json::{Digest, canonical_json};

mod ext;
pub use ext::Ext;

pub mod envelope;
pub use envelope::{Envelope, idempotency_key};

pub mod schema;
pub use schema::{Flavour, SchemaFile, schemas};

mod validate;
pub use validate::{Finding, Layer, validate, validate_event};

mod upcast;
pub use upcast::{UpcastError, Upcaster, upcast, versions};

mod sample;
pub use sample::{Sampler, sample};
