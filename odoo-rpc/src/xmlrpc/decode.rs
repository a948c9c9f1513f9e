//! XML-RPC messages to values.

use serde::de::{Deserialize, DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::de::ValueDeserializer;
use super::parser::{Parser, Tag};
use super::{Fault, MethodCall, MethodResponse};

/// Bytes that are not an XML-RPC message, or not one of what was asked for, and where that was found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {reason} (at byte {offset})", if *mismatch { "not the value that was expected" } else { "not an XML-RPC message" })]
pub struct DecodeError {
    /// Where in the input, counted in bytes from its start.
    pub offset: usize,
    /// What is wrong there.
    pub reason: String,
    mismatch: bool,
}

impl DecodeError {
    pub(super) fn new(offset: usize, reason: impl Into<String>) -> Self {
        Self { offset, reason: reason.into(), mismatch: false }
    }

    /// Whether the message is sound, and only its value is not of the type that was asked for.
    #[must_use]
    pub fn is_mismatch(&self) -> bool {
        self.mismatch
    }
}

impl serde::de::Error for DecodeError {
    fn custom<T: std::fmt::Display>(message: T) -> Self {
        Self { offset: UNPLACED, reason: message.to_string(), mismatch: true }
    }
}

/// The offset of an error that comes from a type, which does not know where it is.
const UNPLACED: usize = usize::MAX;

fn place<T>(result: Result<T, DecodeError>, parser: &Parser<'_>) -> Result<T, DecodeError> {
    result.map_err(|error| match error.offset {
        UNPLACED => DecodeError { offset: parser.offset, ..error },
        _ => error,
    })
}

/// Decodes a `methodResponse`.
///
/// ```
/// use odoo_rpc::xmlrpc::{MethodResponse, decode_response};
///
/// let body = b"<methodResponse><params><param><value><int>7</int></value></param></params></methodResponse>";
/// assert_eq!(decode_response(body)?, MethodResponse::Value(7.into()));
/// # Ok::<(), odoo_rpc::xmlrpc::DecodeError>(())
/// ```
///
/// # Errors
/// Input that is not an XML-RPC response, or goes beyond the limits: see the [module](super).
pub fn decode_response(body: &[u8]) -> Result<MethodResponse, DecodeError> {
    // Any value is JSON, so what is wrong is wrong with the message.
    let answer =
        decode_response_as::<Json>(body).map_err(|error| DecodeError { mismatch: false, ..error })?;
    Ok(match answer {
        Ok(Json(value)) => MethodResponse::Value(value),
        Err(fault) => MethodResponse::Fault(fault),
    })
}

/// Decodes a `methodResponse` straight into a `T`, without a tree of values between. The inner result is the server's answer.
///
/// ```
/// use odoo_rpc::xmlrpc::decode_response_as;
///
/// let body = b"<methodResponse><params><param><value><int>7</int></value></param></params></methodResponse>";
/// assert_eq!(decode_response_as::<u16>(body)?, Ok(7));
/// # Ok::<(), odoo_rpc::xmlrpc::DecodeError>(())
/// ```
///
/// # Errors
/// As [`decode_response`]; and a [mismatch](DecodeError::is_mismatch) for a value that is not a `T`.
pub fn decode_response_as<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<Result<T, Fault>, DecodeError> {
    let mut parser = Parser::new(body)?;
    parser.start("methodResponse")?;
    let response = match parser.next_tag()? {
        Tag::Start("params") => {
            parser.start("param")?;
            parser.start("value")?;
            let value = T::deserialize(ValueDeserializer::new(&mut parser));
            let value = place(value, &parser)?;
            parser.end("param")?;
            parser.end("params")?;
            Ok(value)
        }
        Tag::Start("fault") => {
            parser.start("value")?;
            let Json(fault) = value(&mut parser)?;
            parser.end("fault")?;
            Err(read_fault(&fault, &parser)?)
        }
        _ => return Err(parser.error("expected <params> or <fault>")),
    };
    parser.end("methodResponse")?;
    parser.eof()?;
    Ok(response)
}

/// Decodes a `methodCall`.
///
/// # Errors
/// Input that is not an XML-RPC call, or goes beyond the limits: see the [module](super).
pub fn decode_call(body: &[u8]) -> Result<MethodCall, DecodeError> {
    let mut parser = Parser::new(body)?;
    parser.start("methodCall")?;
    parser.start("methodName")?;
    let method = parser.text()?.trim().to_owned();
    let mut params = Vec::new();
    match parser.next_tag()? {
        Tag::Start("params") => {
            while parser.start_or_end("param")? {
                parser.start("value")?;
                params.push(value(&mut parser)?.0);
                parser.end("param")?;
            }
            parser.end("methodCall")?;
        }
        Tag::End => {}
        _ => return Err(parser.error("expected <params>")),
    }
    parser.eof()?;
    Ok(MethodCall { method, params })
}

fn value(parser: &mut Parser<'_>) -> Result<Json, DecodeError> {
    let value = Json::deserialize(ValueDeserializer::new(parser));
    // Any value is JSON, so what is wrong is wrong with the message.
    place(value, parser).map_err(|error| DecodeError { mismatch: false, ..error })
}

fn read_fault(value: &Value, parser: &Parser<'_>) -> Result<Fault, DecodeError> {
    let code = value.get("faultCode").and_then(Value::as_i64);
    let text = value.get("faultString").and_then(Value::as_str);
    match (code, text) {
        (Some(code), Some(text)) => Ok(Fault { code, text: text.to_owned() }),
        _ => Err(parser.error("a fault without an integer faultCode and a faultString")),
    }
}

/// Any value, in which no member of a struct stands twice: which of the two was meant cannot be known, and they may be amounts.
pub(crate) struct Json(pub(crate) Value);

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor).map(Self)
    }
}

