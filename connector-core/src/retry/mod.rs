//! Retry, as four separate questions: what happened ([`Failure`]), may we try again ([`permit`]), is there budget ([`Budget`]), how fast
//! ([`Pace`]).

mod budget;
mod failure;
mod pace;
mod permission;

pub use budget::Budget;
pub use failure::{Cause, Delivery, Failure};
#[cfg(feature = "backoff")]
pub use pace::BackoffPolicy;
pub use pace::{Exponential, Pace};
pub use permission::{Limits, Permission, permit};
