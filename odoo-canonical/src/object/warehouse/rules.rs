//! Rules for warehouses.

use super::Warehouse;
use crate::object::prelude::*;

rules! {
    /// What warehouses alone are held to.
    RULES {
        CUTOFF_FORM = "WH-01", "A time until which orders are taken is like 16:00";
        CUTOFF_ZONE = "WH-02", "It means nothing without a time zone";
    }
}

pub(super) fn check(warehouse: &Warehouse, report: &mut Report) {
    if let Some(address) = &warehouse.address {
        invariant::address(report, "/address", address);
    }
    let Some(cutoff) = &warehouse.cutoff else { return };
    let two = |text: &str, most: u8| text.len() == 2 && text.parse::<u8>().is_ok_and(|number| number <= most);
    if !cutoff.as_str().split_once(':').is_some_and(|(hour, minute)| two(hour, 23) && two(minute, 59)) {
        report.violation(CUTOFF_FORM, "/cutoff", "hh:mm", cutoff);
    }
    if warehouse.time_zone.is_none() {
        report.violation(CUTOFF_ZONE, "/time_zone", "a time zone", "none");
    }
}
