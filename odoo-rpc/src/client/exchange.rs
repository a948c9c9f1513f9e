//! The way of one call: resolved, sent as the policy allows, read, traced and told.

use std::future::Future;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::Value;
use tracing::{Instrument as _, Span, field};

use super::{CallOutcome, CallReport, Client};
use crate::call::Call;
use crate::error::Error;
use crate::policy::{Effect, Errand};
use crate::positional;
use crate::probe;
use crate::transport::{HttpRequest, HttpResponse, RequestBody, StreamedResponse};

impl Client {
    /// Makes one call and returns what the method returns, as JSON.
    ///
    /// Odoo says `false` for an empty field of any type, and times are UTC without saying so.
    pub async fn call(&self, call: Call) -> Result<Value, Error> {
        self.exchange(call, |call, response| {
            let value = self.protocol.decode(call, response)?;
            let rows = value.as_array().map(Vec::len);
            Ok((value, rows))
        })
        .await
    }

    /// Makes one call and reads what it returns as a `T`, straight from the answer.
    ///
    /// # Errors
    /// As [`call`](Self::call); and `Protocol`, committed, if the value is not a `T`.
    pub async fn call_as<T: DeserializeOwned>(&self, call: Call) -> Result<T, Error> {
        self.exchange(call, |call, response| Ok((self.protocol.answer(call, response)?.read()?, None))).await
    }

    /// As [`call_as`](Self::call_as) for a list, which is counted.
    pub(crate) async fn call_rows<T: DeserializeOwned>(&self, call: Call) -> Result<Vec<T>, Error> {
        self.call_counted(call, Vec::len).await
    }

    /// As [`call_as`](Self::call_as) for an answer in which `count` finds the number of rows.
    pub(crate) async fn call_counted<T: DeserializeOwned>(
        &self,
        call: Call,
        count: impl Fn(&T) -> usize,
    ) -> Result<T, Error> {
        self.exchange(call, |call, response| {
            let value: T = self.protocol.answer(call, response)?.read()?;
            let rows = count(&value);
            Ok((value, Some(rows)))
        })
        .await
    }

    /// As [`call`](Self::call), with what the answer means decided before a repetition is.
    pub(crate) async fn call_read<T>(
        &self,
        call: Call,
        read: impl Fn(&str, &Value) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.exchange(call, |call, response| {
            let value = self.protocol.decode(call, response)?;
            Ok((read(&call.operation(), &value)?, None))
        })
        .await
    }

    /// `read` gives the value and, where it is a list, its length.
    async fn exchange<T>(
        &self,
        call: Call,
        read: impl Fn(&Call, &HttpResponse) -> Result<(T, Option<usize>), Error>,
    ) -> Result<T, Error> {
        let effect = call.effect.unwrap_or_else(|| Effect::of(&call));
        let span = tracing::info_span!(
            "odoo_call",
            otel.kind = "client",
            otel.name = %call.operation(),
            rpc.system = "odoo",
            rpc.service = %call.model,
            rpc.method = %call.method,
            server.address = self.session.url.host_str(),
            odoo.protocol = self.protocol.kind().as_str(),
            odoo.effect = ?effect,
            odoo.rows = field::Empty,
            odoo.attempts = field::Empty,
            odoo.outcome = field::Empty,
            odoo.delivery = field::Empty,
            http.response.status_code = field::Empty,
            http.response.body.size = field::Empty,
        );
        let started = self.gate.clock().now();
        let mut watch = Watch { client: self, call: &call, effect, started, finished: false };
        let deadline = started.saturating_add(self.timeout(&call));
        let left = || deadline.saturating_sub(self.gate.clock().now());
        // An answer can quote the key that was sent, whatever the key is by then.
        let key = self.session.key.expose();
        let (result, attempts) = async {
            if let Err(error) = positional::check(&call, &self.session.context) {
                return (Err(error), 0);
            }
            self.resolve(&call, left()).await;
            let operation = call.operation();
            let errand = || Errand { operation: &operation, effect, timeout: left(), proves_login: true };
            let once = |left| self.send(&call, left, &span, &read);
            let (result, attempts) = self.gate.run(errand(), once).await;
            match result {
                // Refused before anything was done, so it can be sent under the name that the server wants.
                Err(ref error) if self.learn_name(&call, error) => {
                    let (result, more) = self.gate.run(errand(), once).await;
                    if result.is_err() {
                        self.session.signatures.forget(&call.model, &call.method);
                    }
                    (result, attempts + more)
                }
                result => (result, attempts),
            }
        }
        .instrument(span.clone())
        .await;
        let result = result.map_err(|error| self.session.key.redact(error.redact(&key)));
        span.record("odoo.attempts", attempts);
        match &result {
            Ok((_, rows)) => {
                span.record("odoo.outcome", "ok");
                if let Some(rows) = rows {
                    span.record("odoo.rows", rows);
                }
                watch.tell(attempts, CallOutcome::Done);
            }
            Err(error) => {
                span.record("odoo.outcome", field::debug(error.kind()));
                span.record("odoo.delivery", field::debug(error.delivery()));
                watch.tell(attempts, CallOutcome::Failed(error));
            }
        }
        result.map(|(value, _)| value)
    }

