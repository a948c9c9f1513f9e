//! One condition against one record.

use serde_json::Value;

use super::Domain;
use crate::testkit::Series;
use crate::testkit::engine::context::truthy;
use crate::testkit::engine::env::Env;
use crate::testkit::engine::group;
use crate::testkit::engine::schema::{Field, Kind};

/// Whether a record meets one condition.
pub(super) fn leaf(env: &Env<'_>, model: &str, id: i64, path: &str, operator: &str, value: &Value) -> bool {
    if let Some((head, tail)) = path.split_once('.') {
        if let Some(kind @ (Kind::Date | Kind::Datetime)) =
            env.db.schema.field(model, head).map(|field| &field.kind)
        {
            return date_part(env, model, id, head, tail, *kind == Kind::Datetime, operator, value);
        }
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

/// A condition on a number in a date, such as the month.
#[expect(clippy::too_many_arguments, reason = "a condition and its place, taken apart")]
fn date_part(
    env: &Env<'_>,
    model: &str,
    id: i64,
    name: &str,
    part: &str,
    is_time: bool,
    operator: &str,
    wanted: &Value,
) -> bool {
    let zone = env.context.text("tz").unwrap_or("UTC");
    let stored = env.value(model, id, name);
    let found = stored.as_str().and_then(|text| group::number(text, part, zone, is_time));
    let (Some(left), Some(right)) = (found.and_then(|found| found.as_f64()), number(wanted)) else {
        return false;
    };
    let order = left.total_cmp(&right);
    match operator {
        "=" => order.is_eq(),
        "!=" | "<>" => order.is_ne(),
        "<" => order.is_lt(),
        "<=" => order.is_le(),
        ">" => order.is_gt(),
        ">=" => order.is_ge(),
        _ => false,
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
        Kind::Integer | Kind::Float | Kind::Monetary | Kind::Reference => {
            match (actual.as_f64(), number(wanted)) {
                (Some(left), Some(right)) => (left - right).abs() < 1e-9,
                _ => false,
            }
        }
        Kind::Datetime => {
            let (left, right) = moments(env, &actual, wanted, "=");
            left.is_some() && left == right
        }
        _ => actual.as_str().is_some() && actual.as_str() == wanted.as_str(),
    }
}

fn is_empty(kind: &Kind, value: &Value) -> bool {
    match kind {
        Kind::Integer | Kind::Float | Kind::Monetary | Kind::Reference => {
            value.as_f64().is_none_or(|number| number == 0.0)
        }
        _ => !truthy(value),
    }
}

fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.parse().ok())
}

fn compare(env: &Env<'_>, model: &str, id: i64, field: &Field, operator: &str, wanted: &Value) -> bool {
    let actual = env.value(model, id, &field.name);
    let order = match &field.kind {
        Kind::Integer | Kind::Float | Kind::Monetary | Kind::Reference => {
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
