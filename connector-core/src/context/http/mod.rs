//! The only HTTP client a connector has: hosts from the manifest, no redirects, private addresses refused unless declared, bodies capped
//! while they are read.

mod address;
mod error;
mod message;
mod permit;
mod resolver;

pub use error::{HttpError, HttpErrorKind};
pub use message::{HttpRequest, HttpResponse};

use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use futures_util::StreamExt;

use self::error::{kind_of, reason};
use self::permit::{Allowed, Reach};
use self::resolver::GuardedResolver;
use crate::contract::Host;
use crate::retry::Delivery;

/// Largest response body, after decompression.
const MAX_BODY: usize = 64 << 20;
const TIMEOUT: Duration = Duration::from_secs(130);

/// The client. Cheap to clone.
#[derive(Clone)]
pub struct Http {
    /// One for each reach that the hosts need: a connection that was opened under one must not serve a request under another.
    clients: Arc<[(Reach, reqwest::Client)]>,
    allowed: Allowed,
    max_body: usize,
}

impl Http {
    /// A client for these hosts.
    pub(crate) fn new(hosts: &[Host]) -> Result<Self, HttpError> {
        let mut reaches = Vec::new();
        if hosts.iter().any(|host| !host.private) {
            reaches.push(Reach::Public);
        }
        if hosts.iter().any(|host| host.private) {
            reaches.extend([Reach::Any, Reach::Private]);
        }
        Http::with(Allowed::Hosts(hosts.into()), &reaches)
    }

    /// A client for this machine, on any port: for tests.
    pub(crate) fn loopback() -> Result<Self, HttpError> {
        Http::with(Allowed::Loopback, &[Reach::Loopback])
    }

    fn with(allowed: Allowed, reaches: &[Reach]) -> Result<Self, HttpError> {
        let clients = reaches.iter().map(|reach| Ok((*reach, client(*reach)?)));
        let clients = clients.collect::<Result<Vec<_>, reqwest::Error>>().map_err(|e| HttpError {
            kind: HttpErrorKind::Request,
            delivery: Delivery::NotSent,
            host: String::new(),
            detail: format!("the HTTP client could not be made: {e}"),
        })?;
        Ok(Http { clients: clients.into(), allowed, max_body: MAX_BODY })
    }

    /// Sends and reads the whole response. Dropped on the way, the request may or may not have arrived.
    pub async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let host = request.url.host_str().unwrap_or_default().to_owned();
        let fail = |kind, delivery, detail: String| HttpError { kind, delivery, host: host.clone(), detail };
        let forbidden = |why: String| fail(HttpErrorKind::Forbidden, Delivery::NotSent, why);
        let reach = self.allowed.reach(&request.url).map_err(forbidden)?;
        let client = self.clients.iter().find(|(other, _)| *other == reach).map(|(_, client)| client);
        let client = client.ok_or_else(|| forbidden("the manifest names no such host".into()))?;
        let mut builder =
            client.request(request.method, request.url).headers(request.headers).body(request.body);
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

#[expect(clippy::disallowed_methods, reason = "the one place that makes the HTTP client")]
fn client(reach: Reach) -> Result<reqwest::Client, reqwest::Error> {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .dns_resolver(Arc::new(GuardedResolver(reach)))
        .connect_timeout(Duration::from_secs(10))
        .timeout(TIMEOUT)
        .user_agent(concat!("odoo-connector-sdk/", env!("CARGO_PKG_VERSION")))
        .no_proxy()
        .build()
}
