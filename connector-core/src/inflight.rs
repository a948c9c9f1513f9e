//! Effects that a batch is working on: two batches are never at the same object in the same target, whichever lanes they came from.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::contract::EffectKey;

/// The effects being worked on in this process.
#[derive(Debug, Default)]
pub(crate) struct InFlight {
    keys: Mutex<HashSet<EffectKey>>,
    freed: Notify,
}

/// A hold on some effects; dropping it lets them go.
#[derive(Debug)]
pub(crate) struct Held {
    inflight: Arc<InFlight>,
    keys: Vec<EffectKey>,
}

impl InFlight {
    /// Takes all of these at once, waiting until none is held. All or none, so two batches cannot wait for each other.
    pub(crate) async fn hold(self: &Arc<Self>, keys: Vec<EffectKey>) -> Held {
        loop {
            let freed = self.freed.notified();
            tokio::pin!(freed);
            // Registered before the look, so that a release in between is not missed.
            freed.as_mut().enable();
            if self.take(&keys) {
                return Held { inflight: self.clone(), keys };
            }
            freed.await;
        }
    }

    fn take(&self, keys: &[EffectKey]) -> bool {
        let mut held = self.lock();
        if keys.iter().any(|key| held.contains(key)) {
            return false;
        }
        held.extend(keys.iter().cloned());
        true
    }

    fn lock(&self) -> MutexGuard<'_, HashSet<EffectKey>> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut held = self.inflight.lock();
        for key in &self.keys {
            held.remove(key);
        }
        drop(held);
        self.inflight.freed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use odoo_canonical::ObjectKind;

    fn key(name: &str) -> EffectKey {
        EffectKey { target: "t".into(), source: "s".into(), object: ObjectKind::Item, key: name.into() }
    }

    #[tokio::test]
    async fn a_second_batch_waits_for_the_first() {
        let inflight = Arc::new(InFlight::default());
        let first = inflight.hold(vec![key("a"), key("b")]).await;
        let second = tokio::spawn({
            let inflight = inflight.clone();
            async move { inflight.hold(vec![key("b"), key("c")]).await.keys.len() == 2 }
        });
        tokio::task::yield_now().await;
        assert!(!second.is_finished());
        let other = inflight.hold(vec![key("c")]).await;
        drop(first);
        tokio::task::yield_now().await;
        assert!(!second.is_finished(), "c is still held");
        drop(other);
        assert!(second.await.unwrap());
    }
}
