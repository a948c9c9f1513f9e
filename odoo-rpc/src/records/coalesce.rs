//! Many small reads at the same time become one.

use std::collections::HashMap;
use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Either, Shared, select};

use super::Records;
use crate::error::{Delivery, Error, ErrorKind};
use crate::field::Id;
use crate::model::Model;

/// Reads single records of one model; those that are asked for within a short time go into one call. Clones share it.
///
/// For code that runs many times side by side and looks up what each run needs, such as the lines of many documents.
///
/// ```no_run
/// # use std::{sync::Arc, time::Duration};
/// # use odoo_rpc::{Client, Error, Id, OdooModel};
/// #[derive(Clone, OdooModel)]
/// #[odoo(model = "res.country")]
/// struct Country {
///     id: Id<Self>,
///     code: Option<String>,
/// }
///
/// # async fn example(odoo: &Client) -> Result<(), Arc<Error>> {
/// let countries = odoo.records::<Country>().coalesced(Duration::from_millis(5));
/// let belgium = countries.get(Id::new(20)).await?;
/// # let _ = belgium; Ok(())
/// # }
/// ```
pub struct Coalesced<M> {
    records: Records<M>,
    window: Duration,
    open: Arc<Mutex<Option<Batch<M>>>>,
}

type Outcome<M> = Result<Arc<HashMap<i64, M>>, Arc<Error>>;

/// How much longer than a call may take a reader waits for one that another began.
const GRACE: Duration = Duration::from_secs(1);

/// Reads that are still taken in, and the call that they go into. Every reader drives it, so none depends on another.
struct Batch<M> {
    ids: Arc<Mutex<Vec<i64>>>,
    call: Shared<BoxFuture<'static, Outcome<M>>>,
}

impl<M> Clone for Coalesced<M> {
    fn clone(&self) -> Self {
        Self { records: self.records.clone(), window: self.window, open: Arc::clone(&self.open) }
    }
}

impl<M: Model> fmt::Debug for Coalesced<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Coalesced")
            .field("model", &M::MODEL)
            .field("window", &self.window)
            .finish_non_exhaustive()
    }
}

impl<M: Model + Clone> Records<M> {
    /// A reader that puts what is asked for within `window` into one call.
    pub fn coalesced(self, window: Duration) -> Coalesced<M> {
        Coalesced { records: self, window, open: Arc::default() }
    }
}

impl<M: Model + Clone> Coalesced<M> {
    /// Reads one record. `None`: it does not exist.
    ///
    /// # Errors
    /// Of the call that it went into, shared by all that went into it.
    pub async fn get(&self, id: Id<M>) -> Result<Option<M>, Arc<Error>> {
        let call = {
            let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
            let batch = open.get_or_insert_with(|| self.batch());
            batch.ids.lock().unwrap_or_else(PoisonError::into_inner).push(id.get());
            batch.call.clone()
        };
        // Each reader has timers of its own: those of another belong to its runtime, which may stand still or be gone.
        let client = &self.records.client;
        client.clock().sleep(self.window).await;
        let too_long = client.session().timeout.saturating_add(GRACE);
        match select(call, client.clock().sleep(too_long)).await {
            Either::Left((outcome, _)) => Ok(outcome?.get(&id.get()).cloned()),
            Either::Right(_) => Err(Arc::new(broken_off::<M>(ErrorKind::Timeout))),
        }
    }

    fn batch(&self) -> Batch<M> {
        let ids: Arc<Mutex<Vec<i64>>> = Arc::default();
        // Weak, since what is behind it holds this call.
        let (records, open) = (self.records.clone(), Arc::downgrade(&self.open));
        let asked = Arc::clone(&ids);
        let call = async move {
            // From here on, another batch takes in what comes.
            if let Some(open) = open.upgrade() {
                *open.lock().unwrap_or_else(PoisonError::into_inner) = None;
            }
            let mut ids = std::mem::take(&mut *asked.lock().unwrap_or_else(PoisonError::into_inner));
            ids.sort_unstable();
            ids.dedup();
            let read = records.get(ids.into_iter().map(Id::new)).await.map_err(Arc::new)?;
            Ok(Arc::new(read.into_iter().map(|record| (record.id().get(), record)).collect()))
        };
        // What a runtime leaves behind that ends in the middle of a call panics when others drive it on.
        let call = AssertUnwindSafe(call).catch_unwind();
        let call = call
            .map(|outcome| outcome.unwrap_or_else(|_| Err(Arc::new(broken_off::<M>(ErrorKind::Connection)))));
        Batch { ids, call: call.boxed().shared() }
    }
}

/// Of a read whose call is in the hands of another, who may have left.
fn broken_off<M: Model>(kind: ErrorKind) -> Error {
    let message = "the call that this read went into broke off: read again";
    Error::new(kind, Delivery::Unknown, format!("{}.read", M::MODEL), message)
}
