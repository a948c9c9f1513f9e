//! The life of an answer of a tax engine.

states! {
    /// Where an answer of a tax engine stands.
    TaxResultStatus {
        /// Only looked at; the engine forgets it.
        Quoted = "quoted" -> [Committed],
        /// Kept for the tax return.
        Committed = "committed" -> [Locked Voided],
        /// Reported to the office: what is wrong with it needs another document.
        Locked = "locked" -> [],
        /// Taken back before it was reported.
        Voided = "voided" -> [],
    }
}
