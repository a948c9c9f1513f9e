//! From JSON to definitions: whatever is wrong is named by file, model and field.

use serde_json::{Map, Value};

use super::{Choice, Field, Fields};
use crate::error::Error;

/// A text as JSON.
pub(super) fn json(file: &str, text: &str) -> Result<Value, Error> {
    serde_json::from_str(text).map_err(|source| Error::Json {
        file: file.to_owned(),
        line: source.line(),
        column: source.column(),
        source,
    })
}

/// Whether an object is the fields of one model, not models: the values two levels down are attributes, not objects.
pub(super) fn is_one_model(value: &Value) -> bool {
    let objects =
        |value: &Value| value.as_object().is_some_and(|object| object.values().all(Value::is_object));
    !value.as_object().is_some_and(|object| !object.is_empty() && object.values().all(objects))
}

/// What `fields_get` of one model answered.
pub(super) fn fields(file: &str, model: &str, answer: &Value) -> Result<Fields, Error> {
    if !is_model_name(model) {
        return Err(Error::definition(
            &[file, &shown(model)],
            "not the technical name of a model (a-z, 0-9, `_`, `.`)",
        ));
    }
    let answer = answer
        .as_object()
        .ok_or_else(|| Error::definition(&[file, model], "an object of fields is expected"))?;
    answer
        .iter()
        .map(|(name, value)| {
            let at = At { file, model, field: &shown(name) };
            if name.is_empty() || name.contains(|c: char| c.is_whitespace() || c.is_control() || c == '.') {
                return Err(at.wrong("not the technical name of a field"));
            }
            Ok((name.clone(), field(&at, value)?))
        })
        .collect()
}

/// `regex_object_name` in `odoo/orm/utils.py` (before 19.0 `odoo/models.py`).
fn is_model_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '.');
    !name.is_empty() && name.chars().all(allowed)
}

fn field(at: &At<'_>, value: &Value) -> Result<Field, Error> {
    let attributes = value.as_object().ok_or_else(|| at.wrong("an object of attributes is expected"))?;
    let kind = text(at, attributes, "type")?.ok_or_else(|| at.wrong("`type` is missing"))?;
    let relation = text(at, attributes, "relation")?;
    if relation.as_deref().is_some_and(|relation| !is_model_name(relation)) {
        return Err(at.wrong("`relation` is not the technical name of a model (a-z, 0-9, `_`, `.`)"));
    }
    Ok(Field {
        kind,
        label: text(at, attributes, "string")?,
        help: text(at, attributes, "help")?,
        required: flag(at, attributes, "required", false)?,
        readonly: flag(at, attributes, "readonly", false)?,
        stored: flag(at, attributes, "store", true)?,
        company_dependent: flag(at, attributes, "company_dependent", false)?,
        relation,
        selection: selection(at, attributes.get("selection"))?,
    })
}

/// A text. What is empty in Odoo is `false` on the wire.
fn text(at: &At<'_>, attributes: &Map<String, Value>, key: &str) -> Result<Option<String>, Error> {
    match attributes.get(key) {
        None | Some(Value::Null | Value::Bool(false)) => Ok(None),
        Some(Value::String(text)) if text.is_empty() => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(at.wrong(format!("`{key}` is not a text"))),
    }
}

fn flag(at: &At<'_>, attributes: &Map<String, Value>, key: &str, default: bool) -> Result<bool, Error> {
    match attributes.get(key) {
        None | Some(Value::Null) => Ok(default),
        Some(Value::Bool(flag)) => Ok(*flag),
        // Addons write 1 for True, and Odoo hands on what they wrote.
        Some(Value::Number(number)) => Ok(number.as_i64() != Some(0)),
        Some(_) => Err(at.wrong(format!("`{key}` is not a boolean"))),
    }
}

fn selection(at: &At<'_>, value: Option<&Value>) -> Result<Vec<Choice>, Error> {
    let choices = match value {
        None | Some(Value::Null | Value::Bool(false)) => return Ok(Vec::new()),
        Some(Value::Array(choices)) => choices,
        Some(_) => return Err(at.wrong("`selection` is not a list")),
    };
    let choice = |(position, choice): (usize, &Value)| match choice.as_array().map(Vec::as_slice) {
        Some([key, label]) if !key.is_array() && !key.is_object() => {
            let label = label.as_str().map(str::to_owned).unwrap_or_default();
            Ok(Choice { key: key.clone(), label })
        }
        _ => Err(at.wrong(format!("`selection[{position}]` is not a pair of value and label"))),
    };
    choices.iter().enumerate().map(choice).collect()
}

/// Where in the definitions.
struct At<'a> {
    file: &'a str,
    model: &'a str,
    field: &'a str,
}

impl At<'_> {
    fn wrong(&self, message: impl Into<String>) -> Error {
        Error::definition(&[self.file, self.model, self.field], message)
    }
}

/// A name for a message: on one line, not without end.
fn shown(name: &str) -> String {
    match name.chars().all(|c| c.is_ascii_graphic()) && (1..=128).contains(&name.len()) {
        true => name.to_owned(),
        false => format!("{:?}", name.chars().take(64).collect::<String>()),
    }
}

#[cfg(test)]
mod tests {
    use crate::{Error, Schema};

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        for (json, expected) in [
            ("[]", "f.json: m: an object of fields is expected"),
            (r#"{"a": {"type": "char"}, "b": 1}"#, "f.json: m: b: an object of attributes is expected"),
            (r#"{"a": {"type": "char"}, "b": {}}"#, "f.json: m: b: `type` is missing"),
            (r#"{"a": {"type": "char", "string": 1}}"#, "f.json: m: a: `string` is not a text"),
            (r#"{"a": {"type": "char", "required": "x"}}"#, "f.json: m: a: `required` is not a boolean"),
            (r#"{"a b": {"type": "char"}}"#, "f.json: m: \"a b\": not the technical name of a field"),
            (r#"{"a": {"type": "selection", "selection": "x"}}"#, "f.json: m: a: `selection` is not a list"),
            (
                r#"{"a": {"type": "selection", "selection": [["x", "X"], ["y"]]}}"#,
                "f.json: m: a: `selection[1]` is not a pair of value and label",
            ),
            (
                r#"{"Res": {"a": {"type": {}}}}"#,
                "f.json: Res: not the technical name of a model (a-z, 0-9, `_`, `.`)",
            ),
            (
                r#"{"a": {"type": "many2one", "relation": "x\ny"}}"#,
                "f.json: m: a: `relation` is not the technical name of a model (a-z, 0-9, `_`, `.`)",
            ),
            (r#"{"m": {"a": {"type": {}}}}"#, "f.json: m: a: `type` is not a text"),
            ("{\n  \"a\": x}", "f.json: line 2, column 8: this is not JSON"),
        ] {
            let error = Schema::new().add_file("f.json", "m", json).unwrap_err();
            assert_eq!(error.to_string(), expected, "{json}");
        }
    }

    #[test]
    fn one_model_or_several() {
        let mut schema = Schema::new();
        schema.add_file("m.json", "m", r#"{"type": {"type": "char"}, "x": {"type": "date"}}"#).unwrap();
        schema.add_file("all.json", "all", r#"{"n": {"type": {"type": "char"}}, "o": {}}"#).unwrap();
        schema.add_file("p.json", "p", "{}").unwrap();
        assert_eq!(schema.models.keys().collect::<Vec<_>>(), ["m", "n", "o", "p"]);
        assert!(matches!(schema.add_json("m", "{}"), Err(Error::Definition { .. })), "twice");
    }
}
