//! What must not be written down: found where the protocols carry it, and taken out wherever else it shows up.
//!
//! A short password such as `admin` is taken out only where a password stands: as a text it is anywhere.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::tape::{Answered, Asked};
use crate::transport::{HttpRequest, HttpResponse};
use crate::xmlrpc::{MethodResponse, decode_call, decode_response, encode_call, encode_response};

/// From here on a text is so long that it can only be meant.
const LONG: usize = 16;

/// Members of JSON objects that hold a secret, whatever the object is.
const MEMBERS: [&str; 5] = ["password", "new_password", "old_password", "access_token", "csrf_token"];

/// The model of API keys, whose methods take them.
const KEYS: &str = "res.users.apikeys";

/// Stands for a request that cannot be read, so that nobody knows what is in it.
const UNREADABLE: &str = "a body that is neither JSON nor XML-RPC";

#[derive(Default)]
pub(super) struct Secrets {
    /// A text and what stands for it, longest first.
    known: Vec<(String, &'static str)>,
}

impl Secrets {
    /// Takes a text out of everything from now on, if it is long enough to be meant.
    pub(super) fn learn(&mut self, text: &str, mask: &'static str, at_least: usize) {
        if text.len() >= at_least && text != mask && !self.known.iter().any(|(known, _)| known == text) {
            self.known.push((text.to_owned(), mask));
            self.known.sort_by_key(|(known, _)| std::cmp::Reverse(known.len()));
        }
    }

    /// A request as it may be written down.
    pub(super) fn request(&mut self, request: &HttpRequest) -> Asked {
        let mut headers = Vec::new();
        for (name, value) in &request.headers {
            let value = match name.to_ascii_lowercase().as_str() {
                "content-length" | "host" => continue,
                "authorization" => {
                    let key = value.split_once(' ').map_or(value.as_str(), |(_, key)| key);
                    self.learn(key, "API_KEY", LONG);
                    "bearer API_KEY".to_owned()
                }
                "cookie" => self.cookie(value),
                _ => value.clone(),
            };
            headers.push(((*name).to_owned(), value));
        }
        let path = request.url.path();
        let mut body = String::from_utf8_lossy(&request.body).into_owned();
        if path.starts_with("/xmlrpc") {
            body = self.xml(&body).unwrap_or_else(|| UNREADABLE.to_owned());
        } else if let Ok(mut value) = serde_json::from_str::<Value>(&body) {
            self.json(path, &mut value);
            body = value.to_string();
        } else if !body.is_empty() {
            body = UNREADABLE.to_owned();
        }
        let query = request.url.query().map(|query| format!("?{query}")).unwrap_or_default();
        Asked {
            method: request.method.as_str().to_owned(),
            path: self.clean(&format!("{path}{query}")),
            headers: headers.into_iter().map(|(name, value)| (name, self.clean(&value))).collect(),
            body: (!body.is_empty()).then(|| self.clean(&body)),
        }
    }

    /// An answer as it may be written down.
    pub(super) fn response(&mut self, request: &HttpRequest, response: &HttpResponse) -> Answered {
        let mut headers = Vec::new();
        for (name, value) in &response.headers {
            let value = match name.to_ascii_lowercase().as_str() {
                // The body is decompressed already, and masks have lengths of their own.
                "content-length" | "content-encoding" | "transfer-encoding" | "connection" => continue,
                "set-cookie" => self.cookie(value),
                _ => value.clone(),
            };
            headers.push((name.clone(), value));
        }
        let (mut body, mut body_base64) = (String::new(), None);
        match std::str::from_utf8(&response.body) {
            Err(_) => {
                // A secret inside would be hidden by base64 from everyone but who looks for it.
                let text = String::from_utf8_lossy(&response.body);
                match self.known.iter().any(|(known, _)| text.contains(known.as_str())) {
                    true => body = UNREADABLE.to_owned(),
                    false => body_base64 = Some(STANDARD.encode(&response.body)),
                }
            }
            Ok(text) => {
                body = text.to_owned();
                if let Ok(mut value) = serde_json::from_str::<Value>(text) {
                    self.new_key(request, &value);
                    // Only what was changed is written anew: Odoo's own text is kept where nothing is secret.
                    let before = value.clone();
                    self.members(&mut value, false);
                    if value != before {
                        body = value.to_string();
                    }
                } else if let Ok(MethodResponse::Value(value)) = decode_response(text.as_bytes()) {
                    self.new_key(request, &value);
                    let mut masked = value.clone();
                    self.members(&mut masked, false);
                    if masked != value {
                        body = encode_response(&masked).unwrap_or_else(|_| UNREADABLE.to_owned());
                    }
                }
            }
        }
        let headers = headers.into_iter().map(|(name, value)| (name, self.clean(&value))).collect();
        Answered { status: response.status, headers, body: self.clean(&body), body_base64 }
    }

