//! The life of a shipment.

states! {
    /// Where a shipment stands.
    ShipmentStatus {
        /// Foreseen; goods may still be missing (Odoo `draft`, `waiting`, `confirmed`).
        Planned = "planned" -> [Released Cancelled],
        /// Goods are reserved, work may begin (Odoo `assigned`).
        Released = "released" -> [Picking Packed Shipped Cancelled],
        /// Goods are being taken from their places.
        Picking = "picking" -> [Packed Cancelled],
        /// Goods are packed and wait for the carrier.
        Packed = "packed" -> [Shipped Cancelled],
        /// Goods have left (Odoo `done`).
        Shipped = "shipped" -> [InTransit Delivered Exception],
        /// The carrier has them.
        InTransit = "in_transit" -> [Delivered Exception],
        /// Something went wrong on the way, or after it seemed to be over.
        Exception = "exception" -> [InTransit Delivered Returned Lost],
        /// The receiver has them. Carriers take this back now and then.
        Delivered = "delivered" -> [Exception Returned],
        /// They came back.
        Returned = "returned" -> [],
        /// They will not come.
        Lost = "lost" -> [],
        /// Called off before goods left (Odoo `cancel`).
        Cancelled = "cancelled" -> [],
    }
}

impl ShipmentStatus {
    /// Whether the goods have left the sender.
    pub fn has_left(self) -> bool {
        !matches!(self, Self::Planned | Self::Released | Self::Picking | Self::Packed | Self::Cancelled)
    }
}
