//! Objects: which fields there may be, which there must be, and what of those that the schema does not name.

use super::{
    Compat, Readers, Rule,
    found::{Found, segment},
    node::{ANYTHING, Node, Root},
    walk::{Marks, Walk},
};
use serde_json::{Map, Value};
use std::{collections::BTreeSet, sync::LazyLock};

/// What may stand in fields that the schema does not name.
#[derive(Clone, Copy)]
enum Additional<'a> {
    None,
    Anything,
    Shape(&'a Value),
}

static NO_FIELDS: LazyLock<Map<String, Value>> = LazyLock::new(Map::new);

/// The fields of one side.
struct Fields<'a> {
    properties: &'a Map<String, Value>,
    required: BTreeSet<&'a str>,
    additional: Additional<'a>,
}

pub(super) fn compare<'a>(walk: &mut Walk<'a>, old: &Node<'a>, new: &Node<'a>) -> Vec<Found> {
    let (before, after) = (Fields::of(old), Fields::of(new));
    let mut found = Vec::new();
    for (name, old_field) in before.properties {
        match after.properties.get(name) {
            Some(new_field) => {
                let inner = walk.schemas(old_field, new_field, Marks::Compared);
                found.extend(inner.into_iter().map(|found| found.under(&segment(name))));
            }
            None => found.push(removed(walk, name, old_field, &before, &after)),
        }
    }
    for (name, field) in after.properties.iter().filter(|(name, _)| !before.properties.contains_key(*name)) {
        found.push(added(walk, name, field, &before, &after));
    }
    found.extend(requirements(&before, &after));
    found.extend(additional(walk, &before, &after));
    found.extend(names(walk, old, new));
    found
}

impl<'a> Fields<'a> {
    fn of(node: &Node<'a>) -> Self {
        let required = node.get("required").and_then(Value::as_array).into_iter().flatten();
        Self {
            properties: node.get("properties").and_then(Value::as_object).unwrap_or(&NO_FIELDS),
            required: required.filter_map(Value::as_str).collect(),
            additional: match node.get("additionalProperties") {
                None | Some(Value::Bool(true)) => Additional::Anything,
                Some(Value::Bool(false)) => Additional::None,
                Some(shape) => Additional::Shape(shape),
            },
        }
    }

    /// Whether readers take a field of any kind that they do not know.
    fn passes_over(&self, readers: Readers) -> bool {
        match self.additional {
            Additional::None => readers == Readers::Open,
            Additional::Anything => true,
            Additional::Shape(_) => false,
        }
    }
}

/// A field that only the new side names.
fn added<'a>(walk: &mut Walk<'a>, name: &str, field: &'a Value, old: &Fields<'a>, new: &Fields<'a>) -> Found {
    let required = new.required.contains(name);
    let (mut backward, forward) = match old.additional {
        Additional::None => (true, old.passes_over(walk.readers)),
        // Old writers may have put anything there.
        Additional::Anything => (is_anything(&walk.new, field), true),
        Additional::Shape(shape) => {
            let compat = worst(&walk.schemas(shape, field, Marks::Ignored));
            (compat.is_backward(), compat.is_forward())
        }
    };
    let unnamed =
        if backward { "old documents do not have it" } else { "old documents may have anything there" };
    backward &= !required || old.required.contains(name);
    let for_new_readers = if required { "old documents that lack it are refused" } else { unnamed };
    let for_old_readers = if forward { "old readers pass over it" } else { "old readers refuse it" };
    let word = if required { "required" } else { "optional" };
    let reason = format!("`{name}` is new and {word}: {for_new_readers}, {for_old_readers}.");
    let rule = if required { Rule::RequiredPropertyAdded } else { Rule::PropertyAdded };
    let compat = Compat::of(backward, forward);
    Found::new(rule, compat, "properties", None, Some(field), reason).under(&segment(name))
}

