//! What is done with an order once it is seen how it stands: confirmed, left, or stopped for a person.

use connector_core::canonical::object::{OrderStatus, SalesOrder};
use connector_core::contract::Outcome;
use connector_core::retry::{Cause, Delivery, Failure};

use super::Work;
use super::order_state::{After, MODEL};
use super::order_total::{mismatch, total};
use crate::error::refuse;
use crate::lookup::Named;

/// What remains to be done with a loaded order.
pub(super) enum Next {
    Done,
    Confirm,
    Stop(Outcome),
}

/// The order is confirmed only at the total that the source says.
pub(super) fn next(work: &Work<'_>, order: &SalesOrder, id: i64, after: Option<&After>) -> Next {
    let Some(after) = after else {
        let failure = Failure::new(
            Delivery::Unknown,
            Cause::Transient,
            "unseen",
            format!("sale.order {id} was loaded and is not found when it is read"),
        );
        return Next::Stop(Outcome::Retry(failure));
    };
    let link = work.config().link(MODEL, id);
    if after.state == "cancel" {
        return Next::Stop(cancelled_in_odoo(&link));
    }
    if let Err(rejection) = total(order, after, work.config().tolerance) {
        return Next::Stop(Outcome::Rejected(mismatch(rejection, after, &link)));
    }
    if after.is_open() { confirmation(work, order.status, &link) } else { Next::Done }
}

/// Whether a quotation in this state of the source's is confirmed, which makes Odoo deliver it.
fn confirmation(work: &Work<'_>, status: OrderStatus, link: &str) -> Next {
    let config = work.config();
    let yes = match status {
        OrderStatus::Accepted | OrderStatus::InFulfilment => true,
        // Nobody has bound himself to deliver: not paid, or not yet looked at.
        OrderStatus::Submitted => config.confirm_submitted,
        OrderStatus::PartiallyShipped | OrderStatus::Shipped | OrderStatus::Closed => {
            if config.confirm && !config.confirm_shipped {
                let message = format!(
                    "the source says that goods have left, but Odoo has not confirmed the order: confirmed now, it would deliver them a second time; confirm it and settle its delivery by hand, then replay this: {link}"
                );
                return Next::Stop(Outcome::Rejected(refuse("already_shipped", "/status", message)));
            }
            true
        }
        OrderStatus::Draft | OrderStatus::Rejected | OrderStatus::Cancelled => false,
    };
    if yes && config.confirm { Next::Confirm } else { Next::Done }
}

pub(super) fn cancelled_in_odoo(link: &str) -> Outcome {
    let message =
        format!("the order was cancelled in Odoo; set it to quotation there, then replay this: {link}");
    Outcome::Rejected(refuse("cancelled_in_odoo", "/status", message))
}

/// An order that is called off, and whose external id leads to nothing that can be cancelled.
pub(super) fn barred(external_id: &str, named: &Named) -> Outcome {
    let message = match named {
        Named::Elsewhere(model) => {
            format!("the external id {external_id} is that of a {model}; free it in Odoo, then replay this")
        }
        _ => format!(
            "the order {external_id} is in Odoo, but the user may not see it (another company, or a record rule); let the user see it, or cancel it there, then replay this"
        ),
    };
    let code = if matches!(named, Named::Elsewhere(_)) { "external_id_taken" } else { "hidden" };
    Outcome::Rejected(refuse(code, "/status", message))
}
