//! The schema as consumers read it: fields that it does not name are passed over.

use serde_json::Value;

/// The same schema without `additionalProperties: false`. Maps of one shape (`ext`) keep their shape.
pub(crate) fn open(schema: &Value) -> Value {
    opened(schema, true)
}

/// `is_schema`: whether the keys of an object here are keywords, and not names of fields or definitions, or data.
fn opened(value: &Value, is_schema: bool) -> Value {
    match value {
        Value::Array(items) => items.iter().map(|item| opened(item, is_schema)).collect(),
        Value::Object(map) => {
            let closes = |key: &str, value: &Value| {
                is_schema && key == "additionalProperties" && *value == Value::Bool(false)
            };
            let entries = map.iter().filter(|(key, value)| !closes(key, value));
            entries.map(|(key, value)| (key.clone(), inner(key, value, is_schema))).collect()
        }
        other => other.clone(),
    }
}

fn inner(key: &str, value: &Value, is_schema: bool) -> Value {
    match key {
        // Data, which is kept as it is.
        "examples" | "default" | "const" | "enum" if is_schema => value.clone(),
        "properties" | "$defs" | "definitions" | "patternProperties" if is_schema => opened(value, false),
        _ => opened(value, true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_the_keyword_is_taken_out() {
        let strict = json!({
            "additionalProperties": false,
            "properties": {
                "additionalProperties": { "type": "boolean", "const": false },
                "map": { "additionalProperties": { "type": "string" } },
                "lines": { "items": { "additionalProperties": false } },
            },
            "examples": [{ "additionalProperties": false }],
        });
        let open = open(&strict);
        assert_eq!(open.get("additionalProperties"), None);
        assert_eq!(open["properties"]["additionalProperties"], strict["properties"]["additionalProperties"]);
        assert_eq!(open["properties"]["map"], strict["properties"]["map"]);
        assert_eq!(open["properties"]["lines"], json!({ "items": {} }));
        assert_eq!(open["examples"], strict["examples"]);
    }
}
