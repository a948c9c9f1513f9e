//! One exchange as it is written down.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A request and its answer, without secrets.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Exchange {
    pub(super) name: String,
    pub(super) request: Asked,
    pub(super) response: Answered,
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Asked {
    pub(super) method: String,
    /// With the query.
    pub(super) path: String,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: Option<String>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Answered {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: String,
    /// The body of an answer that is no text, as base64; `body` is empty then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) body_base64: Option<String>,
}

impl Exchange {
    pub(super) fn new(request: Asked, response: Answered) -> Self {
        Self { name: request.name(), request, response }
    }
}

impl Asked {
    /// What is called, as a person would name it.
    pub(super) fn name(&self) -> String {
        let path = self.path.split('?').next().unwrap_or_default();
        let called = self.body.as_deref().and_then(|body| called(path, body));
        called.unwrap_or_else(|| path.to_owned())
    }

    /// Writes a JSON body as this program writes one, so that it can be compared as a text.
    pub(super) fn normalize(&mut self) {
        let value = self.body.as_deref().and_then(|body| serde_json::from_str::<Value>(body).ok());
        if let Some(value) = value {
            self.body = Some(value.to_string());
        }
    }

    /// Whether the other asks the same.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        (&self.method, &self.path, &self.body) == (&other.method, &other.path, &other.body)
    }

    /// Where the bodies differ, as a path into the JSON; nothing where they are the same. Texts of other kinds differ as a whole.
    pub(super) fn differs(&self, other: &Self) -> Option<String> {
        if (&self.method, &self.path) != (&other.method, &other.path) {
            return Some("method or path".to_owned());
        }
        let json =
            |body: &Option<String>| body.as_deref().and_then(|body| serde_json::from_str::<Value>(body).ok());
        match (json(&self.body), json(&other.body)) {
            (Some(left), Some(right)) => first_difference(&left, &right, "$"),
            _ if self.body == other.body => None,
            _ => Some("the body".to_owned()),
        }
    }
}

impl Answered {
    pub(super) fn bytes(&self) -> Vec<u8> {
        match &self.body_base64 {
            Some(text) => STANDARD.decode(text).unwrap_or_default(),
            None => self.body.clone().into_bytes(),
        }
    }
}

/// `model.method`, which JSON-RPC has in its body and JSON-2 in its path.
fn called(path: &str, body: &str) -> Option<String> {
    if let Some(rest) = path.strip_prefix("/json/2/") {
        return Some(rest.replace('/', "."));
    }
    let params = serde_json::from_str::<Value>(body).ok()?.get("params")?.clone();
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    if let (Some(model), Some(method)) = (text(params.get("model")), text(params.get("method"))) {
        return Some(format!("{model}.{method}"));
    }
    let args = params.get("args")?;
    match (text(args.get(3)), text(args.get(4))) {
        (Some(model), Some(method)) => Some(format!("{model}.{method}")),
        _ => text(params.get("method")),
    }
}

fn first_difference(left: &Value, right: &Value, path: &str) -> Option<String> {
    match (left, right) {
        (Value::Object(left), Value::Object(right)) => {
            let extra = right.keys().find(|key| !left.contains_key(*key));
            let found = left.iter().find_map(|(key, value)| match right.get(key) {
                Some(other) => first_difference(value, other, &format!("{path}.{key}")),
                None => Some(format!("{path}.{key}")),
            });
            found.or_else(|| extra.map(|key| format!("{path}.{key}")))
        }
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
            let pairs = left.iter().zip(right).enumerate();
            pairs
                .into_iter()
                .find_map(|(index, (left, right))| first_difference(left, right, &format!("{path}[{index}]")))
        }
        _ if left == right => None,
        _ => Some(path.to_owned()),
    }
}
