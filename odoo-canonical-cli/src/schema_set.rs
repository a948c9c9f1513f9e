//! A set of schemas: those built in, those of a folder, or one of a file.

use crate::Error;
use odoo_canonical::schema::{MAJOR, schemas};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// The largest schema file that is read: 8 MiB.
const MAX_SCHEMA_BYTES: u64 = 8 * 1024 * 1024;

/// Schemas by name (`sales_order`, `money`), and where they come from.
#[derive(Debug, Clone, PartialEq)]
pub struct SchemaSet {
    /// What the set is called in reports: its path or version.
    pub label: String,
    /// The schemas, by the name of their file without `.json`.
    pub schemas: BTreeMap<String, Value>,
    /// Whether a folder or version was named, and not one file.
    pub whole: bool,
}

impl SchemaSet {
    /// The names of the versions that are built in.
    pub fn versions() -> Vec<String> {
        vec![Self::current()]
    }

    /// The name of the version that the types of odoo-canonical make.
    pub fn current() -> String {
        format!("v{MAJOR}")
    }

    /// The strict schemas of a version that is built in.
    ///
    /// # Errors
    /// When there is no such version; the error names those that there are.
    pub fn embedded(version: &str) -> Result<Self, Error> {
        if !Self::versions().iter().any(|known| known == version) {
            let known = Self::versions().join(", ");
            return Err(Error::UnknownVersion { name: version.to_owned(), known });
        }
        let schemas = schemas().into_iter().map(|file| (file.name, file.json)).collect();
        Ok(Self { label: version.to_owned(), schemas, whole: true })
    }

    /// What a user names: a file, a folder of schemas, or a version that is built in. A path goes before a version of the same name.
    ///
    /// # Errors
    /// When it is none of these, cannot be read, or is not JSON Schema.
    pub fn open(name: &str) -> Result<Self, Error> {
        let path = Path::new(name);
        if path.is_dir() {
            return Self::folder(path);
        }
        if path.exists() {
            let (stem, schema) = read_schema(path)?;
            return Ok(Self { label: name.to_owned(), schemas: [(stem, schema)].into(), whole: false });
        }
        Self::embedded(name)
    }

    fn folder(path: &Path) -> Result<Self, Error> {
        let label = path.display().to_string();
        let files = json_files(path)?;
        if files.is_empty() {
            let message = "no schema (*.json) is right in this folder".to_owned();
            return Err(Error::Schema { file: label, message });
        }
        let schemas = files.iter().map(|file| read_schema(file)).collect::<Result<_, _>>()?;
        Ok(Self { label, schemas, whole: true })
    }
}

/// The schema files right in a folder, by name; an index is none.
fn json_files(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(Error::read(folder))? {
        let path = entry.map_err(Error::read(folder))?.path();
        let is_json = path.extension().is_some_and(|extension| extension == "json");
        if is_json && path.is_file() && path.file_stem().is_some_and(|stem| stem != "index") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn read_schema(path: &Path) -> Result<(String, Value), Error> {
    let file = path.display().to_string();
    let size = fs::metadata(path).map_err(Error::read(path))?.len();
    if size > MAX_SCHEMA_BYTES {
        let message = format!("{size} bytes; a schema of at most {MAX_SCHEMA_BYTES} is read");
        return Err(Error::Schema { file, message });
    }
    let text = fs::read(path).map_err(Error::read(path))?;
    let schema: Value = serde_json::from_slice(&text).map_err(|source| Error::json(&*file, source))?;
    if !matches!(schema, Value::Object(_) | Value::Bool(_)) {
        let message = "a schema is a JSON object, or true or false".to_owned();
        return Err(Error::Schema { file, message });
    }
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    Ok((stem.trim_end_matches(".schema").to_owned(), schema))
}
