//! Rules for items.

use super::{Item, ItemKind};
use crate::object::prelude::*;

rules! {
    /// What items alone are held to.
    RULES {
        SERVICE_NOT_STOCKED = "IT-01", "A service has no stock";
        GTINS_UNIQUE = "IT-02", "No GTIN stands twice on one item, whatever level of packing it names";
        LIST_PRICE_NOT_NEGATIVE = "IT-03", "A list price is not negative";
        WEIGHT_NOT_NEGATIVE = "IT-04", "A weight is not negative";
    }
}

pub(super) fn check(item: &Item, report: &mut Report) {
    invariant::unique(report, GTINS_UNIQUE, "/gtins", &item.gtins);
    if item.kind == ItemKind::Service && item.stocked {
        report.violation(SERVICE_NOT_STOCKED, "/stocked", false, true);
    }
    if let Some(price) = &item.list_price {
        invariant::decimals(report, "/list_price/currency", price.currency);
        report.not_negative(LIST_PRICE_NOT_NEGATIVE, "/list_price/amount", price.amount);
    }
    if let Some(weight) = &item.weight {
        report.not_negative(WEIGHT_NOT_NEGATIVE, "/weight/value", weight.value);
    }
}
