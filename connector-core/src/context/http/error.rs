//! Why there is no response, and what that means for a second attempt.

use thiserror::Error;

use crate::retry::{Cause, Delivery, Failure};

/// Why there is no response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum HttpErrorKind {
    /// The manifest does not name this host, or its address is private and not declared so.
    Forbidden,
    /// No connection.
    Connect,
    /// No answer in time.
    Timeout,
    /// The connection broke while the request was under way.
    Broken,
    /// The response is larger than allowed.
    TooLarge,
    /// The request or the client could not be built.
    Request,
}

/// No response.
#[derive(Debug, Clone, Error, PartialEq, Eq)]
#[error("{host}: {detail}")]
pub struct HttpError {
    /// What kind.
    pub kind: HttpErrorKind,
    /// Whether the other side may have acted.
    pub delivery: Delivery,
    /// The host.
    pub host: String,
    /// What happened. Without URL path or query: they can hold what must not be logged.
    pub detail: String,
}

impl From<HttpError> for Failure {
    fn from(error: HttpError) -> Self {
        let (cause, code) = match error.kind {
            HttpErrorKind::Forbidden => (Cause::Permanent, "http_forbidden"),
            HttpErrorKind::Request => (Cause::Permanent, "http_request"),
            HttpErrorKind::Connect => (Cause::Transient, "unreachable"),
            HttpErrorKind::Timeout => (Cause::Transient, "timeout"),
            HttpErrorKind::Broken => (Cause::Transient, "connection_broken"),
            HttpErrorKind::TooLarge => (Cause::Transient, "response_too_large"),
        };
        Failure::new(error.delivery, cause, code, error.to_string())
    }
}

/// What kind of error this is, and whether the other side may have acted.
pub(super) fn kind_of(e: &reqwest::Error) -> (HttpErrorKind, Delivery) {
    if e.is_connect() {
        (HttpErrorKind::Connect, Delivery::NotSent)
    } else if e.is_builder() {
        (HttpErrorKind::Request, Delivery::NotSent)
    } else if e.is_timeout() {
        (HttpErrorKind::Timeout, Delivery::Unknown)
    } else {
        (HttpErrorKind::Broken, Delivery::Unknown)
    }
}

/// The innermost cause in one line; the outer ones repeat the URL.
pub(super) fn reason(e: reqwest::Error) -> String {
    let e = e.without_url();
    let mut cause: &dyn std::error::Error = &e;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}
