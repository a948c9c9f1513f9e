//! Leases that go back unsettled, because who held them, or asked for them, is gone or failed.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{mpsc, oneshot};

use super::call::{Call, Work};
use crate::store::GiveBack;

/// A lease, before its messages are read. Dropped before it is handed on, it goes back: who asked for it may be gone.
pub(super) struct Leased {
    pub(super) epoch: i64,
    pub(super) positions: Vec<i64>,
    pub(super) next_due: Option<i64>,
    returns: Option<Arc<Returns>>,
}

impl Leased {
    pub(super) fn new(epoch: i64, positions: Vec<i64>, returns: Arc<Returns>) -> Self {
        Leased { epoch, positions, next_due: None, returns: Some(returns) }
    }

    pub(super) fn nothing(next_due: Option<i64>) -> Self {
        Leased { epoch: 0, positions: Vec::new(), next_due, returns: None }
    }

    /// It has reached who answers for it from now on.
    pub(super) fn handed_on(mut self) {
        self.returns = None;
    }
}

impl Drop for Leased {
    fn drop(&mut self) {
        if let Some(returns) = self.returns.take() {
            let (epoch, attempted) = (self.epoch, Vec::new());
            returns.give_back(GiveBack { epoch, crashed: false, attempted, now: 0 });
        }
    }
}

/// Leases on their way back. Beside the queue, since giving back must neither wait nor fail.
#[derive(Debug)]
pub(super) struct Returns {
    leases: Mutex<Vec<GiveBack>>,
    queue: mpsc::WeakSender<Call>,
}

impl Returns {
    pub(super) fn new(queue: mpsc::WeakSender<Call>) -> Self {
        Returns { leases: Mutex::default(), queue }
    }

    pub(super) fn take(&self) -> Vec<GiveBack> {
        std::mem::take(&mut *self.lock())
    }

    /// It could not be taken back now; with the next call it is tried again.
    pub(super) fn keep(&self, lease: GiveBack) {
        self.lock().push(lease);
    }

    pub(super) fn give_back(&self, lease: GiveBack) {
        self.lock().push(lease);
        // Wakes the writer; if the queue is full it is awake.
        if let Some(queue) = self.queue.upgrade() {
            let (nobody_listens, _) = oneshot::channel();
            let _full = queue.try_send((Work::Look, nobody_listens));
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<GiveBack>> {
        self.leases.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
