//! Bounds of numbers, lengths and counts.

use super::{
    Rule,
    found::Found,
    node::Node,
    number::{is_multiple, order},
    shift::{Family, Shift},
};
use serde_json::{Number, Value};
use std::cmp::Ordering;

const FAMILY: Family = [Rule::BoundWidened, Rule::BoundNarrowed, Rule::BoundChanged];

/// Counts, and whether the keyword is an upper bound.
const COUNTS: [(&str, bool); 6] = [
    ("maxLength", true),
    ("minLength", false),
    ("maxItems", true),
    ("minItems", false),
    ("maxProperties", true),
    ("minProperties", false),
];

pub(super) fn compare(old: &Node<'_>, new: &Node<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for (keyword, upper) in COUNTS {
        let limits = (limit(old, keyword, None, upper), limit(new, keyword, None, upper));
        found.extend(moved(keyword, upper, limits.0, limits.1));
    }
    for (keyword, exclusive, upper) in
        [("maximum", "exclusiveMaximum", true), ("minimum", "exclusiveMinimum", false)]
    {
        let of = Some(exclusive);
        let limits = (limit(old, keyword, of, upper), limit(new, keyword, of, upper));
        found.extend(moved(keyword, upper, limits.0, limits.1));
    }
    found.extend(multiples(old.get("multipleOf"), new.get("multipleOf")));
    let unique = |node: &Node<'_>| node.get("uniqueItems") == Some(&Value::Bool(true));
    let shift = Shift::of(!unique(new) || unique(old), !unique(old) || unique(new));
    let what = "whether items may stand twice";
    found.extend(shift.found(FAMILY, "uniqueItems", old.get("uniqueItems"), new.get("uniqueItems"), what));
    found
}

/// A limit, whether it is itself excluded, and the value that says so.
struct Limit<'a> {
    number: &'a Number,
    excluded: bool,
    stated: &'a Value,
}

/// The tighter of the two keywords; a lower bound of nought for a count is none.
fn limit<'a>(node: &Node<'a>, keyword: &str, exclusive: Option<&str>, upper: bool) -> Option<Limit<'a>> {
    let read = |stated: &'a Value, excluded| match stated {
        Value::Number(number) => Some(Limit { number, excluded, stated }),
        _ => None,
    };
    let plain = node.get(keyword).and_then(|value| read(value, false));
    let plain = plain.filter(|limit| exclusive.is_some() || upper || limit.number.as_i128() != Some(0));
    let strict = exclusive.and_then(|keyword| node.get(keyword)).and_then(|value| read(value, true));
    match (plain, strict) {
        (Some(plain), Some(strict)) => Some(if lets_less(&strict, &plain, upper) { strict } else { plain }),
        (plain, strict) => plain.or(strict),
    }
}

fn lets_less(one: &Limit<'_>, other: &Limit<'_>, upper: bool) -> bool {
    match order(one.number, other.number) {
        Ordering::Equal => one.excluded && !other.excluded,
        Ordering::Less => upper,
        Ordering::Greater => !upper,
    }
}

fn moved(keyword: &str, upper: bool, old: Option<Limit<'_>>, new: Option<Limit<'_>>) -> Option<Found> {
    let shift = match (&old, &new) {
        (None, None) => Shift::Same,
        (None, Some(_)) => Shift::Narrower,
        (Some(_), None) => Shift::Wider,
        (Some(old), Some(new)) => Shift::of(!lets_less(new, old, upper), !lets_less(old, new, upper)),
    };
    let words = |limit: &Option<Limit<'_>>| match limit {
        None => "no bound".to_owned(),
        Some(Limit { number, excluded: true, .. }) => format!("{number}, itself excluded"),
        Some(Limit { number, .. }) => number.to_string(),
    };
    let what = format!("{keyword} was {}, is {}", words(&old), words(&new));
    let stated = |limit: &Option<Limit<'_>>| limit.as_ref().map(|limit| limit.stated.clone());
    let (before, after) = (stated(&old), stated(&new));
    shift.found(FAMILY, keyword, before.as_ref(), after.as_ref(), &what)
}

fn multiples(old: Option<&Value>, new: Option<&Value>) -> Option<Found> {
    let shift = match (old, new) {
        (None, None) => Shift::Same,
        (None, Some(_)) => Shift::Narrower,
        (Some(_), None) => Shift::Wider,
        (Some(Value::Number(old)), Some(Value::Number(new))) => {
            Shift::of(is_multiple(old, new), is_multiple(new, old))
        }
        (old, new) if old == new => Shift::Same,
        _ => Shift::Other,
    };
    shift.found(FAMILY, "multipleOf", old, new, "multiples of another number")
}
