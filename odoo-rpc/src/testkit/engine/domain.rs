//! Domains: Polish notation into a tree, and the tree against a record.

use serde_json::{Value, json};

use super::context::truthy;
use super::env::Env;
use super::error::{OdooError, Result};
use super::schema::{Field, Kind};
use crate::testkit::Series;

/// How deep a domain may nest.
const MAX_DEPTH: usize = 64;

/// A parsed domain.
#[derive(Debug, Clone)]
pub(crate) enum Domain {
    All(Vec<Domain>),
    Either(Box<Domain>, Box<Domain>),
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
        let mut parser = Parser { env, model, items, at: 0, depth };
        let mut all = Vec::new();
        while parser.at < items.len() {
            all.push(parser.next(0)?);
        }
        Ok(Self::All(all))
    }

    /// Whether the record matches.
    pub(crate) fn matches(&self, env: &Env<'_>, model: &str, id: i64) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.matches(env, model, id)),
            Self::Either(left, right) => left.matches(env, model, id) || right.matches(env, model, id),
            Self::Not(inner) => !inner.matches(env, model, id),
            Self::Always(value) => *value,
            Self::Leaf { path, operator, value } => leaf(env, model, id, path, operator, value),
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
            Self::All(parts) => parts.iter().any(|part| part.mentions(name)),
            Self::Either(left, right) => left.mentions(name) || right.mentions(name),
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
    at: usize,
    depth: usize,
}

impl Parser<'_, '_> {
    fn next(&mut self, level: usize) -> Result<Domain> {
        if level > self.items.len() || level > 4096 {
            return Err(OdooError::value("domain is nested too deeply"));
        }
        let Some(item) = self.items.get(self.at) else {
            return Err(OdooError::value(format!("Malformed domain {}", Value::Array(self.items.to_vec()))));
        };
        self.at += 1;
        match item.as_str() {
            Some("&") => Ok(Domain::All(vec![self.next(level + 1)?, self.next(level + 1)?])),
            Some("|") => Ok(Domain::Either(Box::new(self.next(level + 1)?), Box::new(self.next(level + 1)?))),
            Some("!") => Ok(Domain::Not(Box::new(self.next(level + 1)?))),
            _ => self.leaf(item),
        }
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

fn leaf(env: &Env<'_>, model: &str, id: i64, path: &str, operator: &str, value: &Value) -> bool {
    if let Some((head, tail)) = path.split_once('.') {
        let Some(other) = env.db.schema.field(model, head).and_then(|field| field.kind.relation()) else {
            return false;
        };
        let targets = targets(env, model, id, head);
        return targets.into_iter().any(|target| leaf(env, other, target, tail, operator, value));
    }
    let Some(field) = env.db.schema.field(model, path) else { return false };
    match operator {
        "any" | "not any" => {
            let Some(other) = field.kind.relation() else { return false };
            let Ok(domain) = Domain::parse(env, other, value) else { return false };
            let found = targets(env, model, id, path).into_iter().any(|id| domain.matches(env, other, id));
            found == (operator == "any")
        }
        "child_of" | "parent_of" => hierarchy(env, model, id, field, operator == "child_of", value),
        "=?" => !truthy(value) || equals(env, model, id, field, value),
        "=" => equals(env, model, id, field, value),
        "!=" | "<>" => !equals(env, model, id, field, value),
        "in" => within(env, model, id, field, value),
        "not in" => !within(env, model, id, field, value),
        "<" | "<=" | ">" | ">=" => compare(env, model, id, field, operator, value),
        other => like(env, model, id, field, other, value),
    }
}

fn targets(env: &Env<'_>, model: &str, id: i64, name: &str) -> Vec<i64> {
    match env.value(model, id, name) {
        Value::Array(ids) => ids.iter().filter_map(Value::as_i64).collect(),
        other => other.as_i64().into_iter().collect(),
    }
}

fn within(env: &Env<'_>, model: &str, id: i64, field: &Field, value: &Value) -> bool {
    match value {
        Value::Array(values) => values.iter().any(|value| equals(env, model, id, field, value)),
        // `('field', 'in', False)` and `True` ask whether it is set.
        other => equals(env, model, id, field, other),
    }
}

fn equals(env: &Env<'_>, model: &str, id: i64, field: &Field, wanted: &Value) -> bool {
    let actual = env.value(model, id, &field.name);
    if let Value::Array(values) = wanted {
        return values.iter().any(|value| equals(env, model, id, field, value));
    }
    if matches!(wanted, Value::Bool(false) | Value::Null) {
        return is_empty(&field.kind, &actual);
    }
    if *wanted == Value::Bool(true) && field.kind != Kind::Boolean {
        return !is_empty(&field.kind, &actual);
    }
    match &field.kind {
        Kind::Many2one(_) | Kind::One2many { .. } | Kind::Many2many(_) => {
            let ids = targets(env, model, id, &field.name);
            match wanted {
                Value::String(text) => {
                    let other = field.kind.relation().unwrap_or_default();
                    ids.iter().any(|id| env.text(other, *id, "display_name") == *text)
                }
                other => other.as_i64().is_some_and(|wanted| ids.contains(&wanted)),
            }
        }
        Kind::Boolean => truthy(&actual) == truthy(wanted),
        Kind::Integer | Kind::Float | Kind::Monetary => match (actual.as_f64(), number(wanted)) {
            (Some(left), Some(right)) => (left - right).abs() < 1e-9,
            _ => false,
        },
        Kind::Datetime => {
            let (left, right) = moments(env, &actual, wanted, "=");
            left.is_some() && left == right
        }
        _ => actual.as_str().is_some() && actual.as_str() == wanted.as_str(),
    }
}

fn is_empty(kind: &Kind, value: &Value) -> bool {
    match kind {
        Kind::Integer | Kind::Float | Kind::Monetary => value.as_f64().is_none_or(|number| number == 0.0),
        _ => !truthy(value),
    }
}

fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.parse().ok())
}

