//! The schemas as files: for producers (strict), for consumers (open), and for tools that know only draft-07.

mod check;
mod index;
mod open;

pub use check::{Difference, check};
pub(crate) use open::open;

use crate::{Error, SchemaSet};
use odoo_canonical::schema::{Flavour, schemas_for};
use serde_json::Value;
use std::{collections::BTreeMap, fs, path::Path};

/// Every file of an export: its path in the folder and its text. The same version gives the same bytes. Paths are those of the `$id`s, so that a
/// folder that is served under the base URL answers for them.
///
/// # Errors
/// When the version is not built in.
pub fn files(version: &str) -> Result<BTreeMap<String, String>, Error> {
    let set = SchemaSet::embedded(version)?;
    let schemas = Flavour::ALL.into_iter().flat_map(schemas_for);
    let mut files: BTreeMap<String, String> = schemas
        .map(|schema| (format!("{}{}.json", schema.flavour.folder(), schema.name), schema.to_text()))
        .collect();
    let index = index::index(&set, &files);
    files.insert("index.json".to_owned(), text(index));
    Ok(files)
}

/// Writes an export. Files that are there and not part of it stay; `check` names them.
///
/// # Errors
/// When something cannot be written.
pub fn write(files: &BTreeMap<String, String>, folder: &Path) -> Result<(), Error> {
    for (name, text) in files {
        let path = folder.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(Error::write(parent))?;
        }
        fs::write(&path, text).map_err(Error::write(&path))?;
    }
    Ok(())
}

/// Keys sorted, indented, with a line break at the end.
fn text(mut schema: Value) -> String {
    schema.sort_all_objects();
    format!("{schema:#}\n")
}
