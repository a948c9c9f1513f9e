//! A poller: asks the source for what is new, stores it and the cursor together.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::sync::watch;

use super::admit::AdmitError;
use super::{Line, Runtime};
use crate::contract::{Cursor, Page};
use crate::retry::Failure;
use crate::store::StoreError;

/// Changes asked for at a time.
const PAGE: usize = 250;
/// Longest wait after polls that failed in a row.
const LONGEST: Duration = Duration::from_secs(60);
/// Longest wait that a source can ask for: a slip of its clock must not stop the flow for good.
const LONGEST_ASKED: Duration = Duration::from_secs(900);

pub(super) async fn poll(runtime: Runtime, index: usize, mut stopped: watch::Receiver<bool>) {
    let Some(line) = runtime.shared.lines.get(index) else { return };
    let mut failures = 0;
    while !*stopped.borrow() {
        let wait = match once(&runtime, line).await {
            Ok(Polled { more: true }) => {
                failures = 0;
                continue;
            }
            Ok(Polled { more: false }) => {
                failures = 0;
                line.flow.poll_every
            }
            Err(PollError::Store(StoreError::Closed)) => return,
            Err(error) => {
                failures += 1;
                let asked = match &error {
                    PollError::Source(failure) => failure.after,
                    PollError::Store(_) => None,
                };
                tracing::warn!(flow = line.flow.name, %error, failures, "the poll failed; trying again");
                let pace = line.law.pace.delay(failures, line.cx.random().unit()).min(LONGEST);
                pace.max(asked.unwrap_or_default().min(LONGEST_ASKED))
            }
        };
        tokio::select! {
            () = line.cx.clock().sleep(wait) => {}
            _ = stopped.changed() => {}
        }
    }
}

struct Polled {
    more: bool,
}

#[derive(Debug, thiserror::Error)]
enum PollError {
    #[error("{0}")]
    Source(Failure),
    #[error("{0}")]
    Store(StoreError),
}

async fn once(runtime: &Runtime, line: &Line) -> Result<Polled, PollError> {
    let store = &runtime.shared.store;
    if store.open_messages(&line.flow.name).await.map_err(PollError::Store)? >= line.flow.high_water {
        // Upstream keeps it; asking for more than can be worked on only moves the queue here.
        return Ok(Polled { more: false });
    }
    let cursor = store.cursor(&line.flow.name).await.map_err(PollError::Store)?;
    let page = ask(line, cursor.as_ref()).await.map_err(PollError::Source)?;
    // A page that leaves the cursor where it is would come again and again without a pause.
    let moves = page.next.as_ref().is_some_and(|next| !next.0.is_empty() && Some(next) != cursor.as_ref());
    let more = page.more && moves;
    match runtime.admit_page(line, cursor, page).await {
        Ok(_) => Ok(Polled { more }),
        // Another poller was faster, which is as good.
        Err(AdmitError::Store(StoreError::CursorMoved { .. })) => Ok(Polled { more: false }),
        Err(AdmitError::Store(error)) => Err(PollError::Store(error)),
        Err(_) => Ok(Polled { more: false }),
    }
}

async fn ask(line: &Line, cursor: Option<&Cursor>) -> Result<Page, Failure> {
    let work = AssertUnwindSafe(async { line.source.poll(&line.cx, cursor, PAGE).await }).catch_unwind();
    tokio::select! {
        page = work => page
            .unwrap_or_else(|_| Err(Failure::lost("panic", "the source panicked; the connector is at fault"))),
        () = line.cx.clock().sleep(line.flow.deadline) => {
            let late = format!("the source did not answer within {:?}", line.flow.deadline);
            Err(Failure::lost("deadline", late))
        }
    }
}
