//! The server's clock, as its answers tell it.

use std::sync::{Mutex, PoisonError};

use crate::http_date::http_date;
use crate::transport::HttpResponse;

/// The latest date of an answer (RFC 9110, 6.6.1), in seconds since 1970.
#[derive(Default)]
pub(super) struct ServerTime(Mutex<Option<i64>>);

impl ServerTime {
    pub(super) fn note(&self, response: &HttpResponse) {
        if let Some(date) = response.header("date").and_then(http_date) {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(date.as_second());
        }
    }

    pub(super) fn unix_seconds(&self) -> Option<i64> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
