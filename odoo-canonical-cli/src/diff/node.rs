//! A schema with its references followed: what applies in one place.

use serde_json::Value;
use std::collections::BTreeMap;

/// `true`, the schema that lets everything through.
pub(super) static ANYTHING: Value = Value::Bool(true);

/// References that refer to references are followed so far.
const MAX_HOPS: usize = 32;
/// So many schemas at most are laid over one another in one place.
const MAX_LAYERS: usize = 256;

/// A schema file and its definitions.
pub(super) struct Root<'a> {
    whole: &'a Value,
    definitions: BTreeMap<&'a str, &'a Value>,
}

impl<'a> Root<'a> {
    pub(super) fn new(whole: &'a Value) -> Self {
        let maps = ["$defs", "definitions"].into_iter().filter_map(|name| whole.get(name)?.as_object());
        let definitions = maps.flatten().map(|(name, schema)| (name.as_str(), schema)).collect();
        Self { whole, definitions }
    }

    /// Whether there is a definition of that name.
    pub(super) fn defines(&self, name: &str) -> bool {
        self.definitions.contains_key(name)
    }

    /// The definition that a reference within the file refers to: its name and schema.
    pub(super) fn target(&self, reference: &'a str) -> Option<(&'a str, &'a Value)> {
        if reference == "#" {
            return Some(("#", self.whole));
        }
        let name = ["#/$defs/", "#/definitions/"].iter().find_map(|start| reference.strip_prefix(start))?;
        self.definitions.get(name).map(|schema| (name, *schema))
    }

    /// What a schema consists of when it is a reference and nothing more than annotations beside it.
    pub(super) fn reference(&self, schema: &'a Value) -> Option<(&'a str, &'a Value)> {
        let map = schema.as_object()?;
        let (wrapped, reference) = match map.get("$ref") {
            Some(reference) => (None, reference.as_str()?),
            // How draft-07 puts annotations beside a reference.
            None => match map.get("allOf")?.as_array()?.as_slice() {
                [Value::Object(only)] if only.len() == 1 => (Some("allOf"), only.get("$ref")?.as_str()?),
                _ => return None,
            },
        };
        let alone = map.keys().all(|key| key == "$ref" || wrapped == Some(key) || is_annotation(key));
        self.target(reference).filter(|_| alone)
    }
}

/// The keywords that apply in one place.
#[derive(Clone, Default)]
pub(super) struct Node<'a> {
    keywords: BTreeMap<&'a str, &'a Value>,
    /// Schemas that apply too, and cannot be laid over the others.
    pub(super) also: Vec<&'a Value>,
    layers: usize,
}

impl<'a> Node<'a> {
    pub(super) fn of(root: &Root<'a>, schema: &'a Value) -> Self {
        let mut node = Self::default();
        node.lay(root, schema, 0);
        node
    }

    /// Only what stands right beside a reference.
    pub(super) fn beside(schema: &'a Value) -> Self {
        let entries = schema.as_object().into_iter().flatten();
        Self { keywords: entries.map(|(key, value)| (key.as_str(), value)).collect(), ..Self::default() }
    }

    pub(super) fn get(&self, keyword: &str) -> Option<&'a Value> {
        self.keywords.get(keyword).copied()
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &'a str> {
        self.keywords.keys().copied()
    }

    /// Whether nothing is asked of a value here.
    pub(super) fn is_anything(&self) -> bool {
        self.also.is_empty() && self.keywords.keys().all(|key| is_annotation(key))
    }

    /// Whether a keyword is all that is asked.
    pub(super) fn asks_only(&self, keyword: &str) -> bool {
        self.also.is_empty() && self.keywords.keys().all(|key| *key == keyword || is_annotation(key))
    }

    fn lay(&mut self, root: &Root<'a>, schema: &'a Value, hops: usize) {
        match schema {
            Value::Bool(false) => {
                self.keywords.insert("not", &ANYTHING);
            }
            Value::Object(map) => {
                for (key, value) in map {
                    if key != "allOf" && !(key == "$ref" && is_local(root, value)) {
                        self.keywords.entry(key).or_insert(value);
                    }
                }
                let target = map.get("$ref").and_then(Value::as_str).and_then(|name| root.target(name));
                let members = map.get("allOf").and_then(Value::as_array).into_iter().flatten();
                for member in target.map(|(_, schema)| schema).into_iter().chain(members) {
                    self.lay_over(root, member, hops + 1);
                }
            }
            _ => {}
        }
    }

    /// Adds what also applies; annotations that stand nearer win.
    fn lay_over(&mut self, root: &Root<'a>, schema: &'a Value, hops: usize) {
        self.layers += 1;
        if hops > MAX_HOPS || self.layers > MAX_LAYERS {
            self.also.push(schema);
            return;
        }
        let mut other = Self { layers: self.layers, ..Self::default() };
        other.lay(root, schema, hops);
        self.layers = other.layers;
        if self.collides(&other) {
            self.also.push(schema);
            return;
        }
        for (key, value) in other.keywords {
            self.keywords.entry(key).or_insert(value);
        }
        self.also.extend(other.also);
    }

    fn collides(&self, other: &Self) -> bool {
        let both = |one: &str, two: &str| self.get(one).is_some() && other.get(two).is_some();
        // What counts as additional depends on the properties beside it.
        both("properties", "additionalProperties")
            || both("additionalProperties", "properties")
            || self.keywords.iter().any(|(key, value)| {
                !is_annotation(key) && other.get(key).is_some_and(|theirs| theirs != *value)
            })
    }
}

fn is_local<'a>(root: &Root<'a>, reference: &'a Value) -> bool {
    reference.as_str().is_some_and(|reference| root.target(reference).is_some())
}

/// Whether a keyword asks nothing of a document.
pub(super) fn is_annotation(keyword: &str) -> bool {
    keyword.starts_with("x-")
        || matches!(
            keyword,
            "$schema"
                | "$id"
                | "$comment"
                | "$defs"
                | "definitions"
                | "$anchor"
                | "title"
                | "description"
                | "examples"
                | "default"
                | "deprecated"
                | "readOnly"
                | "writeOnly"
        )
}
