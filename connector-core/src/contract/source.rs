//! A source: where changes come from, by pulling or by being called.

use std::fmt;

use async_trait::async_trait;
use bytes::Bytes;
use http::HeaderMap;
use odoo_canonical::Object;
use thiserror::Error;

use super::{Change, Delivered};
use crate::context::Context;
use crate::retry::Failure;

/// How far a poll has come, in the source's own terms. The runtime keeps it; it moves only in the transaction that stores the changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor(pub String);

/// What one poll brought.
#[derive(Debug, Default)]
pub struct Page {
    /// The changes, in the source's order.
    pub changes: Vec<Change>,
    /// Where the next poll starts; `None` leaves the stored cursor as it is (an empty cursor never overwrites one).
    pub next: Option<Cursor>,
    /// There is more to fetch at once.
    pub more: bool,
}

/// An HTTP request as it came in, before anything of it is believed.
#[derive(Debug)]
pub struct WebhookRequest {
    /// The headers; several values of one name stay several.
    pub headers: HeaderMap,
    /// The body, byte for byte: signatures are over these bytes.
    pub body: Bytes,
}

/// Why a webhook was not accepted. Nothing of it is stored.
#[derive(Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReceiveError {
    /// The signature is missing or wrong: 401.
    #[error("signature: {0}")]
    Unauthorized(String),
    /// The request is not what this source understands (broken JSON, missing header): 400.
    #[error("malformed request: {0}")]
    Malformed(String),
    /// The secret to check the signature with cannot be had now: 503, so that the sender tries again.
    #[error("not ready: {0}")]
    NotReady(String),
}

/// Why a payload could not be mapped to canonical objects: an exception with this reason and place.
#[derive(Debug, Clone, Error, PartialEq, Eq)]
pub struct MapError {
    /// Where in the payload, for example `line_items[2].price`.
    pub path: String,
    /// A short word for grouping, for example `missing`, `number`, `currency`.
    pub code: String,
    /// What is wrong and what to do.
    pub detail: String,
}

impl fmt::Display for MapError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => f.write_str(&self.detail),
            path => write!(f, "{path}: {}", self.detail),
        }
    }
}

impl MapError {
    /// A fault at `path`, grouped under `code`.
    pub fn new(path: impl Into<String>, code: &str, detail: impl Into<String>) -> Self {
        MapError { path: path.into(), code: code.to_owned(), detail: detail.into() }
    }
}

/// Where changes come from.
///
/// # Contract
/// - [`poll`](Source::poll) returns changes in the source's order and a cursor that is past them; polled again with the same cursor it may
///   return the same changes (they are recognised), and must not skip any.
/// - [`receive`](Source::receive) verifies the signature over the raw bytes before it looks at anything else, and does no IO.
/// - [`map`](Source::map) is pure: the same payload and mapping version give the same objects, dependencies first (a customer before their
///   order).
///
/// # Cancellation
/// `poll` may be dropped at any await; the cursor has not moved then.
#[async_trait]
pub trait Source: Send + Sync {
    /// Fetches up to `limit` changes from `cursor` on (from the beginning when there is none).
    async fn poll(&self, cx: &Context, cursor: Option<&Cursor>, limit: usize) -> Result<Page, Failure>;

    /// Turns a webhook into changes; none when the topic is of no interest.
    fn receive(&self, _cx: &Context, _request: &WebhookRequest) -> Result<Vec<Change>, ReceiveError> {
        Err(ReceiveError::Malformed("this source takes no webhooks".into()))
    }

    /// Turns a stored payload into canonical objects.
    fn map(&self, delivered: &Delivered) -> Result<Vec<Object>, MapError>;
}
