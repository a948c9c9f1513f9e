//! What a payment pays.

use super::DocumentRef;
use crate::value::{Decimal, Label};

record! {
    /// The part of a payment that goes to one document, in the currency of the payment.
    Allocation in Finance {
        /// The invoice or credit note.
        document: DocumentRef [None],
        /// How much of the payment; a credit note takes off what it is worth, so its amount is negative.
        amount: Decimal [Financial],
        /// Discount that was taken on top, for early payment.
        discount: optional Decimal [Financial],
        /// Why less or more was paid than the document asks for.
        reason: optional Label [None],
    }
}
