//! Models and fields, read from the tables in `testkit/schema`.
//!
//! A table has `[model] "Label" order="..." [series]` heads, `unique a,b "message" [series]` lines and field lines
//! `NAME TYPE [ARGUMENT] flags... ["Label"]`. Flags: `!` required, `ro` readonly, `=JSON` default, `~` computed,
//! `set` computed but writable, `->a.b` related, `company` company-dependent, `cascade` deleted with its parent,
//! `rw` shown as writable although computed, `+store` and `-store` what `fields_get` says where the engine keeps it otherwise, `17` or `19` only in that series
//! (`17:FLAG` for one flag). In a selection, `_` in a label and `+` in a value stand for a blank.

mod parse;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::testkit::Series;
use parse::{is_other_series, parse_field, parse_model, parse_unique, tokens};

const TABLES: [&str; 4] = [
    include_str!("../schema/base.txt"),
    include_str!("../schema/product.txt"),
    include_str!("../schema/sale.txt"),
    include_str!("../schema/stock.txt"),
];

/// What a field holds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    Char,
    Text,
    Html,
    Integer,
    Float,
    Monetary,
    Boolean,
    Date,
    Datetime,
    Binary,
    Json,
    /// The id of a record whose model another field names.
    Reference,
    /// Values and labels; without any, the values come from elsewhere (languages, time zones).
    Selection(Vec<(String, String)>),
    Many2one(String),
    One2many {
        model: String,
        inverse: String,
    },
    Many2many(String),
}

impl Kind {
    /// The name that `fields_get` shows.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Char => "char",
            Self::Text => "text",
            Self::Html => "html",
            Self::Integer => "integer",
            Self::Float => "float",
            Self::Monetary => "monetary",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::Datetime => "datetime",
            Self::Binary => "binary",
            Self::Json => "json",
            Self::Reference => "many2one_reference",
            Self::Selection(_) => "selection",
            Self::Many2one(_) => "many2one",
            Self::One2many { .. } => "one2many",
            Self::Many2many(_) => "many2many",
        }
    }

    /// The model on the other side of a relation.
    pub(crate) fn relation(&self) -> Option<&str> {
        match self {
            Self::Many2one(model) | Self::Many2many(model) | Self::One2many { model, .. } => Some(model),
            _ => None,
        }
    }

    /// Whether the value is a list of ids.
    pub(crate) fn is_many(&self) -> bool {
        matches!(self, Self::One2many { .. } | Self::Many2many(_))
    }

    /// The value of an empty cell.
    pub(crate) fn empty(&self) -> Value {
        match self {
            Self::Integer | Self::Reference => json!(0),
            Self::Float | Self::Monetary => json!(0.0),
            Self::One2many { .. } | Self::Many2many(_) => json!([]),
            _ => Value::Bool(false),
        }
    }
}

/// One field of a model.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) kind: Kind,
    pub(crate) required: bool,
    pub(crate) readonly: bool,
    pub(crate) computed: bool,
    pub(crate) settable: bool,
    pub(crate) company_dependent: bool,
    pub(crate) cascade: bool,
    pub(crate) default: Option<Value>,
    pub(crate) related: Option<String>,
    /// Whether Odoo keeps it in a column, whatever this engine does.
    column: bool,
    /// Whether Odoo shows it as read-only.
    locked: bool,
}

impl Field {
    /// Whether the row holds the value (else it is computed, related or the other side's).
    pub(crate) fn stored(&self) -> bool {
        !self.computed && self.related.is_none() && !matches!(self.kind, Kind::One2many { .. })
    }

    /// What `fields_get` answers for this field.
    pub(crate) fn describe(&self) -> Map<String, Value> {
        let mut out = Map::new();
        let mut put = |key: &str, value: Value| {
            out.insert(key.to_owned(), value);
        };
        put("type", json!(self.kind.name()));
        put("string", json!(self.label));
        put("name", json!(self.name));
        put("required", json!(self.required));
        put("readonly", json!(self.locked));
        put("store", json!(self.column));
        put("searchable", json!(true));
        put("sortable", json!(!self.computed && !self.kind.is_many() && self.kind != Kind::Binary));
        put("company_dependent", json!(self.company_dependent));
        if matches!(self.kind, Kind::Char | Kind::Text | Kind::Html) {
            put("translate", json!(false));
        }
        if let Kind::Selection(options) = &self.kind
            && !options.is_empty()
        {
            put("selection", json!(options));
        }
        if let Some(model) = self.kind.relation() {
            put("relation", json!(model));
        }
        if let Kind::One2many { inverse, .. } = &self.kind {
            put("relation_field", json!(inverse));
        }
        out
    }
}

