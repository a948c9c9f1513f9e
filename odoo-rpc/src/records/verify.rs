//! Whether a struct still fits the server's model.

use std::fmt;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::call::Call;
use crate::client::Client;
use crate::error::Error;
use crate::model::{FieldDef, Model};

/// One way in which the server's model is not what a struct declares.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Drift {
    /// The server has no such field (or the user may not see it).
    Gone {
        /// The model.
        model: String,
        /// The field.
        field: String,
    },
    /// The field has a type that the struct's cannot hold.
    Type {
        /// The model.
        model: String,
        /// The field.
        field: String,
        /// The server's type.
        found: String,
        /// The types that fit.
        expected: Vec<String>,
    },
    /// The field leads to another model.
    Comodel {
        /// The model.
        model: String,
        /// The field.
        field: String,
        /// Where it leads on the server.
        found: String,
        /// Where it leads in the struct.
        expected: String,
    },
    /// The field can be empty, and the struct's type cannot.
    Nullable {
        /// The model.
        model: String,
        /// The field.
        field: String,
    },
    /// The selection has values that the struct does not name. They are read as `Other`.
    Selection {
        /// The model.
        model: String,
        /// The field.
        field: String,
        /// The values.
        unknown: Vec<String>,
    },
    /// The field cannot be written, and the struct would write it.
    ReadOnly {
        /// The model.
        model: String,
        /// The field.
        field: String,
    },
}

impl Drift {
    /// Whether reading or writing will fail because of it, now or with some record.
    #[must_use]
    pub fn is_breaking(&self) -> bool {
        !matches!(self, Self::Selection { .. } | Self::ReadOnly { .. })
    }
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gone { model, field } => write!(f, "{model}.{field}: the server does not have it"),
            Self::Type { model, field, found, expected } => {
                write!(f, "{model}.{field}: it is a {found}, the struct holds {}", expected.join(" or "))
            }
            Self::Comodel { model, field, found, expected } => {
                write!(f, "{model}.{field}: it leads to {found}, in the struct to {expected}")
            }
            Self::Nullable { model, field } => {
                write!(f, "{model}.{field}: it can be empty: make it an Option")
            }
            Self::Selection { model, field, unknown } => {
                write!(f, "{model}.{field}: values that the struct does not name: {}", unknown.join(", "))
            }
            Self::ReadOnly { model, field } => {
                write!(f, "{model}.{field}: it is read-only: mark it #[odoo(readonly)]")
            }
        }
    }
}

/// What `fields_get` says of a field, as far as it is asked.
#[derive(Deserialize)]
struct Definition {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    required: bool,
    #[serde(default)]
    readonly: bool,
    #[serde(default)]
    relation: Value,
    #[serde(default)]
    selection: Value,
}

impl Client {
    /// Holds a struct, and the structs inside it, against the server's own definition of the model: at connect, or in a test against the
    /// server that a program is made for. Empty: nothing has drifted.
    ///
    /// # Errors
    /// As [`call`](Self::call).
    pub async fn verify<M: Model>(&self) -> Result<Vec<Drift>, Error> {
        let mut drift = Vec::new();
        let mut pending = vec![(M::MODEL, M::FIELDS)];
        let mut done: Vec<(&str, *const FieldDef)> = Vec::new();
        while let Some((model, fields)) = pending.pop() {
            if done.contains(&(model, fields.as_ptr())) {
                continue;
            }
            done.push((model, fields.as_ptr()));
            let names: Vec<&str> = fields.iter().map(|field| field.name).collect();
            let call = Call::new(model, "fields_get").arg(names).arg(vec![
                "type",
                "required",
                "readonly",
                "relation",
                "selection",
            ]);
            let found: Map<String, Value> = self.call_as(call).await?;
            for field in fields {
                let definition = found.get(field.name).and_then(|value| Definition::deserialize(value).ok());
                match definition {
                    None => drift.push(Drift::Gone { model: model.to_owned(), field: field.name.to_owned() }),
                    Some(definition) => compare(model, field, &definition, &mut drift),
                }
                if let (Some(nested), Some(comodel)) = (field.nested, field.comodel) {
                    pending.push((comodel, nested()));
                }
            }
        }
        Ok(drift)
    }
}

fn compare(model: &str, field: &FieldDef, found: &Definition, drift: &mut Vec<Drift>) {
    let (model, name) = (model.to_owned(), field.name.to_owned());
    let fits = |kind: &&str| *kind == "*" || *kind == found.kind;
    if field.name == "id" {
        return;
    }
    if !field.types.iter().any(fits) {
        let expected = field.types.iter().map(|kind| (*kind).to_owned()).collect();
        drift.push(Drift::Type { model, field: name, found: found.kind.clone(), expected });
        return;
    }
    if let (Some(expected), Some(relation)) = (field.comodel, found.relation.as_str())
        && expected != relation
    {
        let (found, expected) = (relation.to_owned(), expected.to_owned());
        drift.push(Drift::Comodel { model: model.clone(), field: name.clone(), found, expected });
    }
    // Numbers and booleans are never empty in Odoo, and some fields it fills itself without calling them required.
    let always =
        matches!(field.name, "create_date" | "create_uid" | "write_date" | "write_uid" | "display_name")
            || matches!(
                found.kind.as_str(),
                "integer" | "float" | "monetary" | "boolean" | "many2one_reference"
            );
    if !found.required && !field.nullable && !always {
        drift.push(Drift::Nullable { model: model.clone(), field: name.clone() });
    }
    if found.readonly && !field.readonly {
        drift.push(Drift::ReadOnly { model: model.clone(), field: name.clone() });
    }
    if !field.selection.is_empty()
        && let Some(values) = found.selection.as_array()
    {
        let key = |pair: &Value| pair.get(0).and_then(Value::as_str).map(str::to_owned);
        let unknown: Vec<String> = values
            .iter()
            .filter_map(key)
            .filter(|value| !field.selection.contains(&value.as_str()))
            .collect();
        if !unknown.is_empty() {
            drift.push(Drift::Selection { model, field: name, unknown });
        }
    }
}
