//! Which part of a domain, in which order.

use crate::call::Call;

/// Which part of a domain, in which order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchOptions {
    /// How many records to leave out first.
    pub offset: Option<u64>,
    /// How many records at most.
    pub limit: Option<u64>,
    /// Fields, each with `asc` or `desc`, for example `write_date, id desc`.
    pub order: Option<String>,
}

impl SearchOptions {
    /// Everything, in the server's own order.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Leaves out the first `offset` records.
    #[must_use]
    pub fn offset(mut self, offset: u64) -> Self {
        self.offset = Some(offset);
        self
    }

    /// At most `limit` records.
    #[must_use]
    pub fn limit(mut self, limit: u64) -> Self {
        self.limit = Some(limit);
        self
    }

    /// In this order.
    #[must_use]
    pub fn order(mut self, order: impl Into<String>) -> Self {
        self.order = Some(order.into());
        self
    }

    pub(crate) fn apply(self, mut call: Call) -> Call {
        if let Some(offset) = self.offset {
            call = call.kwarg("offset", offset);
        }
        if let Some(limit) = self.limit {
            call = call.kwarg("limit", limit);
        }
        if let Some(order) = self.order {
            call = call.kwarg("order", order);
        }
        call
    }
}
