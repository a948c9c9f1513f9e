//! One schema as HTML: the fields of an object, the values of a list, the form of a scalar.

use super::html::{anchor, escaped, prose};
use serde_json::{Map, Value};
use std::{collections::BTreeMap, fmt::Write as _};

/// Where definitions are explained that many schemas share: by the name of the definition, the address.
pub(super) type Shared = BTreeMap<String, String>;

/// The schema's own part and its definitions, each with a heading, as far as they are not explained elsewhere.
pub(super) fn shapes(schema: &Value, title: &str, shared: &Shared) -> String {
    let mut out = format!(
        "<section aria-labelledby=\"fields\"><h2 id=\"fields\">Fields</h2>{}</section>",
        shape(schema, shared)
    );
    let definitions = schema.get("$defs").and_then(Value::as_object);
    let own: Vec<_> =
        definitions.into_iter().flatten().filter(|(name, _)| !shared.contains_key(*name)).collect();
    if !own.is_empty() {
        let _ = write!(out, "<h2>Parts of {}</h2>", escaped(title));
    }
    for (name, definition) in own {
        let id = anchor(name);
        let _ = write!(
            out,
            "<section class=\"part\" aria-labelledby=\"{id}\"><h3 id=\"{id}\">{} <a class=\"self\" href=\"#{id}\" aria-label=\"Link to {}\">#</a></h3>{}{}</section>",
            escaped(name),
            escaped(name),
            description(definition),
            shape(definition, shared)
        );
    }
    out
}

/// The description of a schema as a paragraph.
pub(super) fn description(schema: &Value) -> String {
    match schema.get("description").and_then(Value::as_str) {
        Some(text) => format!("<p>{}</p>", prose(text)),
        None => String::new(),
    }
}

/// The body of one schema.
pub(super) fn shape(schema: &Value, shared: &Shared) -> String {
    let choices = schema.get("oneOf").or_else(|| schema.get("anyOf")).and_then(Value::as_array);
    if let Some(choices) = choices {
        if choices.iter().all(|choice| choice.get("const").is_some()) {
            return values(choices);
        }
        let shapes: Vec<String> = choices
            .iter()
            .map(|choice| format!("<li>{}{}</li>", description(choice), shape(choice, shared)))
            .collect();
        return format!("<p>One of:</p><ol class=\"choices\">{}</ol>", shapes.concat());
    }
    match schema.get("properties").and_then(Value::as_object) {
        Some(properties) => fields(properties, schema, shared),
        None => scalar(schema, shared),
    }
}

fn fields(properties: &Map<String, Value>, schema: &Value, shared: &Shared) -> String {
    let required: Vec<&str> = schema
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    // The envelope has no marks.
    let marked = properties.values().any(|field| field.get("x-data-class").is_some());
    let mut rows = String::new();
    // What must be there comes first.
    let (must, may): (Vec<_>, Vec<_>) =
        properties.iter().partition(|(name, _)| required.contains(&name.as_str()));
    for (name, field) in must.into_iter().chain(may) {
        let mark =
            if required.contains(&name.as_str()) { "<span class=\"required\">required</span>" } else { "" };
        let text = field.get("description").and_then(Value::as_str).map(prose).unwrap_or_default();
        let _ = write!(
            rows,
            "<tr><th scope=\"row\"><code>{}</code> {mark}</th><td data-label=\"Type\">{}</td><td data-label=\"Meaning\">{text}</td>",
            escaped(name),
            type_of(field, shared),
        );
        if marked {
            let domain = escaped(field.get("x-domain").and_then(Value::as_str).unwrap_or(""));
            let _ = write!(
                rows,
                "<td data-label=\"Data class\">{}</td><td data-label=\"Domain\">{domain}</td>",
                class(field)
            );
        }
        rows.push_str("</tr>");
    }
    let marks = if marked { "<th scope=\"col\">Data class</th><th scope=\"col\">Domain</th>" } else { "" };
    format!(
        "<table class=\"fields\"><thead><tr><th scope=\"col\">Field</th><th scope=\"col\">Type</th><th scope=\"col\">Meaning</th>\
         {marks}</tr></thead><tbody>{rows}</tbody></table>"
    )
}

