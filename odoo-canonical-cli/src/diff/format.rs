//! Formats, taken as conditions, for that is how the schemas of this project are validated.

use super::{Rule, found::Found, node::Node, shift::Shift};
use serde_json::Value;

/// Formats whose values all have the other format too.
const WITHIN: [(&str, &str); 13] = [
    ("uri", "uri-reference"),
    ("uri", "iri"),
    ("uri", "iri-reference"),
    ("iri", "iri-reference"),
    ("uri-reference", "iri-reference"),
    ("email", "idn-email"),
    ("hostname", "idn-hostname"),
    ("int32", "int64"),
    ("uint32", "uint64"),
    ("uint32", "int64"),
    ("uint8", "uint16"),
    ("uint16", "uint32"),
    ("int8", "int16"),
];

pub(super) fn compare(old: &Node<'_>, new: &Node<'_>) -> Option<Found> {
    let (before, after) = (old.get("format"), new.get("format"));
    let shift = Shift::of(is_within(before, after), is_within(after, before));
    let words = |format: Option<&Value>| {
        format.map_or("none".to_owned(), |format| format!("`{}`", format.as_str().unwrap_or_default()))
    };
    let what = format!("format was {}, is {}", words(before), words(after));
    shift.found(
        [Rule::FormatWidened, Rule::FormatNarrowed, Rule::FormatChanged],
        "format",
        before,
        after,
        &what,
    )
}

fn is_within(inner: Option<&Value>, outer: Option<&Value>) -> bool {
    match (inner, outer) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(inner), Some(outer)) => {
            inner == outer || WITHIN.iter().any(|(one, other)| inner == one && outer == other)
        }
    }
}
