//! Closed lists of values, whether they are written as `enum`, `const`, or `oneOf` of constants.

use super::{
    Compat, Rule,
    found::Found,
    node::{Node, Root, is_annotation},
    pattern, types,
    walk::Walk,
};
use serde_json::Value;

/// A list of more choices is taken for alternatives.
const MAX_CHOICES: usize = 1000;

/// One value of a list, and the schema that stands for it, where there is one.
struct Entry<'a> {
    value: &'a Value,
    described: Option<&'a Value>,
}

/// The changes when one side or both are closed lists; `None` when neither is.
pub(super) fn compare<'a>(walk: &Walk<'a>, old: &Node<'a>, new: &Node<'a>) -> Option<Vec<Found>> {
    match (list(&walk.old, old), list(&walk.new, new)) {
        (None, None) => None,
        (Some(old), Some(new)) => Some(entries(&old, &new)),
        (Some(values), None) => {
            let holds = admits_all(new, &values);
            let reason = if holds {
                "the list is open now: old readers refuse values that are not in it."
            } else {
                "the list has given way to a shape that does not hold it: each side may refuse what the other writes."
            };
            let (rule, compat) = if holds {
                (Rule::ListOpened, Compat::Backward)
            } else {
                (Rule::ListChanged, Compat::Breaking)
            };
            let list = shown(&values);
            Some(vec![Found::new(rule, compat, "enum", Some(&list), None, reason.to_owned())])
        }
        (None, Some(values)) => {
            let holds = admits_all(old, &values);
            let reason = if holds {
                "the list is closed now: old documents with a value that is not in it are refused."
            } else {
                "a shape has given way to a list that goes beyond it: each side may refuse what the other writes."
            };
            let (rule, compat) = if holds {
                (Rule::ListClosed, Compat::Forward)
            } else {
                (Rule::ListChanged, Compat::Breaking)
            };
            let list = shown(&values);
            Some(vec![Found::new(rule, compat, "enum", None, Some(&list), reason.to_owned())])
        }
    }
}

fn entries(old: &[Entry<'_>], new: &[Entry<'_>]) -> Vec<Found> {
    let mut found = Vec::new();
    for entry in old {
        match new.iter().find(|other| other.value == entry.value) {
            None => {
                let reason = format!(
                    "{} is not in the list any more: old documents that have it are refused.",
                    entry.value
                );
                let value = Some(entry.value);
                found.push(Found::new(Rule::ValueRemoved, Compat::Forward, "enum", value, None, reason));
            }
            Some(other) => {
                let (before, after) = (words(entry), words(other));
                if before.is_some() && after.is_some() && before != after {
                    let reason = format!("{} is described in other words: no document changes.", entry.value);
                    let (before, after) = (entry.described, other.described);
                    found.push(Found::new(Rule::Documentation, Compat::Full, "oneOf", before, after, reason));
                }
            }
        }
    }
    for entry in new.iter().filter(|entry| !old.iter().any(|other| other.value == entry.value)) {
        let reason = format!("{} is new in the list: old readers refuse it.", entry.value);
        found.push(Found::new(Rule::ValueAdded, Compat::Backward, "enum", None, Some(entry.value), reason));
    }
    found
}

/// The annotations of a value that has a schema of its own.
fn words<'a>(entry: &Entry<'a>) -> Option<Vec<(&'a str, Option<&'a Value>)>> {
    let node = Node::beside(entry.described?);
    Some(node.keys().filter(|key| is_annotation(key)).map(|key| (key, node.get(key))).collect())
}

/// The values, when nothing but a list of values is let through.
fn list<'a>(root: &Root<'a>, node: &Node<'a>) -> Option<Vec<Entry<'a>>> {
    listed(root, node, &mut { MAX_CHOICES })
}

/// `left` is how many choices may still be looked at: a list may refer to itself, or grow without end when it is written out.
fn listed<'a>(root: &Root<'a>, node: &Node<'a>, left: &mut usize) -> Option<Vec<Entry<'a>>> {
    if let Some(value) = node.get("const") {
        return Some(vec![Entry { value, described: None }]);
    }
    if let Some(Value::Array(values)) = node.get("enum") {
        return Some(values.iter().map(|value| Entry { value, described: None }).collect());
    }
    let choices = node.get("oneOf").or_else(|| node.get("anyOf"))?.as_array()?;
    let mut entries = Vec::new();
    for choice in choices {
        *left = left.checked_sub(1)?;
        let values = listed(root, &Node::of(root, choice), left)?;
        let single = values.len() == 1;
        let described = |entry: Entry<'a>| Entry { described: single.then_some(choice), ..entry };
        entries.extend(values.into_iter().map(described));
    }
    (!entries.is_empty()).then_some(entries)
}

fn shown(values: &[Entry<'_>]) -> Value {
    Value::Array(values.iter().map(|entry| entry.value.clone()).collect())
}

/// Whether a node lets all these values through. Where it asks for what is not understood here, the answer is no.
fn admits_all(node: &Node<'_>, values: &[Entry<'_>]) -> bool {
    let understood =
        |key: &str| matches!(key, "type" | "pattern" | "minLength" | "maxLength") || is_annotation(key);
    node.also.is_empty()
        && node.keys().all(understood)
        && values.iter().all(|entry| admits(node, entry.value))
}

fn admits(node: &Node<'_>, value: &Value) -> bool {
    if !types::set(node.get("type")).contains(types::of(value)) {
        return false;
    }
    let Value::String(text) = value else { return true };
    let length = text.chars().count() as u64;
    let bound = |keyword: &str| node.get(keyword).and_then(Value::as_u64);
    bound("minLength").is_none_or(|least| length >= least)
        && bound("maxLength").is_none_or(|most| length <= most)
        && node
            .get("pattern")
            .and_then(Value::as_str)
            .is_none_or(|rule| pattern::matches(rule, text) == Some(true))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_list_is_the_same_whichever_way_it_is_written() {
        let ways = [
            json!({ "enum": ["a", "b"] }),
            json!({ "oneOf": [{ "const": "a", "type": "string" }, { "const": "b", "type": "string" }] }),
            json!({ "anyOf": [{ "enum": ["b"] }, { "const": "a", "description": "A." }], "type": "string" }),
        ];
        for old in &ways {
            for new in &ways {
                let found = super::super::walk::compare(old, new, super::super::Readers::Open);
                let worst = found.iter().map(|found| found.compat).fold(Compat::Full, Compat::and);
                assert_eq!(worst, Compat::Full, "{old} {new}: {found:?}");
            }
        }
    }
}
