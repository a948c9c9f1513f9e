//! How fast: the wait before a further attempt.

use std::time::Duration;

/// Gives the wait before a further attempt.
///
/// # Contract
/// Deterministic in `attempt` and `random`; never panics; `attempt` counts from 1.
pub trait Pace: Send + Sync {
    /// The wait after attempt number `attempt`; `random` is evenly spread over `0.0..1.0`.
    fn delay(&self, attempt: u32, random: f64) -> Duration;
}

/// Exponential waits with full jitter: evenly spread between nothing and `base * 2^(attempt-1)`, capped. Full jitter keeps clients that
/// failed together from coming back together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exponential {
    /// Upper end of the first wait.
    pub base: Duration,
    /// Upper end of every wait.
    pub cap: Duration,
}

impl Default for Exponential {
    fn default() -> Self {
        Exponential { base: Duration::from_millis(200), cap: Duration::from_secs(60) }
    }
}

impl Pace for Exponential {
    fn delay(&self, attempt: u32, random: f64) -> Duration {
        let doublings = attempt.saturating_sub(1).min(31);
        let ceiling = self.base.saturating_mul(1 << doublings).min(self.cap);
        ceiling.mul_f64(if (0.0..=1.0).contains(&random) { random } else { 1.0 })
    }
}

/// Adapts a policy of the crate `backoff` for hosts that already have one.
///
/// `make` gives a fresh policy; its n-th `next_backoff` is the wait after attempt n. Where the policy says stop, the last wait is kept:
/// when to stop is [`Limits`](super::Limits)' question, not the pace's.
#[cfg(feature = "backoff")]
pub struct BackoffPolicy<F>(F);

#[cfg(feature = "backoff")]
impl<F, B> BackoffPolicy<F>
where
    F: Fn() -> B + Send + Sync,
    B: backoff::backoff::Backoff,
{
    /// Takes waits from the policies that `make` gives.
    pub fn new(make: F) -> Self {
        BackoffPolicy(make)
    }
}

#[cfg(feature = "backoff")]
impl<F, B> Pace for BackoffPolicy<F>
where
    F: Fn() -> B + Send + Sync,
    B: backoff::backoff::Backoff,
{
    fn delay(&self, attempt: u32, _random: f64) -> Duration {
        let mut policy = (self.0)();
        policy.reset();
        let mut last = Duration::ZERO;
        // More than 64 steps change nothing in any policy with a cap, and this must end.
        for _ in 0..attempt.min(64) {
            match policy.next_backoff() {
                Some(wait) => last = wait,
                None => break,
            }
        }
        last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_cap() {
        let pace = Exponential { base: Duration::from_millis(100), cap: Duration::from_secs(1) };
        let ceilings: Vec<u128> = (1..=6).map(|n| pace.delay(n, 1.0).as_millis()).collect();
        assert_eq!(ceilings, [100, 200, 400, 800, 1000, 1000]);
        assert_eq!(pace.delay(u32::MAX, 1.0), Duration::from_secs(1));
        assert_eq!(pace.delay(3, 0.0), Duration::ZERO);
    }

    #[test]
    fn jitter_spreads_over_the_whole_span() {
        let pace = Exponential::default();
        assert_eq!(pace.delay(2, 0.25), Duration::from_millis(100));
        for odd in [f64::NAN, f64::INFINITY, -1.0, 2.0] {
            assert_eq!(pace.delay(2, odd), Duration::from_millis(400));
        }
    }

    #[cfg(feature = "backoff")]
    #[test]
    fn a_policy_of_the_backoff_crate_sets_the_pace() {
        struct Steps(u64);
        impl backoff::backoff::Backoff for Steps {
            fn reset(&mut self) {
                self.0 = 0;
            }
            fn next_backoff(&mut self) -> Option<Duration> {
                self.0 += 1;
                (self.0 <= 3).then(|| Duration::from_secs(self.0))
            }
        }
        let pace = BackoffPolicy::new(|| Steps(0));
        assert_eq!(pace.delay(2, 0.5), Duration::from_secs(2));
        assert_eq!(pace.delay(9, 0.5), Duration::from_secs(3));
    }
}