struct JsonVisitor;

impl<'de> DeserializeSeed<'de> for JsonVisitor {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("any value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("not a finite double"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element_seed(Self)? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(name) = access.next_key::<String>()? {
            if members.insert(name, access.next_value_seed(Self)?).is_some() {
                return Err(A::Error::custom("a struct with one name twice"));
            }
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn response(value: &str) -> Result<Value, DecodeError> {
        let body = format!("<methodResponse><params><param>{value}</param></params></methodResponse>");
        match decode_response(body.as_bytes())? {
            MethodResponse::Value(value) => Ok(value),
            MethodResponse::Fault(fault) => panic!("{fault:?}"),
        }
    }

    #[test]
    fn reads_each_kind_of_value() {
        for (text, value) in [
            ("<value><int>-7</int></value>", json!(-7)),
            ("<value><i4>7</i4></value>", json!(7)),
            ("<value><i8>9223372036854775807</i8></value>", json!(i64::MAX)),
            ("<value><double>19.99</double></value>", json!(19.99)),
            ("<value><double>3e9</double></value>", json!(3e9)),
            ("<value><boolean>1</boolean></value>", json!(true)),
            ("<value><nil/></value>", json!(null)),
            ("<value/>", json!("")),
            ("<value>  two  </value>", json!("  two  ")),
            ("<value>\n<string> a &amp; b </string>\n</value>", json!(" a & b ")),
            ("<value><string/></value>", json!("")),
            ("<value><string>&#x41;&#66;<![CDATA[<c>]]><!-- no -->d</string></value>", json!("AB<c>d")),
            ("<value><string>a\r\nb\rc&#13;</string></value>", json!("a\nb\nc\r")),
            (
                "<value><dateTime.iso8601>20260101T10:00:00</dateTime.iso8601></value>",
                json!("20260101T10:00:00"),
            ),
            ("<value><base64>\naGVs\nbG8=\n</base64></value>", json!("aGVsbG8=")),
            ("<value><array><data/></array></value>", json!([])),
            ("<value><struct/></value>", json!({})),
            (
                "<value><struct><member><name>a</name><value>x</value></member></struct></value>",
                json!({"a": "x"}),
            ),
        ] {
            assert_eq!(response(text), Ok(value), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_not_a_value_and_says_where() {
        for text in [
            "<value><int>1.5</int></value>",
            "<value><int>9223372036854775808</int></value>",
            "<value><double>nan</double></value>",
            "<value><double>1e999</double></value>",
            "<value><boolean>true</boolean></value>",
            "<value><base64>a</base64></value>",
            "<value>x<int>1</int></value>",
            "<value><int>1</int><int>2</int></value>",
            "<value><float>1</float></value>",
            "<value><string>&unknown;</string></value>",
            "<value><string>&#0;</string></value>",
            "<value><string>\u{1}</string></value>",
            "<value><array><value/></array></value>",
            "<value><struct><member><name>a</name><value/></member><member><name>a</name><value/></member></struct></value>",
        ] {
            let error = response(text).expect_err(text);
            assert!(error.offset >= 31 && error.offset < 31 + text.len() + 40, "{text}: {error}");
        }
    }

    #[test]
    fn reads_calls_and_faults() {
        let call =
            decode_call(b"<?xml version='1.0'?><methodCall><methodName>version</methodName></methodCall>");
        assert_eq!(call, Ok(MethodCall { method: "version".to_owned(), params: vec![] }));
        let body = super::super::encode_call("execute_kw", &[json!("db"), json!({"a": [1]})]).unwrap();
        let call = decode_call(body.as_bytes()).unwrap();
        assert_eq!(call.params, vec![json!("db"), json!({"a": [1]})]);

        let fault = Fault { code: 2, text: "No <way>\n& so on".to_owned() };
        let body = super::super::encode_fault(&fault).unwrap();
        assert_eq!(decode_response(body.as_bytes()), Ok(MethodResponse::Fault(fault)));
    }

    #[test]
    fn refuses_other_encodings_and_document_types() {
        let error =
            decode_response(b"<?xml version='1.0' encoding='latin-1'?><methodResponse/>").unwrap_err();
        assert!(error.reason.contains("encoding"), "{error}");
        let error = decode_response(b"<!DOCTYPE a [<!ENTITY b 'c'>]><methodResponse/>").unwrap_err();
        assert!(error.reason.contains("document type"), "{error}");
        let marked =
            "\u{FEFF}<methodResponse><params><param><value>x</value></param></params></methodResponse>";
        assert_eq!(decode_response(marked.as_bytes()), Ok(MethodResponse::Value(json!("x"))));
    }
}
