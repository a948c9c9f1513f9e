//! Rules for payments.

use super::{Payment, PaymentStatus};
use crate::object::prelude::*;

rules! {
    /// What payments alone are held to.
    RULES {
        POSITIVE = "PM-01", "A payment is of more than nought";
        NOT_OVERSPENT = "PM-02", "What a payment pays is not more than the payment";
        ALLOCATED_ONCE = "PM-03", "A payment pays a document once";
        EXECUTED_HAS_DATE = "PM-04", "A payment that was executed says on which day";
        SIGN = "PM-05", "A credit note takes off, any other document does not";
        DISCOUNT_NOT_NEGATIVE = "PM-06", "A discount or fee is not negative";
    }
}

pub(super) fn check(payment: &Payment, report: &mut Report) {
    let decimals = invariant::decimals(report, "/amount/currency", payment.amount.currency);
    report.positive(POSITIVE, "/amount/amount", payment.amount.amount);
    if let Some(decimals) = decimals {
        document::fits(payment.amount.amount, "/amount/amount", decimals, report);
    }
    invariant::unique(
        report,
        ALLOCATED_ONCE,
        "/allocations",
        payment.allocations.iter().map(|allocation| (&allocation.document.kind, &allocation.document.number, &allocation.document.line_id)),
    );
    for (index, allocation) in payment.allocations.iter().enumerate() {
        let path = format_args!("/allocations/{index}");
        let takes_off = allocation.document.kind == DocumentRefKind::CreditNote;
        if takes_off != allocation.amount.is_negative() {
            let expected = if takes_off { "less than 0" } else { "0 or more" };
            report.violation(SIGN, format_args!("{path}/amount"), expected, allocation.amount);
        }
        report.not_negative(DISCOUNT_NOT_NEGATIVE, format_args!("{path}/discount"), allocation.discount.unwrap_or_default());
        if let Some(decimals) = decimals {
            document::fits(allocation.amount, format_args!("{path}/amount"), decimals, report);
        }
    }
    match Decimal::checked_sum(payment.allocations.iter().map(|allocation| allocation.amount)) {
        Some(sum) => report.at_most(NOT_OVERSPENT, "/allocations", Some(payment.amount.amount), sum),
        None => report.equal(NOT_OVERSPENT, "/allocations", None, Decimal::ZERO),
    }
    if let Some(fee) = &payment.fee {
        report.not_negative(DISCOUNT_NOT_NEGATIVE, "/fee/amount", fee.amount);
    }
    invariant::exchange(report, payment.exchange.as_ref());
    let executed = matches!(payment.status, PaymentStatus::Executed | PaymentStatus::Booked | PaymentStatus::Returned);
    if executed && payment.value_date.is_none() {
        report.violation(EXECUTED_HAS_DATE, "/value_date", "a day", "none");
    }
}