fn compare(env: &Env<'_>, model: &str, id: i64, field: &Field, operator: &str, wanted: &Value) -> bool {
    let actual = env.value(model, id, &field.name);
    let order = match &field.kind {
        Kind::Integer | Kind::Float | Kind::Monetary => {
            let (Some(left), Some(right)) = (actual.as_f64(), number(wanted)) else { return false };
            left.partial_cmp(&right)
        }
        Kind::Many2one(_) => {
            let (Some(left), Some(right)) = (actual.as_i64(), wanted.as_i64()) else { return false };
            Some(left.cmp(&right))
        }
        Kind::Datetime => match moments(env, &actual, wanted, operator) {
            (Some(left), Some(right)) => Some(left.cmp(&right)),
            _ => return false,
        },
        _ => match (actual.as_str(), wanted.as_str()) {
            (Some(left), Some(right)) => Some(left.cmp(right)),
            _ => return false,
        },
    };
    let Some(order) = order else { return false };
    match operator {
        "<" => order.is_lt(),
        "<=" => order.is_le(),
        ">" => order.is_gt(),
        _ => order.is_ge(),
    }
}

/// Both sides of a datetime condition. 17 compares with microseconds; 19 compares whole seconds.
fn moments(
    env: &Env<'_>,
    actual: &Value,
    wanted: &Value,
    operator: &str,
) -> (Option<String>, Option<String>) {
    let wanted = wanted.as_str().map(|text| {
        let text = text.replace('T', " ");
        match (text.len(), operator) {
            (10, "<=" | ">") => format!("{text} 23:59:59"),
            (10, _) => format!("{text} 00:00:00"),
            _ => text,
        }
    });
    let digits = if env.series == Series::V17 { 26 } else { 19 };
    let cut = |text: &str| {
        let padded =
            if text.len() == 19 && digits == 26 { format!("{text}.000000") } else { text.to_owned() };
        padded.chars().take(digits).collect::<String>()
    };
    (actual.as_str().map(cut), wanted.as_deref().map(cut))
}

