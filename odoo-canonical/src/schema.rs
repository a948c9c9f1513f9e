//! JSON Schema (draft 2020-12) of every object and value type, made from the Rust types.

use crate::{envelope::Envelope, object::ObjectKind, value};
use schemars::{JsonSchema, Schema, generate::SchemaSettings};
use serde_json::{Value, json};

/// The URL under which the schemas of this major version stand.
pub const SCHEMA_BASE: &str = "https://schemas.odoo-connector.dev/odoo-canonical/v1/";

/// One schema, to be written to `<name>.json`.
#[derive(Debug, Clone, PartialEq)]
pub struct SchemaFile {
    /// The name: `sales_order`, `money`, and so on.
    pub name: String,
    /// The schema, keys sorted.
    pub json: Value,
}

impl SchemaFile {
    fn new(name: &str, mut json: Value, examples: Option<Value>) -> Self {
        plain_descriptions(&mut json);
        if let Value::Object(root) = &mut json {
            // At the root only: a `$id` further down would become the base of the references below it.
            root.insert("$id".into(), json!(format!("{SCHEMA_BASE}{name}.json")));
            if let Some(example) = examples {
                root.insert("examples".into(), json!([example]));
            }
        }
        json.sort_all_objects();
        Self { name: name.to_owned(), json }
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

/// The schema of one object.
pub fn object_schema(kind: ObjectKind) -> SchemaFile {
    // An example that is not JSON would show as null here and fail the test that validates it.
    let example = serde_json::from_str(kind.example()).unwrap_or_default();
    SchemaFile::new(kind.as_str(), strict(kind.schema()), Some(example))
}

/// The schema of the envelope. Null is allowed in it, as CloudEvents asks: a null attribute counts as absent.
pub fn envelope_schema() -> SchemaFile {
    let mut schema = schema_of::<Envelope>();
    // What the fields alone cannot say: how extensions are named, and that the two forms of data exclude each other.
    schema.insert("propertyNames".into(), json!({ "pattern": "^([a-z0-9]{1,64}|data_base64)$" }));
    schema.insert("not".into(), json!({ "required": ["data", "data_base64"] }));
    SchemaFile::new("envelope", schema.to_value(), None)
}

/// All schemas: the objects, the envelope, then the value types.
pub fn schemas() -> Vec<SchemaFile> {
    let mut files: Vec<SchemaFile> = ObjectKind::ALL.iter().map(|kind| object_schema(*kind)).collect();
    files.push(envelope_schema());
    macro_rules! value_types {
        ($($name:literal $type:ident)+) => {
            $( files.push(SchemaFile::new($name, strict(schema_of::<value::$type>()), None)); )+
        };
    }
    value_types! {
        "code" Code
        "country" Country
        "currency" Currency
        "decimal" Decimal
        "gtin" Gtin
        "identifier" Identifier
        "instant" Instant
        "key" Key
        "label" Label
        "language" Language
        "local_date" LocalDate
        "money" Money
        "percentage" Percentage
        "quantity" Quantity
        "record_id" RecordId
        "revision" Revision
        "scheme" Scheme
        "subdivision" Subdivision
        "text" Text
        "unit_code" UnitCode
    }
    files
}

pub(crate) fn schema_of<T: JsonSchema>() -> Schema {
    SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>()
}

fn strict(schema: Schema) -> Value {
    let mut json = schema.to_value();
    without_null(&mut json);
    json
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
