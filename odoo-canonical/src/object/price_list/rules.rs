//! Rules for price lists: that there is one answer to the question what something costs.

use super::{PriceEntry, PriceList};
use crate::object::prelude::*;

rules! {
    /// What price lists alone are held to.
    RULES {
        PRICE_NOT_NEGATIVE = "PL-01", "A price is not negative";
        BASE_QUANTITY_POSITIVE = "PL-02", "A base quantity is greater than nought";
        MIN_QUANTITY_NOT_NEGATIVE = "PL-03", "A least quantity is not negative";
        ONE_PRICE = "PL-04", "No two prices of an item, unit and least quantity hold on the same day";
        LEAD_TIME_NOT_NEGATIVE = "PL-05", "A lead time is not negative";
    }
}

pub(super) fn check(list: &PriceList, report: &mut Report) {
    invariant::decimals(report, "/currency", list.currency);
    if let Some(valid) = &list.valid {
        invariant::period(report, "/valid", valid);
    }
    for (index, entry) in list.entries.iter().enumerate() {
        let path = format_args!("/entries/{index}");
        report.not_negative(PRICE_NOT_NEGATIVE, format_args!("{path}/price/amount"), entry.price.amount);
        if let Some(base) = entry.price.base_quantity {
            report.positive(BASE_QUANTITY_POSITIVE, format_args!("{path}/price/base_quantity"), base);
        }
        report.not_negative(MIN_QUANTITY_NOT_NEGATIVE, format_args!("{path}/min_quantity"), entry.min_quantity.unwrap_or_default());
        report.not_negative(LEAD_TIME_NOT_NEGATIVE, format_args!("{path}/lead_time_days"), entry.lead_time_days.unwrap_or_default());
        if let Some(valid) = &entry.valid {
            invariant::period(report, format_args!("{path}/valid"), valid);
        }
    }
    one_price(&list.entries, report);
}

/// Sorted by what is priced and the first day, so that only neighbours can overlap.
fn one_price(entries: &[PriceEntry], report: &mut Report) {
    let start = |entry: &PriceEntry| entry.valid.as_ref().and_then(|valid| valid.start);
    let end = |entry: &PriceEntry| entry.valid.as_ref().and_then(|valid| valid.end);
    let priced = |entry: &PriceEntry| (entry.item.key.clone(), entry.unit.clone(), entry.min_quantity.unwrap_or_default());
    let mut order: Vec<(usize, &PriceEntry)> = entries.iter().enumerate().collect();
    order.sort_by_key(|(_, entry)| (priced(entry), start(entry)));
    for pair in order.windows(2) {
        let [(_, earlier), (index, later)] = pair else { continue };
        let apart = end(earlier).zip(start(later)).is_some_and(|(end, start)| end < start);
        if priced(earlier) == priced(later) && !apart {
            report.violation(ONE_PRICE, format_args!("/entries/{index}"), "one price for a day", "another for the same");
        }
    }
}
