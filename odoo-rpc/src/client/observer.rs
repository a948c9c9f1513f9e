//! Being told of every call, for a host's own metrics.

use std::time::Duration;

use crate::error::Error;
use crate::policy::Effect;
use crate::protocol::ProtocolKind;

/// Is told of every call when it ends.
///
/// # Contract
/// [`finished`](Self::finished) must be quick and must not call the client.
pub trait Observer: Send + Sync {
    /// A call has ended.
    fn finished(&self, report: &CallReport<'_>);
}

/// What became of a call. No value and no key is in it.
#[derive(Debug)]
#[non_exhaustive]
pub struct CallReport<'a> {
    /// The model.
    pub model: &'a str,
    /// The method.
    pub method: &'a str,
    /// The protocol.
    pub protocol: ProtocolKind,
    /// What doing it twice would do.
    pub effect: Effect,
    /// How often it was sent, or would have been.
    pub attempts: u32,
    /// From the call to its end, with all waits.
    pub duration: Duration,
    /// How it ended.
    pub outcome: CallOutcome<'a>,
}

/// How a call ended.
#[derive(Debug)]
#[non_exhaustive]
pub enum CallOutcome<'a> {
    /// It was done and its answer read.
    Done,
    /// It failed; [`Error::delivery`] says what became of it.
    Failed(&'a Error),
    /// Its future was dropped after it was sent: nobody knows whether it was done.
    Abandoned,
}
