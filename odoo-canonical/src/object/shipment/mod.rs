//! Deliveries: what goes where, in which packages.

mod rules;
mod sample;
mod status;
pub use status::ShipmentStatus;

use super::prelude::*;

object! {
    /// Goods on their way from one place to another (UBL `DespatchAdvice`, EDIFACT `DESADV`, X12 856; Odoo `stock.picking`).
    Shipment in Logistics {
        /// The sender's number (Odoo `name`); for people, not an identity.
        number: Label [None],
        /// Out, in, or between places of ours (Odoo `picking_type_id.code`).
        direction: ShipmentDirection [None],
        /// Where the shipment stands. Odoo knows nothing after `shipped`.
        status: ShipmentStatus [None],
        /// What the message does with the shipment; new when absent.
        function: optional DocumentFunction [None],
        /// The place it leaves, where that is ours (Odoo `location_id`).
        from: optional LocationRef [None],
        /// Who sends, where that is not us.
        sender: optional PartyRef [None Party],
        /// The place it goes to, where that is ours (Odoo `location_dest_id`).
        to: optional LocationRef [None],
        /// Who receives (BT-70; Odoo `partner_id`).
        receiver: optional PartyRef [None Party],
        /// The address it goes to (BG-15).
        ship_to: optional Address [Contact],
        /// Who carries it (Odoo `carrier_id`).
        carrier: optional PartyRef [None Party],
        /// What the carrier calls the service.
        service: optional Label [None],
        /// Numbers by which the carrier's site knows it (Odoo `carrier_tracking_ref`).
        tracking: list Label [None],
        /// When it should leave (Odoo `scheduled_date`).
        scheduled_at: optional Instant [None],
        /// When it left (Odoo `date_done`).
        shipped_at: optional Instant [None],
        /// When it should arrive.
        expected_at: optional Instant [None],
        /// Where cost and risk pass.
        delivery_terms: optional DeliveryTerms [None],
        /// What is sent.
        lines: list ShipmentLine [None],
        /// In what it is packed.
        packages: list Package [None],
        /// The earlier shipment of which this one is the rest (Odoo `backorder_id`).
        back_order_of: optional DocumentRef [None],
        /// Weight of everything, packing included (Odoo `shipping_weight`).
        gross_weight: optional Quantity [None],
        /// Free text to the receiver or the carrier.
        note: optional Text [FreeText],
        /// Documents that the shipment refers to.
        refs: list DocumentRef [None],
    }
}

code_list! {
    /// Which way goods go.
    ShipmentDirection, "shipment direction", "Which way goods go." {
        /// To a customer.
        Outgoing = "outgoing",
        /// From a supplier, or back from a customer.
        Incoming = "incoming",
        /// Between places of ours.
        Internal = "internal",
    }
}

record! {
    /// One line of a shipment (Odoo `stock.move`).
    ShipmentLine in Logistics {
        /// The line's name in its document, kept as it is.
        line_id: Label [None],
        /// What is sent.
        item: ItemRef [None Product],
        /// The order and its line that ask for it (Odoo `sale_line_id`, `purchase_line_id`).
        order: optional DocumentRef [None],
        /// How much was to be sent (Odoo `product_uom_qty`).
        ordered: optional Quantity [None],
        /// How much is sent (Odoo `quantity`, where `picked`).
        shipped: Quantity [None],
        /// How much comes with a later shipment. What is neither sent nor put off is short.
        back_ordered: optional Quantity [None],
        /// Of which lots or serial numbers.
        lots: list Lot [None],
    }
}

record! {
    /// A package, carton or pallet (Odoo `stock.package`).
    Package in Logistics {
        /// The package's name in this document.
        package_id: Label [None],
        /// Its number among the shipping units of GS1.
        sscc: optional Sscc [None],
        /// What it is (Rec 21), for example `XPX` (pallet).
        kind: optional UnitCode [None],
        /// The package in which it stands (Odoo `parent_package_id`).
        parent: optional Label [None],
        /// Number by which the carrier's site knows it.
        tracking: optional Label [None],
        /// Weight, packing included.
        gross_weight: optional Quantity [None],
        /// Outer size.
        dimensions: optional Dimensions [None],
        /// What is in it, packages within it left out.
        contents: list PackageContent [None],
    }
}

record! {
    /// How much of a line is in a package.
    PackageContent in Logistics {
        /// The line.
        line_id: Label [None],
        /// How much of it.
        quantity: Quantity [None],
        /// The lot or serial number.
        lot: optional Label [None],
    }
}

impl CanonicalObject for Shipment {
    const KIND: ObjectKind = ObjectKind::Shipment;
    const EXAMPLE: &'static str = include_str!("example.json");
    const RULES: &'static [&'static [Rule]] = &[rule::COMMON, rule::LINED, rules::RULES];
    const STATUS: Option<StatusMachine> = Some(ShipmentStatus::MACHINE);

    fn status(&self) -> Option<&'static str> {
        Some(self.status.as_str())
    }

    fn check(&self, report: &mut Report) {
        rules::check(self, report);
    }

    fn sample(sampler: &mut Sampler) -> Result<Self, ContractError> {
        sample::sample(sampler)
    }
}
