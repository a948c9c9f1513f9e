//! What is different between the definitions that code was made from and those of a server.

use std::collections::BTreeSet;
use std::fmt;

use crate::schema::{Field, Schema};

/// One difference. `Display` is one line.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Change {
    /// The model.
    pub model: String,
    /// The field. Empty: the model itself.
    pub field: String,
    /// What is different.
    pub what: What,
}

/// What is different.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum What {
    /// It is not there any more, or its reader may not see it.
    Gone,
    /// It was not there.
    New {
        /// Its type.
        kind: String,
        /// Whether a record cannot be without it.
        required: bool,
    },
    /// It has another type.
    Kind {
        /// Before.
        was: String,
        /// Now.
        is: String,
    },
    /// It leads to another model.
    Comodel {
        /// Before; empty if it was not said.
        was: String,
        /// Now; empty if it is not said.
        is: String,
    },
    /// A record can be without it, or cannot any more.
    Required(bool),
    /// Users can change it, or cannot any more.
    Readonly(bool),
    /// The database holds it, or does not any more.
    Stored(bool),
    /// Each company has its own value, or has not any more.
    CompanyDependent(bool),
    /// It has other values.
    Selection {
        /// No longer there.
        gone: Vec<String>,
        /// Not there before.
        new: Vec<String>,
    },
}

impl Change {
    /// Whether code that was made from the old definitions can fail because of it: on reading, or on writing what used to be right.
    #[must_use]
    pub fn is_breaking(&self) -> bool {
        match &self.what {
            What::Gone | What::Kind { .. } | What::Comodel { .. } | What::Required(_) => true,
            What::New { required, .. } => *required,
            What::Stored(is) => !is,
            What::CompanyDependent(is) => *is,
            What::Selection { gone, .. } => !gone.is_empty(),
            What::Readonly(_) => false,
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { model, field, what } = self;
        f.write_str(model)?;
        if !field.is_empty() {
            write!(f, ": {field}")?;
        }
        let said =
            |name: &str| if name.is_empty() { "no model that is said".to_owned() } else { name.to_owned() };
        match what {
            What::Gone => f.write_str(": gone"),
            What::New { kind, required: true } => write!(f, ": new, {kind}, required"),
            What::New { kind, .. } => write!(f, ": new, {kind}"),
            What::Kind { was, is } => write!(f, ": was {was}, is {is}"),
            What::Comodel { was, is } => write!(f, ": led to {}, leads to {}", said(was), said(is)),
            What::Required(is) => write!(f, ": {} required", no_longer(*is)),
            What::Readonly(is) => write!(f, ": {} read-only", no_longer(*is)),
            What::Stored(is) => write!(f, ": {} stored", no_longer(*is)),
            What::CompanyDependent(is) => write!(f, ": {} one value per company", no_longer(*is)),
            What::Selection { gone, new } => {
                f.write_str(": values")?;
                let marked = gone.iter().map(|key| ('-', key)).chain(new.iter().map(|key| ('+', key)));
                for (mark, key) in marked {
                    write!(f, " {mark}{key:?}")?;
                }
                Ok(())
            }
        }
    }
}

fn no_longer(is: bool) -> &'static str {
    if is { "now" } else { "no longer" }
}

/// How `now` differs from `before`, by model and field, as far as `before` has models. Labels and help texts do not count.
#[must_use]
pub fn changes(before: &Schema, now: &Schema) -> Vec<Change> {
    let mut out = Vec::new();
    for (model, fields) in &before.models {
        let mut add = |field: &str, what: What| {
            out.push(Change { model: model.clone(), field: field.to_owned(), what });
        };
        let Some(found) = now.models.get(model) else {
            add("", What::Gone);
            continue;
        };
        for name in fields.keys().chain(found.keys()).collect::<BTreeSet<_>>() {
            match (fields.get(name), found.get(name)) {
                (Some(was), Some(is)) => compare(was, is, &mut |what| add(name, what)),
                (Some(_), None) => add(name, What::Gone),
                (None, Some(is)) => {
                    add(name, What::New { kind: is.kind.clone(), required: is.required && is.stored });
                }
                (None, None) => {}
            }
        }
    }
    out
}

fn compare(was: &Field, is: &Field, add: &mut dyn FnMut(What)) {
    if was.kind != is.kind {
        add(What::Kind { was: was.kind.clone(), is: is.kind.clone() });
        return;
    }
    if was.relation != is.relation {
        let name = |field: &Field| field.relation.clone().unwrap_or_default();
        add(What::Comodel { was: name(was), is: name(is) });
    }
    for (same, what) in [
        (was.required == is.required, What::Required(is.required)),
        (was.readonly == is.readonly, What::Readonly(is.readonly)),
        (was.stored == is.stored, What::Stored(is.stored)),
        (was.company_dependent == is.company_dependent, What::CompanyDependent(is.company_dependent)),
    ] {
        if !same {
            add(what);
        }
    }
    let (before, now) = (keys(was), keys(is));
    let (gone, new) = (minus(&before, &now), minus(&now, &before));
    if !gone.is_empty() || !new.is_empty() {
        add(What::Selection { gone, new });
    }
}

fn keys(field: &Field) -> Vec<String> {
    let text = |key: &serde_json::Value| key.as_str().map_or_else(|| key.to_string(), str::to_owned);
    field.selection.iter().map(|choice| text(&choice.key)).collect()
}

fn minus(all: &[String], others: &[String]) -> Vec<String> {
    let others: BTreeSet<&String> = others.iter().collect();
    all.iter().filter(|key| !others.contains(key)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema(json: &str) -> Schema {
        let mut schema = Schema::new();
        schema.add_models_json(json).unwrap();
        schema
    }

    #[test]
    fn every_kind_of_change_is_told_in_one_line() {
        let before = schema(
            r#"{"gone.model": {}, "m": {"gone": {"type": "char"}, "kind": {"type": "char"},
            "to": {"type": "many2one", "relation": "a"}, "flags": {"type": "char", "string": "A"},
            "state": {"type": "selection", "selection": [["a", "A"], ["b", "B"]]}, "same": {"type": "date", "help": "x"}}}"#,
        );
        let now = schema(
            r#"{"other.model": {}, "m": {"kind": {"type": "text"}, "to": {"type": "many2one", "relation": "b"},
            "flags": {"type": "char", "required": true, "readonly": true, "store": false, "company_dependent": true, "string": "B"},
            "state": {"type": "selection", "selection": [["c", "C"], ["a", "Z"]]}, "same": {"type": "date"},
            "new": {"type": "char"}, "must": {"type": "char", "required": true}}}"#,
        );
        let told: Vec<(String, bool)> =
            changes(&before, &now).iter().map(|change| (change.to_string(), change.is_breaking())).collect();
        let expected = [
            ("gone.model: gone", true),
            ("m: flags: now required", true),
            ("m: flags: now read-only", false),
            ("m: flags: no longer stored", true),
            ("m: flags: now one value per company", true),
            ("m: gone: gone", true),
            ("m: kind: was char, is text", true),
            ("m: must: new, char, required", true),
            ("m: new: new, char", false),
            ("m: state: values -\"b\" +\"c\"", true),
            ("m: to: led to a, leads to b", true),
        ];
        assert_eq!(told, expected.map(|(text, breaking)| (text.to_owned(), breaking)));
        assert_eq!(changes(&now, &now), []);
    }
}
