//! The fault plan: what goes wrong, on which calls, and how often. Data, so that a run can be repeated.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// What goes wrong with one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The connection is accepted and closed before anything is read. Never filtered by model or method.
    Refuse,
    /// The request is read, nothing runs, the connection closes without an answer.
    DropBeforeRun,
    /// The call runs and is committed, the connection closes without an answer.
    DropAfterCommit,
    /// The answer comes this much later (the call runs at once).
    Delay(Duration),
    /// The transaction loses a race and is rolled back: an error of psycopg2, and for `load` the message it swallows.
    SerializationFailure,
    /// A proxy's 502 page; the call ran or did not.
    BadGateway {
        /// Whether the call ran and was committed behind the proxy's back.
        committed: bool,
    },
    /// The page of a server that has no database selected.
    NotFoundHtml,
    /// The call runs and is committed, the answer's body breaks off half way.
    TruncatedBody,
    /// The answer's body comes in this many parts, with a pause after each.
    Trickle {
        /// How many.
        parts: u32,
        /// How long the server waits after each.
        pause: Duration,
    },
    /// The call runs and is committed, and its answer is blown up with blanks to this many bytes.
    Oversized {
        /// The size of the body.
        bytes: usize,
    },
    /// The API keys of the calling user are revoked before the call runs. Only for calls of models.
    RevokeKey,
    /// A replica answers that does not know the last committed call. Only reads can hit one; everything else runs as usual.
    StaleRead,
}

/// On which of the requests that a rule's filter lets through it strikes.
#[derive(Debug, Clone, Copy, PartialEq)]
enum When {
    Always,
    First(u64),
    Nth(u64),
    Every(u64),
    Chance(f64),
}

/// One fault with its filter and its rhythm.
#[derive(Debug, Clone, PartialEq)]
pub struct FaultRule {
    fault: Fault,
    model: Option<String>,
    method: Option<String>,
    when: When,
}

impl FaultRule {
    /// A fault that strikes every request. Without a filter, probes for the version and logins are requests too.
    pub fn new(fault: Fault) -> Self {
        Self { fault, model: None, method: None, when: When::Always }
    }

    /// Only calls of this model.
    #[must_use]
    pub fn model(mut self, model: &str) -> Self {
        self.model = Some(model.to_owned());
        self
    }

    /// Only calls of this method.
    #[must_use]
    pub fn method(mut self, method: &str) -> Self {
        self.method = Some(method.to_owned());
        self
    }

    /// Only the first `count` matching requests.
    #[must_use]
    pub fn first(mut self, count: u64) -> Self {
        self.when = When::First(count);
        self
    }

    /// Only the matching request of this number, counted from 1.
    #[must_use]
    pub fn nth(mut self, number: u64) -> Self {
        self.when = When::Nth(number);
        self
    }

    /// Every matching request whose number is a multiple of `step`.
    #[must_use]
    pub fn every(mut self, step: u64) -> Self {
        self.when = When::Every(step.max(1));
        self
    }

    /// Each matching request with this probability, drawn from the plan's seed.
    #[must_use]
    pub fn chance(mut self, probability: f64) -> Self {
        self.when = When::Chance(probability);
        self
    }
}

/// Rules in order; the first that strikes decides.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FaultPlan {
    rules: Vec<FaultRule>,
    seed: u64,
}

impl FaultPlan {
    /// A plan without faults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a rule after those that are there.
    #[must_use]
    pub fn rule(mut self, rule: FaultRule) -> Self {
        self.rules.push(rule);
        self
    }

    /// Sets the seed of the rules with a chance.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }
}

/// A fault that struck.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Injected {
    /// What struck.
    pub fault: Fault,
    /// The model of the call; empty for what is no call of a model.
    pub model: String,
    /// The method of the call, or what was asked instead (`version`, `authenticate`).
    pub method: String,
}

