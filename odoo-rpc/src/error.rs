//! The one error of this crate: what the caller may do, whether the server may have acted, whether a retry helps.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

/// What a failure is, named by what the caller may do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The server does not accept the login or the key. Give it a valid one; repeating the same one locks the address
    /// out for a while (`base.login_cooldown_after`).
    Auth,
    /// The user may not do this: an access rule, or a method that is private. Grant the right, or call something else.
    AccessDenied,
    /// A record that the call names does not exist (any more). Look it up again.
    Missing,
    /// No such model in this database. Install the module that brings it.
    UnknownModel,
    /// The model has no such method in this version of Odoo.
    UnknownMethod,
    /// The data break a constraint: required, unique, a reference, or one of the model's own. Correct the data.
    Validation,
    /// Odoo's business logic refuses, in words meant for a user. Change the data or the state of the record.
    UserError,
    /// The call itself is wrong: a field, argument or domain that the method does not take. Correct the program.
    BadArguments,
    /// The record was written by someone else since it was read. Read it again.
    Stale,
    /// Another transaction was in the way (serialization failure, deadlock, lock). Nothing happened; call again.
    Conflict,
    /// Too many calls. Wait [`Error::retry_after`] or a while of your own.
    RateLimited,
    /// The server has no such database, or needs to be told which. Correct the configuration.
    Database,
    /// The server or its database cannot take the call now: overloaded, restarting, a proxy without a backend. Wait.
    Unavailable,
    /// The server failed with an exception of its own. Rolled back, it would fail again.
    Server,
    /// The answer is not what the protocol promises, so it cannot be read.
    Protocol,
    /// The request or the answer is over a size limit. Ask for less.
    TooLarge,
    /// No answer within the timeout.
    Timeout,
    /// The connection could not be made, or broke.
    Connection,
    /// The configuration cannot work. Correct it.
    Config,
}

/// What became of the call on the server, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Delivery {
    /// It never left, or certainly never reached the server.
    NotSent,
    /// The server refused it before it did anything.
    Rejected,
    /// The server began and rolled everything back. A method that commits by itself on its way, as a few payment and mail
    /// methods do, escapes this: what it committed stays.
    RolledBack,
    /// The server did it, but what it returned could not be read.
    Committed,
    /// It may have been done or not. Find out before doing it again.
    Unknown,
}

/// Whether calling again can help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Retry {
    /// No: the same call would fail again, or was done already.
    Never,
    /// Yes, whatever the call does: nothing happened.
    Safe,
    /// Yes, but only if doing it twice equals doing it once, since it may have been done.
    IfIdempotent,
}

/// A failed call.
///
/// `Display` is one line without the source and without the server's traceback; neither `Display` nor `Debug` shows a
/// secret. The server's message can quote data of the record concerned.
pub struct Error {
    inner: Box<Inner>,
}

struct Inner {
    kind: ErrorKind,
    delivery: Delivery,
    operation: String,
    message: String,
    exception: Option<String>,
    traceback: Option<String>,
    retry_after: Option<Duration>,
    record: Option<i64>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// How much of a server's message is kept, in bytes.
const MAX_MESSAGE: usize = 1024;
/// How much of a server's traceback is kept, in bytes, from its end, where the cause is.
const MAX_TRACEBACK: usize = 16 * 1024;

impl Error {
    /// A new error. `operation` is `model.method`, or the step that failed.
    pub(crate) fn new(
        kind: ErrorKind,
        delivery: Delivery,
        operation: impl Into<String>,
        message: impl AsRef<str>,
    ) -> Self {
        let inner = Inner {
            kind,
            delivery,
            operation: operation.into(),
            message: one_line(message.as_ref()),
            exception: None,
            traceback: None,
            retry_after: None,
            record: None,
            source: None,
        };
        Self { inner: Box::new(inner) }
    }

    /// A mistake in the configuration.
    pub(crate) fn config(message: impl AsRef<str>) -> Self {
        Self::new(ErrorKind::Config, Delivery::NotSent, "connect", message)
    }

