//! Asks a server for its version, in the order in which versions can answer.

use std::time::Duration;

use futures_util::StreamExt as _;
use serde_json::Value;

use crate::error::{Delivery, Error, ErrorKind};
use crate::protocol::{Session, jsonrpc, xmlrpc};
use crate::transport::{
    HttpMethod, HttpRequest, HttpResponse, StreamedResponse, Transport, TransportError, TransportErrorKind,
};
use crate::version::Version;

pub(crate) const VERSION: &str = "version";

/// The server's version: `/web/version` (19.0 and later; older ones answer 404), then `common.version` over XML-RPC,
/// then over JSON-RPC, since there are proxies that let through only one of them. Needs no credentials.
pub(crate) async fn version(
    session: &Session,
    left: impl Fn() -> Duration,
    transport: &dyn Transport,
) -> Result<Version, Error> {
    let within = |mut request: HttpRequest| {
        request.timeout = left();
        request
    };
    let request = session.request(HttpMethod::Get, "/web/version", "application/json", Vec::new());
    let response = exchange(VERSION, within(request), transport).await?;
    if let Some(version) = from_page(&response) {
        return Ok(version);
    }
    let request = xmlrpc::encode_common(session, VERSION, &[])?;
    let response = exchange(VERSION, within(request), transport).await?;
    let over_xml = xmlrpc::decode_service(VERSION, &response).and_then(|answer| parse(&answer));
    let Err(first_failure) = over_xml else { return over_xml };
    let request = jsonrpc::encode_service(session, "common", VERSION, Vec::new());
    let response = exchange(VERSION, within(request), transport).await?;
    let over_json = jsonrpc::decode_service(VERSION, &response).and_then(|answer| parse(&answer));
    over_json.map_err(|_| first_failure)
}

/// Sends a request and turns a failure to get any answer into an error.
pub(crate) async fn exchange(
    operation: &str,
    request: HttpRequest,
    transport: &dyn Transport,
) -> Result<HttpResponse, Error> {
    transport.send(request).await.map_err(|error| from_transport(operation, error))
}

pub(crate) fn from_transport(operation: &str, error: TransportError) -> Error {
    let kind = match error.kind {
        TransportErrorKind::Connect | TransportErrorKind::Read => ErrorKind::Connection,
        TransportErrorKind::Timeout => ErrorKind::Timeout,
        TransportErrorKind::TooLarge => ErrorKind::TooLarge,
        TransportErrorKind::Refused => ErrorKind::Config,
    };
    Error::new(kind, error.delivery, operation, &error.message).with_source(error)
}

impl StreamedResponse {
    /// The whole answer, where it is small: an error, an id. What is over `max` bytes is cut off.
    pub(crate) async fn read(mut self, operation: &str, max: usize) -> Result<HttpResponse, Error> {
        let mut body = Vec::new();
        while let Some(part) = self.body.next().await {
            let part = part.map_err(|error| from_transport(operation, error))?;
            body.extend_from_slice(part.get(..part.len().min(max - body.len())).unwrap_or_default());
            if body.len() >= max {
                break;
            }
        }
        Ok(HttpResponse { status: self.status, headers: self.headers, body: body.into() })
    }
}

fn from_page(response: &HttpResponse) -> Option<Version> {
    if response.status != 200 {
        return None;
    }
    Version::from_answer(&serde_json::from_slice::<Value>(&response.body).ok()?)
}

fn parse(answer: &Value) -> Result<Version, Error> {
    Version::from_answer(answer).ok_or_else(|| {
        Error::new(
            ErrorKind::Protocol,
            Delivery::Rejected,
            VERSION,
            "the server tells a version in an unknown form",
        )
    })
}
