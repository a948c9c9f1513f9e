//! Rules for questions to tax engines.

use super::{TaxDeterminationRequest, TaxTransaction};
use crate::object::prelude::*;

rules! {
    /// What questions to tax engines alone are held to.
    RULES {
        HAS_LINES = "TQ-01", "A question has at least one line";
        DESTINATION = "TQ-02", "A question says to which country goods go";
        SIGN = "TQ-03", "Amounts of a return are not positive";
        RETURN_DATE = "TQ-04", "A return names the day whose rates hold: that of the invoice";
        QUANTITY_NOT_NEGATIVE = "TQ-05", "A quantity or discount is not negative";
    }
}

pub(super) fn check(request: &TaxDeterminationRequest, report: &mut Report) {
    invariant::line_ids(report, request.lines.iter().map(|line| &line.line_id));
    let decimals = invariant::decimals(report, "/currency", request.currency);
    for (path, place) in [("/ship_from", &request.ship_from), ("/ship_to", &request.ship_to), ("/order_place", &request.order_place)] {
        if let Some(place) = place {
            invariant::address(report, path, place);
        }
    }
    if request.lines.is_empty() {
        report.violation(HAS_LINES, "/lines", "at least one line", "none");
    }
    if request.ship_to.as_ref().and_then(|place| place.country).is_none() {
        report.violation(DESTINATION, "/ship_to/country", "a country", "none");
    }
    for (index, certificate) in request.certificates.iter().enumerate() {
        if let Some(valid) = &certificate.valid {
            invariant::period(report, format_args!("/certificates/{index}/valid"), valid);
        }
    }
    let back = request.transaction == TaxTransaction::Return;
    if back && request.tax_date.is_none() {
        report.violation(RETURN_DATE, "/tax_date", "a day", "none");
    }
    for (index, line) in request.lines.iter().enumerate() {
        let path = format_args!("/lines/{index}");
        report.not_negative(QUANTITY_NOT_NEGATIVE, format_args!("{path}/quantity/value"), line.quantity.value);
        report.not_negative(QUANTITY_NOT_NEGATIVE, format_args!("{path}/discount"), line.discount.unwrap_or_default());
        if back {
            report.at_most(SIGN, format_args!("{path}/amount"), Some(Decimal::ZERO), line.amount);
        }
        if let Some(decimals) = decimals {
            document::fits(line.amount, format_args!("{path}/amount"), decimals, report);
        }
        if let Some(place) = &line.ship_from {
            invariant::address(report, format_args!("{path}/ship_from"), place);
        }
    }
}
