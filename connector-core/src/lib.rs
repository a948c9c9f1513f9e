#![doc = include_str!("../README.md")]

pub mod context;
pub mod contract;
pub mod governance;
pub mod retry;
pub mod store;

mod hex;
mod inflight;
mod pipeline;
pub mod runtime;
#[cfg(feature = "webhook")]
mod webhook;

pub use contract::{Change, Connector, Manifest, Outcome, Sink, Source};
pub use governance::{Flow, Governance};
/// The language: business objects, value types and envelope.
pub use odoo_canonical as canonical;
pub use runtime::{Runtime, RuntimeBuilder};
#[cfg(feature = "webhook")]
pub use webhook::router;
