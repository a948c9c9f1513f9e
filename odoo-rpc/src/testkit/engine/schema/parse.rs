//! One line of a table into a model, a field or a rule.

use std::collections::BTreeMap;

use super::{Field, Kind, Model, Unique};
use crate::testkit::Series;

pub(super) fn is_other_series(token: &str, series: Series) -> bool {
    matches!((token, series), ("17", Series::V19) | ("19", Series::V17))
}

/// Splits at blanks; a quoted part keeps its quotes so that labels can be told from flags.
pub(super) fn tokens(line: &str) -> Result<Vec<String>, String> {
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

pub(super) fn parse_model(name: &str, tokens: &[String]) -> Model {
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

pub(super) fn parse_unique(tokens: &[String]) -> Result<Unique, String> {
    let fields = tokens.get(1).ok_or("unique without fields")?;
    let message = tokens.iter().find_map(|token| unquote(token)).ok_or("unique without a message")?;
    Ok(Unique { fields: fields.split(',').map(str::to_owned).collect(), message: message.to_owned() })
}

pub(super) fn parse_field(tokens: &[String], series: Series) -> Result<Field, String> {
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
        "reference" => Kind::Reference,
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
        column: true,
        locked: false,
    };
    let mut column = None;
    let mut writable = false;
    let has_argument = matches!(field.kind, Kind::Selection(_)) || field.kind.relation().is_some();
    for flag in tokens.iter().skip(if has_argument { 3 } else { 2 }) {
        let flag = match flag.split_once(':') {
            Some((number @ ("17" | "19"), _)) if is_other_series(number, series) => continue,
            Some(("17" | "19", flag)) => flag,
            _ => flag,
        };
        match flag {
            "!" => field.required = true,
            "ro" => field.readonly = true,
            "rw" => writable = true,
            "~" => field.computed = true,
            "set" => field.settable = true,
            "company" => field.company_dependent = true,
            "cascade" => field.cascade = true,
            "+store" => column = Some(true),
            "-store" => column = Some(false),
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
    // Before 18 a company's own value was no column.
    let own_value = field.company_dependent && series == Series::V17;
    let default = !field.computed && !own_value;
    field.column = column.unwrap_or(default);
    field.locked = field.readonly || (field.computed && !field.settable && !writable);
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
