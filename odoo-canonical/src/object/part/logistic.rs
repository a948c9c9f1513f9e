//! What shipments, orders and items say of goods on their way: terms, sizes, lots.

use crate::value::{Incoterm, Label, LocalDate, Quantity};

record! {
    /// Where cost and risk pass (UBL `DeliveryTerms`; Odoo `incoterm`, `incoterm_location`).
    DeliveryTerms in Logistics {
        /// The rule.
        incoterm: Incoterm [None],
        /// The place that belongs to it.
        place: optional Label [None],
    }
}

record! {
    /// The outer size of a thing.
    Dimensions in Logistics {
        /// Along the longest side of its base.
        length: Quantity [None],
        /// Across.
        width: Quantity [None],
        /// Upwards.
        height: Quantity [None],
    }
}

record! {
    /// Goods of one production lot, or one piece by its serial number.
    Lot in Logistics {
        /// Lot or serial number (Odoo `stock.lot.name`).
        number: Label [None],
        /// How much of it.
        quantity: Quantity [None],
        /// Best before, or to be used by (Odoo `expiration_date`).
        expiry: optional LocalDate [None],
    }
}
