//! The life of a location.

states! {
    /// Where a location stands.
    LocationStatus {
        /// It is being set up.
        Planned = "planned" -> [Active Closed],
        /// It is used.
        Active = "active" -> [Suspended Closed],
        /// It is not used for a time: a stocktake, a repair.
        Suspended = "suspended" -> [Active Closed],
        /// It is not used any more.
        Closed = "closed" -> [],
    }
}