/// A uniqueness rule with the text a violation shows.
#[derive(Debug, Clone)]
pub(crate) struct Unique {
    pub(crate) fields: Vec<String>,
    pub(crate) message: String,
}

/// One model.
#[derive(Debug, Clone)]
pub(crate) struct Model {
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) order: String,
    pub(crate) fields: BTreeMap<String, Field>,
    pub(crate) unique: Vec<Unique>,
}

impl Model {
    /// The field that points to a parent of the same model, for `child_of`.
    pub(crate) fn parent_field(&self) -> &'static str {
        if self.name == "stock.location" { "location_id" } else { "parent_id" }
    }
}

/// All models of one series.
#[derive(Debug, Clone)]
pub(crate) struct Schema {
    pub(crate) models: BTreeMap<String, Model>,
}

impl Schema {
    /// Reads the tables for a series. An error names the line that does not fit.
    pub(crate) fn load(series: Series) -> Result<Self, String> {
        let mut schema = Self { models: BTreeMap::new() };
        for table in TABLES {
            schema.read(table, series)?;
        }
        for model in schema.models.values_mut() {
            for line in LOG_FIELDS {
                let field = parse_field(&tokens(line)?, series)?;
                model.fields.entry(field.name.clone()).or_insert(field);
            }
        }
        Ok(schema)
    }

    /// A model's field.
    pub(crate) fn field(&self, model: &str, field: &str) -> Option<&Field> {
        self.models.get(model)?.fields.get(field)
    }

    fn read(&mut self, table: &str, series: Series) -> Result<(), String> {
        let mut current: Option<String> = None;
        for line in table.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let tokens = tokens(line)?;
            let wanted = !tokens.iter().any(|token| is_other_series(token, series));
            let head = tokens.first().map(String::as_str).unwrap_or_default();
            if let Some(name) = head.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                if wanted {
                    self.models.insert(name.to_owned(), parse_model(name, &tokens));
                }
                // Two heads in a row describe one model in two series.
                if wanted || !self.models.contains_key(name) {
                    current = wanted.then(|| name.to_owned());
                }
                continue;
            }
            let Some(model) = current.as_ref().and_then(|name| self.models.get_mut(name)) else { continue };
            if !wanted {
                continue;
            }
            if head == "unique" {
                model.unique.push(parse_unique(&tokens)?);
            } else {
                let field = parse_field(&tokens, series).map_err(|error| format!("{line}: {error}"))?;
                model.fields.insert(field.name.clone(), field);
            }
        }
        Ok(())
    }
}

/// Fields that every model has.
const LOG_FIELDS: [&str; 6] = [
    "id integer ro \"ID\"",
    "display_name char ~ \"Display Name\"",
    "create_date datetime ro \"Created on\"",
    "create_uid many2one res.users ro \"Created by\"",
    "write_date datetime ro \"Last Updated on\"",
    "write_uid many2one res.users ro \"Last Updated by\"",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_series_parse_and_differ_where_odoo_does() {
        let old = Schema::load(Series::V17).expect("17 parses");
        let new = Schema::load(Series::V19).expect("19 parses");
        assert!(old.field("sale.order.line", "product_uom").is_some());
        assert!(old.field("sale.order.line", "product_uom_id").is_none());
        assert!(new.field("sale.order.line", "product_uom_id").is_some());
        assert!(old.field("product.template", "detailed_type").is_some());
        assert!(new.field("product.template", "is_storable").is_some());
        assert!(old.models.contains_key("uom.category") && !new.models.contains_key("uom.category"));
        let state = new.field("sale.order.line", "invoice_status").expect("field");
        assert!(
            matches!(&state.kind, Kind::Selection(options) if options.iter().any(|(value, _)| value == "to invoice"))
        );
    }

    #[test]
    fn every_one2many_has_its_inverse() {
        for series in [Series::V17, Series::V19] {
            let schema = Schema::load(series).expect("parses");
            for model in schema.models.values() {
                for field in model.fields.values() {
                    if let Kind::One2many { model: other, inverse } = &field.kind
                        && schema.models.contains_key(other)
                    {
                        let found = schema.field(other, inverse);
                        assert!(
                            found.is_some_and(
                                |f| matches!(&f.kind, Kind::Many2one(back) if *back == model.name)
                            ),
                            "{}.{}",
                            model.name,
                            field.name
                        );
                    }
                }
            }
        }
    }
}
