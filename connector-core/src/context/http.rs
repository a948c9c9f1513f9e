//! The only HTTP client a connector has: hosts from the manifest, no redirects, private addresses refused unless declared, bodies capped
//! while they are read.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use http::{HeaderMap, Method};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use thiserror::Error;
use url::{Host as UrlHost, Url};

use crate::contract::Host;
use crate::retry::{Cause, Delivery, Failure};

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

/// The client. Cheap to clone.
#[derive(Clone)]
pub struct Http {
    client: reqwest::Client,
    allowed: Arc<[Host]>,
    max_body: usize,
}

/// Largest response body, after decompression.
const MAX_BODY: usize = 64 << 20;
const TIMEOUT: Duration = Duration::from_secs(130);

impl Http {
    /// A client for these hosts.
    #[expect(clippy::disallowed_methods, reason = "the one place that makes the HTTP client")]
    pub(crate) fn new(hosts: &[Host]) -> Result<Self, HttpError> {
        let allowed: Arc<[Host]> = hosts.into();
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .dns_resolver(Arc::new(GuardedResolver(allowed.clone())))
            .connect_timeout(Duration::from_secs(10))
            .timeout(TIMEOUT)
            .user_agent(concat!("odoo-connector-sdk/", env!("CARGO_PKG_VERSION")))
            .no_proxy()
            .build()
            .map_err(|e| HttpError {
                kind: HttpErrorKind::Request,
                delivery: Delivery::NotSent,
                host: String::new(),
                detail: format!("the HTTP client could not be made: {e}"),
            })?;
        Ok(Http { client, allowed, max_body: MAX_BODY })
    }

    /// Sends and reads the whole response. Dropped on the way, the request may or may not have arrived.
    pub async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let host = request.url.host_str().unwrap_or_default().to_owned();
        let fail = |kind, delivery, detail: String| HttpError { kind, delivery, host: host.clone(), detail };
        permitted(&request.url, &self.allowed)
            .map_err(|why| fail(HttpErrorKind::Forbidden, Delivery::NotSent, why))?;
        let mut builder =
            self.client.request(request.method, request.url).headers(request.headers).body(request.body);
        if let Some(timeout) = request.timeout {
            builder = builder.timeout(timeout);
        }
        let response = builder.send().await.map_err(|e| {
            let (kind, delivery) = kind_of(&e);
            fail(kind, delivery, reason(e))
        })?;
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let mut body = BytesMut::new();
        let mut chunks = response.bytes_stream();
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|e| {
                let kind = if e.is_timeout() { HttpErrorKind::Timeout } else { HttpErrorKind::Broken };
                fail(kind, Delivery::Unknown, reason(e))
            })?;
            if body.len() + chunk.len() > self.max_body {
                let detail = format!("the response is larger than {} bytes", self.max_body);
                return Err(fail(HttpErrorKind::TooLarge, Delivery::Unknown, detail));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(HttpResponse { status, headers, body: body.freeze() })
    }
}

fn kind_of(e: &reqwest::Error) -> (HttpErrorKind, Delivery) {
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
fn reason(e: reqwest::Error) -> String {
    let e = e.without_url();
    let mut cause: &dyn std::error::Error = &e;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}

/// Whether the manifest lets the connector talk to this URL; the reason if not.
fn permitted(url: &Url, allowed: &[Host]) -> Result<(), String> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!("the scheme `{}` is not allowed; only http and https are", url.scheme()));
    }
    let name = url.host_str().unwrap_or_default();
    let port = url.port_or_known_default();
    let default = if url.scheme() == "https" { 443 } else { 80 };
    let host = allowed
        .iter()
        .find(|h| h.name.eq_ignore_ascii_case(name) && Some(h.port.unwrap_or(default)) == port)
        .ok_or_else(|| format!("port {} of this host is not in the manifest's `hosts`", port.unwrap_or(0)))?;
    let literal = match url.host() {
        Some(UrlHost::Ipv4(ip)) => Some(IpAddr::V4(ip)),
        Some(UrlHost::Ipv6(ip)) => Some(IpAddr::V6(ip)),
        _ => None,
    };
    if literal.is_some_and(|ip| is_private(ip) && !host.private) {
        return Err("the address is private; the manifest's host entry must say `private` to allow it".into());
    }
    if url.scheme() == "http" && !host.private {
        return Err("plain http is allowed to private hosts only; use https".into());
    }
    Ok(())
}