    pub(crate) fn with_exception(mut self, name: Option<String>) -> Self {
        self.inner.exception = name.map(|name| one_line(&name));
        self
    }

    pub(crate) fn with_traceback(mut self, text: Option<&str>) -> Self {
        self.inner.traceback = text.map(|text| tail(text, MAX_TRACEBACK).to_owned());
        self
    }

    pub(crate) fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        self.inner.retry_after = wait;
        self
    }

    pub(crate) fn with_record(mut self, id: i64) -> Self {
        self.inner.record = Some(id);
        self
    }

    pub(crate) fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.inner.source = Some(source.into());
        self
    }

    /// For a call of which an earlier attempt may have been done: what the last one says of itself does not unsay that.
    pub(crate) fn with_earlier_unknown(mut self) -> Self {
        self.inner.delivery = Delivery::Unknown;
        self
    }

    /// Takes a secret out of the texts that came from the server, should it ever quote one.
    pub(crate) fn redact(mut self, secret: &str) -> Self {
        if secret.len() < 4 {
            return self;
        }
        let inner = &mut *self.inner;
        let texts =
            [&mut inner.message].into_iter().chain(inner.traceback.as_mut()).chain(inner.exception.as_mut());
        for text in texts {
            if text.contains(secret) {
                *text = text.replace(secret, "[redacted]");
            }
            cut_borders(text, secret);
        }
        let shows = |source: &(dyn StdError + Send + Sync)| format!("{source} {source:?}").contains(secret);
        if inner.source.as_deref().is_some_and(shows) {
            inner.source = None;
        }
        self
    }

    /// What the failure is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.inner.kind
    }

    /// What became of the call on the server.
    #[must_use]
    pub fn delivery(&self) -> Delivery {
        self.inner.delivery
    }

    /// Whether calling again can help. Follows from [`kind`](Self::kind) and [`delivery`](Self::delivery).
    #[must_use]
    pub fn retryable(&self) -> Retry {
        use ErrorKind as K;
        let passing = match self.inner.kind {
            K::Conflict | K::RateLimited | K::Unavailable | K::Timeout | K::Connection => true,
            K::Protocol | K::Server => self.inner.delivery == Delivery::Unknown,
            _ => false,
        };
        match self.inner.delivery {
            _ if !passing => Retry::Never,
            Delivery::NotSent | Delivery::Rejected | Delivery::RolledBack => Retry::Safe,
            Delivery::Unknown => Retry::IfIdempotent,
            Delivery::Committed => Retry::Never,
        }
    }

    /// The call that failed, as `model.method`, or the step (`connect`, `authenticate`, `version`).
    #[must_use]
    pub fn operation(&self) -> &str {
        &self.inner.operation
    }

    /// The message in one line: the server's own words where there are any. May quote data.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.inner.message
    }

    /// The server's exception, for example `odoo.exceptions.ValidationError`. XML-RPC tells it only for exceptions that
    /// are not meant for a user.
    #[must_use]
    pub fn server_exception(&self) -> Option<&str> {
        self.inner.exception.as_deref()
    }

    /// The end of the server's traceback. It can quote data, so it belongs into no log.
    #[must_use]
    pub fn server_traceback(&self) -> Option<&str> {
        self.inner.traceback.as_deref()
    }

    /// The one record that it is about, where that is known: of a stream, the record that could not be read.
    #[must_use]
    pub fn record(&self) -> Option<i64> {
        self.inner.record
    }

    /// How long the server asks to wait.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.inner.retry_after
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let delivery = match self.inner.delivery {
            Delivery::NotSent => "not sent",
            Delivery::Rejected => "refused",
            Delivery::RolledBack => "rolled back",
            Delivery::Committed => "DONE, but the answer cannot be read",
            Delivery::Unknown => "it is UNKNOWN whether it was done",
        };
        let Inner { kind, operation, message, record, .. } = &*self.inner;
        f.write_str(operation)?;
        if let Some(record) = record {
            write!(f, " (record {record})")?;
        }
        write!(f, ": {message} ({kind:?}; {delivery})")
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.inner;
        f.debug_struct("Error")
            .field("kind", &inner.kind)
            .field("delivery", &inner.delivery)
            .field("operation", &inner.operation)
            .field("message", &inner.message)
            .field("exception", &inner.exception)
            .field("record", &inner.record)
            .field("retry_after", &inner.retry_after)
            .field("source", &inner.source)
            .finish_non_exhaustive()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.inner.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

