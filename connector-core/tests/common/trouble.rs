//! A store that fails, or panics, when a test says so.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use connector_core::contract::{Cursor, EffectKey};
use connector_core::store::*;
use tokio::sync::watch;

/// What meets the next call of a method.
#[derive(Debug, Clone, Copy)]
pub enum Fault {
    /// It is let through.
    None,
    /// It fails before anything is done.
    Fails,
    Panics,
}

/// A store in front of another one.
pub struct Trouble {
    inner: Arc<dyn Store>,
    faults: Mutex<HashMap<&'static str, VecDeque<Fault>>>,
}

impl Trouble {
    pub fn over(inner: Arc<dyn Store>) -> Arc<Self> {
        Arc::new(Trouble { inner, faults: Mutex::default() })
    }

    /// The next calls of this method meet these.
    pub fn plan(&self, method: &'static str, faults: &[Fault]) {
        self.faults.lock().unwrap().entry(method).or_default().extend(faults);
    }

    fn meet(&self, method: &'static str) -> Result<(), StoreError> {
        let fault = self.faults.lock().unwrap().get_mut(method).and_then(VecDeque::pop_front);
        match fault {
            None | Some(Fault::None) => Ok(()),
            Some(Fault::Fails) => {
                Err(StoreError::Failed { doing: "wrote", cause: "database or disk is full".into() })
            }
            Some(Fault::Panics) => panic!("as the test asked"),
        }
    }
}

#[async_trait]
impl Store for Trouble {
    async fn adopt(
        &self,
        flows: Vec<(String, String)>,
        now: i64,
    ) -> Result<Vec<(String, usize)>, StoreError> {
        self.inner.adopt(flows, now).await
    }
    async fn ingest(&self, batch: Ingest) -> Result<Vec<Admission>, StoreError> {
        self.inner.ingest(batch).await
    }
    async fn cursor(&self, flow: &str) -> Result<Option<Cursor>, StoreError> {
        self.meet("cursor")?;
        self.inner.cursor(flow).await
    }
    async fn claim(&self, request: ClaimRequest) -> Result<Claim, StoreError> {
        self.meet("claim")?;
        self.inner.claim(request).await
    }
    async fn renew(&self, epoch: i64, monotonic: i64, lease: Duration) -> Result<(), StoreError> {
        self.inner.renew(epoch, monotonic, lease).await
    }
    fn release(&self, back: GiveBack) {
        self.inner.release(back);
    }
    async fn intend(&self, epoch: i64, intents: Vec<Intent>) -> Result<(), StoreError> {
        self.meet("intend")?;
        self.inner.intend(epoch, intents).await
    }
    async fn settle(&self, settlement: Settlement, next: Option<ClaimRequest>) -> Result<Claim, StoreError> {
        self.meet("settle")?;
        assert!(settlement.results.iter().all(|result| !result.audit.is_empty()), "{settlement:?}");
        self.inner.settle(settlement, next).await
    }
    async fn effects(&self, keys: Vec<EffectKey>) -> Result<Vec<Option<EffectRecord>>, StoreError> {
        self.meet("effects")?;
        self.inner.effects(keys).await
    }
    async fn sweep(&self, now: i64, monotonic: i64) -> Result<usize, StoreError> {
        self.meet("sweep")?;
        self.inner.sweep(now, monotonic).await
    }
    async fn exceptions(&self, filter: ExceptionFilter) -> Result<Vec<ExceptionRecord>, StoreError> {
        self.inner.exceptions(filter).await
    }
    async fn replay(&self, positions: Vec<i64>, actor: String, now: i64) -> Result<usize, StoreError> {
        self.inner.replay(positions, actor, now).await
    }
    async fn discard(
        &self,
        positions: Vec<i64>,
        actor: String,
        why: String,
        now: i64,
    ) -> Result<usize, StoreError> {
        self.inner.discard(positions, actor, why, now).await
    }
    async fn resolve(
        &self,
        doubt: Doubt,
        found: Found,
        actor: String,
        now: i64,
    ) -> Result<usize, StoreError> {
        self.inner.resolve(doubt, found, actor, now).await
    }
    async fn audit(&self, first: i64, limit: usize) -> Result<Vec<AuditRecord>, StoreError> {
        self.inner.audit(first, limit).await
    }
    async fn tally(&self, flow: &str) -> Result<Tally, StoreError> {
        self.inner.tally(flow).await
    }
    async fn open_messages(&self, flow: &str) -> Result<usize, StoreError> {
        self.inner.open_messages(flow).await
    }
    fn wakeups(&self) -> watch::Receiver<u64> {
        self.inner.wakeups()
    }
}
