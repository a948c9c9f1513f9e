//! Odoo's requests over the context's HTTP client, the only one a connector has.

use async_trait::async_trait;
use connector_core::context::{Http, HttpErrorKind, HttpRequest};
use connector_core::retry::Delivery;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use odoo_rpc::transport::{
    HttpMethod, HttpRequest as OdooRequest, HttpResponse, Transport, TransportError, TransportErrorKind,
};

/// Sends what `odoo_rpc` wants sent through the governed client.
pub(crate) struct Governed(pub(crate) Http);

#[async_trait]
impl Transport for Governed {
    async fn send(&self, request: OdooRequest) -> Result<HttpResponse, TransportError> {
        let request = HttpRequest {
            method: match request.method {
                HttpMethod::Get => Method::GET,
                HttpMethod::Post => Method::POST,
            },
            url: request.url,
            headers: headers(&request.headers)?,
            body: request.body,
            timeout: Some(request.timeout),
        };
        let response = self.0.send(request).await.map_err(|error| TransportError {
            // In doubt it may have arrived.
            delivery: match error.delivery {
                Delivery::NotSent => odoo_rpc::Delivery::NotSent,
                _ => odoo_rpc::Delivery::Unknown,
            },
            kind: match error.kind {
                HttpErrorKind::Connect => TransportErrorKind::Connect,
                HttpErrorKind::Timeout => TransportErrorKind::Timeout,
                HttpErrorKind::TooLarge => TransportErrorKind::TooLarge,
                HttpErrorKind::Forbidden | HttpErrorKind::Request => TransportErrorKind::Refused,
                _ => TransportErrorKind::Read,
            },
            message: error.to_string(),
            source: Some(Box::new(error)),
        })?;
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = response.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect();
        Ok(HttpResponse { status: response.status, headers, body: response.body })
    }
}

fn headers(pairs: &[(&'static str, String)]) -> Result<HeaderMap, TransportError> {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        let refused = |what: &str| TransportError {
            delivery: odoo_rpc::Delivery::NotSent,
            kind: TransportErrorKind::Refused,
            message: format!("header {name} {what}"),
            source: None,
        };
        let parsed = HeaderName::from_bytes(name.as_bytes()).map_err(|_| refused("is not a header name"))?;
        let mut value = HeaderValue::from_str(value).map_err(|_| refused("cannot be sent as it is"))?;
        value.set_sensitive(parsed == http::header::AUTHORIZATION);
        headers.append(parsed, value);
    }
    Ok(headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_sensitive_and_broken_headers_are_never_sent() {
        let sent = headers(&[("Authorization", "bearer k".into()), ("Accept", "x".into())]).unwrap();
        assert!(sent["authorization"].is_sensitive() && !sent["accept"].is_sensitive());
        let error = headers(&[("Authorization", "bearer k\n".into())]).unwrap_err();
        assert_eq!(error.delivery, odoo_rpc::Delivery::NotSent);
        assert!(!error.message.contains("bearer"));
    }
}
