//! Models and fields, read from the tables in `testkit/schema`.
//!
//! A table has `[model] "Label" order="..." [series]` heads, `unique a,b "message" [series]` lines and field lines
//! `NAME TYPE [ARGUMENT] flags... ["Label"]`. Flags: `!` required, `ro` readonly, `=JSON` default, `~` computed,
//! `set` computed but writable, `->a.b` related, `company` company-dependent, `cascade` deleted with its parent,
//! `17` or `19` only in that series. In a selection, `_` in a label and `+` in a value stand for a blank.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::testkit::Series;

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
    Selection(Vec<(String, String)>),
    Many2one(String),
    One2many { model: String, inverse: String },
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
            Self::Integer => json!(0),
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
        put("readonly", json!(self.readonly || (self.computed && !self.settable)));
        put("store", json!(!self.computed));
        put("searchable", json!(true));
        put("sortable", json!(!self.computed && !self.kind.is_many() && self.kind != Kind::Binary));
        put("company_dependent", json!(self.company_dependent));
        if matches!(self.kind, Kind::Char | Kind::Text | Kind::Html) {
            put("translate", json!(false));
        }
        if let Kind::Selection(options) = &self.kind {
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
                let field = parse_field(&tokens(line)?)?;
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
                let field = parse_field(&tokens).map_err(|error| format!("{line}: {error}"))?;
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

fn is_other_series(token: &str, series: Series) -> bool {
    matches!((token, series), ("17", Series::V19) | ("19", Series::V17))
}

/// Splits at blanks; a quoted part keeps its quotes so that labels can be told from flags.
fn tokens(line: &str) -> Result<Vec<String>, String> {
    let mut out = Vec::new();
    let mut token = String::new();
    let mut quoted = false;
    for letter in line.chars() {
        match letter {
            '"' => {
                quoted = !quoted;
                token.push(letter);
            }
            ' ' | '\t' if !quoted => {
                if !token.is_empty() {
                    out.push(std::mem::take(&mut token));
                }
            }
            _ => token.push(letter),
        }
    }
    if quoted {
        return Err(format!("{line}: a quote is not closed"));
    }
    if !token.is_empty() {
        out.push(token);
    }
    Ok(out)
}

fn unquote(token: &str) -> Option<&str> {
    token.strip_prefix('"')?.strip_suffix('"')
}

fn parse_model(name: &str, tokens: &[String]) -> Model {
    let label = tokens.iter().find_map(|token| unquote(token)).unwrap_or(name);
    let order = tokens.iter().find_map(|token| unquote(token.strip_prefix("order=")?)).unwrap_or("id");
    Model {
        name: name.to_owned(),
        label: label.to_owned(),
        order: order.to_owned(),
        fields: BTreeMap::new(),
        unique: Vec::new(),
    }
}

fn parse_unique(tokens: &[String]) -> Result<Unique, String> {
    let fields = tokens.get(1).ok_or("unique without fields")?;
    let message = tokens.iter().find_map(|token| unquote(token)).ok_or("unique without a message")?;
    Ok(Unique { fields: fields.split(',').map(str::to_owned).collect(), message: message.to_owned() })
}

fn parse_field(tokens: &[String]) -> Result<Field, String> {
    let name = tokens.first().ok_or("no name")?;
    let kind = tokens.get(1).ok_or("no type")?;
    let argument = || tokens.get(2).ok_or_else(|| format!("{kind} needs an argument"));
    let kind = match kind.as_str() {
        "char" => Kind::Char,
        "text" => Kind::Text,
        "html" => Kind::Html,
        "integer" => Kind::Integer,
        "float" => Kind::Float,
        "monetary" => Kind::Monetary,
        "boolean" => Kind::Boolean,
        "date" => Kind::Date,
        "datetime" => Kind::Datetime,
        "binary" => Kind::Binary,
        "json" => Kind::Json,
        "selection" => Kind::Selection(parse_selection(argument()?)),
        "many2one" => Kind::Many2one(argument()?.clone()),
        "many2many" => Kind::Many2many(argument()?.clone()),
        "one2many" => {
            let (model, inverse) = argument()?.split_once('/').ok_or("one2many needs model/field")?;
            Kind::One2many { model: model.to_owned(), inverse: inverse.to_owned() }
        }
        other => return Err(format!("no type {other}")),
    };
    let mut field = Field {
        name: name.clone(),
        label: label_of(name),
        kind,
        required: false,
        readonly: false,
        computed: false,
        settable: false,
        company_dependent: false,
        cascade: false,
        default: None,
        related: None,
    };
    let has_argument = matches!(field.kind, Kind::Selection(_)) || field.kind.relation().is_some();
    for flag in tokens.iter().skip(if has_argument { 3 } else { 2 }) {
        match flag.as_str() {
            "!" => field.required = true,
            "ro" => field.readonly = true,
            "~" => field.computed = true,
            "set" => field.settable = true,
            "company" => field.company_dependent = true,
            "cascade" => field.cascade = true,
            "17" | "19" => {}
            other => {
                if let Some(path) = other.strip_prefix("->") {
                    field.related = Some(path.to_owned());
                } else if let Some(default) = other.strip_prefix('=') {
                    field.default = Some(serde_json::from_str(default).map_err(|error| error.to_string())?);
                } else if let Some(label) = unquote(other) {
                    field.label = label.to_owned();
                } else {
                    return Err(format!("no flag {other}"));
                }
            }
        }
    }
    Ok(field)
}

fn parse_selection(text: &str) -> Vec<(String, String)> {
    let options = text.split('|').filter_map(|option| option.split_once(':'));
    options.map(|(value, label)| (value.replace('+', " "), label.replace('_', " "))).collect()
}

/// `partner_shipping_id` is shown as "Partner Shipping".
fn label_of(name: &str) -> String {
    let base = name.strip_suffix("_ids").or_else(|| name.strip_suffix("_id")).unwrap_or(name);
    let words = base.split('_').filter(|word| !word.is_empty()).map(|word| {
        let mut letters = word.chars();
        letters
            .next()
            .map(|first| first.to_uppercase().chain(letters).collect::<String>())
            .unwrap_or_default()
    });
    words.collect::<Vec<_>>().join(" ")
}

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
                    if let Kind::One2many { model: other, inverse } = &field.kind {
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
