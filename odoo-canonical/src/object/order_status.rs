//! The life of a sales order.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Where a sales order stands. The states are ours, so the list is closed: a mapper must decide what a foreign state
/// means, or refuse the document.
///
/// ```text
/// draft -> submitted -> accepted -> in_fulfilment -> partially_shipped -> shipped -> closed
///               |
///               +-> rejected            cancelled: from any state before goods have left
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrderStatus {
    /// Being written; binds nobody (Odoo `draft`).
    Draft,
    /// Given to the seller (Odoo `sent`).
    Submitted,
    /// The seller has bound himself (Odoo `sale`).
    Accepted,
    /// The seller has declined.
    Rejected,
    /// Goods are being prepared.
    InFulfilment,
    /// Some goods have left.
    PartiallyShipped,
    /// All goods have left.
    Shipped,
    /// Nothing more will happen.
    Closed,
    /// Called off before goods left (Odoo `cancel`).
    Cancelled,
}

impl OrderStatus {
    /// All states.
    pub const ALL: [Self; 9] = [
        Self::Draft,
        Self::Submitted,
        Self::Accepted,
        Self::Rejected,
        Self::InFulfilment,
        Self::PartiallyShipped,
        Self::Shipped,
        Self::Closed,
        Self::Cancelled,
    ];

    /// Whether an order may go from this state to `next`. Staying is allowed, and so is skipping states forward, for a
    /// source is not seen at every moment; going back never is.
    pub fn may_become(self, next: Self) -> bool {
        if self == next {
            return true;
        }
        match next {
            Self::Rejected => matches!(self, Self::Draft | Self::Submitted),
            Self::Cancelled => self.progress().is_some_and(|step| step < 4),
            _ => match (self.progress(), next.progress()) {
                (Some(now), Some(then)) => now < then,
                _ => false,
            },
        }
    }

    /// Whether nothing can follow.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Rejected | Self::Closed | Self::Cancelled)
    }

    /// The name as it travels.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted => "submitted",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::InFulfilment => "in_fulfilment",
            Self::PartiallyShipped => "partially_shipped",
            Self::Shipped => "shipped",
            Self::Closed => "closed",
            Self::Cancelled => "cancelled",
        }
    }

    /// The step on the way to `closed`; `None` off that way.
    fn progress(self) -> Option<u8> {
        match self {
            Self::Draft => Some(0),
            Self::Submitted => Some(1),
            Self::Accepted => Some(2),
            Self::InFulfilment => Some(3),
            Self::PartiallyShipped => Some(4),
            Self::Shipped => Some(5),
            Self::Closed => Some(6),
            Self::Rejected | Self::Cancelled => None,
        }
    }
}

impl fmt::Display for OrderStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::OrderStatus::{self, *};

    #[test]
    fn orders_go_forward_only() {
        assert!(Submitted.may_become(Accepted));
        assert!(Accepted.may_become(Shipped));
        assert!(Accepted.may_become(Cancelled));
        assert!(!Shipped.may_become(Cancelled));
        assert!(!PartiallyShipped.may_become(Cancelled));
        assert!(!Accepted.may_become(Rejected));
        assert!(!Accepted.may_become(Draft));
        for last in OrderStatus::ALL.into_iter().filter(|status| status.is_final()) {
            assert!(
                OrderStatus::ALL.into_iter().all(|next| next == last || !last.may_become(next)),
                "{last}"
            );
        }
    }

    #[test]
    fn names_are_the_wire_names() {
        for status in OrderStatus::ALL {
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
        }
    }
}
