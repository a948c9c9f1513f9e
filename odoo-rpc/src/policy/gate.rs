//! The way of a call to the server: in line, at its pace, again where that helps, all within one deadline.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::{Either, select};
use tokio::sync::oneshot;

use super::breaker::{Breaker, Open};
use super::budget::Budget;
use super::limit::{Limit, Load};
use super::pace::Pace;
use super::{Effect, Policy, retry};
use crate::clock::Clock;
use crate::error::{Delivery, Error, ErrorKind};

/// What is to be sent.
#[derive(Clone, Copy)]
pub(crate) struct Errand<'a> {
    pub(crate) operation: &'a str,
    pub(crate) effect: Effect,
    /// For the wait for a turn and all attempts together.
    pub(crate) timeout: Duration,
    /// Whether an answer proves that the login is accepted. A page that is read elsewhere proves nothing yet: see [`Gate::note`].
    pub(crate) proves_login: bool,
}

/// What all clones of a client share.
pub(crate) struct Gate {
    policy: Policy,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

struct State {
    under_way: usize,
    queue: VecDeque<oneshot::Sender<Place>>,
    limit: Limit,
    pace: Option<Pace>,
    breaker: Breaker,
    budget: Budget,
    /// How many keys there were before this one: a refusal of an old one says nothing of the new one.
    key: u64,
}

/// A call's place among those under way, handed to the next in line when it is dropped.
struct Place {
    /// `None` once it was given up.
    gate: Option<Arc<Gate>>,
    /// Whether this is the one call that finds out if the server is back, and has not yet.
    probe: bool,
    /// Whether a token of the pace was taken for a call that has not been sent.
    token: bool,
    key: u64,
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some(gate) = self.gate.take() else { return };
        let mut state = gate.state();
        state.under_way -= 1;
        if self.probe {
            state.breaker.forget();
        }
        if self.token
            && let Some(pace) = state.pace.as_mut()
        {
            pace.give_back();
        }
        gate.hand_on(&mut state);
    }
}

