//! Alternatives: `oneOf` and `anyOf` of shapes, matched by what tells them apart.
//!
//! Alternatives are taken to exclude each other, as tagged ones do.

use super::{
    Compat, Rule,
    found::Found,
    node::{Node, Root},
    walk::{Marks, Walk},
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What was found, and what of the nodes is still to be compared.
pub(super) enum Outcome {
    /// Everything that the nodes ask was compared.
    All(Vec<Found>),
    /// Only the alternatives were; other keywords stand beside them.
    Beside(Vec<Found>),
}

pub(super) fn compare<'a>(walk: &mut Walk<'a>, old: &Node<'a>, new: &Node<'a>) -> Outcome {
    match (choices(old), choices(new)) {
        (None, None) => Outcome::Beside(Vec::new()),
        (Some((was, before)), Some((is, after))) => {
            let mut found = matched(walk, before, after);
            found.extend(exclusion(was, is, before, after));
            Outcome::Beside(found)
        }
        (None, Some((keyword, after))) => match as_choice(old, new, keyword) {
            Some(single) => Outcome::All(one_and_many(walk, &single, after, Direction::Forth)),
            None => {
                let reason =
                    "one of several shapes is asked for: old documents that have none of them are refused.";
                let value = new.get(keyword);
                let imposed = Found::new(
                    Rule::AlternativesImposed,
                    Compat::Forward,
                    keyword,
                    None,
                    value,
                    reason.to_owned(),
                );
                Outcome::Beside(vec![imposed])
            }
        },
        (Some((keyword, before)), None) => match as_choice(new, old, keyword) {
            Some(single) => Outcome::All(one_and_many(walk, &single, before, Direction::Back)),
            None => {
                let reason = "none of several shapes is asked for any more: old readers refuse new documents that have none.";
                let value = old.get(keyword);
                let lifted = Found::new(
                    Rule::AlternativesLifted,
                    Compat::Backward,
                    keyword,
                    value,
                    None,
                    reason.to_owned(),
                );
                Outcome::Beside(vec![lifted])
            }
        },
    }
}

/// `oneOf` refuses what has two of the shapes, `anyOf` does not; for shapes of different types that is the same.
fn exclusion(was: &'static str, is: &'static str, before: &[Value], after: &[Value]) -> Option<Found> {
    let types = |all: &[Value]| {
        all.iter().map(|schema| schema.get("type")?.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()
    };
    let apart = |all: &[Value]| {
        types(all).is_some_and(|types| types.iter().collect::<BTreeSet<_>>().len() == types.len())
    };
    if was == is || (apart(before) && apart(after)) {
        return None;
    }
    let (rule, compat, reason) = if is == "oneOf" {
        (
            Rule::AlternativesImposed,
            Compat::Forward,
            "exactly one of the shapes is asked for: old documents that have two of them are refused.",
        )
    } else {
        (
            Rule::AlternativesLifted,
            Compat::Backward,
            "more than one of the shapes is allowed: old readers refuse new documents that have two of them.",
        )
    };
    Some(Found::new(rule, compat, is, None, None, reason.to_owned()))
}

fn choices<'a>(node: &Node<'a>) -> Option<(&'static str, &'a [Value])> {
    ["oneOf", "anyOf"]
        .into_iter()
        .find_map(|keyword| Some((keyword, node.get(keyword)?.as_array()?.as_slice())))
}

/// Two lists: what is the same alternative is compared, the rest is new or gone.
fn matched<'a>(walk: &mut Walk<'a>, old: &'a [Value], new: &'a [Value]) -> Vec<Found> {
    let before = keyed(&walk.old, old);
    let after = keyed(&walk.new, new);
    let mut found = Vec::new();
    for (key, schema) in &before {
        match after.get(key) {
            Some(other) => found.extend(walk.schemas(schema, other, Marks::Compared)),
            None => found.push(removed(key, schema)),
        }
    }
    let fresh = after.iter().filter(|(key, _)| !before.contains_key(*key));
    found.extend(fresh.map(|(key, schema)| added(key, schema)));
    found
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Forth,
    Back,
}

/// One shape on one side and several on the other: `Forth` when the several are the new ones.
fn one_and_many<'a>(
    walk: &mut Walk<'a>,
    single: &Node<'a>,
    many: &'a [Value],
    direction: Direction,
) -> Vec<Found> {
    let root = if direction == Direction::Forth { &walk.new } else { &walk.old };
    let many = keyed(root, many);
    let own = key(single, None);
    let mut found = Vec::new();
    for (key, schema) in &many {
        let root = if direction == Direction::Forth { &walk.new } else { &walk.old };
        let node = Node::of(root, schema);
        found.extend(match direction {
            Direction::Forth if *key == own => walk.nodes(single, &node, Marks::Ignored),
            Direction::Back if *key == own => walk.nodes(&node, single, Marks::Ignored),
            Direction::Forth => vec![added(key, schema)],
            Direction::Back => vec![removed(key, schema)],
        });
    }
    if !many.contains_key(&own) {
        found.push(match direction {
            Direction::Forth => removed(&own, &Value::Null),
            Direction::Back => added(&own, &Value::Null),
        });
    }
    found
}

/// A node as the only alternative, when the other side asks for nothing but its alternatives.
fn as_choice<'a>(single: &Node<'a>, other: &Node<'a>, keyword: &str) -> Option<Node<'a>> {
    (other.asks_only(keyword) && !single.is_anything()).then(|| single.clone())
}

fn added(key: &str, schema: &Value) -> Found {
    let reason = format!("{key} is possible now: old readers refuse it.");
    Found::new(Rule::AlternativeAdded, Compat::Backward, "oneOf", None, Some(schema), reason)
}

fn removed(key: &str, schema: &Value) -> Found {
    let reason = format!("{key} is not possible any more: old documents that have it are refused.");
    Found::new(Rule::AlternativeRemoved, Compat::Forward, "oneOf", Some(schema), None, reason)
}

/// Alternatives by what tells them apart; those that nothing tells apart, by their place too.
fn keyed<'a>(root: &Root<'a>, choices: &'a [Value]) -> BTreeMap<String, &'a Value> {
    let mut keyed = BTreeMap::new();
    for schema in choices {
        let name = root.reference(schema).map(|(name, _)| name);
        let own = key(&Node::of(root, schema), name);
        let twins = (2..).map(|place| format!("{own} ({place})"));
        let free = std::iter::once(own.clone()).chain(twins).find(|key| !keyed.contains_key(key));
        keyed.insert(free.unwrap_or(own), schema);
    }
    keyed
}

/// What tells an alternative from the others: a constant, a constant field, its only field, its type, its definition.
fn key(node: &Node<'_>, definition: Option<&str>) -> String {
    if let Some(value) = node.get("const") {
        return format!("the value {value}");
    }
    let properties = node.get("properties").and_then(Value::as_object);
    if let Some(properties) = properties {
        let tag = properties.iter().find_map(|(name, schema)| Some((name, schema.get("const")?)));
        if let Some((name, value)) = tag {
            return format!("`{name}` {value}");
        }
        if let [only] = properties.keys().collect::<Vec<_>>().as_slice() {
            return format!("`{only}`");
        }
    }
    match node.get("type") {
        Some(Value::String(name)) if name != "object" => format!("type {name}"),
        _ => match (definition, node.get("title").and_then(Value::as_str)) {
            (Some(name), _) => format!("`{name}`"),
            (None, Some(title)) => format!("`{title}`"),
            (None, None) if properties.is_some() => "an object".to_owned(),
            (None, None) => "something else".to_owned(),
        },
    }
}
