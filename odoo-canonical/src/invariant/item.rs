//! Rules for items.

use super::{Report, rule, shared};
use crate::object::{Item, ItemKind};

pub(crate) fn check(item: &Item, report: &mut Report) {
    shared::identifiers(report, &item.ids);
    shared::unique(report, rule::GTINS_UNIQUE, "/gtins", &item.gtins);
    if item.kind == ItemKind::Service && item.stocked {
        report.violation(rule::SERVICE_NOT_STOCKED, "/stocked", false, true);
    }
    if let Some(price) = &item.list_price {
        shared::decimals(report, "/list_price/currency", price.currency);
        report.not_negative(rule::LIST_PRICE_NOT_NEGATIVE, "/list_price/amount", price.amount);
    }
    if let Some(weight) = &item.weight {
        report.not_negative(rule::WEIGHT_NOT_NEGATIVE, "/weight/value", weight.value);
    }
}
