//! Rules that several objects share.

use super::{Report, Rule, rule};
use crate::{
    object::{Address, Exchange, Period},
    value::{Currency, Identifier, Label},
};
use std::{collections::HashSet, fmt, hash::Hash};

pub(crate) fn unique<T: Eq + Hash>(
    report: &mut Report,
    rule: Rule,
    path: impl fmt::Display,
    items: impl IntoIterator<Item = T>,
) {
    // Few are compared with each other, which is quicker than hashing them; many are hashed, for their pairs are too many.
    let (mut few, mut many) = (Vec::new(), HashSet::new());
    for (index, item) in items.into_iter().enumerate() {
        let repeated = few.contains(&item) || many.contains(&item);
        if index < 16 {
            few.push(item);
        } else {
            many.insert(item);
        }
        if repeated {
            report.violation(rule, format_args!("{path}/{index}"), "no repetition", "a repetition");
        }
    }
}

pub(crate) fn identifiers(report: &mut Report, ids: &[Identifier]) {
    unique(report, rule::IDENTIFIERS_UNIQUE, "/ids", ids);
}

pub(crate) fn address(report: &mut Report, path: impl fmt::Display, address: &Address) {
    if let (Some(subdivision), Some(country)) = (&address.subdivision, address.country)
        && subdivision.country() != country
    {
        let rule = rule::SUBDIVISION_IN_COUNTRY;
        report.violation(
            rule,
            format_args!("{path}/subdivision"),
            format_args!("a part of {country}"),
            subdivision,
        );
    }
}

pub(crate) fn period(report: &mut Report, path: impl fmt::Display, period: &Period) {
    if let (Some(start), Some(end)) = (period.start, period.end)
        && end < start
    {
        report.violation(rule::PERIOD_ORDER, format!("{path}/end"), format_args!("{start} or later"), end);
    }
}

pub(crate) fn exchange(report: &mut Report, exchange: Option<&Exchange>) {
    if let Some(exchange) = exchange {
        report.positive(rule::RATE_POSITIVE, "/exchange/rate", exchange.rate);
    }
}

pub(crate) fn line_ids<'a>(report: &mut Report, ids: impl IntoIterator<Item = &'a Label>) {
    unique(report, rule::LINE_IDS_UNIQUE, "/lines", ids);
}

/// How many decimals the currency has; reports a currency in which nothing can be rounded.
pub(crate) fn decimals(report: &mut Report, path: impl fmt::Display, currency: Currency) -> Option<u32> {
    let decimals = currency.minor_units();
    if decimals.is_none() {
        report.violation(rule::CURRENCY_KNOWN, path, "a currency with a known smallest unit", currency);
    }
    decimals.map(u32::from)
}
