//! JSON values to XML-RPC text.

use std::fmt::Write as _;

use serde_json::{Map, Number, Value};

use super::{Fault, MAX_DEPTH, is_xml_char};

const PROLOG: &str = "<?xml version=\"1.0\"?>\n";

/// A value that XML-RPC cannot carry, and where in the message it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot be sent as XML-RPC: {reason} (at {path})")]
pub struct EncodeError {
    /// The place in the message, for example `params[5][0].name`.
    pub path: String,
    /// What is wrong with it. Never contains the value.
    pub reason: String,
}

/// Encodes a `methodCall`.
///
/// ```
/// let body = odoo_rpc::xmlrpc::encode_call("version", &[])?;
/// assert!(body.contains("<methodName>version</methodName>"));
/// # Ok::<(), odoo_rpc::xmlrpc::EncodeError>(())
/// ```
///
/// # Errors
/// A value that XML-RPC cannot carry: see the [module](super).
pub fn encode_call(method: &str, params: &[Value]) -> Result<String, EncodeError> {
    let mut writer = Writer::new();
    writer.out.push_str("<methodCall><methodName>");
    writer.in_segment(Segment::Name("methodName"), |w| w.text(method))?;
    writer.out.push_str("</methodName><params>");
    for (index, param) in params.iter().enumerate() {
        writer.out.push_str("<param>");
        writer.in_segment(Segment::Param(index), |w| w.value(param, 0))?;
        writer.out.push_str("</param>");
    }
    writer.out.push_str("</params></methodCall>");
    Ok(writer.out)
}

/// Encodes a `methodResponse` that carries a value.
///
/// # Errors
/// A value that XML-RPC cannot carry: see the [module](super).
pub fn encode_response(value: &Value) -> Result<String, EncodeError> {
    let mut writer = Writer::new();
    writer.out.push_str("<methodResponse><params><param>");
    writer.in_segment(Segment::Param(0), |w| w.value(value, 0))?;
    writer.out.push_str("</param></params></methodResponse>");
    Ok(writer.out)
}

/// Encodes a `methodResponse` that carries a fault.
///
/// # Errors
/// A text with characters that XML 1.0 cannot carry.
pub fn encode_fault(fault: &Fault) -> Result<String, EncodeError> {
    let code = Value::from(fault.code);
    let mut writer = Writer::new();
    writer.out.push_str("<methodResponse><fault><value><struct><member><name>faultCode</name>");
    writer.value(&code, 0)?;
    writer.out.push_str("</member><member><name>faultString</name><value><string>");
    writer.in_segment(Segment::Name("faultString"), |w| w.text(&fault.text))?;
    writer.out.push_str("</string></value></member></struct></value></fault></methodResponse>");
    Ok(writer.out)
}

/// One step of the path that an error names.
#[derive(Clone, Copy)]
enum Segment<'a> {
    Name(&'a str),
    Param(usize),
    Index(usize),
    Key(&'a str),
}

struct Writer<'a> {
    out: String,
    path: Vec<Segment<'a>>,
}

impl<'a> Writer<'a> {
    fn new() -> Self {
        Self { out: String::from(PROLOG), path: Vec::new() }
    }

