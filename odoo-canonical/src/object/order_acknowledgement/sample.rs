//! Synthetic answers to orders.

use super::OrderAcknowledgement;
use crate::object::prelude::*;

pub(super) fn sample(sampler: &mut Sampler) -> Result<OrderAcknowledgement, ContractError> {
    let count = 1 + sampler.below(4);
    let mut answers = Vec::new();
    let lines: Vec<_> = (1..=count).map(|number| line(sampler, number, &mut answers)).collect();
    let status = if sampler.chance(15) {
        "received"
    } else if answers.iter().all(|answer| *answer == "accepted") {
        "accepted"
    } else if answers.iter().all(|answer| *answer == "rejected") {
        "rejected"
    } else {
        "accepted_with_changes"
    };
    let number = sampler.digits(6);
    build(json!({
        "key": format!("ORDRSP/{number}"),
        "number": format!("AB-{number}"),
        "order": { "kind": "order", "number": format!("PO-{}", sampler.digits(5)) },
        "status": status,
        "issued_at": sampler.instant(),
        "seller": sampler.party_ref(),
        "buyer": sampler.party_ref(),
        "lines": lines,
        "revision": sampler.below(5),
    }))
}

fn line(sampler: &mut Sampler, number: u64, answers: &mut Vec<&'static str>) -> serde_json::Value {
    let answer = sampler.pick(&["accepted", "accepted", "changed", "back_ordered", "rejected", "substituted"]);
    answers.push(answer);
    let (first, second) = (1 + sampler.below(90), 1 + sampler.below(90));
    let pieces = |count: u64| json!({ "value": count.to_string(), "unit": "C62" });
    let mut line = json!({
        "line_id": number.to_string(),
        "order_line_id": (number * 10).to_string(),
        "item": sampler.item_ref(),
        "answer": answer,
        "ordered": pieces(if answer == "back_ordered" { first + second } else { first }),
    });
    let mut set = |name: &str, value| drop(line.as_object_mut().and_then(|line| line.insert(name.into(), value)));
    match answer {
        "rejected" => set("reason", json!("No longer made")),
        "back_ordered" => {
            set("confirmed", pieces(first));
            set("back_ordered", pieces(second));
            set("back_order_date", json!(sampler.day(12, false)));
        }
        "changed" => set("confirmed", pieces(second)),
        _ => set("confirmed", pieces(first)),
    }
    if answer == "substituted" {
        set("substitute", sampler.item_ref());
    }
    line
}
