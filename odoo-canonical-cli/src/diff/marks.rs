//! What stands beside a schema and asks nothing of documents: data classes, domains, defaults, words.

use super::{Compat, Rule, found::Found, node::Node};
use serde_json::Value;

/// Words that change no document and no way to treat it.
const WORDS: [&str; 9] =
    ["title", "description", "examples", "$comment", "deprecated", "readOnly", "writeOnly", "$schema", "$id"];

pub(super) fn compare(old: &Node<'_>, new: &Node<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    found.extend(data_class(old.get("x-data-class"), new.get("x-data-class")));
    found.extend(domain(old.get("x-domain"), new.get("x-domain")));
    found.extend(default(old.get("default"), new.get("default")));
    let extensions = old.keys().chain(new.keys()).filter(|key| key.starts_with("x-"));
    let mut words: Vec<&str> = WORDS.into_iter().chain(extensions).collect();
    words.sort_unstable();
    words.dedup();
    for keyword in words.into_iter().filter(|key| !matches!(*key, "x-data-class" | "x-domain")) {
        let (before, after) = (old.get(keyword), new.get(keyword));
        if before != after {
            let reason = format!("`{keyword}` tells people something else: no document changes.");
            found.push(Found::new(Rule::Documentation, Compat::Full, keyword, before, after, reason));
        }
    }
    found
}

/// Who treats data by its class must not be handed anything more sensitive than the class that he knows.
fn data_class(old: Option<&Value>, new: Option<&Value>) -> Option<Found> {
    if old == new {
        return None;
    }
    let name = |class: Option<&Value>| class.and_then(Value::as_str).unwrap_or("none").to_owned();
    let (before, after) = (name(old), name(new));
    let (rule, compat, reason) = match (is_covered(&before, &after), is_covered(&after, &before)) {
        (true, true) => (
            Rule::Documentation,
            Compat::Full,
            format!("the class `{after}` is what no class means: nothing is treated differently."),
        ),
        (true, false) => (
            Rule::DataClassRaised,
            Compat::Backward,
            format!(
                "more sensitive (`{before}` to `{after}`): old readers treat what new writers put here with too little care."
            ),
        ),
        (false, true) => (
            Rule::DataClassLowered,
            Compat::Forward,
            format!(
                "less sensitive (`{before}` to `{after}`): new readers treat what old writers put here with too little care."
            ),
        ),
        (false, false) => (
            Rule::DataClassChanged,
            Compat::Breaking,
            format!(
                "sensitive in another way (`{before}` to `{after}`): each side treats what the other writes by the wrong rules."
            ),
        ),
    };
    Some(Found::new(rule, compat, "x-data-class", old, new, reason))
}

/// Whether whoever treats data as `outer` does right by data that is `inner`. `free-text` may hold anything.
fn is_covered(inner: &str, outer: &str) -> bool {
    inner == outer || inner == "none" || outer == "free-text"
}

fn domain(old: Option<&Value>, new: Option<&Value>) -> Option<Found> {
    let reason = "another domain answers for the field: no document changes, but who routes or grants by domain must know.";
    let found = || Found::new(Rule::DomainChanged, Compat::Full, "x-domain", old, new, reason.to_owned());
    (old != new).then(found)
}

fn default(old: Option<&Value>, new: Option<&Value>) -> Option<Found> {
    if old == new {
        return None;
    }
    let (rule, compat, reason) = if old.is_some() && new.is_some() {
        let reason = "an absent field stands for something else: the same document means two things.";
        (Rule::DefaultChanged, Compat::Breaking, reason)
    } else {
        let reason = "what an absent field stands for is said, or not said any more: no document changes.";
        (Rule::DefaultStated, Compat::Full, reason)
    };
    Some(Found::new(rule, compat, "default", old, new, reason.to_owned()))
}
