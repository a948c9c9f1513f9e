//! The answer to a call, before it is read: from here it goes straight into the caller's type.

use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::UnitDeserializer;
use serde::de::{Error as _, IgnoredAny, IntoDeserializer as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer as _};
use serde_json::Value;
use serde_json::error::Category;

use crate::error::{Delivery, Error, ErrorKind};
use crate::fault;
use crate::xmlrpc;

/// What a server answered to a call that it was not seen to refuse. `Debug` shows no value.
pub struct Answer<'a> {
    operation: String,
    body: Body<'a>,
}

enum Body<'a> {
    /// The value as it is.
    Json(&'a [u8]),
    /// The value, or the failure, in JSON-RPC's envelope.
    JsonRpc(&'a [u8]),
    /// The value, or the failure, as an XML-RPC message; and whether the method can answer nothing.
    Xml(&'a [u8], bool),
}

impl<'a> Answer<'a> {
    pub(crate) fn json(operation: String, body: &'a [u8]) -> Self {
        Self { operation, body: Body::Json(body) }
    }

    pub(crate) fn json_rpc(operation: String, body: &'a [u8]) -> Self {
        Self { operation, body: Body::JsonRpc(body) }
    }

    pub(crate) fn xml(operation: String, body: &'a [u8], may_be_none: bool) -> Self {
        Self { operation, body: Body::Xml(body, may_be_none) }
    }

    /// Reads what the method returned.
    ///
    /// # Errors
    /// What the server reports; `Protocol`, committed, if the value is not a `T`; `Protocol`, unknown, if the answer is none of this protocol.
    pub fn read<T: Deserialize<'a>>(self) -> Result<T, Error> {
        let operation = &self.operation;
        match self.body {
            Body::Json(body) => {
                serde_json::from_str(text(operation, body)?).map_err(|error| json_error(operation, &error))
            }
            Body::JsonRpc(body) => {
                let envelope = Envelope::<T>::read(operation, body)?;
                match (envelope.error, envelope.result) {
                    _ if !envelope.marked => Err(unreadable(operation, "the answer is not JSON-RPC")),
                    (Some(error), _) if !error.is_null() => Err(fault::from_jsonrpc(operation, &error)),
                    (_, Some(result)) => Ok(result),
                    (_, None) => nothing(operation),
                }
            }
            Body::Xml(body, may_be_none) => match xmlrpc::decode_response_as(body) {
                Ok(Ok(value)) => Ok(value),
                Ok(Err(fault)) => {
                    fault::from_xmlrpc(operation, &fault)?;
                    if may_be_none {
                        return nothing(operation);
                    }
                    // Behind the fault was not `None` but data with a `None` in it, and they are lost.
                    let message = "the result has an empty value in it, which Odoo cannot write as XML-RPC: ask for less of it \
                                   (fields, attributes), or use another protocol";
                    Err(Error::new(ErrorKind::Protocol, Delivery::Committed, operation, message))
                }
                Err(error) if error.is_mismatch() => {
                    Err(unexpected(operation, &error.reason).with_source(error))
                }
                Err(error) => Err(unreadable(operation, &error).with_source(error)),
            },
        }
    }
}

impl fmt::Debug for Answer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer").field("operation", &self.operation).finish_non_exhaustive()
    }
}

/// All of it at once: checking each text of a table by itself costs several times as much.
fn text<'a>(operation: &str, body: &'a [u8]) -> Result<&'a str, Error> {
    std::str::from_utf8(body).map_err(|error| {
        unreadable(operation, format!("the answer is not UTF-8 at byte {}", error.valid_up_to()))
    })
}

/// A method that returned nothing.
fn nothing<'a, T: Deserialize<'a>>(operation: &str) -> Result<T, Error> {
    let unit: UnitDeserializer<serde::de::value::Error> = ().into_deserializer();
    T::deserialize(unit).map_err(|_| unexpected(operation, "nothing (None)"))
}

fn json_error(operation: &str, error: &serde_json::Error) -> Error {
    match error.classify() {
        Category::Data => unexpected(operation, &error.to_string()),
        _ => unreadable(operation, format!("the answer is not JSON: {error}")),
    }
}

/// The call was answered as done, but with something else than it should return.
pub(crate) fn unexpected(operation: &str, what: &str) -> Error {
    let message = format!("the method returned something unexpected: {what}");
    Error::new(ErrorKind::Protocol, Delivery::Committed, operation, message)
}

