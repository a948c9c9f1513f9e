//! What changed between two versions of a schema, and what that does to those who read and write.
//!
//! A schema is read in two ways. Writers keep to it as it stands; readers take it open, which is to say that they pass over fields that it
//! does not name (see [`Readers`]). A change is *backward* compatible when readers of the new version can read everything that writers of the
//! old one could write, *forward* compatible the other way round.
//!
//! The comparison follows documents, not the text of the schema: references are followed, closed lists are the same list whichever way they
//! are written, and a definition that has only changed its name changes no document. What cannot be decided is breaking.

mod compat;
pub use compat::Compat;

mod rule;
pub use rule::Rule;

mod change;
pub use change::{Change, Place, Report};

mod found;
mod node;
mod number;
mod shift;
mod walk;

mod alternatives;
mod bounds;
mod format;
mod marks;
mod object;
mod pattern;
mod types;
mod values;

mod table;
pub use table::table;

use crate::SchemaSet;
use found::Found;
use serde_json::Value;
use std::collections::BTreeMap;

/// At most so many places of one change are listed for each schema.
pub const MAX_PLACES: usize = 200;

/// How readers take fields that their schema does not name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Readers {
    /// They pass over them, as consumers should.
    #[default]
    Open,
    /// They refuse them, as `additionalProperties: false` says.
    Strict,
}

/// Compares two sets, schema by schema. A single file is compared with a single file whatever they are called.
pub fn diff(old: &SchemaSet, new: &SchemaSet, readers: Readers) -> Report {
    let mut gathered = Gathered::default();
    if let (false, false, Some((_, before)), Some((name, after))) =
        (old.whole, new.whole, old.schemas.first_key_value(), new.schemas.first_key_value())
    {
        gathered.add(name, walk::compare(before, after, readers));
        return Report::new(&old.label, &new.label, gathered.changes());
    }
    for (name, before) in &old.schemas {
        match new.schemas.get(name) {
            Some(after) => gathered.add(name, walk::compare(before, after, readers)),
            // One file is compared with its namesake in the other set, and says nothing of the rest.
            None if new.whole => gathered.add(name, vec![schema_removed(name)]),
            None => {}
        }
    }
    for name in new.schemas.keys().filter(|name| old.whole && !old.schemas.contains_key(*name)) {
        gathered.add(name, vec![schema_added(name)]);
    }
    Report::new(&old.label, &new.label, gathered.changes())
}

/// Compares two schemas; `name` is what they are called in the places of changes.
pub fn diff_schemas(name: &str, old: &Value, new: &Value, readers: Readers) -> Report {
    let mut gathered = Gathered::default();
    gathered.add(name, walk::compare(old, new, readers));
    Report::new(name, name, gathered.changes())
}

fn schema_added(name: &str) -> Found {
    let reason = format!("`{name}` is new: no document of the schemas that were there changes.");
    Found::new(Rule::SchemaAdded, Compat::Full, "$id", None, None, reason)
}

fn schema_removed(name: &str) -> Found {
    let reason = format!("`{name}` is gone: nobody reads or writes its documents any more.");
    Found::new(Rule::SchemaRemoved, Compat::Breaking, "$id", None, None, reason)
}

/// Changes of several schemas; what changed in a shared definition is one change with many places.
#[derive(Default)]
struct Gathered {
    changes: BTreeMap<found::Identity, Change>,
}

impl Gathered {
    fn add(&mut self, schema: &str, found: Vec<Found>) {
        for found in found {
            // Only what was made in a shared definition can be the same change in two schemas.
            let mut identity = found.identity.clone();
            if identity.definition.is_none() {
                identity.local = format!("{schema}{}", identity.local);
            }
            let places = found.paths.into_iter().map(|path| Place { schema: schema.to_owned(), path });
            let change = self.changes.entry(identity).or_insert_with_key(|identity| Change {
                compat: found.compat,
                rule: identity.rule,
                places: Vec::new(),
                count: 0,
                definition: identity.definition.clone(),
                keyword: identity.keyword.clone(),
                old: identity.old.clone(),
                new: identity.new.clone(),
                reason: identity.reason.clone(),
            });
            change.places.extend(places);
            change.count = change.count.saturating_add(found.count);
        }
    }

    fn changes(self) -> Vec<Change> {
        self.changes.into_values().collect()
    }
}
