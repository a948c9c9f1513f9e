//! May we try again: follows from what happened and from what makes a second attempt harmless.

use std::time::Duration;

use super::{Cause, Delivery, Failure};
use crate::contract::IdempotencyClass;

/// How often and for how long a message may be tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Attempts in which the target was reached, the first included. Waiting for a target that is away, asks for time, or does not know
    /// our credentials is not an attempt.
    pub attempts: u32,
    /// Age since the message arrived after which it becomes an exception even so.
    pub age: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { attempts: 12, age: Duration::from_secs(24 * 3600) }
    }
}

/// What may be done next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// Try again. `counted`: it was an attempt.
    Again {
        /// Whether it counts towards the limit.
        counted: bool,
    },
    /// Ask the target first what became of it.
    ProbeFirst,
    /// Nobody may try again on their own: a person decides.
    InDoubt,
    /// It would fail again.
    Permanent,
    /// The limit is reached.
    Exhausted,
}

/// Decides whether a failed effect may be tried again. `attempts` are those made, this one included; `age` is the message's.
pub fn permit(
    failure: &Failure,
    class: IdempotencyClass,
    attempts: u32,
    age: Duration,
    limits: Limits,
) -> Permission {
    if failure.delivery == Delivery::Unknown && class == IdempotencyClass::NonIdempotent {
        return Permission::InDoubt;
    }
    if failure.cause == Cause::Permanent {
        // Refused for good, but if the answer was lost nobody knows what it was refused with.
        return match failure.delivery {
            Delivery::Unknown => Permission::InDoubt,
            _ => Permission::Permanent,
        };
    }
    let counted = failure.delivery != Delivery::NotSent && failure.cause == Cause::Transient;
    if age >= limits.age || (counted && attempts >= limits.attempts) {
        // Out of attempts with an answer still open is not "failed": it may have landed.
        return match failure.delivery {
            Delivery::Unknown if class == IdempotencyClass::ProbeThenApply => Permission::InDoubt,
            _ => Permission::Exhausted,
        };
    }
    if failure.delivery == Delivery::Unknown && class == IdempotencyClass::ProbeThenApply {
        return Permission::ProbeFirst;
    }
    Permission::Again { counted }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    fn ask(delivery: Delivery, cause: Cause, class: IdempotencyClass, attempts: u32) -> Permission {
        permit(&Failure::new(delivery, cause, "test", ""), class, attempts, HOUR, Limits::default())
    }

    #[test]
    fn a_lost_answer_is_decided_by_the_idempotency_class() {
        use IdempotencyClass::*;
        for (class, expected) in [
            (RemoteKey, Permission::Again { counted: true }),
            (NaturalKeyUpsert, Permission::Again { counted: true }),
            (ConditionalWrite, Permission::Again { counted: true }),
            (ProbeThenApply, Permission::ProbeFirst),
            (NonIdempotent, Permission::InDoubt),
        ] {
            assert_eq!(ask(Delivery::Unknown, Cause::Transient, class, 1), expected, "{class:?}");
        }
    }

    #[test]
    fn even_non_idempotent_effects_are_repeated_when_nothing_happened() {
        for delivery in [Delivery::NotSent, Delivery::RolledBack] {
            assert!(matches!(
                ask(delivery, Cause::Transient, IdempotencyClass::NonIdempotent, 1),
                Permission::Again { .. }
            ));
        }
    }

    #[test]
    fn waiting_for_a_target_that_is_away_is_not_an_attempt() {
        let class = IdempotencyClass::NaturalKeyUpsert;
        assert_eq!(
            ask(Delivery::NotSent, Cause::Transient, class, 500),
            Permission::Again { counted: false }
        );
        assert_eq!(
            ask(Delivery::Refused, Cause::Throttled, class, 500),
            Permission::Again { counted: false }
        );
        assert_eq!(ask(Delivery::RolledBack, Cause::Transient, class, 12), Permission::Exhausted);
    }

    #[test]
    fn age_ends_even_the_waiting() {
        let away = Failure::unreachable("");
        let limits = Limits { attempts: 12, age: HOUR };
        assert_eq!(permit(&away, IdempotencyClass::RemoteKey, 1, HOUR, limits), Permission::Exhausted);
    }

    #[test]
    fn what_was_refused_for_good_is_not_repeated() {
        let class = IdempotencyClass::NaturalKeyUpsert;
        assert_eq!(ask(Delivery::Refused, Cause::Permanent, class, 1), Permission::Permanent);
        assert_eq!(ask(Delivery::Unknown, Cause::Permanent, class, 1), Permission::InDoubt);
    }
}
