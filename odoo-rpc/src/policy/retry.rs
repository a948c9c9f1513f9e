//! Whether a failure may be repeated, and after which wait.

use std::time::Duration;

use super::{Effect, Policy};
use crate::error::{Error, ErrorKind, Retry};

/// The wait before attempt `attempt + 1`, or `None` if there must be none.
///
/// What was certainly not done may be repeated; what may have been done only if doing it twice equals doing it once. A login that was refused
/// is never repeated, since Odoo locks the address out.
pub(super) fn wait(
    policy: &Policy,
    error: &Error,
    effect: Effect,
    attempt: u32,
    chance: f64,
) -> Option<Duration> {
    let allowed = match error.retryable() {
        Retry::Never => false,
        Retry::Safe => error.kind() != ErrorKind::Auth,
        Retry::IfIdempotent => effect.is_repeatable(),
    };
    if !allowed || attempt >= policy.attempts {
        return None;
    }
    let longest =
        policy.backoff.saturating_mul(1_u32.checked_shl(attempt).unwrap_or(u32::MAX)).min(policy.max_backoff);
    // Full jitter: clients that failed together don't come back together.
    let wait = longest.mul_f64(chance.clamp(0.0, 1.0));
    Some(error.retry_after().map_or(wait, |asked| asked.max(wait)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Delivery;

    #[test]
    fn only_what_cannot_double_is_repeated() {
        use {Delivery as D, Effect as E, ErrorKind as K};
        let policy = Policy::self_hosted();
        for (kind, delivery, effect, expected) in [
            (K::Connection, D::NotSent, E::Create, true),
            (K::Connection, D::Unknown, E::Create, false),
            (K::Connection, D::Unknown, E::Action, false),
            (K::Connection, D::Unknown, E::Idempotent, true),
            (K::Timeout, D::Unknown, E::Read, true),
            (K::Conflict, D::RolledBack, E::Create, true),
            (K::Auth, D::Rejected, E::Read, false),
            (K::Validation, D::RolledBack, E::Read, false),
            (K::Protocol, D::Committed, E::Read, false),
            (K::Unavailable, D::Unknown, E::Action, false),
        ] {
            let error = Error::new(kind, delivery, "a.b", "");
            assert_eq!(
                wait(&policy, &error, effect, 1, 0.5).is_some(),
                expected,
                "{kind:?} {delivery:?} {effect:?}"
            );
            assert_eq!(wait(&policy, &error, effect, 3, 0.5), None);
        }
    }

    #[test]
    fn waits_double_up_to_a_limit_and_obey_the_server() {
        let policy = Policy { attempts: u32::MAX, ..Policy::self_hosted() };
        let error = Error::new(ErrorKind::Conflict, Delivery::RolledBack, "a.b", "");
        let at = |attempt| wait(&policy, &error, Effect::Read, attempt, 1.0).unwrap();
        assert_eq!(at(1), Duration::from_millis(500));
        assert_eq!(at(2), Duration::from_secs(1));
        assert_eq!(at(40), policy.max_backoff);
        let asked = Error::new(ErrorKind::RateLimited, Delivery::Rejected, "a.b", "")
            .with_retry_after(Some(Duration::from_secs(7)));
        assert_eq!(wait(&policy, &asked, Effect::Create, 1, 0.1), Some(Duration::from_secs(7)));
    }
}
