//! The way through two schemas at once.

use super::{
    Compat, Readers, Rule, alternatives, bounds, format,
    found::{Found, joined},
    marks,
    node::{ANYTHING, Node, Root},
    object, pattern, types, values,
};
use serde_json::Value;
use std::{collections::BTreeMap, ptr, rc::Rc};

/// Schemas may be nested so deeply.
const MAX_DEPTH: usize = 100;
/// A level is a pair of schemas, and what applies there.
const MAX_CALLS: usize = 2 * MAX_DEPTH;

/// Keywords that have a comparison of their own.
const KNOWN: [&str; 29] = [
    "type",
    "enum",
    "const",
    "oneOf",
    "anyOf",
    "not",
    "properties",
    "required",
    "additionalProperties",
    "propertyNames",
    "items",
    "pattern",
    "format",
    "maximum",
    "exclusiveMaximum",
    "minimum",
    "exclusiveMinimum",
    "multipleOf",
    "maxLength",
    "minLength",
    "maxItems",
    "minItems",
    "uniqueItems",
    "maxProperties",
    "minProperties",
    "$schema",
    "$id",
    "$defs",
    "definitions",
];

pub(super) fn compare(old: &Value, new: &Value, readers: Readers) -> Vec<Found> {
    let (old_root, new_root) = (Root::new(old), Root::new(new));
    let mut walk = Walk { old: old_root, new: new_root, readers, pairs: BTreeMap::new(), depth: 0 };
    walk.schemas(old, new, Marks::Compared)
}

/// Whether annotations of a schema are looked at, or stand elsewhere.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Marks {
    Compared,
    Ignored,
}

/// Two schemas by where they lie in memory, and whether their annotations count.
type Pair = (usize, usize, Marks);

pub(super) struct Walk<'a> {
    pub(super) old: Root<'a>,
    pub(super) new: Root<'a>,
    pub(super) readers: Readers,
    /// What was found in pairs of schemas, by where these lie in memory; `None` while a pair is being compared, for schemas may contain
    /// themselves. What such a pair differs in is found once, and holds wherever it is met again.
    pairs: BTreeMap<Pair, Option<Rc<[Found]>>>,
    depth: usize,
}

impl<'a> Walk<'a> {
    pub(super) fn schemas(&mut self, old: &'a Value, new: &'a Value, marks: Marks) -> Vec<Found> {
        let key = (ptr::from_ref(old).addr(), ptr::from_ref(new).addr(), marks);
        if let Some(known) = self.pairs.get(&key) {
            return known.iter().flat_map(|known| known.iter().cloned()).collect();
        }
        if self.depth >= MAX_CALLS {
            return vec![too_deep()];
        }
        self.pairs.insert(key, None);
        self.depth += 1;
        let found = match (self.old.reference(old), self.new.reference(new)) {
            (Some(before), Some(after)) => self.references(old, new, before, after, marks),
            _ => {
                let (old, new) = (Node::of(&self.old, old), Node::of(&self.new, new));
                self.nodes(&old, &new, marks)
            }
        };
        self.depth -= 1;
        let found = joined(found);
        self.pairs.insert(key, Some(found.clone().into()));
        found
    }

    /// Two references: what stands beside them here, and their definitions once for all.
    fn references(
        &mut self,
        old: &'a Value,
        new: &'a Value,
        (old_name, old_target): (&'a str, &'a Value),
        (new_name, new_target): (&'a str, &'a Value),
        marks: Marks,
    ) -> Vec<Found> {
        let mut found = Vec::new();
        if marks == Marks::Compared {
            found.extend(marks::compare(&Node::beside(old), &Node::beside(new)));
        }
        if old_name != new_name && !self.new.defines(old_name) && !self.old.defines(new_name) {
            let reason = format!(
                "the definition `{old_name}` is called `{new_name}`: no document changes, but code made from the schema may."
            );
            let (old, new) = (Value::from(old_name), Value::from(new_name));
            let renamed =
                Found::new(Rule::DefinitionRenamed, Compat::Full, "$ref", Some(&old), Some(&new), reason);
            found.push(renamed);
        }
        let inner = self.schemas(old_target, new_target, Marks::Compared);
        found.extend(inner.into_iter().map(|found| found.within(new_name)));
        found
    }

