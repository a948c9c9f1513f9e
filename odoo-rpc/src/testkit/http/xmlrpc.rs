//! XML-RPC: `POST /xmlrpc/2/{common,object,db}`, on the same codec as the client.

use serde_json::Value;

use super::legacy::{self, Service};
use super::{Opened, Reply, Request, Site, Style};
use crate::testkit::engine::OdooError;
use crate::xmlrpc::{Fault, decode_call, encode_fault, encode_response};

pub(super) fn open(site: &Site, request: &Request) -> Opened {
    let call = match decode_call(&request.body) {
        Ok(call) => call,
        Err(error) => {
            let text = format!(
                "Traceback (most recent call last):\n  File \"/usr/lib/python3.11/xmlrpc/client.py\", line 1030, in loads\nxml.parsers.expat.ExpatError: {error}\n"
            );
            return Opened::Answer { asked: "xmlrpc", reply: fault(1, &text) };
        }
    };
    let service = request.path.rsplit('/').next().unwrap_or_default();
    match legacy::dispatch(site, service, &call.method, &call.params) {
        Service::Call(call) => Opened::Call { call: Box::new(call), style: Style::XmlRpc },
        Service::Done(asked, result) => Opened::Answer { asked, reply: close(result) },
    }
}

/// The result, or a fault. `None` cannot be sent: a fault, although the call was committed.
pub(super) fn close(result: Result<Value, OdooError>) -> Reply {
    match result {
        Ok(value) if holds_none(&value) => fault(
            1,
            "Traceback (most recent call last):\n  File \"/usr/lib/python3.11/xmlrpc/client.py\", line 547, in dump_nil\nTypeError: cannot marshal None unless allow_none is enabled\n",
        ),
        Ok(value) => match encode_response(&without_controls(value)) {
            Ok(body) => text_xml(body),
            Err(error) => fault(1, &format!("Traceback (most recent call last):\nOverflowError: {error}\n")),
        },
        // A warning shows its text alone; anything else shows where it came from.
        Err(error) if error.fault_code() > 1 => fault(error.fault_code(), &error.message),
        Err(error) => fault(1, &error.traceback()),
    }
}

fn fault(code: i64, text: &str) -> Reply {
    let text = text.chars().filter(|letter| !is_control(*letter)).collect();
    let body = encode_fault(&Fault { code, text }).unwrap_or_default();
    text_xml(body)
}

fn text_xml(body: String) -> Reply {
    Reply {
        status: 200,
        content_type: "text/xml; charset=utf-8",
        headers: Vec::new(),
        body: body.into_bytes(),
    }
}

fn holds_none(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.iter().any(holds_none),
        Value::Object(keys) => keys.values().any(holds_none),
        _ => false,
    }
}

/// The server drops the characters that XML cannot carry.
fn without_controls(value: Value) -> Value {
    match value {
        Value::String(text) if text.chars().any(is_control) => {
            Value::String(text.chars().filter(|letter| !is_control(*letter)).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(without_controls).collect()),
        Value::Object(keys) => {
            Value::Object(keys.into_iter().map(|(key, value)| (key, without_controls(value))).collect())
        }
        other => other,
    }
}

fn is_control(letter: char) -> bool {
    (letter < ' ' && !matches!(letter, '\t' | '\n' | '\r')) || matches!(letter, '\u{fffe}' | '\u{ffff}')
}
