//! Domains: Polish notation into a tree, checked against the model.

mod matching;

use serde_json::{Value, json};

use super::env::Env;
use super::error::{OdooError, Result};
use super::group;
use super::schema::Kind;
use crate::testkit::Series;

pub(crate) use matching::ancestors;

/// How deep a domain may nest.
const MAX_DEPTH: usize = 64;

/// A parsed domain.
#[derive(Debug, Clone)]
pub(crate) enum Domain {
    All(Vec<Domain>),
    Any(Vec<Domain>),
    Not(Box<Domain>),
    Leaf { path: String, operator: String, value: Value },
    Always(bool),
}

impl Domain {
    /// Reads a domain and checks fields and operators against the model.
    pub(crate) fn parse(env: &Env<'_>, model: &str, value: &Value) -> Result<Self> {
        Self::parse_at(env, model, value, 0)
    }

    fn parse_at(env: &Env<'_>, model: &str, value: &Value, depth: usize) -> Result<Self> {
        if depth > MAX_DEPTH {
            return Err(OdooError::value("domain is nested too deeply"));
        }
        let items = match value {
            Value::Array(items) => items.as_slice(),
            Value::Null | Value::Bool(false) => &[],
            other => return Err(OdooError::value(format!("Domain() invalid item in domain: {other}"))),
        };
        Parser { env, model, items, depth }.parse()
    }

    /// Whether the record matches.
    pub(crate) fn matches(&self, env: &Env<'_>, model: &str, id: i64) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.matches(env, model, id)),
            Self::Any(parts) => parts.iter().any(|part| part.matches(env, model, id)),
            Self::Not(inner) => !inner.matches(env, model, id),
            Self::Always(value) => *value,
            Self::Leaf { path, operator, value } => matching::leaf(env, model, id, path, operator, value),
        }
    }

    /// Records that can match, where an index narrows them down; else nothing.
    pub(crate) fn candidates(&self, env: &Env<'_>, model: &str) -> Option<Vec<i64>> {
        let Self::All(parts) = self else { return None };
        parts.iter().find_map(|part| {
            let Self::Leaf { path, operator, value } = part else { return None };
            let wanted = match (operator.as_str(), value) {
                ("=", value) => vec![value.as_i64()?],
                ("in", Value::Array(values)) => {
                    values.iter().map(Value::as_i64).collect::<Option<Vec<_>>>()?
                }
                _ => return None,
            };
            if path == "id" {
                let mut ids = wanted;
                ids.sort_unstable();
                ids.dedup();
                ids.retain(|id| env.db.row(model, *id).is_some());
                return Some(ids);
            }
            let field = env.db.schema.field(model, path)?;
            if !field.stored() || !matches!(field.kind, Kind::Many2one(_)) {
                return None;
            }
            let mut ids: Vec<i64> =
                wanted.iter().flat_map(|target| env.db.pointing(model, path, *target)).collect();
            ids.sort_unstable();
            ids.dedup();
            Some(ids)
        })
    }

    /// Whether a leaf speaks of this field, e.g. `active`, which then is not filtered silently.
    pub(crate) fn mentions(&self, name: &str) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(|part| part.mentions(name)),
            Self::Not(inner) => inner.mentions(name),
            Self::Leaf { path, .. } => path == name,
            Self::Always(_) => false,
        }
    }
}

struct Parser<'a, 'b> {
    env: &'a Env<'b>,
    model: &'a str,
    items: &'a [Value],
    depth: usize,
}

impl Parser<'_, '_> {
    /// Reads from the right, so that an operator finds its operands on the stack: no recursion, however long the list.
    /// A chain of one operator becomes one node; only their alternation nests.
    fn parse(&self) -> Result<Domain> {
        let mut stack: Vec<(Domain, usize)> = Vec::new();
        for item in self.items.iter().rev() {
            let node = match item.as_str() {
                Some("!") => {
                    let (inner, depth) = stack.pop().ok_or_else(|| self.malformed())?;
                    match inner {
                        Domain::Not(inner) => (*inner, depth - 1),
                        inner => (Domain::Not(Box::new(inner)), depth + 1),
                    }
                }
                Some(operator @ ("&" | "|")) => {
                    let left = stack.pop().ok_or_else(|| self.malformed())?;
                    let right = stack.pop().ok_or_else(|| self.malformed())?;
                    joined(operator == "&", left, right)
                }
                _ => (self.leaf(item)?, 0),
            };
            if node.1 > MAX_DEPTH {
                return Err(OdooError::value("domain is nested too deeply"));
            }
            stack.push(node);
        }
        Ok(Domain::All(stack.into_iter().rev().map(|(node, _)| node).collect()))
    }

