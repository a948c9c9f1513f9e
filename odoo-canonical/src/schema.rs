//! JSON Schema (draft 2020-12) of every object and value type, made from the Rust types.

use crate::{envelope::Envelope, object::ObjectKind, value};
use schemars::{Schema, generate::SchemaSettings};
use serde_json::{Value, json};

/// The major version of the schemas that the types of this crate make.
pub const MAJOR: u32 = 1;

/// The URL under which the schemas of this version stand: `v1`, and `v1.1`, `v1.2` for what is added to it, since a schema that
/// was released never changes.
pub const SCHEMA_BASE: &str = "https://schemas.odoo-connector.dev/odoo-canonical/v1/";

const ROOT: &str = "https://schemas.odoo-connector.dev/odoo-canonical/";

/// For whom a schema is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flavour {
    /// For producers (JSON Schema 2020-12): fields that the contract does not have are refused.
    Strict,
    /// For consumers (JSON Schema 2020-12): they are passed over, so that a newer minor version can still be read.
    Open,
    /// The strict one in JSON Schema draft-07, for tools that know no other.
    Draft07,
}

impl Flavour {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Strict, Self::Open, Self::Draft07];

    /// The folder below the version's: none for the strict ones.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Strict => "",
            Self::Open => "open/",
            Self::Draft07 => "draft-07/",
        }
    }

    fn generator(self) -> schemars::SchemaGenerator {
        match self {
            Self::Draft07 => SchemaSettings::draft07().into_generator(),
            _ => SchemaSettings::draft2020_12().into_generator(),
        }
    }
}

/// One schema, to be written to `<folder><name>.json`.
#[derive(Debug, Clone, PartialEq)]
pub struct SchemaFile {
    /// The name: `sales_order`, `money`, and so on.
    pub name: String,
    /// For whom it is.
    pub flavour: Flavour,
    /// The schema, keys sorted.
    pub json: Value,
}

impl SchemaFile {
    fn new(name: &str, flavour: Flavour, mut json: Value, examples: Vec<Value>) -> Self {
        plain_descriptions(&mut json);
        if flavour == Flavour::Open {
            open(&mut json);
        }
        if let Value::Object(root) = &mut json {
            // At the root only: a `$id` further down would become the base of the references below it.
            root.insert("$id".into(), json!(format!("{SCHEMA_BASE}{}{name}.json", flavour.folder())));
            if !examples.is_empty() {
                root.insert("examples".into(), Value::Array(examples));
            }
        }
        json.sort_all_objects();
        Self { name: name.to_owned(), flavour, json }
    }

    /// The text of the file: indented, with a line break at the end.
    pub fn to_text(&self) -> String {
        format!("{:#}\n", self.json)
    }
}

/// The URL of the schema of an object, for `dataschema`.
pub fn schema_url(kind: ObjectKind) -> String {
    format!("{SCHEMA_BASE}{kind}.json")
}

/// The kind and major version that the URL of a schema names, whatever its flavour; `None` for other URLs.
pub fn parse_schema_url(url: &str) -> Option<(ObjectKind, u32)> {
    let (version, name) = url.strip_prefix(ROOT)?.strip_prefix('v')?.split_once('/')?;
    let name = Flavour::ALL.into_iter().rev().find_map(|flavour| name.strip_prefix(flavour.folder()))?;
    // Readers of one minor version read the others: what they do not know, they pass over.
    let (major, minor) = version.split_once('.').unwrap_or((version, "0"));
    let number =
        |text: &str| text.parse::<u32>().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
    number(minor)?;
    Some((name.strip_suffix(".json")?.parse().ok()?, number(major)?))
}

/// The strict schema of one object.
pub fn object_schema(kind: ObjectKind) -> SchemaFile {
    object_schema_for(kind, Flavour::Strict)
}

/// The schema of one object, for one kind of reader.
pub fn object_schema_for(kind: ObjectKind, flavour: Flavour) -> SchemaFile {
    // An example that is not JSON would show as null here and fail the test that validates it.
    let example = serde_json::from_str(kind.example()).unwrap_or_default();
    SchemaFile::new(kind.as_str(), flavour, without_nulls(kind.schema(flavour.generator())), vec![example])
}

/// The schema of the envelope. Null is allowed in it, as CloudEvents asks: a null attribute counts as absent.
pub fn envelope_schema(flavour: Flavour) -> SchemaFile {
    let mut schema = flavour.generator().into_root_schema_for::<Envelope>();
    // What the fields alone cannot say: how extensions are named, and that the two forms of data exclude each other.
    schema.insert("propertyNames".into(), json!({ "pattern": "^([a-z0-9]{1,64}|data_base64)$" }));
    schema.insert("not".into(), json!({ "required": ["data", "data_base64"] }));
    let example = serde_json::from_str(Envelope::EXAMPLE).unwrap_or_default();
    SchemaFile::new("envelope", flavour, schema.to_value(), vec![example])
}

/// All strict schemas: the objects, the envelope, then the value types.
pub fn schemas() -> Vec<SchemaFile> {
    schemas_for(Flavour::Strict)
}

/// All schemas of one flavour.
pub fn schemas_for(flavour: Flavour) -> Vec<SchemaFile> {
    let mut files: Vec<SchemaFile> =
        ObjectKind::ALL.iter().map(|kind| object_schema_for(*kind, flavour)).collect();
    files.push(envelope_schema(flavour));
    files.extend(value::schemas(|| flavour.generator()).into_iter().map(|(name, schema)| {
        let json = without_nulls(schema);
        let examples = json.get("examples").and_then(Value::as_array).cloned().unwrap_or_default();
        SchemaFile::new(name, flavour, json, examples)
    }));
    files
}

fn without_nulls(schema: Schema) -> Value {
    let mut json = schema.to_value();
    without_null(&mut json);
    json
}

/// For consumers: what a contract does not have may stand there. The names of vendor data stay namespaced.
fn open(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(open),
        Value::Object(map) => {
            if map.get("additionalProperties") == Some(&Value::Bool(false)) {
                map.remove("additionalProperties");
            }
            map.values_mut().for_each(open);
        }
        _ => {}
    }
}

/// Descriptions come from doc comments: the first paragraph, on one line, without links into the Rust documentation.
fn plain_descriptions(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(plain_descriptions),
        Value::Object(map) => {
            if let Some(Value::String(text)) = map.get_mut("description") {
                let paragraph = text.split("\n\n").next().unwrap_or_default();
                *text = paragraph.replace('\n', " ").replace("[`", "`").replace("`]", "`");
            }
            map.values_mut().for_each(plain_descriptions);
        }
        _ => {}
    }
}

/// An absent field is left out and null is refused when reading, so the schema must not offer null for `Option`. Vendor
/// data is any JSON, null included.
fn without_null(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(without_null),
        Value::Object(map) => {
            map.iter_mut().filter(|(key, _)| *key != "ExtValue").for_each(|(_, value)| without_null(value));
            if let Some(Value::Array(types)) = map.get_mut("type") {
                types.retain(|name| name != "null");
                if let [single] = types.as_slice() {
                    let single = single.clone();
                    map.insert("type".into(), single);
                }
            }
            if let Some(Value::Array(choices)) = map.get_mut("anyOf") {
                choices.retain(|choice| choice.get("type").and_then(Value::as_str) != Some("null"));
                if let [Value::Object(single)] = choices.as_slice() {
                    let single = single.clone();
                    map.remove("anyOf");
                    map.extend(single);
                }
            }
        }
        _ => {}
    }
}
