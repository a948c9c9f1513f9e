//! The server's clock, as its answers tell it.

use std::time::Duration;

use std::sync::{Mutex, PoisonError};

use crate::http_date::http_date;
use crate::transport::HttpResponse;

/// The date of the latest answer (RFC 9110, 6.6.1), in seconds since 1970, and when it came by the client's clock.
#[derive(Default)]
pub(super) struct ServerTime(Mutex<Option<(i64, Duration)>>);

impl ServerTime {
    pub(super) fn note(&self, response: &HttpResponse, now: Duration) {
        let date = response.header("date").and_then(http_date);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = date.map(|date| (date.as_second(), now));
    }

    /// What time it is there. `None`: its answers do not tell.
    pub(super) fn unix_seconds(&self, now: Duration) -> Option<i64> {
        let (date, at) = (*self.0.lock().unwrap_or_else(PoisonError::into_inner))?;
        let since = i64::try_from(now.saturating_sub(at).as_secs()).unwrap_or(i64::MAX);
        Some(date.saturating_add(since))
    }
}
