//! The region's door: webhooks, and a page that says where the flows stand.

use axum::extract::State as AxumState;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use connector_core::Runtime;
use connector_core::store::State;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

use crate::Failure;

/// Where a flow stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// The flow.
    pub flow: String,
    /// Messages received.
    pub received: u64,
    /// Messages that are neither done nor exceptions.
    pub open: u64,
    /// Messages applied.
    pub applied: u64,
    /// Open exceptions.
    pub exceptions: u64,
}

/// Serves `POST /webhooks/{flow}` and `GET /status` until the task is dropped.
///
/// # Errors
/// When the listener fails.
pub async fn serve(runtime: Runtime, listener: TcpListener) -> Result<(), Failure> {
    let status = Router::new().route("/status", get(status)).with_state(runtime.clone());
    Ok(axum::serve(listener, connector_core::router(runtime).merge(status)).await?)
}

async fn status(AxumState(runtime): AxumState<Runtime>) -> Result<Json<Vec<Status>>, StatusCode> {
    let mut all = Vec::new();
    for flow in &runtime.governance().flows {
        let tally = runtime.store().tally(&flow.name).await.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
        all.push(Status {
            flow: flow.name.clone(),
            received: tally.received,
            open: tally.in_state(State::Ready),
            applied: tally.in_state(State::Applied),
            exceptions: tally.in_state(State::Exception),
        });
    }
    Ok(Json(all))
}
