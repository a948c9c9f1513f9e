//! Types of single attributes.

use crate::{
    contract::{Contract, ContractError, decode},
    value::{Code, ValueError},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::{borrow::Cow, fmt};

/// The version of CloudEvents. Only 1.0 is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum SpecVersion {
    /// CloudEvents 1.0 (all patch versions).
    #[serde(rename = "1.0")]
    V1,
}

/// JSON as it stood in the document: no number loses a digit and no key its place.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JsonData(Box<RawValue>);

impl JsonData {
    /// Takes a JSON text as it is.
    ///
    /// # Errors
    /// When the text is not one JSON value.
    pub fn from_json(bytes: &[u8]) -> Result<Self, ContractError> {
        decode(bytes, Contract::Strict).map(Self)
    }

    /// The JSON text.
    pub fn as_str(&self) -> &str {
        self.0.get()
    }
}

impl PartialEq for JsonData {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl JsonSchema for JsonData {
    fn schema_name() -> Cow<'static, str> {
        "JsonData".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!(true)
    }
}

/// Bytes, in standard base64 with padding (RFC 4648, section 4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base64(Vec<u8>);

impl Base64 {
    fn parse(text: &str) -> Result<Self, ValueError> {
        let error = |_| ValueError::new("base64", "must be standard base64 with padding");
        BASE64_STANDARD.decode(text).map(Self).map_err(error)
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl From<Vec<u8>> for Base64 {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for Base64 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE64_STANDARD.encode(&self.0))
    }
}

string_value!(Base64, "base64", {
    "contentEncoding": "base64",
    "pattern": "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"
});

/// The systems that a change has passed through, first to last, written with commas: `shop,hub`. A change that comes
/// back to one of them is an echo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origins(Vec<Code>);

impl Origins {
    /// A chain that begins with the system in which the change arose.
    pub fn new(first: Code) -> Self {
        Self(vec![first])
    }

    fn parse(text: &str) -> Result<Self, ValueError> {
        let error = |_| ValueError::new("origins", "must be system codes with commas between them");
        if text.len() > 4096 {
            return Err(ValueError::new("origins", "must have at most 4096 characters"));
        }
        text.split(',').map(str::parse).collect::<Result<_, ValueError>>().map(Self).map_err(error)
    }

    /// Whether the change has passed through a system.
    pub fn contains(&self, system: &Code) -> bool {
        self.0.contains(system)
    }

    /// Adds the system that the change passes through now, unless it is the last one already.
    pub fn push(&mut self, system: Code) {
        if self.0.last() != Some(&system) {
            self.0.push(system);
        }
    }

    /// The systems, first to last.
    pub fn iter(&self) -> impl Iterator<Item = &Code> {
        self.0.iter()
    }
}

impl fmt::Display for Origins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, code) in self.0.iter().enumerate() {
            let comma = if index > 0 { "," } else { "" };
            write!(f, "{comma}{code}")?;
        }
        Ok(())
    }
}

string_value!(Origins, "origins, for example \"shop,hub\"", {
    "description": "The systems that a change has passed through, first to last, with commas between them.",
    "maxLength": 4096,
    "pattern": "^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}(,[A-Za-z0-9][A-Za-z0-9_.:-]{0,63})*$"
});

/// The `traceparent` of W3C Trace Context, level 1: version, trace, parent and flags in lower-case hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceParent(String);

impl TraceParent {
    fn parse(text: &str) -> Result<Self, ValueError> {
        let rule = "must be like 00-<32 hex>-<16 hex>-<2 hex>, in lower case (W3C Trace Context)";
        let hex = |character: char| character.is_ascii_digit() || ('a'..='f').contains(&character);
        let mut parts = text.split('-');
        let mut position = 0;
        let mut take = |length: usize| {
            let part = parts.next().filter(|part| part.len() == length && part.chars().all(hex));
            let part = part.ok_or(ValueError::at("traceparent", rule, position));
            position += length + 1;
            part
        };
        let (version, trace, parent, _) = (take(2)?, take(32)?, take(16)?, take(2)?);
        if parts.next().is_some() {
            return Err(ValueError::at("traceparent", rule, 55));
        }
        let zeros = |part: &str| part.bytes().all(|byte| byte == b'0');
        if version == "ff" || zeros(trace) || zeros(parent) {
            return Err(ValueError::new(
                "traceparent",
                "must not have version ff, nor a trace or parent of noughts",
            ));
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TraceParent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

string_value!(TraceParent, "traceparent", {
    "description": "A traceparent of W3C Trace Context.",
    "pattern": "^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$",
    "not": { "pattern": "^ff|^..-0{32}|^.{36}0{16}" }
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traceparent_is_read_strictly() {
        let good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        assert_eq!(good.parse::<TraceParent>().unwrap().as_str(), good);
        for text in [
            "",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
        ] {
            assert!(text.parse::<TraceParent>().is_err(), "{text:?} was accepted");
        }
    }

    #[test]
    fn origins_keep_their_order() {
        let mut origins: Origins = "shop,hub".parse().unwrap();
        let erp: Code = "erp-eu".parse().unwrap();
        assert!(!origins.contains(&erp));
        origins.push(erp.clone());
        origins.push(erp.clone());
        assert!(origins.contains(&erp));
        assert_eq!(origins.to_string(), "shop,hub,erp-eu");
        for text in ["", "shop,", ",shop", "shop, hub", "shop;hub"] {
            assert!(text.parse::<Origins>().is_err(), "{text:?} was accepted");
        }
    }

    #[test]
    fn base64_needs_its_padding() {
        assert_eq!("AAE=".parse::<Base64>().unwrap().as_bytes(), [0, 1]);
        assert_eq!(Base64::from(vec![0, 1]).to_string(), "AAE=");
        for text in ["AAE", "AA E=", "AA-_", "AAF="] {
            assert!(text.parse::<Base64>().is_err(), "{text:?} was accepted");
        }
    }
}
