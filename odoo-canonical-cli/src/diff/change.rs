//! One change, and everything that changed between two sets of schemas.

use super::{Compat, Rule};
use serde::Serialize;

/// A place in the documents that a schema describes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// The schema: `sales_order`.
    pub schema: String,
    /// Where in a document, as a JSON Pointer (RFC 6901) in which `*` stands for every place of an array and every name of
    /// a map: `/lines/*/net`. Empty for the whole document.
    pub path: String,
}

/// One change of a schema.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What it does to readers and writers.
    pub compat: Compat,
    /// Why.
    pub rule: Rule,
    /// Where: every place in which the changed definition is used, at most [`MAX_PLACES`](super::MAX_PLACES) for each schema.
    pub places: Vec<Place>,
    /// In how many places, if all were listed.
    pub count: u64,
    /// The definition in which it was made (`Price`), where it was made in a shared one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub definition: Option<String>,
    /// The keyword of JSON Schema: `maxLength`.
    pub keyword: String,
    /// What stood there, as JSON; `None` when nothing did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<String>,
    /// What stands there, as JSON; `None` when nothing does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<String>,
    /// The reason for the verdict, in a sentence.
    pub reason: String,
}

/// All changes between two sets of schemas, the worst first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// What the old set is called.
    pub old: String,
    /// What the new set is called.
    pub new: String,
    /// What holds for all changes together.
    pub compat: Compat,
    /// The changes.
    pub changes: Vec<Change>,
}

impl Report {
    /// Puts changes in order and sums them up.
    pub(super) fn new(old: &str, new: &str, mut changes: Vec<Change>) -> Self {
        changes.iter_mut().for_each(|change| change.places.sort());
        changes.sort_by(|a, b| {
            (a.compat, &a.places, a.rule, &a.keyword).cmp(&(b.compat, &b.places, b.rule, &b.keyword))
        });
        let compat = changes.iter().fold(Compat::Full, |all, change| all.and(change.compat));
        Self { old: old.to_owned(), new: new.to_owned(), compat, changes }
    }

    /// How many changes have a verdict.
    pub fn count(&self, compat: Compat) -> usize {
        self.changes.iter().filter(|change| change.compat == compat).count()
    }
}
