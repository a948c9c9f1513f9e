#![doc = include_str!("../README.md")]

// Vocabulary
mod config;
pub use config::{Config, ConfigError, ItemMatch, ProtocolChoice};
mod fields;
mod units;
mod xid;

// Mechanism
mod error;
mod load;
mod lookup;
mod map;
mod precision;
mod refs;
mod session;
mod transport;

// Orchestration
mod check;
mod connector;
mod sink;
mod source;
pub use connector::OdooConnector;
