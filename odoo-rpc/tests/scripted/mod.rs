//! A transport that answers from a script.
#![allow(dead_code, reason = "each test file uses a part of it")]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use odoo_rpc::transport::{HttpRequest, HttpResponse, Transport, TransportError, TransportErrorKind};
use odoo_rpc::{Client, Config, Delivery, xmlrpc};
use serde_json::{Value, json};

pub(crate) const KEY: &str = "canary-5ecret-key";

pub(crate) type Answer = Result<(u16, String), TransportErrorKind>;

/// Path, headers of the answer, answer.
type Scene = (&'static str, Vec<(String, String)>, Answer);

/// Answers requests in the order of its script, and knows what was asked.
#[derive(Default)]
pub(crate) struct Scripted {
    script: Mutex<VecDeque<Scene>>,
    pub(crate) asked: Mutex<Vec<HttpRequest>>,
}

impl Scripted {
    pub(crate) fn then(self, path: &'static str, status: u16, body: impl ToString) -> Self {
        self.then_with(path, status, &[], body)
    }

    pub(crate) fn then_with(
        self,
        path: &'static str,
        status: u16,
        headers: &[(&str, &str)],
        body: impl ToString,
    ) -> Self {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.script.lock().unwrap().push_back((path, headers, Ok((status, body.to_string()))));
        self
    }

    pub(crate) fn then_fails(self, path: &'static str, kind: TransportErrorKind) -> Self {
        self.script.lock().unwrap().push_back((path, vec![], Err(kind)));
        self
    }

    pub(crate) fn body(&self, index: usize) -> Value {
        serde_json::from_slice(&self.asked.lock().unwrap()[index].body).unwrap()
    }

    pub(crate) fn header(&self, index: usize, name: &str) -> Option<String> {
        let asked = self.asked.lock().unwrap();
        asked[index].headers.iter().find(|(key, _)| *key == name).map(|(_, value)| value.clone())
    }

    pub(crate) fn finished(&self) {
        assert!(self.script.lock().unwrap().is_empty(), "answers that nobody asked for");
    }
}

#[async_trait]
impl Transport for Scripted {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let (path, headers, answer) =
            self.script.lock().unwrap().pop_front().expect("nothing more was expected");
        assert_eq!(request.url.path(), path);
        self.asked.lock().unwrap().push(request);
        match answer {
            Ok((status, body)) => Ok(HttpResponse { status, headers, body: Bytes::from(body) }),
            Err(kind) => Err(TransportError {
                delivery: match kind {
                    TransportErrorKind::Connect => Delivery::NotSent,
                    _ => Delivery::Unknown,
                },
                kind,
                message: "scripted".to_owned(),
                source: None,
            }),
        }
    }
}

pub(crate) fn config() -> Config {
    let mut config = Config::new("https://odoo.example.com", "prod", "bot", KEY);
    config.policy = odoo_rpc::Policy::once();
    config
}

pub(crate) fn v19() -> Scripted {
    Scripted::default().then(
        "/web/version",
        200,
        json!({"version_info": [19, 0, 0, "final", 0, ""], "version": "19.0"}),
    )
}

pub(crate) fn rpc(result: Value) -> Value {
    json!({"jsonrpc": "2.0", "id": 1, "result": result})
}

pub(crate) fn v17() -> Scripted {
    let info = json!({"server_version": "17.0", "server_version_info": [17, 0, 0, "final", 0, ""]});
    Scripted::default()
        .then("/web/version", 404, "<html>Not Found</html>")
        .then("/xmlrpc/2/common", 200, xmlrpc::encode_response(&info).unwrap())
        .then("/jsonrpc", 200, rpc(json!(2)))
}

pub(crate) async fn connect(script: Scripted) -> (Client, Arc<Scripted>) {
    let transport = Arc::new(script);
    let client = Client::connect_with(config(), Arc::clone(&transport) as Arc<dyn Transport>).await.unwrap();
    (client, transport)
}
