#![doc = include_str!("../README.md")]

// Vocabulary
mod error;
pub use error::Error;
mod schema;
pub use schema::{Choice, Field, Fields, Schema};
mod options;
pub use options::Options;

// Mechanism: pure functions
mod docs;
mod generate;
mod name;
mod plan;
mod render;
pub use generate::{Code, generate};
mod change;
pub use change::{Change, What, changes};
mod diff;

// Files and servers
mod folder;
pub use folder::{read_schema, save_schema};
mod output;
pub use output::{Stale, stale, write_code};
#[cfg(feature = "live")]
mod live;
#[cfg(feature = "live")]
pub use live::{ATTRIBUTES, drift, fetch};