/// Takes away what is left of a secret where a text was cut in the middle of it.
fn cut_borders(text: &mut String, secret: &str) {
    let ends = |n: &usize| secret.is_char_boundary(*n);
    if let Some(end) = text.strip_suffix('…').map(str::len)
        && let Some(part) = (4..secret.len()).rev().filter(ends).find(|n| {
            secret.get(..*n).is_some_and(|part| text.get(..end).is_some_and(|text| text.ends_with(part)))
        })
    {
        text.replace_range(end - part..end, "[redacted]");
    }
    if let Some(start) = (1..secret.len().saturating_sub(3))
        .filter(ends)
        .find(|n| secret.get(*n..).is_some_and(|part| text.starts_with(part)))
    {
        text.replace_range(..secret.len() - start, "[redacted]");
    }
}

/// Line breaks become spaces, control characters go, the rest is capped.
fn one_line(text: &str) -> String {
    let mut line = String::new();
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if line.len() > MAX_MESSAGE {
            line.truncate(line.floor_char_boundary(MAX_MESSAGE));
            line.push('…');
            break;
        }
    }
    line
}

fn tail(text: &str, max: usize) -> &str {
    let start = text.ceil_char_boundary(text.len().saturating_sub(max));
    text.get(start..).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_follows_from_kind_and_delivery() {
        use {Delivery as D, ErrorKind as K};
        for (kind, delivery, retry) in [
            (K::Conflict, D::RolledBack, Retry::Safe),
            (K::Connection, D::NotSent, Retry::Safe),
            (K::Connection, D::Unknown, Retry::IfIdempotent),
            (K::Timeout, D::Unknown, Retry::IfIdempotent),
            (K::Unavailable, D::Rejected, Retry::Safe),
            (K::Unavailable, D::Unknown, Retry::IfIdempotent),
            (K::Protocol, D::Unknown, Retry::IfIdempotent),
            (K::Protocol, D::Committed, Retry::Never),
            (K::Server, D::RolledBack, Retry::Never),
            (K::Server, D::Unknown, Retry::IfIdempotent),
            (K::BadArguments, D::RolledBack, Retry::Never),
            (K::Auth, D::Rejected, Retry::Never),
            (K::TooLarge, D::Unknown, Retry::Never),
        ] {
            assert_eq!(Error::new(kind, delivery, "a.b", "").retryable(), retry, "{kind:?} {delivery:?}");
        }
    }

    #[test]
    fn texts_are_one_line_capped_and_free_of_secrets_and_tracebacks() {
        let error = Error::new(ErrorKind::Server, Delivery::RolledBack, "a.b", "one\n two\u{0} s3cret three")
            .with_traceback(Some(&format!("{}s3cret TRACE", "é".repeat(MAX_TRACEBACK))))
            .redact("s3cret");
        assert_eq!(error.to_string(), "a.b: one two [redacted] three (Server; rolled back)");
        assert!(error.server_traceback().unwrap().ends_with("[redacted] TRACE"));
        assert!(error.server_traceback().unwrap().len() <= MAX_TRACEBACK + 4);
        assert!(!format!("{error:?}").contains("TRACE"));
        let long = Error::new(ErrorKind::Server, Delivery::RolledBack, "a.b", "é".repeat(5000));
        assert!(long.message().len() < MAX_MESSAGE + 10 && long.message().ends_with('…'));
    }

    #[test]
    fn is_small_and_shareable() {
        fn shareable<T: Send + Sync + StdError + 'static>() {}
        shareable::<Error>();
        assert!(size_of::<Error>() <= 8);
    }
}
