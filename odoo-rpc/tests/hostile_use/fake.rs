//! A server that does as it is told, and what every test here needs.

pub(crate) use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
pub(crate) use std::sync::{Arc, Mutex};
pub(crate) use std::time::Duration;

pub(crate) use async_trait::async_trait;
pub(crate) use bytes::Bytes;
pub(crate) use futures_util::StreamExt as _;
pub(crate) use futures_util::stream;
pub(crate) use odoo_rpc::transport::{
    HttpRequest, HttpResponse, RequestBody, StreamedResponse, Transport, TransportError, TransportErrorKind,
};
pub(crate) use odoo_rpc::{
    Call, Client, Config, Cursor, Delivery, Domain, ErrorKind, Id, OdooModel, Policy, ProtocolKind,
    ReportFormat, StreamOptions, SystemClock, UpsertOptions, UpsertOutcome, UpsertRecord, Values, xmlrpc,
};
pub(crate) use serde_json::{Map, Value, json};

pub(crate) const KEY: &str = "canary-5ecret-key";

#[derive(Clone, Debug, OdooModel)]
#[odoo(model = "res.partner")]
pub(crate) struct Partner {
    pub(crate) id: Id<Self>,
    pub(crate) name: Option<String>,
}

#[derive(Clone, Debug, OdooModel)]
#[odoo(model = "res.partner")]
pub(crate) struct Amounts {
    pub(crate) id: Id<Self>,
    pub(crate) credit: f64,
    pub(crate) count: i64,
}

pub(crate) struct Step {
    pub(crate) wait: Duration,
    pub(crate) answer: Result<(u16, String), (TransportErrorKind, Delivery)>,
}

pub(crate) fn ok(body: impl ToString) -> Step {
    Step { wait: Duration::ZERO, answer: Ok((200, body.to_string())) }
}
pub(crate) fn status(status: u16, body: impl ToString) -> Step {
    Step { wait: Duration::ZERO, answer: Ok((status, body.to_string())) }
}
pub(crate) fn fails(kind: TransportErrorKind) -> Step {
    let delivery = if kind == TransportErrorKind::Connect { Delivery::NotSent } else { Delivery::Unknown };
    Step { wait: Duration::ZERO, answer: Err((kind, delivery)) }
}

pub(crate) type Behaviour = Box<dyn Fn(usize, &HttpRequest) -> Step + Send + Sync>;

pub(crate) struct Fake {
    pub(crate) behaviour: Behaviour,
    pub(crate) series: u16,
    pub(crate) asked: Mutex<Vec<(String, Value)>>,
    /// How the body of an answer that is opened is cut.
    pub(crate) cuts: Mutex<Vec<usize>>,
    pub(crate) content_type: &'static str,
    pub(crate) length: Option<usize>,
    pub(crate) headers: Vec<(&'static str, String)>,
}

impl Fake {
    pub(crate) fn calls(&self) -> usize {
        self.asked.lock().unwrap_or_else(std::sync::PoisonError::into_inner).len()
    }
    pub(crate) fn body(&self, at: usize) -> Value {
        self.asked.lock().unwrap_or_else(std::sync::PoisonError::into_inner)[at].1.clone()
    }
    pub(crate) fn paths(&self) -> Vec<String> {
        self.asked
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .iter()
            .map(|(path, _)| path.clone())
            .collect()
    }
    pub(crate) async fn answer(&self, request: &HttpRequest) -> Result<(u16, String), TransportError> {
        let path = request.url.path().to_owned();
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let text = String::from_utf8_lossy(&request.body).into_owned();
        if path == "/web/version" {
            return Ok(match self.series {
                19.. => (200, json!({"version_info": [self.series, 0, 0, "final", 0, ""]}).to_string()),
                _ => (404, "no".to_owned()),
            });
        }
        if path == "/xmlrpc/2/common" {
            let info = json!({"server_version": "17.0", "server_version_info": [17, 0, 0, "final", 0, ""]});
            let answer = if text.contains("authenticate") { json!(2) } else { info };
            return Ok((200, xmlrpc::encode_response(&answer).unwrap()));
        }
        if path == "/jsonrpc" && text.contains("\"authenticate\"") {
            return Ok((200, rpc(json!(2)).to_string()));
        }
        let step = {
            let mut asked = self.asked.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            asked.push((path, body));
            (self.behaviour)(asked.len() - 1, request)
        };
        let fail = |(kind, delivery)| TransportError {
            delivery,
            kind,
            message: "scripted".to_owned(),
            source: None,
        };
        tokio::time::sleep(step.wait.min(request.timeout)).await;
        if step.wait > request.timeout {
            return Err(fail((TransportErrorKind::Timeout, Delivery::Unknown)));
        }
        step.answer.map_err(fail)
    }
}

#[async_trait]
impl Transport for Fake {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let (status, body) = self.answer(&request).await?;
        let mut headers = vec![("set-cookie".to_owned(), "session_id=abc; Path=/".to_owned())];
        headers.extend(self.headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        Ok(HttpResponse { status, headers, body: Bytes::from(body) })
    }

    async fn open(
        &self,
        request: HttpRequest,
        body: Option<RequestBody>,
    ) -> Result<StreamedResponse, TransportError> {
        if let Some(mut body) = body {
            while let Some(part) = body.next().await {
                drop(part);
            }
        }
        let (status, body) = self.answer(&request).await?;
        let mut rest = Bytes::from(body);
        let mut parts = Vec::new();
        for cut in self.cuts.lock().unwrap().iter() {
            let part = rest.split_to((*cut).min(rest.len()));
            parts.push(Ok(part));
        }
        parts.push(Ok(rest));
        let mut headers = vec![("content-type".to_owned(), self.content_type.to_owned())];
        headers.extend(self.length.map(|length| ("content-length".to_owned(), length.to_string())));
        Ok(StreamedResponse { status, headers, body: stream::iter(parts).boxed() })
    }
}

pub(crate) fn rpc(result: Value) -> Value {
    json!({"jsonrpc": "2.0", "id": 1, "result": result})
}

pub(crate) struct With {
    pub(crate) series: u16,
    pub(crate) policy: Policy,
    pub(crate) protocol: Option<ProtocolKind>,
    pub(crate) cuts: Vec<usize>,
    pub(crate) length: Option<usize>,
    pub(crate) headers: Vec<(&'static str, String)>,
}

impl Default for With {
    fn default() -> Self {
        Self {
            series: 19,
            policy: Policy::once(),
            protocol: None,
            cuts: vec![],
            length: None,
            headers: vec![],
        }
    }
}

pub(crate) async fn connect(
    with: With,
    behaviour: impl Fn(usize, &HttpRequest) -> Step + Send + Sync + 'static,
) -> (Client, Arc<Fake>) {
    let fake = Arc::new(Fake {
        behaviour: Box::new(behaviour),
        series: with.series,
        asked: Mutex::default(),
        cuts: Mutex::new(with.cuts),
        content_type: "text/html",
        length: with.length,
        headers: with.headers,
    });
    let mut config = Config::new("https://odoo.example.com", "prod", "bot", KEY);
    config.policy = with.policy;
    config.protocol = with.protocol;
    config.timeout = Duration::from_secs(60);
    let clock = Arc::new(SystemClock::new());
    let client = Client::connect_on(config, Arc::clone(&fake) as Arc<dyn Transport>, clock).await.unwrap();
    (client, fake)
}

pub(crate) fn policy() -> Policy {
    Policy { break_after: 0, ..Policy::self_hosted() }
}
