//! The life of a proof of delivery.

states! {
    /// Where a proof of delivery stands.
    ProofStatus {
        /// The carrier has shown it.
        Recorded = "recorded" -> [Accepted Disputed],
        /// The receiver says that it was otherwise.
        Disputed = "disputed" -> [Accepted Rejected],
        /// It holds.
        Accepted = "accepted" -> [Disputed],
        /// It does not hold.
        Rejected = "rejected" -> [],
    }
}
