//! What a worker has claimed: settled, or given back, whatever becomes of the worker.

use std::sync::Arc;

use crate::pipeline::{Attempts, Law};
use crate::store::GiveBack;

/// A claim that is not settled yet. Dropped on any way out but settlement, it goes back to the store at once; dropped by a panic, with a
/// crash on the record of its messages.
pub(super) struct Lease {
    law: Arc<Law>,
    epoch: i64,
    /// What was tried in the target meanwhile.
    pub(super) attempts: Attempts,
}

impl Lease {
    pub(super) fn of(law: &Arc<Law>, epoch: i64) -> Self {
        Lease { law: law.clone(), epoch, attempts: Attempts::default() }
    }

    /// There is nothing to give back any more.
    pub(super) fn settled(mut self) {
        self.epoch = 0;
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if self.epoch != 0 {
            let (epoch, crashed) = (self.epoch, std::thread::panicking());
            let (attempted, now) = (self.attempts.take(), self.law.cx.clock().now());
            self.law.store.release(GiveBack { epoch, crashed, attempted, now });
        }
    }
}
