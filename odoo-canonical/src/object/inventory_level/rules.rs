//! Rules for inventory levels.

use super::{InventoryLevel, InventoryReading};
use crate::object::prelude::*;

rules! {
    /// What inventory levels alone are held to.
    RULES {
        QUANTITY_GIVEN = "IL-01", "At least one quantity is given";
        ONE_UNIT = "IL-02", "All quantities are in one unit";
        AVAILABLE = "IL-03", "Available is on hand less reserved, where all three are given";
        RESERVED_NOT_NEGATIVE = "IL-04", "Reserved, incoming and outgoing of a snapshot are not negative";
    }
}

pub(super) fn check(level: &InventoryLevel, report: &mut Report) {
    let (path, quantities, snapshot) = match &level.reading {
        InventoryReading::Snapshot(snapshot) => ("/reading/snapshot/quantities", &snapshot.quantities, true),
        InventoryReading::Delta(delta) => ("/reading/delta/quantities", &delta.quantities, false),
    };
    let Some((_, first)) = quantities.known().next() else {
        report.violation(QUANTITY_GIVEN, path, "at least one quantity", "none");
        return;
    };
    for (name, quantity) in quantities.known() {
        report.same(ONE_UNIT, format_args!("{path}/{name}/unit"), &first.unit, &quantity.unit);
        // On hand and available may be negative: systems that let stock go below nought say so.
        if snapshot && !matches!(name, "on_hand" | "available") {
            report.not_negative(RESERVED_NOT_NEGATIVE, format_args!("{path}/{name}/value"), quantity.value);
        }
    }
    if let (Some(on_hand), Some(reserved), Some(available)) =
        (&quantities.on_hand, &quantities.reserved, &quantities.available)
    {
        let expected = on_hand.value.checked_sub(reserved.value);
        report.equal(AVAILABLE, format_args!("{path}/available/value"), expected, available.value);
    }
}
