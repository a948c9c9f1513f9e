//! The life of a payment.

states! {
    /// Where a payment stands.
    PaymentStatus {
        /// Being prepared (Odoo `draft`).
        Draft = "draft" -> [Submitted Executed Cancelled],
        /// Given to the bank or service (Odoo `in_process`).
        Submitted = "submitted" -> [Accepted Rejected Cancelled],
        /// The bank will do it (pain.002 `ACSP`).
        Accepted = "accepted" -> [Executed Rejected Cancelled],
        /// Money has moved.
        Executed = "executed" -> [Booked Returned],
        /// It stands on a statement of the bank (Odoo `paid`).
        Booked = "booked" -> [Returned],
        /// The bank would not do it (Odoo `rejected`).
        Rejected = "rejected" -> [],
        /// Money came back.
        Returned = "returned" -> [],
        /// Called off before money moved (Odoo `canceled`).
        Cancelled = "cancelled" -> [],
    }
}
