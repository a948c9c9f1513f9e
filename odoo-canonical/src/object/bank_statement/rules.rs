//! Rules for statements of banks.

use super::{BankStatement, EntryDirection, EntryStatus};
use crate::object::prelude::*;

rules! {
    /// What statements alone are held to.
    RULES {
        BALANCE = "BS-01", "The closing balance is the opening balance and what was booked: credits added, debits taken off";
        AMOUNT_NOT_NEGATIVE = "BS-02", "The amount of an entry is not negative";
        ENTRIES_UNIQUE = "BS-03", "No entry stands twice";
        DETAILS = "BS-04", "The parts of a batch add up to its amount";
        WITHIN_PERIOD = "BS-05", "What is booked is booked within the time of the statement";
        BOOKED_HAS_DATE = "BS-06", "A booked entry says on which day";
        ONE_CURRENCY = "BS-07", "Where the account has a currency, it is that of the statement";
        DIRECTION_KNOWN = "BS-08", "A booked entry is a credit or a debit";
    }
}

pub(super) fn check(statement: &BankStatement, report: &mut Report) {
    let decimals = invariant::decimals(report, "/currency", statement.currency);
    if let Some(period) = &statement.period {
        invariant::period(report, "/period", period);
    }
    if let Some(currency) = statement.account.currency {
        report.same(ONE_CURRENCY, "/account/currency", statement.currency, currency);
    }
    invariant::unique(report, ENTRIES_UNIQUE, "/entries", statement.entries.iter().map(|entry| &entry.entry_id));
    if let Some(decimals) = decimals {
        document::fits(statement.opening.amount, "/opening/amount", decimals, report);
    }
    let mut balance = Some(statement.opening.amount);
    for (index, entry) in statement.entries.iter().enumerate() {
        let path = format_args!("/entries/{index}");
        report.not_negative(AMOUNT_NOT_NEGATIVE, format_args!("{path}/amount"), entry.amount);
        if let Some(decimals) = decimals {
            document::fits(entry.amount, format_args!("{path}/amount"), decimals, report);
        }
        for (place, detail) in entry.details.iter().enumerate() {
            if let Some(decimals) = decimals {
                document::fits(detail.amount, format_args!("{path}/details/{place}/amount"), decimals, report);
            }
        }
        if !entry.details.is_empty() {
            let sum = Decimal::checked_sum(entry.details.iter().map(|detail| detail.amount));
            report.equal(DETAILS, format_args!("{path}/amount"), sum, entry.amount);
        }
        if entry.status != EntryStatus::Booked {
            continue;
        }
        let signed = match entry.direction {
            EntryDirection::Credit => entry.amount,
            EntryDirection::Debit => -entry.amount,
            EntryDirection::Other(_) => {
                report.violation(DIRECTION_KNOWN, format_args!("{path}/direction"), "credit or debit", &entry.direction);
                Decimal::ZERO
            }
        };
        balance = balance.and_then(|balance| balance.checked_add(signed));
        let Some(booked) = entry.booked_on else {
            report.violation(BOOKED_HAS_DATE, format_args!("{path}/booked_on"), "a day", "none");
            continue;
        };
        let (start, end) = statement.period.as_ref().map_or((None, None), |period| (period.start, period.end));
        if start.is_some_and(|start| booked < start) || end.is_some_and(|end| booked > end) {
            report.violation(WITHIN_PERIOD, format_args!("{path}/booked_on"), "a day of the statement", booked);
        }
    }
    report.equal(BALANCE, "/closing/amount", balance, statement.closing.amount);
}
