//! The HTTP edge: what a protocol wants sent, what came back, and the trait between them.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use futures_util::stream::{self, BoxStream};
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

    /// Sends `request`, with the body in parts where `body` is given, and returns the answer as soon as its body begins. For files: what a
    /// transport does not do itself goes through [`send`](Self::send), whole and in memory.
    ///
    /// [`HttpRequest::timeout`] bounds the time to the first byte of the answer, and after it each pause between two parts. With a `body` the
    /// request has a header `Content-Length`, which must be kept.
    async fn open(
        &self,
        mut request: HttpRequest,
        body: Option<RequestBody>,
    ) -> Result<StreamedResponse, TransportError> {
        if let Some(mut body) = body {
            let mut whole = BytesMut::new();
            while let Some(part) = body.next().await {
                let part = part.map_err(|error| TransportError {
                    delivery: Delivery::NotSent,
                    kind: TransportErrorKind::Refused,
                    message: "the body of the request cannot be read".to_owned(),
                    source: Some(Box::new(error)),
                })?;
                if whole.len() + part.len() > MAX_REQUEST {
                    return Err(TransportError {
                        delivery: Delivery::NotSent,
                        kind: TransportErrorKind::TooLarge,
                        message: format!("the request is larger than {MAX_REQUEST} bytes"),
                        source: None,
                    });
                }
                whole.extend_from_slice(&part);
            }
            request.headers.retain(|(name, _)| *name != "Content-Length");
            request.body = whole.freeze();
        }
        let HttpResponse { status, headers, body } = self.send(request).await?;
        Ok(StreamedResponse { status, headers, body: stream::once(std::future::ready(Ok(body))).boxed() })
    }
}

/// How large a request may be whose transport takes no parts. Odoo itself takes 128 MiB.
const MAX_REQUEST: usize = 160 * 1024 * 1024;

/// The body of a request, in parts.
pub type RequestBody = BoxStream<'static, std::io::Result<Bytes>>;

/// An answer whose body is still to come. `Debug` does not show it.
pub struct StreamedResponse {
    /// The status, for example 200.
    pub status: u16,
    /// Headers in the order they came.
    pub headers: Vec<(String, String)>,
    /// The body, decompressed.
    pub body: BoxStream<'static, Result<Bytes, TransportError>>,
}

impl StreamedResponse {
    /// The first header of this name, in whatever case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

impl fmt::Debug for StreamedResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamedResponse").field("status", &self.status).finish_non_exhaustive()
    }
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
