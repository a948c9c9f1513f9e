//! An axum router that admits webhooks, for hosts to mount where they like.

use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;

use crate::contract::{ReceiveError, WebhookRequest};
use crate::runtime::{AdmitError, Runtime};

/// Largest body; real order webhooks stay below a tenth of it.
const MAX_BODY: usize = 2 << 20;

/// `POST /webhooks/{flow}` for every flow of the runtime.
///
/// | answer | meaning |
/// |---|---|
/// | 200 | it is on disk, or was already |
/// | 400 | not understood; nothing stored |
/// | 401 | the signature is missing or wrong; nothing stored |
/// | 404 | no such flow |
/// | 413 | the body is larger than 2 MiB; the rest of it was not read |
/// | 429 | too much is open; come back after `Retry-After`; nothing stored |
/// | 503 | the store or the secret is not available; nothing is known to be stored |
pub fn router(runtime: Runtime) -> Router {
    Router::new().route("/webhooks/{flow}", post(receive)).with_state(runtime)
}

async fn receive(State(runtime): State<Runtime>, Path(flow): Path<String>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = match read(body).await {
        Ok(body) => body,
        Err(status) => return status.into_response(),
    };
    match runtime.receive(&flow, &WebhookRequest { headers: parts.headers, body }).await {
        Ok(_) => StatusCode::OK.into_response(),
        Err(error) => refuse(&flow, error),
    }
}

async fn read(body: Body) -> Result<Bytes, StatusCode> {
    // Counted while it is read: a length header is a claim.
    axum::body::to_bytes(body, MAX_BODY).await.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)
}

fn refuse(flow: &str, error: AdmitError) -> Response {
    let status = match &error {
        AdmitError::UnknownFlow(_) => StatusCode::NOT_FOUND,
        AdmitError::Receive(ReceiveError::Unauthorized(_)) => StatusCode::UNAUTHORIZED,
        AdmitError::Receive(ReceiveError::Malformed(_)) => StatusCode::BAD_REQUEST,
        AdmitError::Busy { retry_after, .. } => return busy(*retry_after),
        AdmitError::Receive(ReceiveError::NotReady(_)) | AdmitError::Store(_) => {
            StatusCode::SERVICE_UNAVAILABLE
        }
    };
    tracing::warn!(flow, %error, status = status.as_u16(), "a webhook was not admitted");
    // The reason goes to the log only: who cannot sign learns nothing.
    status.into_response()
}

fn busy(retry_after: Duration) -> Response {
    let seconds = HeaderValue::from(retry_after.as_secs());
    (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, seconds)]).into_response()
}
