#![doc = include_str!("../README.md")]

mod error;
pub use error::Error;

mod schema_set;
pub use schema_set::SchemaSet;

mod language;

pub mod asyncapi;
pub mod catalog;
pub mod diff;
pub mod export;
pub mod sample;
mod unique;
pub mod upcast;
pub mod validate;

pub mod command;
