//! The North America region: its rules and its connectors, put together once for the demo, the node and the tests.

mod region;
mod serve;

pub use region::{ORDERS, Region, STOCK, governance};
pub use serve::{Status, serve};

/// What goes wrong in an example: anything, with its reason.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;
