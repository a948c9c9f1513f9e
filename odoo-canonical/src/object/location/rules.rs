//! Rules for locations.

use super::{Location, LocationUsage};
use crate::object::prelude::*;

rules! {
    /// What locations alone are held to.
    RULES {
        NOT_ITS_OWN = "LO-01", "A location is not part of itself";
        INTERNAL_IN_WAREHOUSE = "LO-02", "A location where stock of ours lies belongs to a warehouse or to another location";
        WEIGHT_POSITIVE = "LO-03", "What may stand on a location weighs more than nought";
    }
}

pub(super) fn check(location: &Location, report: &mut Report) {
    if let Some(parent) = location.parent.as_ref().filter(|parent| parent.key == location.key) {
        report.violation(NOT_ITS_OWN, "/parent/key", "another location", &parent.key);
    }
    let held = location.warehouse.is_some() || location.parent.is_some();
    if location.usage == LocationUsage::Internal && !held {
        report.violation(INTERNAL_IN_WAREHOUSE, "/warehouse", "a warehouse", "none");
    }
    if let Some(weight) = &location.max_weight {
        report.positive(WEIGHT_POSITIVE, "/max_weight/value", weight.value);
    }
}
