//! A flow's gate: closed while the target is away, so that nobody hammers it, and messages do not use up their attempts by waiting.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::context::Context;
use crate::retry::Pace;

/// Longest wait between two looks whether the target is back. Short, because a look is one message.
const LONGEST: Duration = Duration::from_secs(1);

/// Longest wait that a target can ask for.
const LONGEST_ASKED: Duration = Duration::from_secs(900);

#[derive(Debug, Default)]
pub(crate) struct Gate(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// Batches in a row that did not reach the target.
    failures: u32,
    /// Closed until then, on the monotonic clock: a clock that is set must not keep it shut.
    until: i64,
    /// Times that it was closed.
    closings: u64,
}

impl Gate {
    /// How long to wait before the next batch, on the monotonic clock; nothing when the gate is open.
    pub(crate) fn closed_for(&self, now: i64) -> Option<Duration> {
        let left = self.lock().until.saturating_sub(now);
        u64::try_from(left).ok().filter(|left| *left > 0).map(Duration::from_micros)
    }

    /// While it is not known whether the target is back, one message is enough to find out.
    pub(crate) fn batch(&self, usual: usize) -> usize {
        if self.lock().failures > 0 { 1 } else { usual }
    }

    /// A batch did not reach the target.
    pub(crate) fn away(&self, cx: &Context, pace: &dyn Pace) {
        let mut state = self.lock();
        let now = cx.clock().monotonic();
        if state.until > now {
            // Another batch was under way when the gate closed; it says nothing new.
            return;
        }
        state.failures = state.failures.saturating_add(1);
        state.closings += 1;
        // Half of the wait is sure, so that a lucky draw does not turn it into none.
        let wait = pace.delay(state.failures, 0.5 + cx.random().unit() / 2.0).min(LONGEST);
        state.until = now.saturating_add(i64::try_from(wait.as_micros()).unwrap_or(i64::MAX));
    }

    /// The target asks to be left alone for so long.
    pub(crate) fn close_for(&self, now: i64, wait: Duration) {
        let until =
            now.saturating_add(i64::try_from(wait.min(LONGEST_ASKED).as_micros()).unwrap_or(i64::MAX));
        let mut state = self.lock();
        state.until = state.until.max(until);
        state.closings += 1;
    }

    /// How often it was closed so far; to be asked when a batch begins.
    pub(crate) fn closings(&self) -> u64 {
        self.lock().closings
    }

    /// A batch reached the target that began when the gate had been closed so often. If it has been closed since, for another batch, this one
    /// does not know what that one knows.
    pub(crate) fn reached(&self, closings: u64) {
        let mut state = self.lock();
        if state.closings == closings {
            *state = State { closings, ..State::default() };
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
