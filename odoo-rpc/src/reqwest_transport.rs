//! The default [`Transport`], over reqwest.

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use futures_util::stream;

use crate::error::{Delivery, Error};
use crate::transport::{
    HttpMethod, HttpRequest, HttpResponse, RequestBody, StreamedResponse, Transport, TransportError,
    TransportErrorKind,
};

/// How large an answer may be, after decompression, unless said otherwise: 64 MiB.
pub const DEFAULT_MAX_BODY: usize = 64 * 1024 * 1024;

/// HTTP over reqwest: rustls, HTTP/1.1 and 2, gzip; no redirect, no cookie, no retry, no proxy from the environment.
#[derive(Clone, Debug)]
pub struct ReqwestTransport {
    client: reqwest::Client,
    max_body: usize,
}

impl ReqwestTransport {
    /// A transport that accepts answers of up to [`DEFAULT_MAX_BODY`].
    ///
    /// # Errors
    /// `Config` if the system's TLS cannot be set up.
    pub fn new() -> Result<Self, Error> {
        Self::with_max_body(DEFAULT_MAX_BODY)
    }

    /// A transport that accepts answers of up to `max_body` bytes after decompression.
    ///
    /// # Errors
    /// `Config` if the system's TLS cannot be set up.
    pub fn with_max_body(max_body: usize) -> Result<Self, Error> {
        #[expect(
            clippy::disallowed_methods,
            reason = "this is the default HTTP client of a crate that stands alone"
        )]
        let builder = reqwest::Client::builder();
        let client = builder
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .referer(false)
            .build()
            .map_err(|error| Error::config("the HTTP client cannot be set up").with_source(error))?;
        Ok(Self { client, max_body })
    }
}

#[async_trait]
impl Transport for ReqwestTransport {
    async fn send(&self, mut request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let body = std::mem::take(&mut request.body);
        let timeout = request.timeout;
        let response = self.request(request).timeout(timeout).body(body).send().await.map_err(failure)?;
        let (status, headers) = head(&response);
        let body = self.read(response).await?;
        Ok(HttpResponse { status, headers, body })
    }

    async fn open(
        &self,
        mut request: HttpRequest,
        body: Option<RequestBody>,
    ) -> Result<StreamedResponse, TransportError> {
        let body = match body {
            Some(parts) => reqwest::Body::wrap_stream(parts),
            None => std::mem::take(&mut request.body).into(),
        };
        let timeout = request.timeout;
        let sent = tokio::time::timeout(timeout, self.request(request).body(body).send());
        let response = sent.await.map_err(|_| late())?.map_err(failure)?;
        let (status, headers) = head(&response);
        let parts = stream::unfold(Some(response), move |response| async move {
            let mut response = response?;
            match tokio::time::timeout(timeout, response.chunk()).await {
                Ok(Ok(Some(part))) => Some((Ok(part), Some(response))),
                Ok(Ok(None)) => None,
                Ok(Err(error)) => Some((Err(failure(error)), None)),
                Err(_) => Some((Err(late()), None)),
            }
        });
        Ok(StreamedResponse { status, headers, body: parts.boxed() })
    }
}

fn head(response: &reqwest::Response) -> (u16, Vec<(String, String)>) {
    let text = |value: &reqwest::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers = response.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect();
    (response.status().as_u16(), headers)
}

fn late() -> TransportError {
    TransportError {
        delivery: Delivery::Unknown,
        kind: TransportErrorKind::Timeout,
        message: "no answer within the timeout".to_owned(),
        source: None,
    }
}

impl ReqwestTransport {
    fn request(&self, request: HttpRequest) -> reqwest::RequestBuilder {
        let method = match request.method {
            HttpMethod::Get => reqwest::Method::GET,
            HttpMethod::Post => reqwest::Method::POST,
        };
        let builder = self.client.request(method, request.url);
        request.headers.into_iter().fold(builder, |builder, (name, value)| builder.header(name, value))
    }

    /// In chunks, since the announced length says nothing about the length after decompression.
    async fn read(&self, mut response: reqwest::Response) -> Result<Bytes, TransportError> {
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(failure)? {
            if body.len().saturating_add(chunk.len()) > self.max_body {
                return Err(TransportError {
                    delivery: Delivery::Unknown,
                    kind: TransportErrorKind::TooLarge,
                    message: format!("the answer is larger than {} bytes", self.max_body),
                    source: None,
                });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body.freeze())
    }
}

fn failure(error: reqwest::Error) -> TransportError {
    // Addresses can carry what does not belong into a log.
    let error = error.without_url();
    let (delivery, kind, message) = if error.is_builder() {
        (Delivery::NotSent, TransportErrorKind::Refused, "the request cannot be written")
    } else if error.is_connect() && error.is_timeout() {
        (Delivery::NotSent, TransportErrorKind::Timeout, "no connection within the timeout")
    } else if error.is_connect() {
        (Delivery::NotSent, TransportErrorKind::Connect, "the connection could not be made")
    } else if error.is_timeout() {
        (Delivery::Unknown, TransportErrorKind::Timeout, "no answer within the timeout")
    } else {
        (Delivery::Unknown, TransportErrorKind::Read, "the connection broke before the answer was complete")
    };
    TransportError { delivery, kind, message: message.to_owned(), source: Some(Box::new(error)) }
}
