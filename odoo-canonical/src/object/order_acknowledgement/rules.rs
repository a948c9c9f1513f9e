//! Rules for answers to orders: that every answer says what it must, and no more than was ordered is left unsaid.

use super::{AcknowledgementLine, AcknowledgementStatus, LineAnswer, OrderAcknowledgement};
use crate::object::prelude::*;

rules! {
    /// What answers to orders alone are held to.
    RULES {
        ONE_UNIT = "OA-01", "All quantities of a line are in the unit of what was ordered";
        ACCEPTED_WHOLE = "OA-02", "A line that is accepted or substituted is confirmed as ordered, with nothing to come later";
        REJECTED_NOTHING = "OA-03", "A line that is rejected confirms nothing and puts nothing off";
        BACK_ORDER_WHOLE = "OA-04", "On a back-ordered line something comes later, and that and what is confirmed is what was ordered";
        SUBSTITUTE_NAMED = "OA-05", "A substituted line names what comes instead, and no other line does";
        STATUS_OF_LINES = "OA-06", "An answer is accepted when all its lines are, rejected when all are, and else accepted with changes";
        ORDERED_POSITIVE = "OA-07", "What was ordered is greater than nought, what is confirmed or put off not less";
        PRICE_SOUND = "OA-08", "A price is not negative, is for more than nought units, and has a currency";
    }
}

pub(super) fn check(answer: &OrderAcknowledgement, report: &mut Report) {
    invariant::line_ids(report, answer.lines.iter().map(|line| &line.line_id));
    for (index, line) in answer.lines.iter().enumerate() {
        let path = format_args!("/lines/{index}");
        quantities(line, path, report);
        answers(line, path, report);
        if let Some(price) = &line.price {
            let sound = !price.amount.is_negative() && price.base_quantity.is_none_or(|base| base.is_positive());
            if !sound || answer.currency.is_none() {
                report.violation(PRICE_SOUND, format_args!("{path}/price"), "a sound price in a currency", "another");
            }
        }
    }
    let all = |wanted: LineAnswer| answer.lines.iter().all(|line| line.answer == wanted);
    let expected = match answer.status {
        AcknowledgementStatus::Received => return,
        _ if answer.lines.is_empty() => return,
        _ if all(LineAnswer::Accepted) => AcknowledgementStatus::Accepted,
        _ if all(LineAnswer::Rejected) => AcknowledgementStatus::Rejected,
        _ => AcknowledgementStatus::AcceptedWithChanges,
    };
    report.same(STATUS_OF_LINES, "/status", expected, answer.status);
}

fn quantities(line: &AcknowledgementLine, path: impl std::fmt::Display, report: &mut Report) {
    report.positive(ORDERED_POSITIVE, format_args!("{path}/ordered/value"), line.ordered.value);
    for (name, quantity) in [("confirmed", &line.confirmed), ("back_ordered", &line.back_ordered)] {
        let Some(quantity) = quantity else { continue };
        report.not_negative(ORDERED_POSITIVE, format_args!("{path}/{name}/value"), quantity.value);
        report.same(ONE_UNIT, format_args!("{path}/{name}/unit"), &line.ordered.unit, &quantity.unit);
    }
}

fn answers(line: &AcknowledgementLine, path: impl std::fmt::Display, report: &mut Report) {
    let of = |quantity: &Option<Quantity>| quantity.as_ref().map(|quantity| quantity.value).unwrap_or_default();
    let (confirmed, later) = (of(&line.confirmed), of(&line.back_ordered));
    match line.answer {
        LineAnswer::Accepted | LineAnswer::Substituted => {
            report.equal(ACCEPTED_WHOLE, format_args!("{path}/confirmed/value"), Some(line.ordered.value), confirmed);
            report.equal(ACCEPTED_WHOLE, format_args!("{path}/back_ordered/value"), Some(Decimal::ZERO), later);
        }
        LineAnswer::Rejected => {
            report.equal(REJECTED_NOTHING, format_args!("{path}/confirmed/value"), Some(Decimal::ZERO), confirmed);
            report.equal(REJECTED_NOTHING, format_args!("{path}/back_ordered/value"), Some(Decimal::ZERO), later);
        }
        LineAnswer::BackOrdered => {
            report.positive(BACK_ORDER_WHOLE, format_args!("{path}/back_ordered/value"), later);
            let expected = line.ordered.value.checked_sub(later);
            report.equal(BACK_ORDER_WHOLE, format_args!("{path}/confirmed/value"), expected, confirmed);
        }
        _ => {}
    }
    let substituted = line.answer == LineAnswer::Substituted;
    if substituted != line.substitute.is_some() {
        let (expected, found) = if substituted { ("an item", "none") } else { ("none", "an item") };
        report.violation(SUBSTITUTE_NAMED, format_args!("{path}/substitute"), expected, found);
    }
}