/// Loopback, private, link-local, carrier-grade NAT, unspecified, multicast and documentation ranges.
fn is_private(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            let [a, b, c, _] = ip.octets();
            ip.is_loopback()
                || ip.is_private()
                || ip.is_link_local()
                || ip.is_unspecified()
                || ip.is_multicast()
                || ip.is_broadcast()
                || ip.is_documentation()
                || a == 0
                || (a == 100 && (64..128).contains(&b))
                || (a == 192 && b == 0 && c == 0)
                || (a == 198 && (b == 18 || b == 19))
                || a >= 240
        }
        IpAddr::V6(ip) => match ip.to_ipv4_mapped() {
            Some(v4) => is_private(IpAddr::V4(v4)),
            None => {
                let [first, second, ..] = ip.segments();
                ip.is_loopback()
                    || ip.is_unspecified()
                    || ip.is_multicast()
                    || (first & 0xfe00) == 0xfc00
                    || (first & 0xffc0) == 0xfe80
                    || (first == 0x2001 && second == 0x0db8)
                    || (first == 0x0064 && second == 0xff9b)
                    || first == 0x2002
            }
        },
    }
}

/// Resolves names and leaves private addresses out, unless the host is declared private. At the resolver, so that the address that was
/// judged is the one that is dialled.
struct GuardedResolver(Arc<[Host]>);

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let allowed = self.0.clone();
        Box::pin(async move {
            let private = allowed.iter().any(|h| h.private && h.name.eq_ignore_ascii_case(name.as_str()));
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let usable: Vec<SocketAddr> =
                found.into_iter().filter(|a| private || !is_private(a.ip())).collect();
            if usable.is_empty() {
                return Err(
                    "the name resolves to private addresses only; the manifest does not allow them".into()
                );
            }
            Ok(Box::new(usable.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(name: &str, port: Option<u16>, private: bool) -> Host {
        Host { name: name.into(), port, private }
    }

    fn ask(url: &str, hosts: &[Host]) -> Result<(), String> {
        permitted(&Url::parse(url).unwrap(), hosts)
    }

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

    #[test]
    fn only_declared_hosts_and_ports() {
        let hosts = [host("shop.example.com", None, false)];
        assert!(ask("https://shop.example.com/admin", &hosts).is_ok());
        assert!(ask("https://SHOP.example.com/", &hosts).is_ok());
        for url in [
            "https://evil.example.com/",
            "https://shop.example.com:8443/",
            "https://shop.example.com@evil.example.com/",
            "ftp://shop.example.com/",
            "http://shop.example.com/",
        ] {
            assert!(ask(url, &hosts).is_err(), "{url}");
        }
    }

    #[test]
    fn private_literals_in_every_spelling_need_a_declaration() {
        for name in [
            "127.0.0.1",
            "10.1.2.3",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "192.168.1.1",
            "2130706433",
            "0x7f.1",
            "0177.0.0.1",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[fd00::1]",
            "[fe80::1]",
            "[64:ff9b::7f00:1]",
        ] {
            let url = Url::parse(&format!("https://{name}/")).unwrap();
            let spelled = url.host_str().unwrap();
            assert!(permitted(&url, &[host(spelled, None, false)]).is_err(), "{name}");
            assert!(permitted(&url, &[host(spelled, None, true)]).is_ok(), "{name}");
        }
    }

    #[tokio::test]
    async fn names_that_resolve_to_private_addresses_are_refused() {
        let open = GuardedResolver([host("localhost", None, false)].into());
        assert!(open.resolve("localhost".parse().unwrap()).await.is_err());
        let declared = GuardedResolver([host("localhost", None, true)].into());
        assert!(declared.resolve("localhost".parse().unwrap()).await.is_ok());
    }
}
