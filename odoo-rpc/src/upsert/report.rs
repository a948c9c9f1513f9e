//! What became of each record of an upsert.

use std::collections::HashMap;

use super::UpsertRecord;
use crate::load::LoadMessage;

/// What became of one record.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UpsertOutcome {
    /// It is in Odoo as it was given, under this id.
    Loaded {
        /// The database id.
        id: i64,
    },
    /// It was not sent, since it is what was sent before.
    Unchanged,
    /// Odoo did not accept it, and nothing of it is in Odoo.
    Failed {
        /// In Odoo's words.
        messages: Vec<LoadMessage>,
    },
}

/// What became of all records, in the order in which they were given.
#[derive(Clone, Debug)]
#[must_use = "records that Odoo did not accept are reported here, not as an error"]
pub struct UpsertReport {
    entries: Vec<(String, String, Option<UpsertOutcome>)>,
}

impl UpsertReport {
    pub(super) fn new(records: &[UpsertRecord]) -> Self {
        let entry = |record: &UpsertRecord| (record.id().to_owned(), record.digest(), None);
        Self { entries: records.iter().map(entry).collect() }
    }

    pub(super) fn set(&mut self, index: usize, outcome: UpsertOutcome) {
        if let Some((_, _, slot)) = self.entries.get_mut(index) {
            *slot = Some(outcome);
        }
    }

    pub(super) fn set_all(&mut self, indexes: &[usize], outcome: &UpsertOutcome) {
        for index in indexes {
            self.set(*index, outcome.clone());
        }
    }

    /// External id and outcome of each record.
    pub fn outcomes(&self) -> impl Iterator<Item = (&str, &UpsertOutcome)> {
        self.entries.iter().filter_map(|(id, _, outcome)| Some((id.as_str(), outcome.as_ref()?)))
    }

    /// The records that Odoo did not accept, each with its first message.
    pub fn failures(&self) -> impl Iterator<Item = (&str, String)> {
        self.outcomes().filter_map(|(id, outcome)| match outcome {
            UpsertOutcome::Failed { messages } => Some((
                id,
                messages.first().map_or_else(|| "Odoo does not say why".to_owned(), ToString::to_string),
            )),
            _ => None,
        })
    }

    /// The database ids of the records that were loaded, by external id.
    #[must_use]
    pub fn ids(&self) -> HashMap<&str, i64> {
        let id = |(name, outcome): (_, &UpsertOutcome)| match outcome {
            UpsertOutcome::Loaded { id } => Some((name, *id)),
            _ => None,
        };
        self.outcomes().filter_map(id).collect()
    }

    /// The digests of all that is in Odoo as it was given, by external id: for [`UpsertOptions::known`](super::UpsertOptions::known) of the next
    /// upsert.
    #[must_use]
    pub fn digests(&self) -> HashMap<String, String> {
        let settled = |outcome: &Option<UpsertOutcome>| {
            matches!(outcome, Some(UpsertOutcome::Loaded { .. } | UpsertOutcome::Unchanged))
        };
        self.entries
            .iter()
            .filter(|(_, _, outcome)| settled(outcome))
            .map(|(id, digest, _)| (id.clone(), digest.clone()))
            .collect()
    }
}
