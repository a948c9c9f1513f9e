//! Rules for inventory levels.

use super::{Report, rule, shared};
use crate::object::{InventoryLevel, InventoryReading};

pub(crate) fn check(level: &InventoryLevel, report: &mut Report) {
    shared::identifiers(report, &level.ids);
    let (path, quantities, snapshot) = match &level.reading {
        InventoryReading::Snapshot(snapshot) => ("/reading/snapshot/quantities", &snapshot.quantities, true),
        InventoryReading::Delta(delta) => ("/reading/delta/quantities", &delta.quantities, false),
    };
    let Some((_, first)) = quantities.known().next() else {
        report.violation(rule::QUANTITY_GIVEN, path, "at least one quantity", "none");
        return;
    };
    for (name, quantity) in quantities.known() {
        if quantity.unit != first.unit {
            report.violation(rule::ONE_UNIT, format!("{path}/{name}/unit"), &first.unit, &quantity.unit);
        }
        // On hand and available may be negative: systems that let stock go below nought say so.
        if snapshot && !matches!(name, "on_hand" | "available") {
            report.not_negative(rule::RESERVED_NOT_NEGATIVE, format!("{path}/{name}/value"), quantity.value);
        }
    }
    if let (Some(on_hand), Some(reserved), Some(available)) =
        (&quantities.on_hand, &quantities.reserved, &quantities.available)
    {
        let expected = on_hand.value.checked_sub(reserved.value);
        report.equal(rule::AVAILABLE, format!("{path}/available/value"), expected, available.value);
    }
}
