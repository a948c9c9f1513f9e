//! The one error of this crate.

use std::{io, path::PathBuf};

/// What kept a command from doing its work: what, in which file, where, and what to do about it.
///
/// Findings (a document that is not valid, a schema that changed) are results, not errors.
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
    /// Standard input or output failed.
    #[error("{stream}: {source}")]
    Stream {
        /// Which.
        stream: &'static str,
        /// Why.
        source: io::Error,
    },
    /// A text that is not JSON.
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
    /// JSON that is not a schema.
    #[error("{file}: {message}")]
    Schema {
        /// The file.
        file: String,
        /// What is wrong, and what was wanted.
        message: String,
    },
    /// Neither a file nor a version that is built in.
    #[error("{name}: no such file or folder, and no version of that name is built in; built in are {known}")]
    UnknownVersion {
        /// What was asked for.
        name: String,
        /// The versions that are built in.
        known: String,
    },
    /// A name that no business object has.
    #[error("{name}: no business object has this name; known are {known}")]
    UnknownObject {
        /// What was asked for.
        name: String,
        /// The objects that there are.
        known: String,
    },
    /// A file of flows that cannot be used.
    #[error("{file}: {at}: {message}")]
    Flows {
        /// The file.
        file: String,
        /// The flow and the field, or the line.
        at: String,
        /// What is wrong, and what was wanted.
        message: String,
    },
    /// Options that do not go together.
    #[error("{0}")]
    Usage(String),
}

impl Error {
    /// Not JSON: what, and where in it.
    pub(crate) fn json(file: impl Into<String>, source: serde_json::Error) -> Self {
        Self::Json { file: file.into(), line: source.line(), column: source.column(), source }
    }

    /// For `map_err` on reading a path.
    pub(crate) fn read(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Read { path, source }
    }

    /// For `map_err` on writing a path.
    pub(crate) fn write(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Write { path, source }
    }

    /// Whether the reader of standard output has gone, which is no failure of ours.
    pub(crate) fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Stream { source, .. } if source.kind() == io::ErrorKind::BrokenPipe)
    }

    /// For `map_err` on standard output.
    pub(crate) fn stdout(source: io::Error) -> Self {
        Self::Stream { stream: "standard output", source }
    }
}