    async fn send<T>(
        &self,
        call: &Call,
        left: Duration,
        span: &Span,
        read: &impl Fn(&Call, &HttpResponse) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut request = self.protocol.encode(call, &self.session)?;
        request.timeout = left;
        let response = probe::exchange(&call.operation(), request, &*self.transport).await?;
        self.server_time.note(&response, self.gate.clock().now());
        span.record("http.response.status_code", response.status);
        span.record("http.response.body.size", response.body.len());
        read(call, &response)
    }

    /// Sends something that is no call of a method, in its turn; again only if it was certainly not sent.
    pub(crate) async fn paced<T, F: Future<Output = Result<T, Error>>>(
        &self,
        operation: &str,
        timeout: Duration,
        send: impl FnMut(Duration) -> F,
    ) -> Result<T, Error> {
        let errand = Errand { operation, effect: Effect::Action, timeout, proves_login: false };
        self.gate.run(errand, send).await.0.map_err(|error| self.redact(error))
    }

    /// Sends a request whose answer, or whose body, comes in parts. A body can be sent once.
    pub(crate) async fn open(
        &self,
        operation: &str,
        request: HttpRequest,
        body: Option<RequestBody>,
    ) -> Result<StreamedResponse, Error> {
        let timeout = request.timeout;
        let open = |left, body| {
            let mut request = request.clone();
            request.timeout = left;
            async move {
                let response = self.transport.open(request, body).await;
                response.map_err(|error| probe::from_transport(operation, error))
            }
        };
        match body {
            None => self.paced(operation, timeout, |left| open(left, None)).await,
            Some(body) => {
                let once = self.gate.once(operation, timeout, |left| open(left, Some(body))).await;
                once.map_err(|error| self.redact(error))
            }
        }
    }

    /// The error of an answer that was read outside the gate.
    pub(crate) fn noted(&self, error: Error) -> Error {
        self.gate.note(&error);
        self.redact(error)
    }

    pub(crate) fn redact(&self, error: Error) -> Error {
        self.session.key.redact(error)
    }

    fn timeout(&self, call: &Call) -> Duration {
        call.timeout.unwrap_or(self.session.timeout)
    }
}

/// Sees a call to its end, also to the one where its future is dropped.
struct Watch<'c> {
    client: &'c Client,
    call: &'c Call,
    effect: Effect,
    started: Duration,
    finished: bool,
}

impl Watch<'_> {
    fn tell(&mut self, attempts: u32, outcome: CallOutcome<'_>) {
        self.finished = true;
        if let Some(observer) = &self.client.observer {
            observer.finished(&CallReport {
                model: &self.call.model,
                method: &self.call.method,
                protocol: self.client.protocol.kind(),
                effect: self.effect,
                attempts,
                duration: self.client.gate.clock().now().saturating_sub(self.started),
                outcome,
            });
        }
    }
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        if !self.finished {
            tracing::warn!(
                operation = %self.call.operation(),
                delivery = "unknown",
                "a call was dropped before its answer: nobody knows whether it was done"
            );
            self.tell(1, CallOutcome::Abandoned);
        }
    }
}
