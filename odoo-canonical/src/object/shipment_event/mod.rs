//! What a carrier says of a shipment on its way.

mod rules;
mod sample;

use super::prelude::*;

object! {
    /// One message of a carrier: something happened to a shipment, somewhere, at a moment. Events never change; they come late,
    /// twice, and out of order, and the shipment's state is what follows from all of them (X12 214, EDIFACT `IFTSTA`).
    ShipmentEvent in Logistics {
        /// The shipment, where the carrier knows our number.
        shipment: optional DocumentRef [None],
        /// Number by which the carrier knows it. Carriers use their numbers again after a time.
        tracking: Label [None],
        /// The carrier, by its SCAC or another code.
        carrier: Code [None],
        /// What happened.
        event: TrackingEvent [None],
        /// What the carrier calls it.
        carrier_code: optional Label [None],
        /// When it happened.
        occurred_at: Instant [None],
        /// What the clock there said, where the carrier says so.
        local_time: optional ZonedTime [None],
        /// Where it happened.
        place: optional Address [Contact],
        /// The one package that is meant, where it is not the whole shipment.
        sscc: optional Sscc [None],
        /// When it should arrive, as the carrier thinks now.
        expected_at: optional Instant [None],
        /// What the carrier says in words.
        detail: optional Text [FreeText],
        /// Documents that the event refers to.
        refs: list DocumentRef [None],
    }
}

code_list! {
    /// What happened to a shipment, in words that all carriers' codes can be told in.
    TrackingEvent, "tracking event", "What happened to a shipment." {
        /// The carrier knows of it and has it not.
        PreTransit = "pre_transit",
        /// The carrier has taken it.
        PickedUp = "picked_up",
        /// It is moving, or lies at a place of the carrier.
        InTransit = "in_transit",
        /// It lies with customs.
        Customs = "customs",
        /// It is on its last way.
        OutForDelivery = "out_for_delivery",
        /// Nobody was there, or nobody took it.
        AttemptFailed = "attempt_failed",
        /// It waits to be collected.
        AvailableForPickup = "available_for_pickup",
        /// The receiver has it.
        Delivered = "delivered",
        /// It goes back.
        ReturnToSender = "return_to_sender",
        /// It is damaged.
        Damaged = "damaged",
        /// It is lost.
        Lost = "lost",
        /// It was called off.
        Cancelled = "cancelled",
        /// Something else went wrong.
        Exception = "exception",
        /// The carrier says nothing that can be told.
        Unknown = "unknown",
    }
}

impl CanonicalObject for ShipmentEvent {
    const KIND: ObjectKind = ObjectKind::ShipmentEvent;
    const EXAMPLE: &'static str = include_str!("example.json");
    const RULES: &'static [&'static [Rule]] = &[rule::COMMON, rules::RULES];

    fn check(&self, report: &mut Report) {
        rules::check(self, report);
    }

    fn sample(sampler: &mut Sampler) -> Result<Self, ContractError> {
        sample::sample(sampler)
    }
}
