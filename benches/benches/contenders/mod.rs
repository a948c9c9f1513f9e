//! Who does the same work as `odoo-rpc`, with the same bytes into the same fields.

#![allow(clippy::unwrap_used, reason = "a benchmark may panic")]

pub mod json;
pub mod plain;
pub mod xml;
