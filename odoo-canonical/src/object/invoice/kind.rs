//! What an invoice is, and who sends it.

code_list! {
    /// What an invoice is (UNTDID 1001; BT-3).
    InvoiceType, "invoice type", "What an invoice is (UNTDID 1001)." {
        /// A commercial invoice.
        Invoice = "380",
        /// A credit note.
        CreditNote = "381",
        /// A debit note.
        DebitNote = "383",
        /// A corrected invoice.
        Corrected = "384",
        /// An invoice for a payment in advance.
        Prepayment = "386",
        /// An invoice that the buyer writes for the seller.
        SelfBilled = "389",
        /// A credit note that the buyer writes for the seller.
        SelfBilledCredit = "261",
        /// A partial invoice.
        Partial = "326",
    }
}

code_list! {
    /// Who sends an invoice.
    InvoiceDirection, "invoice direction", "Who sends an invoice." {
        /// We do (Odoo `out_invoice`, `out_refund`).
        Issued = "issued",
        /// A supplier does (Odoo `in_invoice`, `in_refund`).
        Received = "received",
    }
}
