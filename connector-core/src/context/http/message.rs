//! Requests and responses.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method};
use url::Url;

/// A request, ready to be sent. Its `Debug` names method, host and size only: URL, headers and body can hold secrets.
#[derive(Clone)]
pub struct HttpRequest {
    /// The method.
    pub method: Method,
    /// The whole URL.
    pub url: Url,
    /// Headers; mark those that hold a secret as sensitive.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// Longest time until the whole response is read; `None` is the client's default.
    pub timeout: Option<Duration>,
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = self.url.host_str().unwrap_or_default();
        write!(f, "HttpRequest({} {host}, {} bytes)", self.method, self.body.len())
    }
}

/// A response, wholly read.
#[derive(Debug, Clone)]
pub struct HttpResponse {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body after decompression.
    pub body: Bytes,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_does_not_print_what_can_be_secret() {
        let request = HttpRequest {
            method: Method::POST,
            url: Url::parse("https://user:hidden@shop.example.com/hidden?key=hidden").unwrap(),
            headers: HeaderMap::from_iter([(http::header::AUTHORIZATION, "hidden".parse().unwrap())]),
            body: Bytes::from_static(b"hidden"),
            timeout: None,
        };
        assert_eq!(format!("{request:?}"), "HttpRequest(POST shop.example.com, 6 bytes)");
    }
}
