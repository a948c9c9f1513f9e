//! The life of a sales order.

states! {
    /// Where a sales order stands.
    OrderStatus {
        /// Being written; binds nobody (Odoo `draft`).
        Draft = "draft" -> [Submitted Cancelled],
        /// Given to the seller (Odoo `sent`).
        Submitted = "submitted" -> [Accepted Rejected Cancelled],
        /// The seller has bound himself (Odoo `sale`).
        Accepted = "accepted" -> [InFulfilment Cancelled],
        /// The seller has declined.
        Rejected = "rejected" -> [],
        /// Goods are being prepared.
        InFulfilment = "in_fulfilment" -> [PartiallyShipped Shipped Cancelled],
        /// Some goods have left.
        PartiallyShipped = "partially_shipped" -> [Shipped Closed],
        /// All goods have left.
        Shipped = "shipped" -> [Closed],
        /// Nothing more will happen.
        Closed = "closed" -> [],
        /// Called off before goods left (Odoo `cancel`).
        Cancelled = "cancelled" -> [],
    }
}
