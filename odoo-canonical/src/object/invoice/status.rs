//! The life of an invoice.

states! {
    /// Where an invoice stands.
    InvoiceStatus {
        /// Being written (Odoo `draft`).
        Draft = "draft" -> [Issued Cancelled],
        /// It has its number and is in the books (Odoo `posted`); from here it is corrected only by a credit note.
        Issued = "issued" -> [Sent PartiallyPaid Paid Credited],
        /// Given to the receiver (Odoo `is_move_sent`).
        Sent = "sent" -> [Delivered Accepted Disputed Rejected PartiallyPaid Paid Credited],
        /// The receiver's system has it (Peppol message level response).
        Delivered = "delivered" -> [Accepted Disputed Rejected PartiallyPaid Paid Credited],
        /// The receiver will pay.
        Accepted = "accepted" -> [PartiallyPaid Paid Disputed Credited],
        /// The receiver has asked questions.
        Disputed = "disputed" -> [Accepted Rejected PartiallyPaid Paid Credited],
        /// The receiver will not pay.
        Rejected = "rejected" -> [Disputed Credited],
        /// Some of it is paid (Odoo `partial`).
        PartiallyPaid = "partially_paid" -> [Paid Disputed Credited],
        /// All of it is paid (Odoo `paid`). A payment may still come back.
        Paid = "paid" -> [PartiallyPaid Credited Settled],
        /// Paid, and the payment is past recall.
        Settled = "settled" -> [],
        /// Made up for by a credit note (Odoo `reversed`).
        Credited = "credited" -> [],
        /// Thrown away before it was issued (Odoo `cancel`).
        Cancelled = "cancelled" -> [],
    }
}
