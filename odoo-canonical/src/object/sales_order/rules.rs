//! Rules for sales orders, beyond those of every priced document.

use super::{OrderStatus, SalesOrder};
use crate::object::prelude::*;

rules! {
    /// What sales orders alone are held to.
    RULES {
        HAS_LINES = "BR-16", "An order that is not a draft has at least one line";
        QUANTITY_POSITIVE = "SO-02", "A quantity ordered is greater than nought";
        DONE_NOT_NEGATIVE = "SO-03", "What was delivered or invoiced is not less than nought";
        CALLED_OFF = "SO-04", "A message that calls off says so in the status, too";
        PRICES_WITHOUT_TAX = "SO-05", "Prices are without tax";
    }
}

pub(super) fn check(order: &SalesOrder, report: &mut Report) {
    for (path, address) in [("/bill_to", &order.bill_to), ("/ship_to", &order.ship_to)] {
        if let Some(address) = address {
            invariant::address(report, path, address);
        }
    }
    if order.prices_include_tax {
        report.violation(PRICES_WITHOUT_TAX, "/prices_include_tax", false, true);
    }
    if order.function == Some(DocumentFunction::Cancellation) && order.status != OrderStatus::Cancelled {
        report.violation(CALLED_OFF, "/status", OrderStatus::Cancelled.as_str(), order.status.as_str());
    }
    if order.lines.is_empty() && order.status != OrderStatus::Draft {
        report.violation(HAS_LINES, "/lines", "at least one line", "none");
    }
    for (index, line) in order.lines.iter().enumerate() {
        report.positive(QUANTITY_POSITIVE, format_args!("/lines/{index}/quantity/value"), line.quantity.value);
        for (name, done) in [("delivered", line.delivered), ("invoiced", line.invoiced)] {
            report.not_negative(DONE_NOT_NEGATIVE, format_args!("/lines/{index}/{name}"), done.unwrap_or_default());
        }
    }
    invariant::exchange(report, order.exchange.as_ref());
    document::check(&document::priced_document!(order), report);
}
