//! Whether a folder holds just what an export would write.

use crate::Error;
use odoo_canonical::Flavour;
use std::{collections::BTreeMap, fmt, fs, io, path::Path};

/// How a file of a folder differs from what would be written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// It is not there.
    Missing(String),
    /// It has another text.
    Stale(String),
    /// It is there, and would not be written.
    Unknown(String),
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(path) => write!(f, "missing: {path}"),
            Self::Stale(path) => write!(f, "stale: {path}"),
            Self::Unknown(path) => write!(f, "unknown: {path}"),
        }
    }
}

/// Compares a folder with the files of an export, by name.
///
/// # Errors
/// When something is there and cannot be read.
pub fn check(files: &BTreeMap<String, String>, folder: &Path) -> Result<Vec<Difference>, Error> {
    let mut differences = Vec::new();
    for (name, text) in files {
        let path = folder.join(name);
        match fs::read(&path) {
            Ok(found) if found == text.as_bytes() => {}
            Ok(_) => differences.push(Difference::Stale(name.clone())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                differences.push(Difference::Missing(name.clone()));
            }
            Err(error) => return Err(Error::read(path)(error)),
        }
    }
    for flavour in Flavour::ALL {
        let path = folder.join(flavour.folder());
        if !path.is_dir() {
            continue;
        }
        for entry in fs::read_dir(&path).map_err(Error::read(&path))? {
            let entry = entry.map_err(Error::read(&path))?;
            let name = format!("{}{}", flavour.folder(), entry.file_name().to_string_lossy());
            if !files.contains_key(&name) && entry.path().is_file() {
                differences.push(Difference::Unknown(name));
            }
        }
    }
    differences.sort();
    Ok(differences)
}
