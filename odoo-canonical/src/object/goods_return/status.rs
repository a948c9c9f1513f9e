//! The life of a return.

states! {
    /// Where a return stands.
    ReturnStatus {
        /// The customer has asked.
        Requested = "requested" -> [Authorised Refused Cancelled],
        /// The goods may come.
        Authorised = "authorised" -> [InTransit Received Cancelled],
        /// They are on their way.
        InTransit = "in_transit" -> [Received Cancelled],
        /// They are here.
        Received = "received" -> [Inspected],
        /// They were looked at.
        Inspected = "inspected" -> [Resolved Refused],
        /// They are made up for.
        Resolved = "resolved" -> [],
        /// They may not come, or are not made up for.
        Refused = "refused" -> [],
        /// The customer keeps them.
        Cancelled = "cancelled" -> [],
    }
}