/// What came back says nothing about the call.
pub(crate) fn unreadable(operation: &str, message: impl fmt::Display) -> Error {
    Error::new(ErrorKind::Protocol, Delivery::Unknown, operation, message.to_string())
}

/// The failure in an envelope whose result is not what was asked for.
#[derive(Deserialize)]
struct Failure {
    error: Option<Value>,
}

/// JSON-RPC's envelope around a `T`, which is read where it stands.
struct Envelope<T> {
    marked: bool,
    result: Option<T>,
    error: Option<Value>,
}

impl<'de, T: Deserialize<'de>> Envelope<T> {
    fn read(operation: &str, body: &'de [u8]) -> Result<Self, Error> {
        let reached = Cell::new(false);
        let mut deserializer = serde_json::Deserializer::from_str(text(operation, body)?);
        let envelope =
            deserializer.deserialize_map(EnvelopeVisitor { reached: &reached, result: PhantomData });
        envelope.and_then(|envelope| deserializer.end().map(|()| envelope)).map_err(|error| {
            match reached.get() {
                // Beside a result that is none there can be an error that says why.
                true => match serde_json::from_slice::<Failure>(body) {
                    Ok(Failure { error: Some(failure) }) if !failure.is_null() => {
                        fault::from_jsonrpc(operation, &failure)
                    }
                    _ => json_error(operation, &error),
                },
                // What is wrong is not the result, so nothing says that there is one.
                false => unreadable(operation, format!("the answer is not JSON-RPC: {error}")),
            }
        })
    }
}

struct EnvelopeVisitor<'r, T> {
    /// Whether the member that is being read is the result.
    reached: &'r Cell<bool>,
    result: PhantomData<T>,
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for EnvelopeVisitor<'_, T> {
    type Value = Envelope<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an answer of JSON-RPC")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Envelope<T>, A::Error> {
        let mut envelope = Envelope { marked: false, result: None, error: None };
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "jsonrpc" => envelope.marked = map.next_value::<Value>()? == "2.0",
                "result" if envelope.result.is_some() => {
                    return Err(A::Error::custom("two results in one answer"));
                }
                "result" => {
                    self.reached.set(true);
                    envelope.result = Some(map.next_value()?);
                    self.reached.set(false);
                }
                "error" => {
                    let error: Value = map.next_value()?;
                    if !error.is_null() {
                        envelope.error.get_or_insert(error);
                    }
                }
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(envelope)
    }
}

#[cfg(test)]
mod tests {
    use serde::de::DeserializeOwned;

    use super::*;

    fn read<T: DeserializeOwned>(body: &str) -> Result<T, (ErrorKind, Delivery)> {
        Answer::json_rpc("a.b".to_owned(), body.as_bytes()).read().map_err(|e| (e.kind(), e.delivery()))
    }

    #[test]
    fn the_envelope_is_read_around_the_value() {
        assert_eq!(read::<Vec<i64>>(r#"{"jsonrpc":"2.0","id":1,"result":[1,2]}"#), Ok(vec![1, 2]));
        assert_eq!(read::<Value>(r#"{"jsonrpc":"2.0","id":1}"#), Ok(Value::Null));
        assert_eq!(read::<()>(r#"{"jsonrpc":"2.0","id":null,"result":null}"#), Ok(()));
        let committed = Err((ErrorKind::Protocol, Delivery::Committed));
        assert_eq!(read::<Vec<i64>>(r#"{"jsonrpc":"2.0","id":1,"result":{"a":1}}"#), committed);
        assert_eq!(read::<Vec<i64>>(r#"{"jsonrpc":"2.0","id":1}"#), committed);
        let unknown = Err((ErrorKind::Protocol, Delivery::Unknown));
        assert_eq!(read::<Vec<i64>>(r#"{"jsonrpc":"2.0","id":1,"result":[1"#), unknown);
        assert_eq!(read::<Vec<i64>>(r#"{"result":[1]}"#), unknown);
        for body in ["<html>", "[1]", "7", r#"{"jsonrpc":"2.0"} x"#, r#"{"result":[1],"result":[1]}"#, ""] {
            assert_eq!(read::<Vec<i64>>(body), unknown, "{body}");
        }
        let error = r#"{"jsonrpc":"2.0","id":1,"error":{"code":0,"message":"x","data":{"name":"odoo.exceptions.UserError","message":"no"}}}"#;
        assert_eq!(read::<Vec<i64>>(error), Err((ErrorKind::UserError, Delivery::RolledBack)));
    }
}