    fn malformed(&self) -> OdooError {
        OdooError::value(format!("Malformed domain {}", Value::Array(self.items.to_vec())))
    }

    fn leaf(&self, item: &Value) -> Result<Domain> {
        let parts = item.as_array().map(Vec::as_slice);
        let Some([left, operator, value]) = parts else {
            return Err(OdooError::value(format!("Domain() invalid item in domain: {item}")));
        };
        if let (Some(left), Some("="), Some(right)) = (left.as_i64(), operator.as_str(), value.as_i64()) {
            return Ok(Domain::Always(left == right));
        }
        let (Some(path), Some(operator)) = (left.as_str(), operator.as_str()) else {
            return Err(OdooError::value(format!("Domain() invalid item in domain: {item}")));
        };
        self.check_path(path, operator, value)?;
        let operator = operator.to_lowercase();
        if !OPERATORS.contains(&operator.as_str()) {
            return Err(OdooError::value(format!(
                "Invalid operator {operator:?} in domain term {}",
                shown(path, &operator, value)
            )));
        }
        if operator == "any" || operator == "not any" {
            let other = self.env.db.schema.field(self.model, path).and_then(|field| field.kind.relation());
            let other = other.ok_or_else(|| self.invalid(path, &operator, value))?;
            Domain::parse_at(self.env, other, value, self.depth + 1)?;
        }
        Ok(Domain::Leaf { path: path.to_owned(), operator, value: value.clone() })
    }

    fn check_path(&self, path: &str, operator: &str, value: &Value) -> Result<()> {
        let mut model = self.model.to_owned();
        let mut steps = path.split('.').peekable();
        while let Some(step) = steps.next() {
            let field = self.env.db.schema.field(&model, step);
            let field = field.ok_or_else(|| self.invalid(path, operator, value))?;
            let is_date = matches!(field.kind, Kind::Date | Kind::Datetime);
            if is_date && steps.peek().is_some_and(|part| group::is_part(self.env.series, part)) {
                return Ok(());
            }
            if steps.peek().is_some() {
                let other = field.kind.relation().ok_or_else(|| self.invalid(path, operator, value))?;
                model = other.to_owned();
            }
        }
        Ok(())
    }

    fn invalid(&self, path: &str, operator: &str, value: &Value) -> OdooError {
        let place = if self.env.series == Series::V17 { "leaf" } else { "condition" };
        OdooError::value(format!(
            "Invalid field {}.{path} in {place} {}",
            self.model,
            shown(path, operator, value)
        ))
    }
}

/// Two nodes under one operator; a node of the same operator takes the other in.
fn joined(all: bool, left: (Domain, usize), right: (Domain, usize)) -> (Domain, usize) {
    let mut depth = 1;
    let mut parts = Vec::new();
    // The right one first: it is the long one in a chain, and its list is moved, not copied.
    for (node, node_depth) in [right, left] {
        match (all, node) {
            (true, Domain::All(inner)) | (false, Domain::Any(inner)) => {
                depth = depth.max(node_depth);
                if parts.is_empty() { parts = inner } else { parts.extend(inner) }
            }
            (_, node) => {
                depth = depth.max(node_depth + 1);
                parts.push(node);
            }
        }
    }
    (if all { Domain::All(parts) } else { Domain::Any(parts) }, depth)
}

const OPERATORS: [&str; 20] = [
    "=",
    "!=",
    "<>",
    "<",
    "<=",
    ">",
    ">=",
    "in",
    "not in",
    "like",
    "not like",
    "ilike",
    "not ilike",
    "=like",
    "=ilike",
    "=?",
    "child_of",
    "parent_of",
    "any",
    "not any",
];

/// A condition as Python prints it.
fn shown(path: &str, operator: &str, value: &Value) -> String {
    let value = match value {
        Value::String(text) => format!("'{text}'"),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Null => "None".to_owned(),
        other => other.to_string(),
    };
    format!("('{path}', '{operator}', {value})")
}

/// The condition that `name_search` adds for a text.
pub(crate) fn name_domain(model: &str, operator: &str, name: &str) -> Value {
    let fields: &[&str] = match model {
        "res.partner" => &["complete_name", "email", "ref", "vat"],
        "product.product" => &["default_code", "name", "barcode", "display_name"],
        "product.template" => &["name", "default_code", "display_name"],
        "res.country" | "res.country.state" | "stock.warehouse" => &["name", "code"],
        "res.users" => &["name", "login"],
        "stock.location" => &["complete_name", "barcode", "name"],
        "product.category" => &["complete_name", "name"],
        _ => &["display_name"],
    };
    let mut out = vec![json!("|"); fields.len().saturating_sub(1)];
    out.extend(fields.iter().map(|field| json!([field, operator, name])));
    Value::Array(out)
}
