//! The life of a statement.

states! {
    /// Where a statement stands.
    StatementStatus {
        /// The day is not over; more may come (`camt.052`). Its entries come again with the statement that closes it.
        Interim = "interim" -> [Closed],
        /// Nothing more comes (`camt.053`).
        Closed = "closed" -> [Reconciled],
        /// Every entry has found what it pays (Odoo `is_complete`).
        Reconciled = "reconciled" -> [],
    }
}
