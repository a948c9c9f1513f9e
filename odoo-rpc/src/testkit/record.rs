//! Recording exchanges with a server, and answering from a recording.

mod replay;
mod secrets;
mod tape;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

use crate::transport::{HttpRequest, HttpResponse, Transport, TransportError};
use secrets::Secrets;
use tape::Exchange;

pub use replay::{Replay, ReplayError};

/// A transport that passes everything on to another one and keeps what went over it, without what opens the server: API keys, passwords,
/// cookies. Clones share the recording.
///
/// A recording is a JSON list of `{name, request: {method, path, headers, body}, response: {status, headers, body}}`, bodies as text. A call
/// without an answer is not in it. Files pass through it whole, in memory.
///
/// ```no_run
/// use std::sync::Arc;
///
/// use odoo_rpc::testkit::{Recorder, Replay};
/// use odoo_rpc::transport::Transport;
/// use odoo_rpc::{Client, Config};
///
/// # async fn example(transport: Arc<dyn Transport>) -> Result<(), Box<dyn std::error::Error>> {
/// let config = Config::new("https://odoo.example.com", "prod", "bot@example.com", "the-api-key");
/// let recorder = Recorder::new(transport);
/// let client = Client::connect_with(config.clone(), Arc::new(recorder.clone())).await?;
/// // ... call, and then, without the server:
/// let replay = Replay::from_json(&recorder.to_json())?;
/// let client = Client::connect_with(config, Arc::new(replay.clone())).await?;
/// // ... the same calls.
/// replay.finish()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Recorder {
    inner: Arc<dyn Transport>,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    secrets: Secrets,
    exchanges: Vec<Exchange>,
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder").field("exchanges", &self.len()).finish_non_exhaustive()
    }
}

impl Recorder {
    /// Records what goes through a transport.
    pub fn new(inner: Arc<dyn Transport>) -> Self {
        Self { inner, state: Arc::default() }
    }

    /// Takes one more text out of everything, such as a customer's name. At least four letters, so that the rest stays readable.
    #[must_use]
    pub fn without(self, text: &str) -> Self {
        self.lock().secrets.learn(text, "REMOVED", 4);
        self
    }

    /// How many exchanges there are.
    pub fn len(&self) -> usize {
        self.lock().exchanges.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The recording.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(&self.lock().exchanges).unwrap_or_default()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Transport for Recorder {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let response = self.inner.send(request.clone()).await?;
        let mut state = self.lock();
        let asked = state.secrets.request(&request);
        let answer = state.secrets.response(&request, &response);
        state.exchanges.push(Exchange::new(asked, answer));
        drop(state);
        Ok(response)
    }
}