impl Gate {
    pub(crate) fn new(policy: Policy, clock: Arc<dyn Clock>) -> Self {
        let now = clock.now();
        let state = State {
            under_way: 0,
            queue: VecDeque::new(),
            limit: Limit::new(policy.max_concurrent),
            pace: policy.calls_per_second.map(|rate| Pace::new(rate, policy.burst, now)),
            breaker: Breaker::new(policy.break_after, policy.break_for),
            budget: Budget::new(policy.retry_budget),
            key: 0,
        };
        Self { policy, clock, state: Mutex::new(state) }
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    pub(crate) fn new_key(&self) {
        let mut state = self.state();
        state.key += 1;
        state.breaker.new_key();
    }

    /// Runs `send` with the time that is left, again where that is allowed and helps. Returns the number of attempts too.
    pub(crate) async fn run<T, F: Future<Output = Result<T, Error>>>(
        self: &Arc<Self>,
        errand: Errand<'_>,
        mut send: impl FnMut(Duration) -> F,
    ) -> (Result<T, Error>, u32) {
        let Errand { operation, effect, timeout, proves_login } = errand;
        let deadline = self.clock.now().saturating_add(timeout);
        self.state().budget.earn();
        let mut attempt = 1;
        let mut last: Option<Error> = None;
        let mut unknown = false;
        // What a read did or not makes no difference.
        let settle = |error: Error, unknown: bool| match unknown && effect != Effect::Read {
            true => error.with_earlier_unknown(),
            false => error,
        };
        loop {
            let mut place = match self.enter(operation, deadline).await {
                Ok(place) => place,
                // What the last attempt ran into says more than that there was no further one.
                Err(error) => return (Err(settle(last.unwrap_or(error), unknown)), attempt),
            };
            let begun = self.clock.now();
            let result = send(deadline.saturating_sub(begun)).await;
            place.probe = false;
            self.learn(result.as_ref().err(), begun, place.key, proves_login);
            drop(place);
            let error = match result {
                Ok(value) => return (Ok(value), attempt),
                Err(error) => error,
            };
            let Some(wait) = retry::wait(&self.policy, &error, effect, attempt, self.clock.chance()) else {
                return (Err(settle(error, unknown)), attempt);
            };
            unknown |= error.delivery() == Delivery::Unknown;
            let left = deadline.saturating_sub(self.clock.now());
            if wait >= left || !self.state().budget.spend() {
                return (Err(settle(error, unknown)), attempt);
            }
            tracing::debug!(operation, attempt, ?wait, kind = ?error.kind(), delivery = ?error.delivery(), "tried again");
            self.clock.sleep(wait).await;
            last = Some(error);
            attempt += 1;
        }
    }

    async fn enter(self: &Arc<Self>, operation: &str, deadline: Duration) -> Result<Place, Error> {
        let late = || {
            let message = "no turn among the calls under way within the timeout";
            Error::new(ErrorKind::Timeout, Delivery::NotSent, operation, message)
        };
        let turn = {
            let mut state = self.state();
            let (sender, receiver) = oneshot::channel();
            state.queue.push_back(sender);
            self.hand_on(&mut state);
            receiver
        };
        let left = deadline.saturating_sub(self.clock.now());
        let mut place = match select(turn, pin!(self.clock.sleep(left))).await {
            Either::Left((Ok(place), _)) => place,
            _ => return Err(late()),
        };
        let wait = {
            let mut state = self.state();
            let now = self.clock.now();
            match state.breaker.check(now) {
                Ok(probe) => (place.probe, place.key) = (probe, state.key),
                Err(open) => {
                    // The place takes the lock when it is dropped.
                    drop(state);
                    return Err(refused(operation, &open));
                }
            }
            let left = deadline.saturating_sub(now);
            match state.pace.as_mut() {
                None => Duration::ZERO,
                Some(pace) => {
                    let wait = pace.take(now);
                    if wait >= left {
                        pace.give_back();
                        drop(state);
                        return Err(late());
                    }
                    place.token = true;
                    wait
                }
            }
        };
        if !wait.is_zero() {
            self.clock.sleep(wait).await;
        }
        place.token = false;
        Ok(place)
    }

    /// Gives free places to those who wait, in the order in which they came.
    fn hand_on(self: &Arc<Self>, state: &mut State) {
        while state.limit.allows(state.under_way) {
            let Some(next) = state.queue.pop_front() else { return };
            state.under_way += 1;
            if let Err(mut place) =
                next.send(Place { gate: Some(Arc::clone(self)), probe: false, token: false, key: state.key })
            {
                // Nobody waits any more. Dropping the place must not take the lock that is held here.
                state.under_way -= 1;
                place.gate = None;
            }
        }
    }

    /// Sends once, whatever comes of it: what cannot be sent twice.
    pub(crate) async fn once<T, F: Future<Output = Result<T, Error>>>(
        self: &Arc<Self>,
        operation: &str,
        timeout: Duration,
        send: impl FnOnce(Duration) -> F,
    ) -> Result<T, Error> {
        let deadline = self.clock.now().saturating_add(timeout);
        let mut place = self.enter(operation, deadline).await?;
        let begun = self.clock.now();
        let result = send(deadline.saturating_sub(begun)).await;
        place.probe = false;
        self.learn(result.as_ref().err(), begun, place.key, false);
        result
    }

    /// A login that was refused in an answer that was read elsewhere.
    pub(crate) fn note(&self, error: &Error) {
        if error.kind() == ErrorKind::Auth && error.delivery() != Delivery::NotSent {
            let mut state = self.state();
            let now = self.clock.now();
            state.breaker.learn(Some(error), now, true);
        }
    }

    fn learn(&self, error: Option<&Error>, started: Duration, key: u64, proves: bool) {
        let mut state = self.state();
        if error.is_some_and(|error| error.kind() == ErrorKind::Auth) && key != state.key {
            return;
        }
        let now = self.clock.now();
        let load = match error.map(Error::kind) {
            Some(
                ErrorKind::Unavailable | ErrorKind::Timeout | ErrorKind::RateLimited | ErrorKind::Connection,
            ) => Load::TooMuch,
            _ if now.saturating_sub(started) > self.policy.slow => Load::TooMuch,
            _ => Load::Fine,
        };
        state.limit.learn(load, started, now);
        state.breaker.learn(error, now, proves);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // What is behind the lock is counters; none is left half changed by a panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn refused(operation: &str, open: &Open) -> Error {
    match open {
        Open::Server(wait) => {
            let message = "not sent, since the server was not there for the last calls";
            Error::new(ErrorKind::Unavailable, Delivery::NotSent, operation, message)
                .with_retry_after(Some(*wait))
        }
        Open::Login(wait) => {
            let message = "not sent, since this login was refused twice in a row and Odoo would lock the address out: give another key";
            Error::new(ErrorKind::Auth, Delivery::NotSent, operation, message).with_retry_after(Some(*wait))
        }
    }
}
