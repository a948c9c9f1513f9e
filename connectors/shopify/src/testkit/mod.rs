//! A pretend Shopify on loopback, and orders for it. For tests and examples; nothing here belongs into production.
//!
//! The pretend shop keeps the rules that connectors trip over: an access token is checked, queries cost points, a mutation without an
//! idempotency key is refused, a key that comes back with other variables is refused, a level is set only if it still is what the caller
//! says, and a list of levels is set as a whole or not at all.

mod answer;
mod fault;
mod generate;
mod invalid;
mod inventory;
mod money;
mod order;
mod render;
mod shop;
mod sign;

pub use fault::Fault;
pub use generate::generate;
pub use invalid::{Invalid, broken};
pub use inventory::Write;
pub use order::{Customer, Order, OrderBuilder, OrderLine, Shipping, variant_of};
pub use shop::{ACCESS_TOKEN, DOMAIN, Shop, WEBHOOK_SECRET};
pub use sign::signed_webhook;
