//! Being a good guest: how often, how fast and how many at once a client calls, and what it repeats.
//!
//! Four questions in four files: what does the method do ([`effect`](Effect)), may this failure be repeated (`retry.rs`), is there budget
//! (`budget.rs`), and when (`pace.rs`, `limit.rs`, `breaker.rs`). `gate.rs` puts them around every call.

mod breaker;
mod budget;
mod effect;
mod gate;
mod limit;
mod pace;
mod retry;

pub use effect::Effect;
pub(crate) use gate::{Errand, Gate};

use std::time::Duration;

/// How a client behaves towards a server. Shared by all clones of a client.
///
/// ```
/// use odoo_rpc::{Config, Policy};
///
/// let mut config = Config::new("https://prod.odoo.com", "prod", "bot@example.com", "the-api-key");
/// config.policy = Policy::odoo_online();
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// How often a call is tried at most. 1: never repeated.
    pub attempts: u32,
    /// The wait before the first repetition, on average; it doubles each time.
    pub backoff: Duration,
    /// The longest wait between two attempts.
    pub max_backoff: Duration,
    /// How many repetitions there may be for each call that is made, over time: 0.1 is one in ten. It keeps a server that fails from being
    /// called twice as often for it.
    pub retry_budget: f64,
    /// How many calls may be under way at once. The client finds out how many of them are good for the server: more while it answers fast,
    /// half as many when it fails or is slow.
    pub max_concurrent: usize,
    /// How many calls may be started in a second, on average. `None`: any number.
    pub calls_per_second: Option<f64>,
    /// How many may be started at once after a pause, where `calls_per_second` is set.
    pub burst: u32,
    /// An answer that takes longer says that the server has too much to do.
    pub slow: Duration,
    /// After so many calls in a row that found no server, calls are refused without being sent for a while. 0: never.
    pub break_after: u32,
    /// For how long they are refused.
    pub break_for: Duration,
}

impl Policy {
    /// Each call is sent once, and nothing is held back: for a host that has a policy of its own.
    #[must_use]
    pub fn once() -> Self {
        Self {
            attempts: 1,
            max_concurrent: usize::MAX,
            calls_per_second: None,
            break_after: 0,
            ..Self::self_hosted()
        }
    }

    /// For a server of one's own: up to 8 calls at once, three attempts.
    #[must_use]
    pub fn self_hosted() -> Self {
        Self {
            attempts: 3,
            backoff: Duration::from_millis(250),
            max_backoff: Duration::from_secs(20),
            retry_budget: 0.1,
            max_concurrent: 8,
            calls_per_second: None,
            burst: 1,
            slow: Duration::from_secs(30),
            break_after: 8,
            break_for: Duration::from_secs(5),
        }
    }

    /// For Odoo Online, whose acceptable use is about one call per second, one after the other.
    #[must_use]
    pub fn odoo_online() -> Self {
        Self { max_concurrent: 1, calls_per_second: Some(1.0), burst: 3, ..Self::self_hosted() }
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::self_hosted()
    }
}
