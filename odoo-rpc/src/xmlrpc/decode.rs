//! XML-RPC text to JSON values.

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use serde_json::{Map, Number, Value};

use super::{Fault, MAX_BYTES, MAX_DEPTH, MethodCall, MethodResponse, is_xml_char};

/// Bytes that are not an XML-RPC message, and where that was found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an XML-RPC message: {reason} (at byte {offset})")]
pub struct DecodeError {
    /// Where in the input, counted in bytes from its start.
    pub offset: usize,
    /// What is wrong there. Never contains text of a value.
    pub reason: String,
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
    let mut parser = Parser::new(body)?;
    parser.start("methodResponse")?;
    let response = match parser.next_tag()? {
        Tag::Start(tag) if tag.name().as_ref() == "params" => {
            parser.start("param")?;
            parser.start("value")?;
            let value = parser.value(0)?;
            parser.end("param")?;
            parser.end("params")?;
            MethodResponse::Value(value)
        }
        Tag::Start(tag) if tag.name().as_ref() == "fault" => {
            parser.start("value")?;
            let fault = parser.value(0)?;
            parser.end("fault")?;
            MethodResponse::Fault(parser.fault(&fault)?)
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
        Tag::Start(tag) if tag.name().as_ref() == "params" => {
            while parser.start_or_end("param")? {
                parser.start("value")?;
                params.push(parser.value(0)?);
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

/// A structural event: between tags only whitespace may stand.
enum Tag<'a> {
    Start(BytesStart<'a>),
    End,
    Eof,
}

struct Parser<'a> {
    reader: Reader<&'a [u8]>,
    /// Where the latest event began.
    offset: usize,
    /// How far the input was moved by a byte order mark.
    skipped: usize,
}

impl<'a> Parser<'a> {
    fn new(body: &'a [u8]) -> Result<Self, DecodeError> {
        if body.len() > MAX_BYTES {
            return Err(DecodeError { offset: MAX_BYTES, reason: format!("longer than {MAX_BYTES} bytes") });
        }
        let text = std::str::from_utf8(body)
            .map_err(|error| DecodeError { offset: error.valid_up_to(), reason: "not UTF-8".to_owned() })?;
        if let Some(offset) = forbidden(text) {
            return Err(DecodeError { offset, reason: "a character that XML 1.0 does not allow".to_owned() });
        }
        let unmarked = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        let mut reader = Reader::from_str(unmarked);
        reader.config_mut().expand_empty_elements = true;
        Ok(Self { reader, offset: 0, skipped: text.len() - unmarked.len() })
    }

    /// The next event that carries something. Comments and processing instructions carry nothing.
    fn next_event(&mut self) -> Result<Event<'a>, DecodeError> {
        loop {
            self.offset = self.skipped + usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX);
            let event = self.reader.read_event().map_err(|error| DecodeError {
                offset: self.skipped + usize::try_from(self.reader.error_position()).unwrap_or(usize::MAX),
                reason: syntax_reason(&error),
            })?;
            match event {
                Event::Comment(_) | Event::PI(_) => {}
                Event::DocType(_) => {
                    return Err(self.error("a document type declaration, which is not allowed"));
                }
                Event::Decl(declaration) => match declaration.encoding() {
                    None => {}
                    Some(Ok(name))
                        if name.eq_ignore_ascii_case("utf-8") || name.eq_ignore_ascii_case("us-ascii") => {}
                    Some(_) => return Err(self.error("an encoding other than UTF-8")),
                },
                event => return Ok(event),
            }
        }
    }

    fn next_tag(&mut self) -> Result<Tag<'a>, DecodeError> {
        loop {
            match self.next_event()? {
                Event::Start(tag) => return Ok(Tag::Start(tag)),
                Event::End(_) => return Ok(Tag::End),
                Event::Eof => return Ok(Tag::Eof),
                Event::Text(text) if is_blank(&text) => {}
                _ => return Err(self.error("text where only a tag may stand")),
            }
        }
    }

    fn start(&mut self, name: &str) -> Result<(), DecodeError> {
        if self.start_or_end(name)? { Ok(()) } else { Err(self.error(&format!("expected <{name}>"))) }
    }

    /// Whether `<name>` was read; if not, the element that surrounds it ended.
    fn start_or_end(&mut self, name: &str) -> Result<bool, DecodeError> {
        match self.next_tag()? {
            Tag::Start(tag) if tag.name().as_ref() == name => Ok(true),
            Tag::End => Ok(false),
            _ => Err(self.error(&format!("expected <{name}>"))),
        }
    }

    /// That the names of start and end tags agree is the reader's work.
    fn end(&mut self, name: &str) -> Result<(), DecodeError> {
        match self.next_tag()? {
            Tag::End => Ok(()),
            _ => Err(self.error(&format!("expected </{name}>"))),
        }
    }

    fn eof(&mut self) -> Result<(), DecodeError> {
        match self.next_tag()? {
            Tag::Eof => Ok(()),
            _ => Err(self.error("something follows the end of the message")),
        }
    }

    /// The rest of a `<value>` whose start tag was read.
    fn value(&mut self, depth: usize) -> Result<Value, DecodeError> {
        let mut text = String::new();
        loop {
            match self.next_event()? {
                Event::End(_) => return Ok(Value::String(text)),
                Event::Start(tag) => {
                    if !is_blank(&text) {
                        return Err(self.error("text beside a tag in one <value>"));
                    }
                    let value = self.typed(tag.name().as_ref(), depth)?;
                    self.end("value")?;
                    return Ok(value);
                }
                event => self.push_text(event, &mut text)?,
            }
        }
    }

    /// The rest of a typed value whose start tag was read.
    fn typed(&mut self, tag: &str, depth: usize) -> Result<Value, DecodeError> {
        let at = self.offset;
        let bad = |what: &str| DecodeError { offset: at, reason: format!("not a valid {what}") };
        match tag {
            "string" | "dateTime.iso8601" => Ok(Value::String(self.text()?)),
            "int" | "i4" | "i8" => {
                let text = self.text()?;
                text.trim().parse::<i64>().map(Value::from).map_err(|_| bad("64-bit integer"))
            }
            "double" => {
                let text = self.text()?;
                let number = text.trim().parse::<f64>().map_err(|_| bad("double"))?;
                Number::from_f64(number).map(Value::Number).ok_or_else(|| bad("finite double"))
            }
            "boolean" => match self.text()?.trim() {
                "1" => Ok(Value::Bool(true)),
                "0" => Ok(Value::Bool(false)),
                _ => Err(bad("boolean")),
            },
            "nil" | "ex:nil" => {
                let text = self.text()?;
                if is_blank(&text) { Ok(Value::Null) } else { Err(bad("nil")) }
            }
            "base64" => {
                let mut text = self.text()?;
                text.retain(|c| !c.is_ascii_whitespace());
                if is_base64(&text) { Ok(Value::String(text)) } else { Err(bad("base64")) }
            }
            "array" => self.array(self.deeper(depth)?),
            "struct" => self.members(self.deeper(depth)?),
            _ => Err(self.error("an unknown type of value")),
        }
    }

    fn deeper(&self, depth: usize) -> Result<usize, DecodeError> {
        if depth >= MAX_DEPTH {
            return Err(self.error(&format!("nested deeper than {MAX_DEPTH} levels")));
        }
        Ok(depth + 1)
    }

    fn array(&mut self, depth: usize) -> Result<Value, DecodeError> {
        let mut items = Vec::new();
        self.start("data")?;
        while self.start_or_end("value")? {
            items.push(self.value(depth)?);
        }
        self.end("array")?;
        Ok(Value::Array(items))
    }

    fn members(&mut self, depth: usize) -> Result<Value, DecodeError> {
        let mut members = Map::new();
        while self.start_or_end("member")? {
            self.start("name")?;
            let at = self.offset;
            let name = self.text()?;
            self.start("value")?;
            let value = self.value(depth)?;
            self.end("member")?;
            // Which of two values was meant cannot be known, and they may be amounts.
            if members.insert(name, value).is_some() {
                return Err(DecodeError { offset: at, reason: "a struct with one name twice".to_owned() });
            }
        }
        Ok(Value::Object(members))
    }

    /// Text up to the end of the element whose start tag was read.
    fn text(&mut self) -> Result<String, DecodeError> {
        let mut text = String::new();
        loop {
            match self.next_event()? {
                Event::End(_) => return Ok(text),
                event => self.push_text(event, &mut text)?,
            }
        }
    }

    fn push_text(&self, event: Event<'a>, out: &mut String) -> Result<(), DecodeError> {
        match event {
            Event::Text(text) => out.push_str(&text.xml10_content()),
            Event::CData(text) => out.push_str(&text.xml10_content()),
            Event::GeneralRef(reference) => out.push(self.reference(&reference)?),
            Event::Start(_) => return Err(self.error("a tag where only text may stand")),
            _ => return Err(self.error("the message ends too early")),
        }
        Ok(())
    }

    /// There are no document types, so only the five predefined entities and character references exist.
    fn reference(&self, reference: &BytesRef<'_>) -> Result<char, DecodeError> {
        match reference.resolve_char_ref() {
            Ok(Some(c)) if is_xml_char(c) => return Ok(c),
            Ok(None) => {}
            Ok(Some(_)) | Err(_) => return Err(self.error("a character reference that names no character")),
        }
        match &**reference {
            "amp" => Ok('&'),
            "lt" => Ok('<'),
            "gt" => Ok('>'),
            "quot" => Ok('"'),
            "apos" => Ok('\''),
            _ => Err(self.error("an entity that is not predefined")),
        }
    }

    fn fault(&self, value: &Value) -> Result<Fault, DecodeError> {
        let code = value.get("faultCode").and_then(Value::as_i64);
        let text = value.get("faultString").and_then(Value::as_str);
        match (code, text) {
            (Some(code), Some(text)) => Ok(Fault { code, text: text.to_owned() }),
            _ => Err(self.error("a fault without an integer faultCode and a faultString")),
        }
    }

    fn error(&self, reason: &str) -> DecodeError {
        DecodeError { offset: self.offset, reason: reason.to_owned() }
    }
}

/// The first character that may not stand in XML as it is. Of the bytes, those of U+FFFE and U+FFFF need a second look.
fn forbidden(text: &str) -> Option<usize> {
    let suspicious = |&b: &u8| b == 0xEF || (b < b' ' && !matches!(b, b'\t' | b'\n' | b'\r'));
    let mut from = 0;
    while let Some(at) = text.as_bytes().get(from..)?.iter().position(suspicious) {
        let at = from + at;
        let c = text.get(at..)?.chars().next()?;
        if !is_xml_char(c) {
            return Some(at);
        }
        from = at + c.len_utf8();
    }
    None
}

fn is_blank(text: &str) -> bool {
    text.bytes().all(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n'))
}

fn is_base64(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    text.len().is_multiple_of(4)
        && text.len() - body.len() <= 2
        && body.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'+' || b == b'/')
}

/// The library's own texts quote names out of the input, which may be data: only the kind is passed on.
fn syntax_reason(error: &quick_xml::Error) -> String {
    match error {
        quick_xml::Error::Syntax(_) => "XML syntax: something is not closed",
        quick_xml::Error::IllFormed(_) => "XML not well-formed: tags or references do not match",
        _ => "XML cannot be read",
    }
    .to_owned()
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
