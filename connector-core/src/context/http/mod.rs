//! The only HTTP client a connector has: hosts from the manifest, no redirects, private addresses refused unless declared, bodies capped
//! while they are read.

mod address;
mod error;
mod message;
mod permit;
mod resolver;

pub use error::{HttpError, HttpErrorKind};
pub use message::{HttpRequest, HttpResponse};

use std::sync::{Arc, Mutex, PoisonError};
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
    clients: Arc<Clients>,
    allowed: Allowed,
    max_body: usize,
}

impl Http {
    /// A client for these hosts.
    pub(crate) fn new(hosts: &[Host]) -> Self {
        Http { clients: Arc::default(), allowed: Allowed::Hosts(hosts.into()), max_body: MAX_BODY }
    }

    /// A client for this machine, on any port: for tests.
    pub(crate) fn loopback() -> Self {
        Http { clients: Arc::default(), allowed: Allowed::Loopback, max_body: MAX_BODY }
    }

    /// Sends and reads the whole response. Dropped on the way, the request may or may not have arrived.
    pub async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let host = request.url.host_str().unwrap_or_default().to_owned();
        let fail = |kind, delivery, detail: String| HttpError { kind, delivery, host: host.clone(), detail };
        let forbidden = |why: String| fail(HttpErrorKind::Forbidden, Delivery::NotSent, why);
        let reach = self.allowed.reach(&request.url).map_err(forbidden)?;
        let client = self.clients.of(reach).map_err(|e| {
            fail(HttpErrorKind::Request, Delivery::NotSent, format!("the HTTP client could not be made: {e}"))
        })?;
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

/// One client for each reach, made when it is first needed, since that takes a while: a connection that was opened under one reach must not
/// serve a request under another.
#[derive(Default)]
struct Clients(Mutex<Vec<(Reach, reqwest::Client)>>);

impl Clients {
    fn of(&self, reach: Reach) -> Result<reqwest::Client, reqwest::Error> {
        let mut clients = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, client)) = clients.iter().find(|(other, _)| *other == reach) {
            return Ok(client.clone());
        }
        let made = client(reach)?;
        clients.push((reach, made.clone()));
        Ok(made)
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
