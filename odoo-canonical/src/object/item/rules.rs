//! Rules for items.

use super::{Item, ItemKind};
use crate::object::prelude::*;
use std::collections::HashSet;

rules! {
    /// What items alone are held to.
    RULES {
        SERVICE_NOT_STOCKED = "IT-01", "A service has no stock";
        GTINS_UNIQUE = "IT-02", "No GTIN stands twice on one item, whatever level of packing it names";
        LIST_PRICE_NOT_NEGATIVE = "IT-03", "A list price is not negative";
        WEIGHT_NOT_NEGATIVE = "IT-04", "A weight or volume is not negative";
        PACK_POSITIVE = "IT-05", "A pack holds more than nought of the item";
        PACK_GTIN_OWN = "IT-06", "The GTIN of a pack is not that of the item or of another pack";
        LANGUAGES_UNIQUE = "IT-07", "No language has two names";
        COST_NOT_NEGATIVE = "IT-08", "A cost is not negative";
        SHELF_LIFE_NOT_NEGATIVE = "IT-09", "A shelf life is not negative";
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
    if let Some(cost) = &item.cost {
        invariant::decimals(report, "/cost/currency", cost.currency);
        report.not_negative(COST_NOT_NEGATIVE, "/cost/amount", cost.amount);
    }
    for (name, size) in [("weight", &item.weight), ("volume", &item.volume)] {
        if let Some(size) = size {
            report.not_negative(WEIGHT_NOT_NEGATIVE, format_args!("/{name}/value"), size.value);
        }
    }
    report.not_negative(SHELF_LIFE_NOT_NEGATIVE, "/shelf_life_days", item.shelf_life_days.unwrap_or_default());
    let mut gtins: HashSet<&Gtin> = item.gtins.iter().collect();
    for (index, pack) in item.packs.iter().enumerate() {
        report.positive(PACK_POSITIVE, format_args!("/packs/{index}/quantity"), pack.quantity);
        let Some(gtin) = &pack.gtin else { continue };
        if !gtins.insert(gtin) {
            report.violation(PACK_GTIN_OWN, format_args!("/packs/{index}/gtin"), "a GTIN of its own", gtin);
        }
    }
    invariant::unique(report, LANGUAGES_UNIQUE, "/translations", item.translations.iter().map(|name| &name.language));
}