/// A field that only the old side names: the mirror image.
fn removed<'a>(
    walk: &mut Walk<'a>,
    name: &str,
    field: &'a Value,
    old: &Fields<'a>,
    new: &Fields<'a>,
) -> Found {
    let required = old.required.contains(name);
    let (backward, mut forward) = match new.additional {
        Additional::None => (new.passes_over(walk.readers), true),
        Additional::Anything => (true, is_anything(&walk.old, field)),
        Additional::Shape(shape) => {
            let compat = worst(&walk.schemas(field, shape, Marks::Ignored));
            (compat.is_backward(), compat.is_forward())
        }
    };
    let unnamed =
        if forward { "new documents do not have it" } else { "new documents may have anything there" };
    forward &= !required || new.required.contains(name);
    let for_old_readers = if required { "old readers refuse new documents, which lack it" } else { unnamed };
    let for_new_readers =
        if backward { "new readers pass over what stood there" } else { "new readers refuse it" };
    let word = if required { "required" } else { "optional" };
    let reason = format!("`{name}` was {word} and is gone: {for_old_readers}, {for_new_readers}.");
    let rule = if required { Rule::RequiredPropertyRemoved } else { Rule::PropertyRemoved };
    let compat = Compat::of(backward, forward);
    Found::new(rule, compat, "properties", Some(field), None, reason).under(&segment(name))
}

/// Fields that are required on one side only, other than those that are new or gone.
fn requirements(old: &Fields<'_>, new: &Fields<'_>) -> Vec<Found> {
    let stays = |name: &str| old.properties.contains_key(name) == new.properties.contains_key(name);
    let mut found = Vec::new();
    for name in new.required.difference(&old.required).filter(|name| stays(name)) {
        let reason = format!("`{name}` must be there: old documents that lack it are refused.");
        let became = Found::new(Rule::BecameRequired, Compat::Forward, "required", None, None, reason);
        found.push(became.under(&segment(name)));
    }
    for name in old.required.difference(&new.required).filter(|name| stays(name)) {
        let reason = format!("`{name}` may be absent: old readers refuse new documents that lack it.");
        let became = Found::new(Rule::BecameOptional, Compat::Backward, "required", None, None, reason);
        found.push(became.under(&segment(name)));
    }
    found
}

/// What the fields are that are not named.
fn additional<'a>(walk: &mut Walk<'a>, old: &Fields<'a>, new: &Fields<'a>) -> Vec<Found> {
    let inner = match (old.additional, new.additional) {
        (Additional::None, Additional::None) | (Additional::Anything, Additional::Anything) => {
            return Vec::new();
        }
        (Additional::None, _) => {
            let forward = old.passes_over(walk.readers);
            let for_old_readers =
                if forward { "old readers pass over them" } else { "old readers refuse them" };
            let reason = format!("fields that are not named may be written now: {for_old_readers}.");
            let compat = Compat::of(true, forward);
            return vec![Found::new(Rule::ObjectOpened, compat, "additionalProperties", None, None, reason)];
        }
        (_, Additional::None) => {
            let backward = new.passes_over(walk.readers);
            let for_new_readers =
                if backward { "new readers pass over them" } else { "new readers refuse them" };
            let reason = format!("fields that are not named may not be written any more: {for_new_readers}.");
            let compat = Compat::of(backward, true);
            return vec![Found::new(Rule::ObjectClosed, compat, "additionalProperties", None, None, reason)];
        }
        (Additional::Shape(old), Additional::Shape(new)) => walk.schemas(old, new, Marks::Compared),
        (Additional::Shape(old), Additional::Anything) => walk.schemas(old, &ANYTHING, Marks::Ignored),
        (Additional::Anything, Additional::Shape(new)) => walk.schemas(&ANYTHING, new, Marks::Ignored),
    };
    inner.into_iter().map(|found| found.under("/*")).collect()
}

/// What names of fields may look like.
fn names<'a>(walk: &mut Walk<'a>, old: &Node<'a>, new: &Node<'a>) -> Vec<Found> {
    let (old, new) = (old.get("propertyNames"), new.get("propertyNames"));
    if old.is_none() && new.is_none() {
        return Vec::new();
    }
    let inner = walk.schemas(old.unwrap_or(&ANYTHING), new.unwrap_or(&ANYTHING), Marks::Compared);
    let named = |mut found: Found| {
        found.identity.keyword.insert_str(0, "propertyNames/");
        found.identity.reason.insert_str(0, "of the names of fields, ");
        found
    };
    inner.into_iter().map(named).collect()
}

fn is_anything<'a>(root: &Root<'a>, schema: &'a Value) -> bool {
    Node::of(root, schema).is_anything()
}

fn worst(found: &[Found]) -> Compat {
    found.iter().fold(Compat::Full, |all, found| all.and(found.compat))
}
