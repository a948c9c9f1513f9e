//! What to generate of the definitions.

use std::collections::{BTreeMap, BTreeSet};

/// Which models and fields become code. The default: all models, and of each all fields but the binary ones and `__last_update`, which
/// make every read heavy; those are taken where they are named.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// The models. Empty: all.
    pub models: BTreeSet<String>,
    /// For some models, the only fields to take. `id` is always there.
    pub fields: BTreeMap<String, BTreeSet<String>>,
    /// Whether to leave out what is computed on each read and cannot be written.
    pub skip_computed: bool,
    /// Whether to take custom fields (`x_...`).
    pub custom: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { models: BTreeSet::new(), fields: BTreeMap::new(), skip_computed: false, custom: true }
    }
}

impl Options {
    /// The default.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Only these models; more each time it is called.
    #[must_use]
    pub fn models<T: Into<String>>(mut self, models: impl IntoIterator<Item = T>) -> Self {
        self.models.extend(models.into_iter().map(Into::into));
        self
    }

    /// Of `model` only these fields; more each time it is called.
    #[must_use]
    pub fn fields<T: Into<String>>(
        mut self,
        model: impl Into<String>,
        fields: impl IntoIterator<Item = T>,
    ) -> Self {
        self.fields.entry(model.into()).or_default().extend(fields.into_iter().map(Into::into));
        self
    }

    /// Whether to leave out what is computed on each read and cannot be written.
    #[must_use]
    pub fn skip_computed(mut self, skip: bool) -> Self {
        self.skip_computed = skip;
        self
    }

    /// Whether to take custom fields (`x_...`).
    #[must_use]
    pub fn custom(mut self, take: bool) -> Self {
        self.custom = take;
        self
    }
}
