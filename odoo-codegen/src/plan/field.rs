//! The type and the identifier of a field.

use std::collections::BTreeMap;

use super::selection::PlannedSelection;
use crate::docs;
use crate::name::{self, Names};
use crate::schema::Field;

/// One field of a struct.
pub(crate) struct PlannedField {
    /// As Odoo names it.
    pub(crate) name: String,
    /// As the struct names it; not escaped.
    pub(crate) ident: String,
    pub(crate) kind: Kind,
    /// Whether it is an `Option`.
    pub(crate) optional: bool,
    /// Whether it is read and never written.
    pub(crate) readonly: bool,
    /// Lines of Markdown.
    pub(crate) docs: Vec<String>,
}

/// Models whose records have texts for ids, though `fields_get` says `integer`: an id is the first digits of an account's code.
///
/// Source: `browse` in `addons/account/models/account_root.py` (18.0 and later; numbers before).
pub(super) const TEXT_IDS: [&str; 1] = ["account.root"];

/// What a field holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The record's own id.
    Id,
    Bool,
    Integer,
    Decimal,
    Text,
    Date,
    Timestamp,
    Binary,
    Reference,
    Properties,
    Json,
    /// An enum by its name.
    Selection(String),
    Many2one(Target),
    Many(Target),
}

/// Where a relation leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// The type of a model.
    Model(String),
    /// The server did not say.
    Any,
}

impl PlannedField {
    /// The field that every model has.
    pub(crate) fn id() -> Self {
        Self {
            name: "id".to_owned(),
            ident: "id".to_owned(),
            kind: Kind::Id,
            optional: false,
            readonly: false,
            docs: vec!["Which record.".to_owned()],
        }
    }

    pub(crate) fn new(
        name: &str,
        ident: String,
        field: &Field,
        selection: Option<&PlannedSelection>,
        models: &BTreeMap<String, String>,
    ) -> Self {
        let kind = kind(field, selection, models);
        Self {
            name: name.to_owned(),
            ident,
            optional: kind.can_be_empty() && !field.always_has_a_value(),
            kind,
            readonly: field.readonly,
            docs: describe(name, field),
        }
    }
}

impl Kind {
    /// Whether Odoo's empty value (`false`) can stand in its place and the type itself cannot hold it. Numbers and booleans are never
    /// empty: a column without a value is read as 0 or false (`convert_to_record` of `odoo/orm/fields_numeric.py`).
    fn can_be_empty(&self) -> bool {
        match self {
            Self::Id
            | Self::Bool
            | Self::Integer
            | Self::Decimal
            | Self::Properties
            | Self::Json
            | Self::Many(_) => false,
            Self::Text
            | Self::Date
            | Self::Timestamp
            | Self::Binary
            | Self::Reference
            | Self::Selection(_)
            | Self::Many2one(_) => true,
        }
    }
}

impl Field {
    /// Where it leads, if it is a relation that says so.
    pub(crate) fn comodel(&self) -> Option<&str> {
        match self.kind.as_str() {
            "many2one" | "one2many" | "many2many" if !self.has_text_ids() => self.relation.as_deref(),
            _ => None,
        }
    }

    fn has_text_ids(&self) -> bool {
        self.relation.as_deref().is_some_and(|model| TEXT_IDS.contains(&model))
    }

    /// `required` is a `NOT NULL` only on a column; what is computed on reading, or kept per company, can be empty all the same.
    fn always_has_a_value(&self) -> bool {
        self.required && self.stored && !self.company_dependent
    }
}

fn kind(field: &Field, selection: Option<&PlannedSelection>, models: &BTreeMap<String, String>) -> Kind {
    let target = || {
        let ident = field.comodel().and_then(|model| models.get(model));
        ident.map_or(Target::Any, |ident| Target::Model(ident.clone()))
    };
    match field.kind.as_str() {
        "boolean" => Kind::Bool,
        "integer" | "many2one_reference" => Kind::Integer,
        "float" | "monetary" => Kind::Decimal,
        "char" | "text" | "html" => Kind::Text,
        "date" => Kind::Date,
        "datetime" => Kind::Timestamp,
        "binary" | "image" => Kind::Binary,
        "reference" => Kind::Reference,
        "properties" => Kind::Properties,
        "many2one" | "one2many" | "many2many" if field.has_text_ids() => Kind::Json,
        "many2one" => Kind::Many2one(target()),
        "one2many" | "many2many" => Kind::Many(target()),
        "selection" => match selection {
            Some(selection) => Kind::Selection(selection.ident.clone()),
            None if field.selection.iter().all(|choice| choice.key.is_string()) => Kind::Text,
            None => Kind::Json,
        },
        _ => Kind::Json,
    }
}

fn describe(name: &str, field: &Field) -> Vec<String> {
    let mut lines = field.label.as_deref().map(docs::paragraph).unwrap_or_default();
    if lines.is_empty() {
        lines = docs::paragraph(name);
    }
    let help = field.help.as_deref().map(docs::paragraph).unwrap_or_default();
    if !help.is_empty() && help != lines {
        lines.push(String::new());
        lines.extend(help);
    }
    if field.is_computed() {
        lines.extend([String::new(), "Computed on each read.".to_owned()]);
    }
    lines
}

/// An identifier for each field but `id`. Those that need no other keep their own.
pub(crate) fn identifiers<'a>(fields: impl Iterator<Item = &'a str> + Clone) -> BTreeMap<&'a str, String> {
    let mut names = Names::with(&["id"]);
    let mut out = BTreeMap::new();
    let (plain, other): (Vec<&str>, Vec<&str>) = fields.partition(|field| name::snake(field) == *field);
    for field in plain.into_iter().chain(other) {
        out.insert(field, names.take(&name::snake(field)));
    }
    out
}
