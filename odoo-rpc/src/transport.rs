//! The HTTP edge: what a protocol wants sent, what came back, and the trait between them.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use url::Url;

use crate::error::Delivery;

/// Sends one HTTP request and returns the answer, whatever its status.
///
/// # Contract
/// - One call is at most one request on the wire: no retry, no redirect followed, no cookie kept or sent.
/// - The body is read whole, decompressed if it was compressed, and capped **while** it is read.
/// - [`HttpRequest::timeout`] bounds everything from the call to the last byte of the body.
/// - [`TransportError::delivery`] is `NotSent` only if the server certainly got nothing; in doubt it is `Unknown`.
///
/// # Cancellation
/// Dropping the future after it was polled leaves it unknown whether the server got the request.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Sends `request`.
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError>;
}

/// The HTTP methods that Odoo's RPC needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HttpMethod {
    /// `GET`
    Get,
    /// `POST`
    Post,
}

impl HttpMethod {
    /// The name as HTTP spells it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

/// A request. Headers and body carry the credentials, so `Debug` shows neither.
#[derive(Clone)]
pub struct HttpRequest {
    /// The method.
    pub method: HttpMethod,
    /// The whole address.
    pub url: Url,
    /// Headers by name. `Content-Length` and `Host` are left to the transport.
    pub headers: Vec<(&'static str, String)>,
    /// The body, empty for `GET`.
    pub body: Bytes,
    /// The most that sending and receiving together may take.
    pub timeout: Duration,
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpRequest")
            .field("method", &self.method.as_str())
            .field("path", &self.url.path())
            .field("body_bytes", &self.body.len())
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// An answer. The body can carry business data, so `Debug` does not show it.
#[derive(Clone)]
pub struct HttpResponse {
    /// The status, for example 200.
    pub status: u16,
    /// Headers in the order they came.
    pub headers: Vec<(String, String)>,
    /// The whole body, decompressed.
    pub body: Bytes,
}

impl HttpResponse {
    /// The first header of this name, in whatever case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

impl fmt::Debug for HttpResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpResponse")
            .field("status", &self.status)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The connection could not be made.
    Connect,
    /// The time ran out.
    Timeout,
    /// The connection broke.
    Read,
    /// The answer is larger than the cap.
    TooLarge,
    /// The host does not allow this request.
    Refused,
}

/// No answer.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct TransportError {
    /// `NotSent` if the server certainly got nothing, else `Unknown`.
    pub delivery: Delivery,
    /// Why.
    pub kind: TransportErrorKind,
    /// In words, without address, headers or body.
    pub message: String,
    /// The cause underneath.
    #[source]
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}
