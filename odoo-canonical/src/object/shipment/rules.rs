//! Rules for shipments: what is packed, what is sent, and what was ordered agree.

use super::{Package, Shipment, ShipmentLine, ShipmentStatus};
use crate::object::prelude::*;
use std::collections::{HashMap, HashSet};

rules! {
    /// What shipments alone are held to.
    RULES {
        PACKAGES_UNIQUE = "SH-01", "No package stands twice, neither by its name nor by its SSCC";
        PARENT_KNOWN = "SH-02", "A package stands in a package of the same shipment, and not within itself";
        CONTENT_KNOWN = "SH-03", "What is in a package is of a line of the shipment";
        PACKED_IS_SHIPPED = "SH-04", "Where packages say what is in them, they hold of a line what is sent of it";
        LOTS_ARE_SHIPPED = "SH-05", "Where a line names lots, they add up to what is sent";
        NOT_NEGATIVE = "SH-06", "No quantity of a shipment is negative";
        ONE_UNIT = "SH-07", "All quantities of a line, in lots and packages too, are in one unit";
        NOT_MORE_THAN_ORDERED = "SH-08", "What is put off is not more than what was ordered and is not sent";
        LEFT_HAS_TIME = "SH-09", "A shipment that has left says when";
        HAS_LINES = "SH-10", "A shipment that is released has at least one line";
        CALLED_OFF = "SH-11", "A message that calls off says so in the status, too";
    }
}

pub(super) fn check(shipment: &Shipment, report: &mut Report) {
    if let Some(address) = &shipment.ship_to {
        invariant::address(report, "/ship_to", address);
    }
    if let Some(weight) = &shipment.gross_weight {
        report.not_negative(NOT_NEGATIVE, "/gross_weight/value", weight.value);
    }
    if shipment.function == Some(DocumentFunction::Cancellation) && shipment.status != ShipmentStatus::Cancelled {
        report.violation(CALLED_OFF, "/status", ShipmentStatus::Cancelled.as_str(), shipment.status.as_str());
    }
    if shipment.lines.is_empty() && !matches!(shipment.status, ShipmentStatus::Planned | ShipmentStatus::Cancelled) {
        report.violation(HAS_LINES, "/lines", "at least one line", "none");
    }
    if shipment.status.has_left() && shipment.shipped_at.is_none() {
        report.violation(LEFT_HAS_TIME, "/shipped_at", "a moment", "none");
    }
    invariant::line_ids(report, shipment.lines.iter().map(|line| &line.line_id));
    packages(shipment, report);
    let mut packed: HashMap<&Label, Option<Decimal>> = HashMap::new();
    for content in shipment.packages.iter().flat_map(|package| &package.contents) {
        let sum = packed.entry(&content.line_id).or_insert(Some(Decimal::ZERO));
        *sum = sum.and_then(|sum| sum.checked_add(content.quantity.value));
    }
    for (index, line) in shipment.lines.iter().enumerate() {
        check_line(line, format_args!("/lines/{index}"), report);
        if !packed.is_empty() {
            let of_line = packed.get(&line.line_id).copied().unwrap_or(Some(Decimal::ZERO));
            report.equal(PACKED_IS_SHIPPED, format_args!("/lines/{index}/shipped/value"), of_line, line.shipped.value);
        }
    }
}

fn check_line(line: &ShipmentLine, path: impl std::fmt::Display, report: &mut Report) {
    let quantities = [("ordered", line.ordered.as_ref()), ("shipped", Some(&line.shipped)), ("back_ordered", line.back_ordered.as_ref())];
    for (name, quantity) in quantities {
        let Some(quantity) = quantity else { continue };
        report.not_negative(NOT_NEGATIVE, format_args!("{path}/{name}/value"), quantity.value);
        report.same(ONE_UNIT, format_args!("{path}/{name}/unit"), &line.shipped.unit, &quantity.unit);
    }
    for (index, lot) in line.lots.iter().enumerate() {
        report.not_negative(NOT_NEGATIVE, format_args!("{path}/lots/{index}/quantity/value"), lot.quantity.value);
        report.same(ONE_UNIT, format_args!("{path}/lots/{index}/quantity/unit"), &line.shipped.unit, &lot.quantity.unit);
    }
    if !line.lots.is_empty() {
        let lots = Decimal::checked_sum(line.lots.iter().map(|lot| lot.quantity.value));
        report.equal(LOTS_ARE_SHIPPED, format_args!("{path}/shipped/value"), lots, line.shipped.value);
    }
    if let (Some(ordered), Some(later)) = (&line.ordered, &line.back_ordered) {
        let open = ordered.value.checked_sub(line.shipped.value).map(|open| open.max(Decimal::ZERO));
        report.at_most(NOT_MORE_THAN_ORDERED, format_args!("{path}/back_ordered/value"), open, later.value);
    }
}

fn packages(shipment: &Shipment, report: &mut Report) {
    invariant::unique(report, PACKAGES_UNIQUE, "/packages", shipment.packages.iter().map(|package| &package.package_id));
    let mut parents = HashMap::new();
    for package in &shipment.packages {
        parents.entry(&package.package_id).or_insert(package.parent.as_ref());
    }
    let lines: HashMap<&Label, &ShipmentLine> = shipment.lines.iter().rev().map(|line| (&line.line_id, line)).collect();
    let (mut numbers, mut ends) = (HashSet::new(), HashMap::new());
    for (index, package) in shipment.packages.iter().enumerate() {
        let path = format_args!("/packages/{index}");
        if package.sscc.as_ref().is_some_and(|sscc| !numbers.insert(sscc)) {
            report.violation(PACKAGES_UNIQUE, format_args!("{path}/sscc"), "no repetition", "a repetition");
        }
        if let Some(found) = end_above(package, &parents, &mut ends) {
            report.violation(PARENT_KNOWN, format_args!("{path}/parent"), "a package of this shipment", found);
        }
        for (place, content) in package.contents.iter().enumerate() {
            let path = format_args!("{path}/contents/{place}");
            report.not_negative(NOT_NEGATIVE, format_args!("{path}/quantity/value"), content.quantity.value);
            match lines.get(&content.line_id) {
                Some(line) => report.same(ONE_UNIT, format_args!("{path}/quantity/unit"), &line.shipped.unit, &content.quantity.unit),
                None => report.violation(CONTENT_KNOWN, format_args!("{path}/line_id"), "a line of this shipment", &content.line_id),
            }
        }
    }
}

/// What is wrong above a package: it goes round in a circle, or ends in a package that is not here; `None` when nothing is.
/// What is known of a package is kept in `ends`, so that each is gone through once, however high packages are stacked.
fn end_above<'a>(
    package: &'a Package,
    parents: &HashMap<&'a Label, Option<&'a Label>>,
    ends: &mut HashMap<&'a Label, Option<&'static str>>,
) -> Option<&'static str> {
    let mut way = Vec::new();
    let mut above = package.parent.as_ref();
    let end = loop {
        let Some(name) = above else { break None };
        if let Some(known) = ends.get(name) {
            break *known;
        }
        // Until its end is known, a package that is met again on the way is a circle.
        ends.insert(name, Some("itself"));
        way.push(name);
        match parents.get(name) {
            Some(next) => above = *next,
            None => break Some("a package that is not here"),
        }
    };
    for name in way {
        ends.insert(name, end);
    }
    end
}
