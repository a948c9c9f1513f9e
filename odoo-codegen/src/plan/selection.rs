//! The enum of a selection.

use std::collections::HashMap;

use crate::docs;
use crate::name::{self, Names};
use crate::schema::Field;

/// Above this many values a selection is a list that someone keeps (time zones, languages), not a set of states that code tells apart.
const MAX_VALUES: usize = 100;

/// An enum, or another name for one.
pub(crate) struct PlannedSelection {
    /// Its name.
    pub(crate) ident: String,
    /// Lines of Markdown.
    pub(crate) docs: Vec<String>,
    /// The enum that it is, if the same field of an earlier model has the same values.
    pub(crate) same_as: Option<String>,
    /// In the server's order.
    pub(crate) variants: Vec<Variant>,
}

/// One value.
#[derive(Clone)]
pub(crate) struct Variant {
    pub(crate) ident: String,
    /// As Odoo writes it.
    pub(crate) key: String,
    /// Lines of Markdown.
    pub(crate) docs: Vec<String>,
}

/// The enums so far, by what makes two of them one: the field's name, and values with labels.
#[derive(Default)]
pub(crate) struct Enums(HashMap<(String, Vec<(String, String)>), String>);

impl Enums {
    /// The enum of a field, if its values are texts that code can tell apart.
    pub(crate) fn plan(
        &mut self,
        model_ident: &str,
        model: &str,
        field: &str,
        definition: &Field,
        types: &mut Names,
    ) -> Option<PlannedSelection> {
        let values = values(definition)?;
        let ident = types.take(&format!("{model_ident}{}", suffix(field)));
        let keys: Vec<&str> = values.iter().map(|(key, _)| key.as_str()).collect();
        let names = name::variants(&keys);
        let variants = values
            .iter()
            .filter_map(|(key, label)| {
                let (ident, key) = (names.get(key.as_str())?.clone(), key.clone());
                let mut docs = docs::paragraph(label);
                if docs.is_empty() {
                    docs = docs::paragraph(&key);
                }
                Some(Variant { ident, key, docs })
            })
            .collect();
        let mut same_as = None;
        self.0
            .entry((field.to_owned(), values))
            .and_modify(|first| same_as = Some(first.clone()))
            .or_insert_with(|| ident.clone());
        let docs = docs::paragraph(&format!("Values of {field} of {model}."));
        Some(PlannedSelection { ident, docs, same_as, variants })
    }
}

/// Keys and labels, each key once. `None`: it becomes no enum.
fn values(definition: &Field) -> Option<Vec<(String, String)>> {
    if definition.kind != "selection" || definition.selection.len() > MAX_VALUES {
        return None;
    }
    let mut values: Vec<(String, String)> = Vec::new();
    for choice in &definition.selection {
        let key = choice.key.as_str()?;
        // An empty key is what Odoo reads as no value.
        if !key.is_empty() && !values.iter().any(|(other, _)| other == key) {
            values.push((key.to_owned(), choice.label.clone()));
        }
    }
    (!values.is_empty()).then_some(values)
}

/// What a field adds to the name of its model.
fn suffix(field: &str) -> String {
    name::camel(&name::snake(field))
}
