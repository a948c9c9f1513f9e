//! A shop and an ERP that do as a test tells them, and a runtime between them.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic, and uses what it needs"
)]

mod erp;
pub mod evidence;
mod shop;
pub mod trouble;
mod world;

pub use erp::*;
pub use shop::*;
pub use world::*;
