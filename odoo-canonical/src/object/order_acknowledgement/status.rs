//! The life of an answer to an order.

states! {
    /// Where the answer to an order stands.
    AcknowledgementStatus {
        /// The order has come in; what becomes of it is not said yet (UBL `AB`).
        Received = "received" -> [Accepted AcceptedWithChanges Rejected],
        /// Some lines are taken otherwise than ordered (UBL `CA`); the buyer may agree or call the order off.
        AcceptedWithChanges = "accepted_with_changes" -> [Accepted Rejected],
        /// All lines are taken as ordered (UBL `AP`).
        Accepted = "accepted" -> [],
        /// No line is taken (UBL `RE`).
        Rejected = "rejected" -> [],
    }
}