    fn in_segment(
        &mut self,
        segment: Segment<'a>,
        write: impl FnOnce(&mut Self) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError> {
        self.path.push(segment);
        write(self)?;
        self.path.pop();
        Ok(())
    }

    fn value(&mut self, value: &'a Value, depth: usize) -> Result<(), EncodeError> {
        self.out.push_str("<value>");
        match value {
            Value::Null => self.out.push_str("<nil/>"),
            Value::Bool(true) => self.out.push_str("<boolean>1</boolean>"),
            Value::Bool(false) => self.out.push_str("<boolean>0</boolean>"),
            Value::Number(number) => self.number(number)?,
            Value::String(text) => {
                self.out.push_str("<string>");
                self.text(text)?;
                self.out.push_str("</string>");
            }
            Value::Array(items) => self.array(items, self.deeper(depth)?)?,
            Value::Object(members) => self.members(members, self.deeper(depth)?)?,
        }
        self.out.push_str("</value>");
        Ok(())
    }

    fn deeper(&self, depth: usize) -> Result<usize, EncodeError> {
        if depth >= MAX_DEPTH {
            return Err(self.error(format!("nested deeper than {MAX_DEPTH} levels")));
        }
        Ok(depth + 1)
    }

    /// `i8` only where `int` is too small: some readers know no other.
    fn number(&mut self, number: &Number) -> Result<(), EncodeError> {
        if let Some(integer) = number.as_i64() {
            let tag = if i32::try_from(integer).is_ok() { "int" } else { "i8" };
            let _infallible = write!(self.out, "<{tag}>{integer}</{tag}>");
            Ok(())
        } else if number.is_f64() {
            let _infallible = write!(self.out, "<double>{number}</double>");
            Ok(())
        } else {
            Err(self.error("an integer beyond 64 bits signed".to_owned()))
        }
    }

    fn array(&mut self, items: &'a [Value], depth: usize) -> Result<(), EncodeError> {
        self.out.push_str("<array><data>");
        for (index, item) in items.iter().enumerate() {
            self.in_segment(Segment::Index(index), |w| w.value(item, depth))?;
        }
        self.out.push_str("</data></array>");
        Ok(())
    }

    fn members(&mut self, members: &'a Map<String, Value>, depth: usize) -> Result<(), EncodeError> {
        self.out.push_str("<struct>");
        for (key, value) in members {
            self.in_segment(Segment::Key(key), |w| {
                w.out.push_str("<member><name>");
                w.text(key)?;
                w.out.push_str("</name>");
                w.value(value, depth)?;
                w.out.push_str("</member>");
                Ok(())
            })?;
        }
        self.out.push_str("</struct>");
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), EncodeError> {
        for (position, c) in text.char_indices() {
            match c {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                // A reader turns a bare carriage return into a line feed (XML 1.0, clause 2.11).
                '\r' => self.out.push_str("&#13;"),
                c if is_xml_char(c) => self.out.push(c),
                c => {
                    let code = u32::from(c);
                    return Err(self.error(format!(
                        "the character U+{code:04X} at byte {position} of the text, which XML 1.0 does not allow"
                    )));
                }
            }
        }
        Ok(())
    }

    fn error(&self, reason: String) -> EncodeError {
        let mut path = String::new();
        for segment in &self.path {
            let _infallible = match segment {
                Segment::Name(name) => write!(path, "{name}"),
                Segment::Param(index) => write!(path, "params[{index}]"),
                Segment::Index(index) => write!(path, "[{index}]"),
                Segment::Key(key) => write!(path, ".{}", key.escape_default()),
            };
        }
        EncodeError { path, reason }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn writes_each_kind_of_value() {
        let value = json!([null, true, false, 1, -2147483649_i64, 0.1, "a & <b>\r", [], {"k": 1e300}]);
        let body = encode_response(&value).unwrap();
        for part in [
            "<nil/>",
            "<boolean>1</boolean>",
            "<boolean>0</boolean>",
            "<int>1</int>",
            "<i8>-2147483649</i8>",
            "<double>0.1</double>",
            "<string>a &amp; &lt;b&gt;&#13;</string>",
            "<array><data></data></array>",
            "<struct><member><name>k</name><value><double>1e300</double>",
        ] {
            assert!(
                body.contains(part) || body.contains(&part.replace("1e300", "1e+300")),
                "{part} in {body}"
            );
        }
    }

    #[test]
    fn refuses_what_xml_cannot_carry_and_says_where() {
        let error = encode_call("execute_kw", &[json!(1), json!([{"name": "a\u{0}b"}])]).unwrap_err();
        assert_eq!(error.path, "params[1][0].name");
        assert!(error.reason.contains("U+0000 at byte 1"), "{error}");

        let error = encode_response(&json!({"big": u64::MAX})).unwrap_err();
        assert_eq!(error.path, "params[0].big");
        assert!(encode_call("a\u{b}", &[]).is_err());
        assert!(encode_response(&json!({"\u{1}": 1})).is_err());
        assert!(encode_response(&json!("\u{FFFE}")).is_err());
    }

    #[test]
    fn refuses_deep_nesting() {
        let nest = |depth| (0..depth).fold(json!(1), |inner, _| json!([inner]));
        assert!(encode_response(&nest(MAX_DEPTH)).is_ok());
        assert!(encode_response(&nest(MAX_DEPTH + 1)).unwrap_err().reason.contains("nested deeper"));
    }
}