fn hierarchy(env: &Env<'_>, model: &str, id: i64, field: &Field, down: bool, value: &Value) -> bool {
    let (other, own) = match field.kind.relation() {
        Some(other) => (other, targets(env, model, id, &field.name)),
        None => (model, vec![id]),
    };
    let roots: Vec<i64> = match value {
        Value::Array(ids) => ids.iter().filter_map(Value::as_i64).collect(),
        Value::String(text) => {
            let all = env.db.ids(other).into_iter();
            all.filter(|id| env.text(other, *id, "display_name").contains(text.as_str())).collect()
        }
        value => value.as_i64().into_iter().collect(),
    };
    let starts: &[i64] = if down { &own } else { &roots };
    let wanted: &[i64] = if down { &roots } else { &own };
    starts.iter().any(|start| ancestors(env, other, *start).iter().any(|id| wanted.contains(id)))
}

/// The record and everything above it.
pub(crate) fn ancestors(env: &Env<'_>, model: &str, id: i64) -> Vec<i64> {
    let Some(parent) = env.db.schema.models.get(model).map(|model| model.parent_field()) else {
        return vec![id];
    };
    let mut out = vec![id];
    let mut at = id;
    while let Some(next) = env.db.row(model, at).and_then(|row| row.get(parent)).and_then(Value::as_i64) {
        if out.contains(&next) {
            break;
        }
        out.push(next);
        at = next;
    }
    out
}

fn like(env: &Env<'_>, model: &str, id: i64, field: &Field, operator: &str, wanted: &Value) -> bool {
    let (negative, operator) = match operator.strip_prefix("not ") {
        Some(rest) => (true, rest),
        None => (false, operator),
    };
    let pattern = match wanted {
        Value::String(text) => text.clone(),
        other if truthy(other) => other.to_string(),
        _ => String::new(),
    };
    let texts: Vec<String> = match &field.kind {
        Kind::Many2one(other) | Kind::Many2many(other) | Kind::One2many { model: other, .. } => {
            let ids = targets(env, model, id, &field.name);
            ids.iter().map(|id| env.text(other, *id, "display_name")).collect()
        }
        _ => match env.value(model, id, &field.name) {
            Value::String(text) => vec![text],
            Value::Bool(false) => Vec::new(),
            other => vec![other.to_string()],
        },
    };
    if pattern.is_empty() && !operator.starts_with('=') {
        return !negative;
    }
    let pattern = if operator.starts_with('=') { pattern } else { format!("%{pattern}%") };
    let fold = operator.ends_with("ilike");
    let found = texts.iter().any(|text| match fold {
        true => wildcard(&pattern.to_lowercase(), &text.to_lowercase()),
        false => wildcard(&pattern, text),
    });
    found != negative
}

/// SQL LIKE: `%` any run, `_` any one letter, `\` takes the next letter as it is.
fn wildcard(pattern: &str, text: &str) -> bool {
    let pattern: Vec<(char, bool)> = {
        let mut out = Vec::new();
        let mut letters = pattern.chars();
        while let Some(letter) = letters.next() {
            match letter {
                '\\' => out.extend(letters.next().map(|next| (next, false))),
                other => out.push((other, other == '%' || other == '_')),
            }
        }
        out
    };
    let text: Vec<char> = text.chars().collect();
    let (mut at, mut in_text, mut star, mut resume) = (0, 0, None, 0);
    while in_text < text.len() {
        match pattern.get(at) {
            Some(('%', true)) => {
                star = Some(at);
                resume = in_text;
                at += 1;
            }
            Some((letter, special))
                if (*special && *letter == '_') || (!special && text.get(in_text) == Some(letter)) =>
            {
                at += 1;
                in_text += 1;
            }
            _ => match star {
                Some(star) => {
                    at = star + 1;
                    resume += 1;
                    in_text = resume;
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(at).all(|part| *part == ('%', true))
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

#[cfg(test)]
mod tests {
    use super::wildcard;

    #[test]
    fn like_patterns() {
        assert!(wildcard("%wire%", "the wire test"));
        assert!(wildcard("a_c", "abc"));
        assert!(!wildcard("a_c", "abd"));
        assert!(wildcard("100\\%", "100%"));
        assert!(!wildcard("100\\%", "1000"));
        assert!(wildcard("%", ""));
        assert!(wildcard("a%b%c", "axxbyybzc"));
        assert!(!wildcard("", "x"));
    }
}
