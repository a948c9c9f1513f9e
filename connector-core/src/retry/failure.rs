//! What happened: whether the other side may have acted, and whether the cause passes by itself.

use std::fmt;
use std::time::Duration;

use thiserror::Error;

/// Whether the other side may have acted on what was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Delivery {
    /// Nothing left this process, or nobody took it.
    NotSent,
    /// The other side read it and refused; nothing changed there.
    Refused,
    /// The other side began and took everything back.
    RolledBack,
    /// The answer was lost: it may or may not have acted.
    Unknown,
}

/// Why it failed, as far as a second attempt is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cause {
    /// Passes by itself: the network, a restart, a conflict with another writer.
    Transient,
    /// The other side asks for less; see [`Failure::after`].
    Throttled,
    /// The credentials were refused: a reload of the secret may help, a plain repetition does not.
    Auth,
    /// The same request would fail again.
    Permanent,
}

/// A call to another system that did not give a result.
#[derive(Debug, Clone, Error, PartialEq, Eq)]
pub struct Failure {
    /// Whether the other side may have acted.
    pub delivery: Delivery,
    /// Whether the cause passes by itself.
    pub cause: Cause,
    /// How long the other side asks to wait.
    pub after: Option<Duration>,
    /// A short word for grouping, for example `serialization` or `connect`.
    pub code: String,
    /// One line: what was tried and what came back. Never a secret.
    pub message: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl Failure {
    /// A failure of this delivery and cause.
    pub fn new(delivery: Delivery, cause: Cause, code: &str, message: impl Into<String>) -> Self {
        Failure { delivery, cause, after: None, code: code.to_owned(), message: message.into() }
    }

    /// The other side could not be reached.
    pub fn unreachable(message: impl Into<String>) -> Self {
        Failure::new(Delivery::NotSent, Cause::Transient, "unreachable", message)
    }

    /// The answer was lost.
    pub fn lost(code: &str, message: impl Into<String>) -> Self {
        Failure::new(Delivery::Unknown, Cause::Transient, code, message)
    }

    /// The other side asks to wait that long.
    pub fn with_after(mut self, after: Option<Duration>) -> Self {
        self.after = after;
        self
    }
}