    pub(super) fn nodes(&mut self, old: &Node<'a>, new: &Node<'a>, marks: Marks) -> Vec<Found> {
        if self.depth >= MAX_CALLS {
            return vec![too_deep()];
        }
        self.depth += 1;
        let found = self.keywords(old, new, marks);
        self.depth -= 1;
        found
    }

    fn keywords(&mut self, old: &Node<'a>, new: &Node<'a>, marks: Marks) -> Vec<Found> {
        let mut found = Vec::new();
        if marks == Marks::Compared {
            found.extend(marks::compare(old, new));
        }
        if let Some(lists) = values::compare(self, old, new) {
            found.extend(lists);
            return found;
        }
        match alternatives::compare(self, old, new) {
            alternatives::Outcome::All(all) => {
                found.extend(all);
                return found;
            }
            alternatives::Outcome::Beside(some) => found.extend(some),
        }
        found.extend(types::compare(old, new));
        found.extend(bounds::compare(old, new));
        found.extend(pattern::compare(old, new));
        found.extend(format::compare(old, new));
        found.extend(object::compare(self, old, new));
        found.extend(self.items(old, new));
        found.extend(exclusion(old, new));
        found.extend(self.also(old, new));
        found.extend(unknown(old, new));
        found
    }

    fn items(&mut self, old: &Node<'a>, new: &Node<'a>) -> Vec<Found> {
        let (old, new) = (old.get("items"), new.get("items"));
        if old.is_none() && new.is_none() {
            return Vec::new();
        }
        let (old, new) = (old.unwrap_or(&ANYTHING), new.unwrap_or(&ANYTHING));
        self.schemas(old, new, Marks::Compared).into_iter().map(|found| found.under("/*")).collect()
    }

    /// What also applies is compared one by one, as long as there is as much of it.
    fn also(&mut self, old: &Node<'a>, new: &Node<'a>) -> Vec<Found> {
        if old.also.len() == new.also.len() {
            let pairs = old.also.iter().zip(&new.also);
            return pairs.flat_map(|(old, new)| self.schemas(old, new, Marks::Ignored)).collect();
        }
        let texts = [&old.also, &new.also].map(|all| Value::Array(all.iter().copied().cloned().collect()));
        let [before, after] = &texts;
        vec![keyword_unknown("allOf", Some(before), Some(after))]
    }
}

/// `not`: what it excludes more is let through less.
fn exclusion(old: &Node<'_>, new: &Node<'_>) -> Option<Found> {
    let (before, after) = (old.get("not"), new.get("not"));
    let (rule, compat, reason) = match (before, after) {
        (None, None) => return None,
        (Some(before), Some(after)) if before == after => return None,
        (None, Some(_)) => (
            Rule::ExclusionAdded,
            Compat::Forward,
            "something is excluded now: old documents that have it are refused.",
        ),
        (Some(_), None) => (
            Rule::ExclusionRemoved,
            Compat::Backward,
            "something is not excluded any more: old readers refuse new documents that have it.",
        ),
        (Some(_), Some(_)) => (
            Rule::ExclusionChanged,
            Compat::Breaking,
            "something else is excluded: each side may refuse what the other writes.",
        ),
    };
    Some(Found::new(rule, compat, "not", before, after, reason.to_owned()))
}

/// Keywords that nothing above has looked at.
fn unknown(old: &Node<'_>, new: &Node<'_>) -> Vec<Found> {
    let mut keys: Vec<&str> = old.keys().chain(new.keys()).collect();
    keys.sort_unstable();
    keys.dedup();
    keys.retain(|key| {
        !KNOWN.contains(key) && !super::node::is_annotation(key) && old.get(key) != new.get(key)
    });
    keys.into_iter().map(|key| keyword_unknown(key, old.get(key), new.get(key))).collect()
}

fn too_deep() -> Found {
    let reason = format!("schemas are compared {MAX_DEPTH} levels deep; nothing can be promised below.");
    Found::new(Rule::TooDeep, Compat::Breaking, "$ref", None, None, reason)
}

fn keyword_unknown(keyword: &str, old: Option<&Value>, new: Option<&Value>) -> Found {
    let reason = format!("`{keyword}` is not compared by this program: nothing can be promised.");
    Found::new(Rule::KeywordUnknown, Compat::Breaking, keyword, old, new, reason)
}