/// A data class as a badge.
fn class(field: &Value) -> String {
    match field.get("x-data-class").and_then(Value::as_str) {
        Some(class) => format!("<span class=\"class {}\">{}</span>", anchor(class), escaped(class)),
        None => String::new(),
    }
}

/// What a field holds, with a link to where that is explained.
fn type_of(field: &Value, shared: &Shared) -> String {
    if let Some(target) = field.get("$ref").and_then(Value::as_str) {
        let name = target.rsplit('/').next().unwrap_or(target);
        let own = format!("#{}", anchor(name));
        let address = shared.get(name).unwrap_or(&own);
        return format!("<a href=\"{}\">{}</a>", escaped(address), escaped(name));
    }
    let several = field.get("type").is_some_and(Value::is_array);
    if let Some(items) = field.get("items").filter(|_| !several) {
        return format!("list of {}", type_of(items, shared));
    }
    if let Some(values) = field.get("additionalProperties").filter(|values| values.is_object() && !several) {
        return format!("map of {}", type_of(values, shared));
    }
    let choices = field.get("anyOf").or_else(|| field.get("oneOf")).and_then(Value::as_array);
    if let Some(choices) = choices {
        let names: Vec<String> = choices.iter().map(|choice| type_of(choice, shared)).collect();
        return names.join(" or ");
    }
    match field.get("type") {
        Some(Value::String(name)) => escaped(name),
        Some(Value::Array(names)) => {
            escaped(&names.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" or "))
        }
        _ => "anything".to_owned(),
    }
}

fn values(choices: &[Value]) -> String {
    let mut rows = String::new();
    for choice in choices {
        let value = choice.get("const").map(shown).unwrap_or_default();
        let text = choice.get("description").and_then(Value::as_str).map(prose).unwrap_or_default();
        let _ = write!(
            rows,
            "<tr><th scope=\"row\"><code>{}</code></th><td data-label=\"Meaning\">{text}</td></tr>",
            escaped(&value)
        );
    }
    format!(
        "<table><thead><tr><th scope=\"col\">Value</th><th scope=\"col\">Meaning</th></tr></thead><tbody>{rows}</tbody></table>"
    )
}

/// Conditions of a scalar, as far as they are there.
const CONDITIONS: [(&str, &str); 10] = [
    ("format", "Format"),
    ("pattern", "Pattern"),
    ("minLength", "Shortest"),
    ("maxLength", "Longest"),
    ("minimum", "Least"),
    ("maximum", "Most"),
    ("minItems", "Fewest"),
    ("maxItems", "At most"),
    ("contentEncoding", "Encoding"),
    ("examples", "Examples"),
];

fn scalar(schema: &Value, shared: &Shared) -> String {
    let mut rows = format!("<dt>Type</dt><dd>{}</dd>", type_of(schema, shared));
    for (keyword, name) in CONDITIONS {
        let Some(value) = schema.get(keyword) else { continue };
        let texts: Vec<String> = match value {
            Value::Array(all) => all.iter().map(shown).collect(),
            one => vec![shown(one)],
        };
        let texts: Vec<String> = texts.iter().map(|text| format!("<code>{}</code>", escaped(text))).collect();
        let _ = write!(rows, "<dt>{name}</dt><dd>{}</dd>", texts.join(" "));
    }
    if let Some(names) = schema.pointer("/propertyNames/pattern") {
        let _ = write!(rows, "<dt>Names</dt><dd><code>{}</code></dd>", escaped(&shown(names)));
    }
    if let Some(excluded) = schema.get("not") {
        let _ = write!(rows, "<dt>But not</dt><dd><code>{}</code></dd>", escaped(&excluded.to_string()));
    }
    format!("<dl>{rows}</dl>")
}

/// A string as it is, anything else as JSON.
fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
