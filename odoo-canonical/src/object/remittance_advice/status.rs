//! The life of a remittance advice.

states! {
    /// Where a remittance advice stands.
    RemittanceStatus {
        /// Being written.
        Draft = "draft" -> [Sent Cancelled],
        /// Given to the payee.
        Sent = "sent" -> [Matched Cancelled],
        /// The payee has found the payment and the documents.
        Matched = "matched" -> [],
        /// The payment will not come.
        Cancelled = "cancelled" -> [],
    }
}
