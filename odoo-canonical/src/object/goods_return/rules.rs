//! Rules for returns.

use super::{GoodsReturn, ReturnStatus};
use crate::object::prelude::*;

rules! {
    /// What returns alone are held to.
    RULES {
        HAS_LINES = "RT-01", "A return has at least one line";
        AUTHORISED_POSITIVE = "RT-02", "What may come back is greater than nought, what came and what is accepted not less";
        ONE_UNIT = "RT-03", "All quantities of a line are in one unit";
        ACCEPTED_CAME = "RT-04", "What is accepted is not more than what came";
        RECEIVED_TOLD = "RT-05", "A return that has come says when, and how much of every line";
        RESOLVED_TOLD = "RT-06", "A return that is resolved says how every line is made up for";
        REFUND_NOT_NEGATIVE = "RT-07", "What is paid back is not negative";
    }
}

pub(super) fn check(document: &GoodsReturn, report: &mut Report) {
    invariant::line_ids(report, document.lines.iter().map(|line| &line.line_id));
    if let Some(address) = &document.pickup {
        invariant::address(report, "/pickup", address);
    }
    if document.lines.is_empty() {
        report.violation(HAS_LINES, "/lines", "at least one line", "none");
    }
    if let Some(refund) = &document.refund {
        invariant::decimals(report, "/refund/currency", refund.currency);
        report.not_negative(REFUND_NOT_NEGATIVE, "/refund/amount", refund.amount);
    }
    let came = matches!(document.status, ReturnStatus::Received | ReturnStatus::Inspected | ReturnStatus::Resolved);
    if came && document.received_at.is_none() {
        report.violation(RECEIVED_TOLD, "/received_at", "a moment", "none");
    }
    for (index, line) in document.lines.iter().enumerate() {
        let path = format_args!("/lines/{index}");
        report.positive(AUTHORISED_POSITIVE, format_args!("{path}/authorised/value"), line.authorised.value);
        for (name, quantity) in [("received", &line.received), ("accepted", &line.accepted)] {
            let Some(quantity) = quantity else { continue };
            report.not_negative(AUTHORISED_POSITIVE, format_args!("{path}/{name}/value"), quantity.value);
            report.same(ONE_UNIT, format_args!("{path}/{name}/unit"), &line.authorised.unit, &quantity.unit);
        }
        let of = |quantity: &Option<Quantity>| quantity.as_ref().map(|quantity| quantity.value).unwrap_or_default();
        report.at_most(ACCEPTED_CAME, format_args!("{path}/accepted/value"), Some(of(&line.received)), of(&line.accepted));
        if came && line.received.is_none() {
            report.violation(RECEIVED_TOLD, format_args!("{path}/received"), "a quantity", "none");
        }
        if document.status == ReturnStatus::Resolved && line.resolution.is_none() {
            report.violation(RESOLVED_TOLD, format_args!("{path}/resolution"), "a resolution", "none");
        }
    }
}
