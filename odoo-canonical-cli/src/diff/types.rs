//! The JSON types that are let through.

use super::{Rule, found::Found, node::Node, shift::Shift};
use serde_json::Value;
use std::collections::BTreeSet;

/// The types of JSON Schema; `integer` is part of `number`.
const ALL: [&str; 7] = ["array", "boolean", "integer", "null", "number", "object", "string"];

pub(super) fn compare(old: &Node<'_>, new: &Node<'_>) -> Option<Found> {
    let (before, after) = (old.get("type"), new.get("type"));
    let (old, new) = (set(before), set(after));
    let shift = Shift::of(old.is_subset(&new), new.is_subset(&old));
    let words = |set: &BTreeSet<&str>| {
        if set.len() == ALL.len() {
            return "anything".to_owned();
        }
        set.iter()
            .copied()
            .filter(|name| *name != "integer" || !set.contains("number"))
            .collect::<Vec<_>>()
            .join(" or ")
    };
    let what = format!("was {}, is {}", words(&old), words(&new));
    shift.found([Rule::TypeWidened, Rule::TypeNarrowed, Rule::TypeChanged], "type", before, after, &what)
}

/// The types that a `type` keyword lets through; all, when there is none.
pub(super) fn set(keyword: Option<&Value>) -> BTreeSet<&str> {
    let mut set: BTreeSet<&str> = match keyword {
        Some(Value::String(one)) => [one.as_str()].into(),
        Some(Value::Array(some)) => some.iter().filter_map(Value::as_str).collect(),
        _ => ALL.into(),
    };
    if set.contains("number") {
        set.insert("integer");
    }
    set
}

/// The type of a value, as `type` names it.
pub(super) fn of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.as_i128().is_some() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
