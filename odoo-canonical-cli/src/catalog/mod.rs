//! The schemas as a site for people: no server, nothing loaded from elsewhere, readable on a phone and on a desk.

mod html;
mod machine;
mod pages;
mod search;
mod shape;

use crate::{
    Error, SchemaSet,
    diff::{Readers, Report, diff},
    export,
};
use html::anchor;
use odoo_canonical::ObjectKind;
use pages::is_value;
use serde_json::Value;
use shape::Shared;
use std::{collections::BTreeMap, fs, path::Path};

/// What changed between the versions that there are, oldest first.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// From each version to the next.
    pub reports: Vec<Report>,
}

impl History {
    /// Compares the versions in a folder, each a folder of schemas, and the last one with `current`. Versions are in the order of their names, with
    /// numbers taken as numbers.
    ///
    /// # Errors
    /// When the folder, or a schema in it, cannot be read.
    pub fn of(folder: &Path, current: &SchemaSet) -> Result<Self, Error> {
        let mut versions = Vec::new();
        for entry in fs::read_dir(folder).map_err(Error::read(folder))? {
            let path = entry.map_err(Error::read(folder))?.path();
            if path.is_dir() {
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                let mut set = SchemaSet::open(&path.display().to_string())?;
                set.label = name;
                versions.push(set);
            }
        }
        versions.sort_by_key(|set| natural(&set.label));
        // A version that is just what is built in is the same one.
        if versions.last().is_none_or(|last| last.schemas != current.schemas) {
            let mut last = current.clone();
            if versions.iter().any(|version| version.label == last.label) {
                last.label.push_str(" (built in)");
            }
            versions.push(last);
        }
        let pairs = versions.iter().zip(versions.iter().skip(1));
        Ok(Self { reports: pairs.map(|(old, new)| diff(old, new, Readers::Open)).collect() })
    }
}

/// Digits as numbers, so that v10 comes after v9.
fn natural(name: &str) -> Vec<(String, u64)> {
    let mut parts = Vec::new();
    let mut rest = name;
    while !rest.is_empty() {
        let letters = rest.find(|one: char| one.is_ascii_digit()).unwrap_or(rest.len());
        let (text, after) = rest.split_at(letters);
        let digits = after.find(|one: char| !one.is_ascii_digit()).unwrap_or(after.len());
        let (number, after) = after.split_at(digits);
        parts.push((text.to_owned(), number.parse().unwrap_or(0)));
        rest = after;
    }
    parts
}

/// Every file of the site: its path and its text.
///
/// # Errors
/// When the version is not built in.
pub fn files(version: &str, history: &History) -> Result<BTreeMap<String, String>, Error> {
    let set = SchemaSet::embedded(version)?;
    let shared = |up: &str| shared(&set, up);
    let mut files = BTreeMap::new();
    files.insert("index.html".to_owned(), pages::index(&set));
    for kind in ObjectKind::ALL {
        if let Some(schema) = set.schemas.get(kind.as_str()) {
            let page = pages::object(*kind, schema, &shared("../"), &set);
            files.insert(format!("objects/{kind}.html"), page);
        }
    }
    files.insert("values.html".to_owned(), pages::values(&set, &shared("")));
    files.insert("envelope.html".to_owned(), pages::envelope(&set, &shared("")));
    files.insert("rules.html".to_owned(), pages::rules(&set));
    files.insert("history.html".to_owned(), pages::history(&set, history));
    files.insert("style.css".to_owned(), include_str!("style.css").to_owned());
    files.insert("search.js".to_owned(), include_str!("search.js").to_owned());
    files.insert("search-index.js".to_owned(), search::index(&set));
    for (path, text) in export::files(version)? {
        files.insert(format!("schemas/{version}/{path}"), text);
    }
    Ok(files)
}

/// Value types are explained on one page for all.
fn shared(set: &SchemaSet, up: &str) -> Shared {
    let values = set.schemas.iter().filter(|(name, _)| is_value(name));
    values
        .filter_map(|(name, schema)| {
            let title = schema.get("title").and_then(Value::as_str)?;
            Some((title.to_owned(), format!("{up}values.html#{}", anchor(name))))
        })
        .collect()
}
