//! The XML-RPC codec: JSON values to XML-RPC text and back, both directions of both messages.
//!
//! Pure functions, no network; a response can be read as any serde type, straight from the text. A client encodes a call and decodes a response; a server (or a test double of one) does
//! the opposite, with the same code.
//!
//! | XML-RPC | JSON |
//! |---|---|
//! | `int`, `i4`, `i8` | integer, all 64 bits exact |
//! | `double` | number; written with the shortest text that reads back as the same `f64` |
//! | `boolean`, `nil` | `true`/`false`, `null` |
//! | `string`, or a `value` without a tag | string, its whitespace kept |
//! | `dateTime.iso8601` | string, as it stands |
//! | `base64` | string of base64, line breaks taken out |
//! | `array`, `struct` | array, object |
//!
//! Only the first kind of each row is written; the others are read. Numbers that XML-RPC cannot carry (integers beyond
//! 64 bits signed) and characters that XML 1.0 cannot carry (most control characters) are refused, never changed.
//!
//! What is read is untrusted: document type declarations are refused (so there are no entities to expand), nesting is
//! capped at [`MAX_DEPTH`], size at [`MAX_BYTES`], and every error names the byte where it was found.
//!
//! Source: the XML-RPC specification (xmlrpc.com/spec.md), the `nil` and `i8` extensions as Python's `xmlrpc.client`
//! reads and writes them, and Odoo's `addons/rpc/controllers/xmlrpc.py`.

mod de;
mod decode;
mod encode;
mod parser;
mod scan;

pub(crate) use decode::Json;
pub use decode::{DecodeError, decode_call, decode_response, decode_response_as};
pub use encode::{EncodeError, encode_call, encode_fault, encode_response};

use serde_json::Value;

/// How deep arrays and structs may nest, in both directions.
pub const MAX_DEPTH: usize = 64;

/// How large a message may be that is decoded, in bytes. It is the limit that Odoo itself puts on a request.
pub const MAX_BYTES: usize = 128 * 1024 * 1024;

/// A decoded `methodCall`.
#[derive(Clone, Debug, PartialEq)]
pub struct MethodCall {
    /// The method, for example `execute_kw`.
    pub method: String,
    /// The parameters, in order.
    pub params: Vec<Value>,
}

/// A decoded `methodResponse`.
#[derive(Clone, Debug, PartialEq)]
pub enum MethodResponse {
    /// The call returned this.
    Value(Value),
    /// The call failed.
    Fault(Fault),
}

/// An XML-RPC fault.
///
/// Odoo's codes on `/xmlrpc/2`: 1 any other exception (the text is a traceback), 2 a warning for the user, 3 access
/// denied, 4 access error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// `faultCode`.
    pub code: i64,
    /// `faultString`.
    pub text: String,
}

/// Whether XML 1.0 can carry this character (clause 2.2, production `Char`).
pub(crate) fn is_xml_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}
