//! What a batch has tried in the target so far, for whoever must give it up before it is settled.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::store::Intent;

/// Effects that were tried and are not settled yet: they may have landed.
#[derive(Debug, Default)]
pub(crate) struct Attempts(Mutex<Vec<Intent>>);

impl Attempts {
    pub(super) fn add(&self, intents: Vec<Intent>) {
        self.lock().extend(intents);
    }

    pub(crate) fn take(&self) -> Vec<Intent> {
        std::mem::take(&mut *self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Intent>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
