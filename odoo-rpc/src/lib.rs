#![doc = include_str!("../README.md")]

// Vocabulary
mod error;
pub use error::{Delivery, Error, ErrorKind, Retry};
mod call;
pub use call::Call;
mod domain;
pub use domain::{Domain, DomainError, DomainPlace, Operator};
mod version;
pub use version::Version;
mod capability;
pub use capability::Capability;
pub mod field;
pub use field::{AnyModel, Binary, FieldValue, Id, Many2one, ModelName, Properties, Reference};
pub mod model;
pub use model::{Field, Model, Order, Values};
#[cfg(feature = "derive")]
pub use odoo_rpc_derive::{OdooModel, OdooSelection};
mod config;
pub mod transport;
pub use config::Config;
mod key;
pub use key::Key;
mod policy;
pub use policy::{Effect, Policy};
mod clock;
pub use clock::{Clock, SystemClock};

/// What the code of the derives is written with. Not for use by hand.
#[doc(hidden)]
pub mod __private {
    pub use {serde, serde_json};
}

// Mechanism: pure functions
mod answer;
pub use answer::Answer;
mod fault;
mod http_date;
mod positional;
mod signatures;
pub use signatures::Signatures;
pub mod protocol;
pub use protocol::ProtocolKind;
pub mod xmlrpc;

// Orchestration: the only part that waits
mod client;
pub use client::{CallOutcome, CallReport, Client, Observer, SearchOptions};
mod load;
pub use load::{LoadMessage, LoadMessageKind, Loaded};
mod records;
pub use records::{
    Aggregate, Changes, Coalesced, Cursor, Drift, Group, Groups, Period, Records, StreamOptions,
};
mod upsert;
pub use upsert::{Cell, UpsertOptions, UpsertOutcome, UpsertRecord, UpsertReport};
mod files;
pub use files::Download;
mod rotate;
pub use rotate::KeyInfo;
mod web;
pub use web::{ReportFormat, WebSession};
mod probe;
#[cfg(feature = "reqwest")]
mod reqwest_transport;
#[cfg(feature = "reqwest")]
pub use reqwest_transport::{DEFAULT_MAX_BODY, ReqwestTransport};

#[cfg(feature = "blocking")]
pub mod blocking;

// Tests: an in-memory Odoo behind a real server
#[cfg(feature = "testkit")]
pub mod testkit;
