//! Rules for remittance advices.

use super::RemittanceAdvice;
use crate::object::prelude::*;

rules! {
    /// What remittance advices alone are held to.
    RULES {
        PAID = "RA-01", "What is paid of a document is what it asks for less discount and adjustment";
        TOTAL = "RA-02", "What is paid in all is the sum of the lines";
        DISCOUNT_NOT_NEGATIVE = "RA-03", "A discount is not negative";
        ADJUSTMENT_TOLD = "RA-04", "An adjustment says why";
        HAS_LINES = "RA-05", "An advice has at least one line";
    }
}

pub(super) fn check(advice: &RemittanceAdvice, report: &mut Report) {
    invariant::line_ids(report, advice.lines.iter().map(|line| &line.line_id));
    let decimals = invariant::decimals(report, "/amount/currency", advice.amount.currency);
    if advice.lines.is_empty() {
        report.violation(HAS_LINES, "/lines", "at least one line", "none");
    }
    for (index, line) in advice.lines.iter().enumerate() {
        let path = format_args!("/lines/{index}");
        let (discount, adjustment) = (line.discount.unwrap_or_default(), line.adjustment.unwrap_or_default());
        let paid = Decimal::checked_sum([line.due, -discount, -adjustment]);
        report.equal(PAID, format_args!("{path}/paid"), paid, line.paid);
        report.not_negative(DISCOUNT_NOT_NEGATIVE, format_args!("{path}/discount"), discount);
        if !adjustment.is_zero() && line.adjustment_reason.is_none() {
            report.violation(ADJUSTMENT_TOLD, format_args!("{path}/adjustment_reason"), "a reason", "none");
        }
        if let Some(decimals) = decimals {
            document::fits(line.paid, format_args!("{path}/paid"), decimals, report);
        }
    }
    let sum = Decimal::checked_sum(advice.lines.iter().map(|line| line.paid));
    report.equal(TOTAL, "/amount/amount", sum, advice.amount.amount);
}
