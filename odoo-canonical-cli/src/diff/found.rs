//! A change while it is on its way from where it was found to the root of the document.

use super::{Compat, MAX_PLACES, Rule};
use serde_json::Value;
use std::collections::BTreeMap;

/// What makes two findings the same change.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Identity {
    /// The shared definition in which it was made, if it was.
    pub(super) definition: Option<String>,
    /// The path within that definition, or the document.
    pub(super) local: String,
    pub(super) rule: Rule,
    pub(super) keyword: String,
    pub(super) old: Option<String>,
    pub(super) new: Option<String>,
    pub(super) reason: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) identity: Identity,
    pub(super) compat: Compat,
    /// Where, seen from the schema that is being compared.
    pub(super) paths: Vec<String>,
    /// How many paths there are; more than are listed, when they are very many.
    pub(super) count: u64,
}

impl Found {
    /// Found here.
    pub(super) fn new(
        rule: Rule,
        compat: Compat,
        keyword: &str,
        old: Option<&Value>,
        new: Option<&Value>,
        reason: String,
    ) -> Self {
        let identity = Identity {
            definition: None,
            local: String::new(),
            rule,
            keyword: keyword.to_owned(),
            old: old.map(Value::to_string),
            new: new.map(Value::to_string),
            reason,
        };
        Self { identity, compat, paths: vec![String::new()], count: 1 }
    }

    /// Seen from one level further up.
    pub(super) fn under(mut self, segment: &str) -> Self {
        for path in &mut self.paths {
            path.insert_str(0, segment);
        }
        if self.identity.definition.is_none() {
            self.identity.local.insert_str(0, segment);
        }
        self
    }

    /// Made in a definition, unless it was made in one further down.
    pub(super) fn within(mut self, definition: &str) -> Self {
        self.identity.definition.get_or_insert_with(|| definition.to_owned());
        self
    }
}

/// Joins findings of the same change. Without this, a definition that is used in many places in each of many others would have more places
/// than memory holds.
pub(super) fn joined(all: Vec<Found>) -> Vec<Found> {
    let mut joined: BTreeMap<(Identity, Compat), (Vec<String>, u64)> = BTreeMap::new();
    for found in all {
        let (paths, count) = joined.entry((found.identity, found.compat)).or_default();
        let room = MAX_PLACES.saturating_sub(paths.len());
        paths.extend(found.paths.into_iter().take(room));
        *count = count.saturating_add(found.count);
    }
    joined
        .into_iter()
        .map(|((identity, compat), (paths, count))| Found { identity, compat, paths, count })
        .collect()
}

/// A property name as a segment of a JSON Pointer.
pub(super) fn segment(name: &str) -> String {
    format!("/{}", name.replace('~', "~0").replace('/', "~1"))
}
