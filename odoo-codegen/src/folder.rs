//! Definitions in files: one `MODEL.json` a model, and `_server.json` with the version of the server that they are of.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::error::Error;
use crate::schema::Schema;

/// The file that says which server the others are of.
const SERVER: &str = "_server.json";
/// The most that one file may have, in bytes. The largest models of Odoo have some 100 KB.
const MAX_FILE: u64 = 64 << 20;

/// Reads all `*.json` of a folder, or one file. A file has the fields of the model that it is named after, or is an object of several models.
///
/// # Errors
/// What cannot be read, is no JSON, or no definition, with file, model and field; a model that is there twice; a folder without any.
pub fn read_schema(path: &Path) -> Result<Schema, Error> {
    let mut schema = Schema::new();
    let files = match path.is_dir() {
        true => json_files(path)?,
        false => vec![path.to_owned()],
    };
    for file in files {
        let (shown, text) = (file.display().to_string(), read(&file)?);
        if file.file_name().is_some_and(|name| name == SERVER) {
            schema.version = version(&shown, &text)?;
            continue;
        }
        let stem = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        schema.add_file(&shown, stem, &text)?;
    }
    if schema.models.is_empty() {
        return Err(Error::definition(&[&path.display().to_string()], "there is no model in it"));
    }
    Ok(schema)
}

/// Writes each model into a file of its own, and the version, where it is known. Files of other models stay.
///
/// # Errors
/// [`Error::Write`].
pub fn save_schema(schema: &Schema, folder: &Path) -> Result<(), Error> {
    fs::create_dir_all(folder).map_err(|source| Error::Write { path: folder.to_owned(), source })?;
    if let Some(version) = &schema.version {
        let text = format!("{{\n  \"version\": {}\n}}\n", Value::from(version.as_str()));
        write(&folder.join(SERVER), &text)?;
    }
    for model in schema.models.keys() {
        write(&folder.join(format!("{model}.json")), &schema.to_json(model).unwrap_or_default())?;
    }
    Ok(())
}

fn version(file: &str, text: &str) -> Result<Option<String>, Error> {
    let server: Value = serde_json::from_str(text).map_err(|source| Error::Json {
        file: file.to_owned(),
        line: source.line(),
        column: source.column(),
        source,
    })?;
    match server.get("version") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(version)) => Ok(Some(version.clone())),
        Some(_) => Err(Error::definition(&[file], "`version` is not a text")),
    }
}

fn json_files(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let failed = |source| Error::Read { path: folder.to_owned(), source };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|extension| extension == "json") && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn read(path: &Path) -> Result<String, Error> {
    let failed = |source| Error::Read { path: path.to_owned(), source };
    if fs::metadata(path).map_err(failed)?.len() > MAX_FILE {
        return Err(failed(std::io::Error::other("it is larger than 64 MiB")));
    }
    fs::read_to_string(path).map_err(failed)
}

/// Writes a file whole or not at all.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), Error> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let failed = |source| Error::Write { path: path.to_owned(), source };
    fs::write(&beside, text).map_err(failed)?;
    fs::rename(&beside, path).map_err(failed)
}