/// The running server's plan: may be replaced at any time, and tells what it did.
#[derive(Debug, Clone)]
pub struct Faults(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    plan: FaultPlan,
    counts: Vec<u64>,
    random: fastrand::Rng,
    injected: Vec<Injected>,
}

impl Faults {
    pub(crate) fn new() -> Self {
        let state = State {
            plan: FaultPlan::default(),
            counts: Vec::new(),
            random: fastrand::Rng::with_seed(0),
            injected: Vec::new(),
        };
        Self(Arc::new(Mutex::new(state)))
    }

    /// Replaces the plan; its counters start from zero. The record of what struck stays.
    pub fn set(&self, plan: FaultPlan) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.counts = vec![0; plan.rules.len()];
        state.random = fastrand::Rng::with_seed(plan.seed);
        state.plan = plan;
    }

    /// Ends all faults.
    pub fn clear(&self) {
        self.set(FaultPlan::default());
    }

    /// What struck so far, in order.
    pub fn injected(&self) -> Vec<Injected> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).injected.clone()
    }

    /// The fault for a new connection.
    pub(crate) fn on_connect(&self) -> bool {
        self.strike("", "connect", true).is_some()
    }

    /// The fault for a request.
    pub(crate) fn on_request(&self, model: &str, method: &str) -> Option<Fault> {
        self.strike(model, method, false)
    }

    fn strike(&self, model: &str, method: &str, connecting: bool) -> Option<Fault> {
        let mut guard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let State { plan, counts, random, injected } = &mut *guard;
        let fault = plan.rules.iter().zip(counts).find_map(|(rule, count)| {
            let fits = rule.model.as_ref().is_none_or(|wanted| wanted == model)
                && rule.method.as_ref().is_none_or(|wanted| wanted == method);
            let connects = rule.fault == Fault::Refuse;
            if connects != connecting || !(fits || connects) {
                return None;
            }
            *count += 1;
            let strikes = match rule.when {
                When::Always => true,
                When::First(limit) => *count <= limit,
                When::Nth(number) => *count == number,
                When::Every(step) => *count % step == 0,
                When::Chance(probability) => random.f64() < probability,
            };
            strikes.then_some(rule.fault)
        })?;
        injected.push(Injected { fault, model: model.to_owned(), method: method.to_owned() });
        Some(fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strikes(rule: FaultRule, count: usize) -> Vec<bool> {
        let faults = Faults::new();
        faults.set(FaultPlan::new().seed(7).rule(rule));
        (0..count).map(|_| faults.on_request("res.partner", "load").is_some()).collect()
    }

    #[test]
    fn rules_strike_in_their_rhythm() {
        let rule = || FaultRule::new(Fault::DropAfterCommit);
        assert_eq!(strikes(rule(), 2), [true, true]);
        assert_eq!(strikes(rule().first(1), 3), [true, false, false]);
        assert_eq!(strikes(rule().nth(2), 3), [false, true, false]);
        assert_eq!(strikes(rule().every(2), 4), [false, true, false, true]);
        assert_eq!(strikes(rule().method("write"), 2), [false, false]);
        assert_eq!(strikes(rule().model("res.partner").method("load"), 1), [true]);
    }

    #[test]
    fn chance_repeats_with_the_seed() {
        let rule = || FaultRule::new(Fault::DropAfterCommit).chance(0.5);
        let first = strikes(rule(), 64);
        assert_eq!(first, strikes(rule(), 64));
        assert!(first.contains(&true) && first.contains(&false));
    }

    #[test]
    fn refusing_counts_connections_only() {
        let faults = Faults::new();
        faults.set(FaultPlan::new().rule(FaultRule::new(Fault::Refuse).first(1)));
        assert_eq!(faults.on_request("res.partner", "load"), None);
        assert!(faults.on_connect());
        assert!(!faults.on_connect());
        assert_eq!(faults.injected().len(), 1);
    }
}
