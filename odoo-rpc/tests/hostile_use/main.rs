//! What hostile use brought to light: each test states what the crate claims.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test may panic, and its time is held still"
)]

mod clocks;
mod fake;
mod files;
mod following;
mod outcome;
mod pacing;
mod secrets;
mod unsent;
mod values;
