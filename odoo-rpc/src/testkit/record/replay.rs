//! Answering from a recording.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

use super::secrets::Secrets;
use super::tape::{Asked, Exchange};
use crate::error::Delivery;
use crate::transport::{HttpRequest, HttpResponse, Transport, TransportError, TransportErrorKind};

/// Why a recording and a run do not fit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReplayError {
    /// The text is no recording.
    #[error("no recording: {0}")]
    Format(String),
    /// A request came that is not in it, or not any more; the text says what was expected instead.
    #[error("{0}")]
    Unexpected(String),
    /// Exchanges that nobody asked for: how many, and the first.
    #[error("{count} recorded exchanges were not asked for, the first is {first}")]
    Left {
        /// How many.
        count: usize,
        /// The first one's name.
        first: String,
    },
}

/// A transport that answers from a recording. Each exchange answers one request: the first that is left and has the same method, path and
/// body, secrets aside. Clones share what is left.
#[derive(Clone)]
pub struct Replay(Arc<Mutex<State>>);

struct State {
    secrets: Secrets,
    left: Vec<Exchange>,
    unexpected: Option<String>,
}

impl fmt::Debug for Replay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replay").field("left", &self.lock().left.len()).finish_non_exhaustive()
    }
}

impl Replay {
    /// Reads what a [`Recorder`](super::Recorder) wrote.
    ///
    /// # Errors
    /// `Format` for any other text.
    pub fn from_json(text: &str) -> Result<Self, ReplayError> {
        let mut left: Vec<Exchange> =
            serde_json::from_str(text).map_err(|error| ReplayError::Format(error.to_string()))?;
        left.iter_mut().for_each(|exchange| exchange.request.normalize());
        Ok(Self(Arc::new(Mutex::new(State { secrets: Secrets::default(), left, unexpected: None }))))
    }

    /// Whether every request was found, and every exchange asked for.
    ///
    /// # Errors
    /// `Unexpected` or `Left`.
    pub fn finish(&self) -> Result<(), ReplayError> {
        let state = self.lock();
        if let Some(text) = &state.unexpected {
            return Err(ReplayError::Unexpected(text.clone()));
        }
        match state.left.first() {
            Some(first) => Err(ReplayError::Left { count: state.left.len(), first: first.name.clone() }),
            None => Ok(()),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn answer(&mut self, request: &HttpRequest) -> Result<HttpResponse, String> {
        let asked = self.secrets.request(request);
        let place = self.left.iter().position(|exchange| exchange.request.is_same(&asked));
        let Some(place) = place else {
            let text = self.expected(&asked);
            self.unexpected.get_or_insert_with(|| text.clone());
            return Err(text);
        };
        let answer = self.left.remove(place).response;
        Ok(HttpResponse { status: answer.status, body: answer.bytes().into(), headers: answer.headers })
    }

    /// Names the exchange that comes closest: one of the same path, else the next. No values: they may be secret.
    fn expected(&self, asked: &Asked) -> String {
        let same = self.left.iter().find(|exchange| exchange.request.path == asked.path);
        let name = asked.name();
        match same.or(self.left.first()) {
            None => format!("no recorded exchange is left for {name}"),
            Some(next) => {
                let place = next.request.differs(asked).unwrap_or_default();
                format!("no recorded exchange fits {name}: expected {}, which differs in {place}", next.name)
            }
        }
    }
}

#[async_trait]
impl Transport for Replay {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        self.lock().answer(&request).map_err(|message| TransportError {
            delivery: Delivery::NotSent,
            kind: TransportErrorKind::Refused,
            message,
            source: None,
        })
    }
}
