//! Stock: what lies where, and what changed.

use super::{CanonicalObject, ItemRef, LocationRef, ObjectKind};
use crate::{
    contract::present,
    ext::Ext,
    invariant::{self, Report},
    value::{Identifier, Instant, Key, Quantity, RecordId, Revision},
};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de::Error};

/// How much of an item lies at a location, or by how much that changed (Odoo `stock.quant`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InventoryLevel {
    /// The id that the host assigned, where it assigns ids.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "logistics"))]
    pub id: Option<RecordId>,
    /// Natural key in the source system; with the system it is the identity.
    #[schemars(extend("x-data-class" = "none", "x-domain" = "logistics"))]
    pub key: Key,
    /// Other identities.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "logistics"))]
    pub ids: Vec<Identifier>,
    /// What lies there (Odoo `product_id`).
    #[schemars(extend("x-data-class" = "none", "x-domain" = "product"))]
    pub item: ItemRef,
    /// Where it lies (Odoo `location_id`).
    #[schemars(extend("x-data-class" = "none", "x-domain" = "logistics"))]
    pub location: LocationRef,
    /// The moment at which the quantities held.
    #[schemars(extend("x-data-class" = "none", "x-domain" = "logistics"))]
    pub as_of: Instant,
    /// The quantities, or their change.
    #[schemars(extend("x-data-class" = "none", "x-domain" = "logistics"))]
    pub reading: InventoryReading,
    /// How new this state is in its source.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "logistics"))]
    pub revision: Option<Revision>,
    /// Vendor data under keys like `vendor:key`.
    #[serde(default, skip_serializing_if = "Ext::is_empty")]
    #[schemars(extend("x-data-class" = "free-text", "x-domain" = "logistics"))]
    pub ext: Ext,
}

/// Levels and changes are kept apart: a snapshot replaces what was known and is never added, a delta is added once and
/// never again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum InventoryReading {
    /// What was there.
    #[schemars(extend("x-data-class" = "none", "x-domain" = "logistics"))]
    Snapshot(StockSnapshot),
    /// What changed.
    #[schemars(extend("x-data-class" = "none", "x-domain" = "logistics"))]
    Delta(StockDelta),
}

/// The quantities at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StockSnapshot {
    /// What was there.
    #[schemars(extend("x-data-class" = "none", "x-domain" = "logistics"))]
    pub quantities: StockQuantities,
}

/// A change of quantities, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StockDelta {
    /// By how much; negative when less.
    #[schemars(extend("x-data-class" = "none", "x-domain" = "logistics"))]
    pub quantities: StockQuantities,
    /// Why.
    #[schemars(extend("x-data-class" = "none", "x-domain" = "logistics"))]
    pub reason: StockDeltaReason,
    /// The movement that caused it: unique in the source system, so that it is added only once.
    #[schemars(extend("x-data-class" = "none", "x-domain" = "logistics"))]
    pub reference: Key,
}

/// Quantities of stock, all in one unit. What is absent is not known; it is not nought.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StockQuantities {
    /// What lies there (Odoo `quantity`, `qty_available`).
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "logistics"))]
    pub on_hand: Option<Quantity>,
    /// What of it may not be promised again: reserved, committed, blocked, damaged (Odoo `reserved_quantity`).
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "logistics"))]
    pub reserved: Option<Quantity>,
    /// What may be promised: on hand less reserved (Odoo `available_quantity`, `free_qty`).
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "logistics"))]
    pub available: Option<Quantity>,
    /// What is on its way in (Odoo `incoming_qty`).
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "logistics"))]
    pub incoming: Option<Quantity>,
    /// What is on its way out (Odoo `outgoing_qty`).
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "logistics"))]
    pub outgoing: Option<Quantity>,
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

impl InventoryLevel {
    /// A level or change with what every one has.
    pub fn new(
        key: Key,
        item: ItemRef,
        location: LocationRef,
        as_of: Instant,
        reading: InventoryReading,
    ) -> Self {
        Self {
            id: None,
            key,
            ids: Vec::new(),
            item,
            location,
            as_of,
            reading,
            revision: None,
            ext: Ext::default(),
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
    const EXAMPLE: &'static str = include_str!("inventory_level.example.json");

    fn key(&self) -> &Key {
        &self.key
    }

    fn revision(&self) -> Option<Revision> {
        self.revision
    }

    fn check(&self, report: &mut Report) {
        invariant::inventory_level::check(self, report);
    }
}
