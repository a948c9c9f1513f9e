//! `load`, Odoo's upsert by external id: what it answers.

use serde_json::Value;

use crate::error::{Delivery, Error, ErrorKind};

/// What `load` did: all rows or none.
///
/// Source: `BaseModel.load` in Odoo's `odoo/orm/models.py` (before 19.0 `odoo/models.py`).
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "rows that could not be loaded are reported here, not as an error"]
pub struct Loaded {
    /// The ids of the records, one for each record of the rows. `None`: nothing was loaded, and `messages` say why.
    pub ids: Option<Vec<i64>>,
    /// What Odoo says about single rows.
    pub messages: Vec<LoadMessage>,
}

impl Loaded {
    /// The ids, for a caller that has no use for single rows.
    ///
    /// # Errors
    /// `Validation`, rolled back, if nothing was loaded.
    pub fn into_ids(self) -> Result<Vec<i64>, Error> {
        let Some(ids) = self.ids else {
            let errors: Vec<_> =
                self.messages.iter().filter(|message| message.kind == LoadMessageKind::Error).collect();
            let text = match errors.first() {
                Some(first) => format!("nothing was loaded; {} errors, the first: {first}", errors.len()),
                None => "nothing was loaded, and Odoo does not say why".to_owned(),
            };
            return Err(Error::new(ErrorKind::Validation, Delivery::RolledBack, "load", text));
        };
        Ok(ids)
    }
}

/// How bad a message is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum LoadMessageKind {
    /// The row prevents the load.
    #[default]
    Error,
    /// The row was loaded all the same.
    Warning,
    /// Something else that Odoo wants known.
    Other,
}

/// What Odoo says about one record of the rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LoadMessage {
    /// How bad it is.
    pub kind: LoadMessageKind,
    /// The first and the last row concerned, counted from 0.
    pub rows: Option<(u64, u64)>,
    /// The record concerned, counted from 0 (a record with lines has several rows).
    pub record: Option<u64>,
    /// The field concerned.
    pub field: Option<String>,
    /// In Odoo's words. Can quote data.
    pub message: String,
}

impl LoadMessage {
    /// A failure of the whole call, where it was made for this record alone.
    pub(crate) fn of_error(error: &Error) -> Self {
        Self { message: error.message().to_owned(), ..Self::default() }
    }
}

impl std::fmt::Display for LoadMessage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some((from, _)) = self.rows {
            write!(f, "row {from}: ")?;
        }
        if let Some(field) = &self.field {
            write!(f, "{field}: ")?;
        }
        f.write_str(&self.message)
    }
}

/// Reads the answer of `load`.
///
/// A conflict with another transaction, which the server would repeat for any other method, ends here as a message like
/// any other, with status 200. It is an error of kind `Conflict`.
pub(crate) fn parse(operation: &str, answer: &Value) -> Result<Loaded, Error> {
    let unreadable = |what: &str| Error::new(ErrorKind::Protocol, Delivery::Committed, operation, what);
    let messages = match answer.get("messages") {
        Some(Value::Array(messages)) => messages.iter().map(message).collect::<Vec<_>>(),
        _ => return Err(unreadable("load answers without messages")),
    };
    let ids = match answer.get("ids") {
        Some(Value::Bool(false) | Value::Null) => None,
        Some(Value::Array(ids)) => Some(
            ids.iter()
                .map(|id| id.as_i64().ok_or_else(|| unreadable("load answers an id that is not a number")))
                .collect::<Result<Vec<_>, _>>()?,
        ),
        _ => return Err(unreadable("load answers without ids")),
    };
    if ids.is_none()
        && let Some(conflict) =
            messages.iter().find(|message| message.field.is_none() && is_conflict(&message.message))
    {
        return Err(Error::new(ErrorKind::Conflict, Delivery::RolledBack, operation, &conflict.message));
    }
    Ok(Loaded { ids, messages })
}

/// PostgreSQL's words for SQLSTATE 40001, 40P01, 55P03, 57014 and 25006, and psycopg2's names for the first three: all of them were rolled
/// back and pass by themselves.
fn is_conflict(message: &str) -> bool {
    const SIGNS: [&str; 9] = [
        "could not serialize access",
        "deadlock detected",
        "could not obtain lock",
        "canceling statement due to",
        "in a read-only transaction",
        "SerializationFailure",
        "DeadlockDetected",
        "LockNotAvailable",
        "TransactionRollbackError",
    ];
    // At the start, or behind the name of the exception: further on it is data that is quoted.
    let text = message.trim_start();
    let rest = text.split_once(": ").filter(|(name, _)| !name.contains([' ', '\'']));
    let rest = rest.map_or(text, |(_, rest)| rest);
    SIGNS.iter().any(|sign| text.starts_with(sign) || rest.starts_with(sign))
        || (rest.starts_with("cannot execute ") && rest.contains("in a read-only transaction"))
}

fn message(value: &Value) -> LoadMessage {
    let text = |key| value.get(key).and_then(Value::as_str);
    let row = |key| value.get("rows").and_then(|rows| rows.get(key)).and_then(Value::as_u64);
    LoadMessage {
        kind: match text("type") {
            Some("error") => LoadMessageKind::Error,
            Some("warning") => LoadMessageKind::Warning,
            _ => LoadMessageKind::Other,
        },
        rows: row("from").zip(row("to")),
        record: value.get("record").and_then(Value::as_u64),
        field: text("field").map(str::to_owned),
        message: text("message").unwrap_or("a message without text").to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::error::Retry;

    #[test]
    fn rows_that_fail_are_told_one_by_one() {
        let answer = json!({"ids": false, "nextrow": 0, "messages": [
            {"rows": {"from": 1, "to": 2}, "record": 1, "type": "error", "field": "country_id", "message": "No match"},
            {"rows": {"from": 1, "to": 2}, "record": 1, "type": "error", "message": "'Contacts require a name'"},
        ]});
        let loaded = parse("res.partner.load", &answer).unwrap();
        assert_eq!(loaded.messages[0].rows, Some((1, 2)));
        assert_eq!(loaded.messages[1].field, None);
        let error = loaded.into_ids().unwrap_err();
        assert_eq!((error.kind(), error.delivery()), (ErrorKind::Validation, Delivery::RolledBack));
        assert!(error.message().contains("2 errors, the first: row 1: country_id: No match"), "{error}");
    }

    #[test]
    fn a_swallowed_conflict_is_an_error_that_may_be_retried() {
        let message = "could not serialize access due to concurrent update\n";
        let answer = json!({"ids": false, "messages": [{"type": "error", "message": message}]});
        let error = parse("res.partner.load", &answer).unwrap_err();
        assert_eq!((error.kind(), error.retryable()), (ErrorKind::Conflict, Retry::Safe));
        // The same words in a warning about rows that were loaded are no conflict.
        let answer = json!({"ids": [1], "messages": [{"type": "warning", "message": message}]});
        assert_eq!(parse("res.partner.load", &answer).unwrap().ids, Some(vec![1]));
    }

    #[test]
    fn an_answer_that_is_none_says_that_it_may_have_been_done() {
        for answer in [json!(null), json!({}), json!({"ids": [1]}), json!({"ids": ["x"], "messages": []})] {
            let error = parse("res.partner.load", &answer).unwrap_err();
            assert_eq!(
                (error.kind(), error.delivery()),
                (ErrorKind::Protocol, Delivery::Committed),
                "{answer}"
            );
        }
    }
}
