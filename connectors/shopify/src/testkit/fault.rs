//! What can go wrong on purpose.

use std::collections::VecDeque;

/// Something that goes wrong with one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Status 200, and the error `THROTTLED`.
    Throttle,
    /// This status, and nothing done.
    Status(u16),
    /// The connection breaks, and nothing was done.
    Drop,
    /// It is done, and the connection breaks before the answer.
    DropAfterCommit,
    /// Somebody buys so many of the article at the location, just before the request is looked at.
    Sold {
        /// The article number.
        sku: String,
        /// `gid://shopify/Location/..`
        location: String,
        /// How many.
        quantity: i64,
    },
}

/// Faults that wait for their request.
#[derive(Debug, Default)]
pub(super) struct Faults(VecDeque<(String, Fault)>);

impl Faults {
    pub(super) fn push(&mut self, operation: &str, fault: Fault) {
        self.0.push_back((operation.to_owned(), fault));
    }

    /// The oldest fault for this operation.
    pub(super) fn take(&mut self, operation: &str) -> Option<Fault> {
        let at = self.0.iter().position(|(name, _)| name == operation)?;
        self.0.remove(at).map(|(_, fault)| fault)
    }
}
