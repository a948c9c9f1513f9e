//! Admission: what comes in is stored, and only then acknowledged.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use thiserror::Error;

use super::{Line, Runtime};
use crate::contract::{Change, Cursor, Page, ReceiveError, WebhookRequest};
use crate::store::{Admission, Arrival, CursorMove, Ingest, StoreError};

/// What was admitted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Admitted {
    /// Changes that are new.
    pub stored: usize,
    /// Changes that were known already.
    pub duplicates: usize,
}

/// Why nothing was admitted. Nothing was stored.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AdmitError {
    /// No flow has this name.
    #[error("there is no flow `{0}`")]
    UnknownFlow(String),
    /// The source does not accept the request.
    #[error(transparent)]
    Receive(#[from] ReceiveError),
    /// Too much is open already; the sender should come back later.
    #[error("flow `{flow}` has {open} open messages; come back later")]
    Busy {
        /// The flow.
        flow: String,
        /// Messages open now.
        open: usize,
        /// When to come back.
        retry_after: Duration,
    },
    /// The store failed.
    #[error("the store failed")]
    Store(#[from] StoreError),
}

impl Runtime {
    /// Takes a webhook for this flow: signature first, then the store, then the answer. `Ok` means that it is on disk.
    pub async fn receive(&self, flow: &str, request: &WebhookRequest) -> Result<Admitted, AdmitError> {
        let line = self.line(flow).ok_or_else(|| AdmitError::UnknownFlow(flow.to_owned()))?;
        let changes = catch_unwind(AssertUnwindSafe(|| line.source.receive(&line.cx, request)))
            .unwrap_or_else(|_| {
                Err(ReceiveError::NotReady("the source panicked over it; the connector is at fault".into()))
            })?;
        self.admit(line, changes, false, None).await
    }

    /// Takes changes that the host has in hand, for example from files, as if the flow's source had brought them.
    pub async fn accept(&self, flow: &str, changes: Vec<Change>) -> Result<Admitted, AdmitError> {
        let line = self.line(flow).ok_or_else(|| AdmitError::UnknownFlow(flow.to_owned()))?;
        self.admit(line, changes, false, None).await
    }

    pub(super) async fn admit_page(
        &self,
        line: &Line,
        expected: Option<Cursor>,
        page: Page,
    ) -> Result<Admitted, AdmitError> {
        let next = page.next.filter(|next| Some(next) != expected.as_ref() && !next.0.is_empty());
        let cursor = next.map(|next| CursorMove { expected, next });
        self.admit(line, page.changes, true, cursor).await
    }

    async fn admit(
        &self,
        line: &Line,
        changes: Vec<Change>,
        polled: bool,
        cursor: Option<CursorMove>,
    ) -> Result<Admitted, AdmitError> {
        if changes.is_empty() && cursor.is_none() {
            return Ok(Admitted::default());
        }
        let store = &self.shared.store;
        let flow = &line.flow;
        // A page that was asked for is taken; a call that was not can be sent away.
        if !polled {
            let open = store.open_messages(&flow.name).await?;
            if open >= flow.high_water {
                return Err(AdmitError::Busy {
                    flow: flow.name.clone(),
                    open,
                    retry_after: Duration::from_secs(30),
                });
            }
        }
        let now = line.cx.clock().now();
        let arrive = |mut change: Change| {
            if !change.origins.contains(&flow.source) {
                change.origins.push(flow.source.clone());
            }
            Arrival::new(&flow.name, line.cx.random().id(now), change)
        };
        let arrivals = changes.into_iter().map(arrive).collect();
        let admissions =
            store.ingest(Ingest { flow: flow.name.clone(), arrivals, polled, cursor, now }).await?;
        let duplicates =
            admissions.iter().filter(|admission| matches!(admission, Admission::Duplicate(_))).count();
        Ok(Admitted { stored: admissions.len() - duplicates, duplicates })
    }
}
