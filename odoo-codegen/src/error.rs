//! The one error of this crate.

use std::io;
use std::path::PathBuf;

/// What went wrong, and where: the file, the model, the field.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or folder cannot be read.
    #[error("{}: cannot be read", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file or folder cannot be written.
    #[error("{}: cannot be written", path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A text that is no JSON.
    #[error("{file}: line {line}, column {column}: this is not JSON")]
    Json {
        /// The file, or what the text was given as.
        file: String,
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
        /// Why.
        source: serde_json::Error,
    },
    /// JSON that is not what `fields_get` answers.
    #[error("{at}: {message}")]
    Definition {
        /// The file, the model and the field, as far as they are known.
        at: String,
        /// What is wrong with it.
        message: String,
    },
    /// A model that was asked for and is not among the definitions.
    #[error("{model}: there is no definition of this model: fetch it, or correct the name")]
    UnknownModel {
        /// Its name.
        model: String,
    },
    /// A field that was asked for and that the model does not have.
    #[error("{model}: {field}: the model has no such field, or its reader may not see it")]
    UnknownField {
        /// The model.
        model: String,
        /// The field.
        field: String,
    },
    /// The server did not tell the fields of a model.
    #[cfg(feature = "live")]
    #[error("{model}: the server did not tell its fields")]
    Server {
        /// The model.
        model: String,
        /// Why.
        source: odoo_rpc::Error,
    },
}

impl Error {
    /// A definition that is not what it should be; `at` from the outside in, without empty parts.
    pub(crate) fn definition(at: &[&str], message: impl Into<String>) -> Self {
        let at: Vec<&str> = at.iter().copied().filter(|part| !part.is_empty()).collect();
        Self::Definition { at: at.join(": "), message: message.into() }
    }
}
