//! What a flow promises: follows from what its parts can do.

use serde::Serialize;

use crate::contract::IdempotencyClass;

/// How often an effect lands in the target, for each change that was admitted.
///
/// None of these promises exactly-once delivery, which nobody can give: what is promised is the effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Guarantee {
    /// Delivered until acknowledged, lands once: a second delivery changes nothing.
    EffectivelyOnce,
    /// Lands once, or is an exception that says it may have.
    OnceOrInDoubt,
}

impl Guarantee {
    /// What a sink of this class allows.
    pub fn of(class: IdempotencyClass) -> Self {
        match class {
            IdempotencyClass::RemoteKey
            | IdempotencyClass::NaturalKeyUpsert
            | IdempotencyClass::ConditionalWrite => Guarantee::EffectivelyOnce,
            IdempotencyClass::ProbeThenApply | IdempotencyClass::NonIdempotent => Guarantee::OnceOrInDoubt,
        }
    }
}