    /// A new key is the whole result of `generate`.
    fn new_key(&mut self, request: &HttpRequest, answer: &Value) {
        let asked = String::from_utf8_lossy(&request.body);
        let generates =
            request.url.path().ends_with("/generate") || (asked.contains(KEYS) && asked.contains("generate"));
        let result = answer.get("result").unwrap_or(answer);
        if let Some(key) = result.as_str().filter(|_| generates) {
            self.learn(key, "API_KEY", LONG);
        }
    }

    fn cookie(&mut self, value: &str) -> String {
        let part = |part: &str| match part.trim().split_once('=') {
            Some(("session_id", id)) => {
                self.learn(id, "SESSION", LONG);
                "session_id=SESSION".to_owned()
            }
            _ => part.trim().to_owned(),
        };
        value.split(';').map(part).collect::<Vec<_>>().join("; ")
    }

    /// `common.authenticate(db, login, SECRET)`, `object.execute_kw(db, uid, SECRET, ...)`, and members with telling names.
    fn json(&mut self, path: &str, body: &mut Value) {
        if let Some(secret) = body.pointer_mut("/params/args/2").filter(|_| path == "/jsonrpc") {
            self.take(secret, "API_KEY");
        }
        let named = |at: &str| body.pointer(at).and_then(Value::as_str) == Some(KEYS);
        let keys = path.contains(KEYS) || named("/params/args/3") || named("/params/model");
        self.members(body, keys);
    }

    /// Members that hold a secret whatever the object is, and `key` where the call is about keys.
    fn members(&mut self, value: &mut Value, keys: bool) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| self.members(item, keys)),
            Value::Object(members) => {
                for (name, member) in members {
                    let key = name == "default_key" || (keys && name == "key");
                    match member.is_string() {
                        true if key => self.take(member, "API_KEY"),
                        true if MEMBERS.contains(&name.as_str()) => self.take(member, "PASSWORD"),
                        _ => self.members(member, keys),
                    }
                }
            }
            _ => {}
        }
    }

    fn take(&mut self, value: &mut Value, mask: &'static str) {
        if let Some(text) = value.as_str().filter(|text| !text.is_empty()) {
            self.learn(text, mask, LONG);
            *value = Value::String(mask.to_owned());
        }
    }

    fn xml(&mut self, body: &str) -> Option<String> {
        let mut call = decode_call(body.as_bytes()).ok()?;
        if let Some(secret) = call.params.get_mut(2) {
            self.take(secret, "API_KEY");
        }
        let keys = call.params.get(3).and_then(Value::as_str) == Some(KEYS);
        call.params.iter_mut().for_each(|param| self.members(param, keys));
        encode_call(&call.method, &call.params).ok()
    }

    fn clean(&self, text: &str) -> String {
        let mut out = text.to_owned();
        for (secret, mask) in &self.known {
            if out.contains(secret.as_str()) {
                out = out.replace(secret.as_str(), mask);
            }
            // As the same text stands inside JSON and XML.
            let json = Value::String(secret.clone()).to_string();
            let json = json.trim_matches('"');
            let xml = secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            for written in [json, &xml] {
                if written != secret && out.contains(written) {
                    out = out.replace(written, mask);
                }
            }
        }
        out
    }
}
