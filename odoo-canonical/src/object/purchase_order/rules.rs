//! Rules for orders to suppliers, beyond those of every priced document.

use super::{PurchaseOrder, PurchaseOrderStatus};
use crate::object::prelude::*;

rules! {
    /// What orders to suppliers alone are held to.
    RULES {
        HAS_LINES = "PO-01", "An order that is not a draft has at least one line";
        QUANTITY_POSITIVE = "PO-02", "A quantity ordered is greater than nought";
        DONE_NOT_NEGATIVE = "PO-03", "What was received or invoiced is not less than nought";
        CALLED_OFF = "PO-04", "A message that calls off says so in the status, too";
    }
}

pub(super) fn check(order: &PurchaseOrder, report: &mut Report) {
    if let Some(address) = &order.ship_to {
        invariant::address(report, "/ship_to", address);
    }
    if order.function == Some(DocumentFunction::Cancellation) && order.status != PurchaseOrderStatus::Cancelled {
        report.violation(CALLED_OFF, "/status", PurchaseOrderStatus::Cancelled.as_str(), order.status.as_str());
    }
    if order.lines.is_empty() && order.status != PurchaseOrderStatus::Draft {
        report.violation(HAS_LINES, "/lines", "at least one line", "none");
    }
    for (index, line) in order.lines.iter().enumerate() {
        report.positive(QUANTITY_POSITIVE, format_args!("/lines/{index}/quantity/value"), line.quantity.value);
        for (name, done) in [("received", line.received), ("invoiced", line.invoiced)] {
            report.not_negative(DONE_NOT_NEGATIVE, format_args!("/lines/{index}/{name}"), done.unwrap_or_default());
        }
    }
    invariant::exchange(report, order.exchange.as_ref());
    document::check(&document::priced_document!(order), report);
}
