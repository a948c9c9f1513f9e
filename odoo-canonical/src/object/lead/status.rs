//! The life of a lead.

states! {
    /// Where a lead stands.
    LeadStatus {
        /// It came in.
        New = "new" -> [Contacted Qualified Lost],
        /// Somebody has talked to them.
        Contacted = "contacted" -> [Qualified Lost],
        /// They want something that we have (Odoo `opportunity`).
        Qualified = "qualified" -> [Proposed Won Lost],
        /// They have an offer.
        Proposed = "proposed" -> [Won Lost],
        /// They bought (Odoo `action_set_won`).
        Won = "won" -> [],
        /// They did not (Odoo `action_set_lost`). Some come back.
        Lost = "lost" -> [Contacted Dropped],
        /// Nobody will ask again.
        Dropped = "dropped" -> [],
    }
}
