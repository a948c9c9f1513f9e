#![doc = include_str!("../README.md")]

mod error;
pub use error::Error;

mod schema_set;
pub use schema_set::SchemaSet;

pub mod diff;

pub mod command;
