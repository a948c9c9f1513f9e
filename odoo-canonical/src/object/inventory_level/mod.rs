//! Stock: what lies where, and what changed.

mod rules;
mod sample;

use super::prelude::*;
use crate::contract::present;
use serde::{Deserializer, de::Error};

object! {
    /// How much of an item lies at a location, or by how much that changed (Odoo `stock.quant`).
    InventoryLevel in Logistics {
        /// What lies there (Odoo `product_id`).
        item: ItemRef [None Product],
        /// Where it lies (Odoo `location_id`).
        location: LocationRef [None],
        /// The production lot or serial number, where stock is told apart by it (Odoo `lot_id`).
        lot: optional Label [None],
        /// The package that it lies in (Odoo `package_id`).
        package: optional Label [None],
        /// Whose stock it is, where it is not that of who keeps it (Odoo `owner_id`).
        owner: optional PartyRef [None Party],
        /// The moment at which the quantities held.
        as_of: Instant [None],
        /// The quantities, or their change.
        reading: InventoryReading [None],
    }
}

/// Levels and changes are kept apart: a snapshot replaces what was known and is never added, a delta is added once and
/// never again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum InventoryReading {
    /// What was there.
    Snapshot(#[schemars(extend("x-data-class" = "none", "x-domain" = "logistics"))] StockSnapshot),
    /// What changed.
    Delta(#[schemars(extend("x-data-class" = "none", "x-domain" = "logistics"))] StockDelta),
}

record! {
    /// The quantities at one moment.
    StockSnapshot in Logistics {
        /// What was there.
        quantities: StockQuantities [None],
    }
}

record! {
    /// A change of quantities, and why.
    StockDelta in Logistics {
        /// By how much; negative when less.
        quantities: StockQuantities [None],
        /// Why.
        reason: StockDeltaReason [None],
        /// The movement that caused it: unique in the source system, so that it is added only once.
        reference: Key [None],
    }
}

record! {
    /// Quantities of stock, all in one unit. What is absent is not known; it is not nought.
    #[derive(Default)]
    StockQuantities in Logistics {
        /// What lies there (Odoo `quantity`, `qty_available`).
        on_hand: optional Quantity [None],
        /// What of it may not be promised again: reserved, committed, blocked, damaged (Odoo `reserved_quantity`).
        reserved: optional Quantity [None],
        /// What may be promised: on hand less reserved (Odoo `available_quantity`, `free_qty`).
        available: optional Quantity [None],
        /// What is on its way in (Odoo `incoming_qty`).
        incoming: optional Quantity [None],
        /// What is on its way out (Odoo `outgoing_qty`).
        outgoing: optional Quantity [None],
    }
}

code_list! {
    /// Why stock changed.
    StockDeltaReason, "stock delta reason", "Why stock changed." {
        /// Goods came in.
        Receipt = "receipt",
        /// Goods left.
        Shipment = "shipment",
        /// Goods came back.
        Return = "return",
        /// Goods went to or came from another location.
        Transfer = "transfer",
        /// Stock was counted.
        Count = "count",
        /// Stock was written off.
        Scrap = "scrap",
        /// Stock was set aside, or let go.
        Reservation = "reservation",
        /// Somebody corrected a number.
        Adjustment = "adjustment",
    }
}

impl<'de> Deserialize<'de> for InventoryReading {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Read as a struct and not as an enum: an empty object, or one with both, then gets an error that helps.
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Parts {
            #[serde(default, deserialize_with = "present")]
            snapshot: Option<StockSnapshot>,
            #[serde(default, deserialize_with = "present")]
            delta: Option<StockDelta>,
        }

        match Parts::deserialize(deserializer)? {
            Parts { snapshot: Some(snapshot), delta: None } => Ok(Self::Snapshot(snapshot)),
            Parts { snapshot: None, delta: Some(delta) } => Ok(Self::Delta(delta)),
            _ => Err(D::Error::custom("must have either snapshot or delta, and not both")),
        }
    }
}

impl InventoryReading {
    /// A level.
    pub fn snapshot(quantities: StockQuantities) -> Self {
        Self::Snapshot(StockSnapshot { quantities })
    }

    /// A change.
    pub fn delta(quantities: StockQuantities, reason: StockDeltaReason, reference: Key) -> Self {
        Self::Delta(StockDelta { quantities, reason, reference })
    }
}

impl StockQuantities {
    /// The quantities that are known, with their names.
    pub fn known(&self) -> impl Iterator<Item = (&'static str, &Quantity)> {
        [
            ("on_hand", &self.on_hand),
            ("reserved", &self.reserved),
            ("available", &self.available),
            ("incoming", &self.incoming),
            ("outgoing", &self.outgoing),
        ]
        .into_iter()
        .filter_map(|(name, quantity)| quantity.as_ref().map(|quantity| (name, quantity)))
    }
}

impl CanonicalObject for InventoryLevel {
    const KIND: ObjectKind = ObjectKind::InventoryLevel;
    const EXAMPLE: &'static str = include_str!("example.json");
    const RULES: &'static [&'static [Rule]] = &[rule::COMMON, rules::RULES];

    fn check(&self, report: &mut Report) {
        rules::check(self, report);
    }

    fn sample(sampler: &mut Sampler) -> Result<Self, ContractError> {
        sample::sample(sampler)
    }
}
