//! Ownership: which system may change which object, and which of its fields.

use odoo_canonical::{Object, ObjectKind};
use serde::Serialize;
use serde_json::Value;

/// What happens to a field that the source does not own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OnViolation {
    /// The field is taken out, and the audit says so.
    Strip,
    /// The message becomes an exception.
    Hold,
}

/// A field with an owner of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldRule {
    /// The field at the top level of the object, for example `payment_terms`.
    pub field: String,
    /// The system that may change it.
    pub owner: String,
    /// What happens when another one does.
    pub on_violation: OnViolation,
}

/// Who owns an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OwnershipRule {
    /// The object.
    pub object: ObjectKind,
    /// Its system of record: the one that may change what no field rule gives to another.
    pub owner: String,
    /// Fields with an owner of their own.
    pub fields: Vec<FieldRule>,
}

/// The ownership matrix. What it does not name, nobody may change.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Ownership {
    /// One rule per object.
    pub rules: Vec<OwnershipRule>,
}

/// What the matrix says of one object from one source.
#[derive(Debug, Clone, PartialEq)]
pub enum Ruling {
    /// It may pass as it is.
    Pass,
    /// It may pass without these fields.
    Stripped(Box<Object>, Vec<String>),
    /// It may not pass.
    Hold {
        /// The field, empty for the whole object.
        path: String,
        /// Whose it is, and what to do.
        detail: String,
    },
}

impl Ownership {
    /// The rule for an object.
    pub fn rule(&self, object: ObjectKind) -> Option<&OwnershipRule> {
        self.rules.iter().find(|rule| rule.object == object)
    }

    /// Whether `source` may change this object as it stands.
    pub fn judge(&self, source: &str, object: &Object) -> Ruling {
        let kind = object.kind();
        let Some(rule) = self.rule(kind) else {
            let detail = format!("the ownership matrix does not say who owns {}; add a rule", kind.as_str());
            return Ruling::Hold { path: String::new(), detail };
        };
        if rule.owner != source {
            let detail =
                format!("{} belongs to `{}`; `{source}` may not change it", kind.as_str(), rule.owner);
            return Ruling::Hold { path: String::new(), detail };
        }
        let foreign: Vec<&FieldRule> = rule.fields.iter().filter(|field| field.owner != source).collect();
        if foreign.is_empty() {
            return Ruling::Pass;
        }
        let unreadable = |e: String| Ruling::Hold {
            path: String::new(),
            detail: format!("the object cannot be looked into: {e}"),
        };
        let mut fields = match serde_json::to_value(object) {
            Ok(Value::Object(fields)) => fields,
            Ok(_) => return unreadable("it is not a JSON object".into()),
            Err(e) => return unreadable(e.to_string()),
        };
        let mut stripped = Vec::new();
        for FieldRule { field, owner, on_violation } in foreign {
            if !fields.contains_key(field) {
                continue;
            }
            if *on_violation == OnViolation::Hold {
                let detail = format!("`{field}` belongs to `{owner}`; `{source}` may not change it");
                return Ruling::Hold { path: format!("/{field}"), detail };
            }
            fields.remove(field);
            stripped.push(field.clone());
        }
        if stripped.is_empty() {
            return Ruling::Pass;
        }
        match Object::from_json(kind, Value::Object(fields).to_string().as_bytes()) {
            Ok(object) => Ruling::Stripped(Box::new(object), stripped),
            Err(e) => Ruling::Hold {
                path: format!("/{}", stripped.join(",")),
                detail: format!(
                    "the object is not valid without the fields that `{source}` does not own: {e}"
                ),
            },
        }
    }
}
