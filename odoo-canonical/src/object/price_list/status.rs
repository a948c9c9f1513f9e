//! The life of a price list.

states! {
    /// Where a price list stands.
    PriceListStatus {
        /// Being written.
        Draft = "draft" -> [Active Withdrawn],
        /// Prices are asked and paid by it.
        Active = "active" -> [Expired Withdrawn],
        /// Its time is over.
        Expired = "expired" -> [],
        /// Taken back before its time was over.
        Withdrawn = "withdrawn" -> [],
    }
}
