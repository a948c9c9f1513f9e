//! Why the store did not do it.

use thiserror::Error;

/// Why the store did not do it. Nothing was changed, except where it says so.
#[derive(Debug, Clone, Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The lease is gone: somebody else may hold these messages. Nothing was changed.
    #[error("lease {epoch} is no longer held; what it covered has been handed out again")]
    Fenced {
        /// The lease.
        epoch: i64,
    },
    /// The cursor is not where the poll began: another poller was faster. Nothing was stored.
    #[error("the cursor of flow `{flow}` has moved since the poll began; poll again from the stored one")]
    CursorMoved {
        /// The flow.
        flow: String,
    },
    /// The store's file was made by a newer version.
    #[error("the store has schema {found}, this version knows up to {known}; use the newer version")]
    TooNew {
        /// The file's schema.
        found: i64,
        /// The newest one known here.
        known: i64,
    },
    /// Another process has the store open.
    #[error("the store `{path}` is in use by another process; one process at a time may have it open")]
    Locked {
        /// The file.
        path: String,
    },
    /// The database failed. The transaction was rolled back, or, if it failed at the commit, it is not known: reopen and look.
    #[error("the store failed while it {doing}: {cause}")]
    Failed {
        /// What it was doing.
        doing: &'static str,
        /// What the database said.
        cause: String,
    },
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
}
