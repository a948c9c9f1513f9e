//! The life of an order to a supplier.

states! {
    /// Where an order to a supplier stands.
    PurchaseOrderStatus {
        /// Being written (Odoo `draft`).
        Draft = "draft" -> [Approval Sent Cancelled],
        /// Waits for somebody who may spend that much (Odoo `to approve`).
        Approval = "approval" -> [Sent Cancelled],
        /// Given to the supplier (Odoo `sent`, `purchase`).
        Sent = "sent" -> [Acknowledged Refused Cancelled],
        /// The supplier has bound himself, perhaps with changes.
        Acknowledged = "acknowledged" -> [PartiallyReceived Received Cancelled],
        /// The supplier has declined.
        Refused = "refused" -> [],
        /// Some goods have come in.
        PartiallyReceived = "partially_received" -> [Received Closed],
        /// All goods have come in.
        Received = "received" -> [Closed],
        /// Nothing more will happen (Odoo `locked`).
        Closed = "closed" -> [],
        /// Called off before goods came in (Odoo `cancel`).
        Cancelled = "cancelled" -> [],
    }
}
