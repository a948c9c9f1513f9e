//! Rules for messages of carriers.

use super::{ShipmentEvent, TrackingEvent};
use crate::object::prelude::*;

rules! {
    /// What messages of carriers alone are held to.
    RULES {
        ONE_MOMENT = "SE-01", "The local time is that of the moment, to the second";
        EXPECTED_LATER = "SE-02", "What has not arrived is not expected before the event";
        UNTOLD_HAS_CODE = "SE-03", "An event that cannot be told in our words keeps the carrier's code";
    }
}

pub(super) fn check(event: &ShipmentEvent, report: &mut Report) {
    if let Some(place) = &event.place {
        invariant::address(report, "/place", place);
    }
    if let Some(local) = &event.local_time {
        let apart = local.instant().as_microseconds().abs_diff(event.occurred_at.as_microseconds());
        if apart >= 1_000_000 {
            report.violation(ONE_MOMENT, "/local_time", event.occurred_at, local);
        }
    }
    if let Some(expected) = event.expected_at.filter(|expected| *expected < event.occurred_at)
        && event.event != TrackingEvent::Delivered
    {
        report.violation(EXPECTED_LATER, "/expected_at", format_args!("{} or later", event.occurred_at), expected);
    }
    if event.event == TrackingEvent::Unknown && event.carrier_code.is_none() {
        report.violation(UNTOLD_HAS_CODE, "/carrier_code", "a code", "none");
    }
}
