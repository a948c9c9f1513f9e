//! What a call can fail with: the Python exceptions that Odoo raises towards a caller.

use crate::testkit::Series;

/// The exception class; decides the status, the fault code and the name that the wire shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ErrorKind {
    /// Wrong login, password or key.
    AccessDenied,
    /// The user may not do this (private methods too).
    Access,
    /// A record that was named is not there.
    Missing,
    /// A business rule refused the call.
    User,
    /// A constraint refused the data.
    Validation,
    /// Bad field, domain or value.
    Value,
    /// Arguments that do not fit the method.
    Type,
    /// Arguments refused before the method was called (JSON-2 only answers this).
    Unprocessable,
    /// The model does not exist.
    UnknownModel,
    /// The method does not exist.
    UnknownMethod,
    /// The database does not exist.
    Database,
    /// The transaction lost a race; nothing happened.
    Serialization,
    /// Any other Python exception, by its name.
    Other(&'static str),
}

/// A refused call. The transaction was rolled back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct OdooError {
    /// The exception class.
    pub kind: ErrorKind,
    /// The text that the caller sees.
    pub message: String,
}

/// Result of anything the engine does.
pub(crate) type Result<T, E = OdooError> = std::result::Result<T, E>;

impl OdooError {
    /// An error of a class with its text.
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    /// A refused business action.
    pub(crate) fn user(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::User, message)
    }

    /// A refused value that is no business matter (`ValueError`).
    pub(crate) fn value(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Value, message)
    }

    /// A violated constraint.
    pub(crate) fn validation(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Validation, message)
    }

    /// A record that is not there.
    pub(crate) fn missing(model: &str, ids: &[i64], uid: i64) -> Self {
        let ids = ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let text =
            format!("Record does not exist or has been deleted.\n(Record: {model}({ids},), User: {uid})");
        Self::new(ErrorKind::Missing, text)
    }

    /// Two transactions met; the caller may do it again.
    pub(crate) fn serialization() -> Self {
        Self::new(ErrorKind::Serialization, "could not serialize access due to concurrent update\n")
    }

    /// The class name as the wire shows it in `name`.
    pub(crate) fn python_name(&self) -> &'static str {
        match self.kind {
            ErrorKind::Other(name) => name,
            ErrorKind::AccessDenied => "odoo.exceptions.AccessDenied",
            ErrorKind::Access => "odoo.exceptions.AccessError",
            ErrorKind::Missing => "odoo.exceptions.MissingError",
            ErrorKind::User | ErrorKind::UnknownModel => "odoo.exceptions.UserError",
            ErrorKind::Validation => "odoo.exceptions.ValidationError",
            ErrorKind::Value => "builtins.ValueError",
            ErrorKind::Type | ErrorKind::Unprocessable => "builtins.TypeError",
            ErrorKind::UnknownMethod => "builtins.AttributeError",
            ErrorKind::Database => "psycopg2.OperationalError",
            ErrorKind::Serialization => "psycopg2.errors.SerializationFailure",
        }
    }

    /// The class name as a traceback's last line shows it.
    pub(crate) fn traceback_name(&self) -> &'static str {
        let name = self.python_name();
        name.strip_prefix("builtins.").unwrap_or(name)
    }

    /// A short traceback as Odoo would send it: a frame and the exception line.
    pub(crate) fn traceback(&self) -> String {
        format!(
            "Traceback (most recent call last):\n  File \"/opt/odoo/odoo/service/model.py\", line 184, in retrying\n{}: {}\n",
            self.traceback_name(),
            self.message
        )
    }

    /// The fault code of `/xmlrpc/2`: 3 and 4 for access, 2 for what a user caused, else 1.
    pub(crate) fn fault_code(&self) -> i64 {
        match self.kind {
            ErrorKind::AccessDenied => 3,
            ErrorKind::Access => 4,
            ErrorKind::Missing | ErrorKind::User | ErrorKind::Validation | ErrorKind::UnknownModel => 2,
            _ => 1,
        }
    }

    /// The private-method refusal, worded by series.
    pub(crate) fn private(series: Series, model: &str, method: &str) -> Self {
        let text = match series {
            Series::V17 => format!("Private methods (such as {method}) cannot be called remotely."),
            Series::V19 => format!("Private methods (such as '{model}.{method}') cannot be called remotely."),
        };
        Self::new(ErrorKind::Access, text)
    }

    /// The unknown-method refusal, worded by series.
    pub(crate) fn unknown_method(series: Series, model: &str, method: &str) -> Self {
        let text = match series {
            Series::V17 => format!("The method '{method}' does not exist on the model '{model}'"),
            Series::V19 => format!("The method '{model}.{method}' does not exist"),
        };
        Self::new(ErrorKind::UnknownMethod, text)
    }

    /// The unknown-field refusal on create and write, worded by series.
    pub(crate) fn unknown_field(series: Series, model: &str, field: &str) -> Self {
        Self::value(match series {
            Series::V17 => format!("Invalid field '{field}' on model '{model}'"),
            Series::V19 => format!("Invalid field '{field}' in '{model}'"),
        })
    }
}
