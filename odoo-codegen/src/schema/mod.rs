//! What a server's models are: the part of `fields_get` that matters here.

mod parse;
mod save;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::error::Error;

/// The fields of one model by name.
pub type Fields = BTreeMap<String, Field>;

/// The models of a server, by name.
///
/// ```
/// use odoo_codegen::Schema;
///
/// let mut schema = Schema::new();
/// schema.add_json("res.country", r#"{"code": {"type": "char", "string": "Country Code"}}"#)?;
/// assert_eq!(schema.models["res.country"]["code"].kind, "char");
/// # Ok::<(), odoo_codegen::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Schema {
    /// The version of the server, for example `19.0`, where it is known.
    pub version: Option<String>,
    /// The fields of each model.
    pub models: BTreeMap<String, Fields>,
}

/// One field, as `fields_get` describes it. Attributes that the answer leaves out have the value that Odoo's own fields start with.
///
/// Source: `get_description` of `odoo/orm/fields.py` (before 19.0 `odoo/fields.py`).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Field {
    /// `type`: `char`, `many2one`, ...
    pub kind: String,
    /// `string`: the label.
    pub label: Option<String>,
    /// `help`: what is told to the user who hovers over the label.
    pub help: Option<String>,
    /// Whether it must have a value.
    pub required: bool,
    /// Whether users cannot change it: it is computed without a way back, or kept by the system.
    pub readonly: bool,
    /// `store`: whether the database holds it. If not, it is computed on each read, or inherited from a record of another model.
    pub stored: bool,
    /// Whether each company has a value of its own.
    pub company_dependent: bool,
    /// The model that it leads to.
    pub relation: Option<String>,
    /// The values of a selection, in the server's order.
    pub selection: Vec<Choice>,
}

/// One value of a selection.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Choice {
    /// As it is stored. A text; the pseudo fields of user groups have numbers and `false`.
    pub key: Value,
    /// As users see it.
    pub label: String,
}

impl Schema {
    /// No model yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a model from the JSON of its `fields_get`.
    ///
    /// # Errors
    /// [`Error::Json`], [`Error::Definition`]; a model that is there already.
    pub fn add_json(&mut self, model: &str, json: &str) -> Result<(), Error> {
        self.add_value("", model, &parse::json(model, json)?)
    }

    /// Adds models from one JSON object of all: model → field → attributes.
    ///
    /// # Errors
    /// As [`add_json`](Self::add_json).
    pub fn add_models_json(&mut self, json: &str) -> Result<(), Error> {
        self.add_models_value("", &parse::json("JSON", json)?)
    }

    /// Adds what `fields_get` of a model answered. `file`: where it came from, for errors.
    pub(crate) fn add_value(&mut self, file: &str, model: &str, answer: &Value) -> Result<(), Error> {
        let fields = parse::fields(file, model, answer)?;
        if self.models.insert(model.to_owned(), fields).is_some() {
            return Err(Error::definition(&[file, model], "the model is defined twice"));
        }
        Ok(())
    }

    /// Adds the content of a file: the model that the file is named after, or several.
    pub(crate) fn add_file(&mut self, file: &str, stem: &str, json: &str) -> Result<(), Error> {
        let value = parse::json(file, json)?;
        match parse::is_one_model(&value) {
            true => self.add_value(file, stem, &value),
            false => self.add_models_value(file, &value),
        }
    }

    fn add_models_value(&mut self, file: &str, value: &Value) -> Result<(), Error> {
        let models = value
            .as_object()
            .ok_or_else(|| Error::definition(&[file], "an object of models is expected at the top"))?;
        models.iter().try_for_each(|(model, answer)| self.add_value(file, model, answer))
    }
}

impl Field {
    /// A field of this type, all else as Odoo's fields start.
    #[must_use]
    pub fn new(kind: impl Into<String>) -> Self {
        Self {
            kind: kind.into(),
            label: None,
            help: None,
            required: false,
            readonly: false,
            stored: true,
            company_dependent: false,
            relation: None,
            selection: Vec::new(),
        }
    }

    /// Whether it is computed on each read and cannot be written.
    #[must_use]
    pub fn is_computed(&self) -> bool {
        self.readonly && !self.stored
    }
}
