//! Reading a document strictly, and saying where and why when it is refused.

mod open;
mod strict;

pub(crate) use open::passed_over;

use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_path_to_error::Segment;
use std::fmt::{self, Write};

/// The largest document that is read: 8 MiB. Larger content travels by reference.
pub const MAX_DOCUMENT_BYTES: usize = 8 * 1024 * 1024;

/// A document does not have the shape that its contract asks for.
///
/// Neither the path nor the detail repeats a value of the document, for values may be personal; unknown field names
/// are repeated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("contract broken at {}: {detail}", if .path.is_empty() { "the document" } else { .path })]
pub struct ContractError {
    /// Where, as a JSON Pointer (RFC 6901): `/lines/0/quantity/value`; empty for the whole document.
    pub path: String,
    /// Which kind of rule was broken.
    pub rule: ContractRule,
    /// What was wanted and what kind of thing was found.
    pub detail: String,
}

/// The kinds of rules that a document can break before its meaning is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ContractRule {
    /// The document is larger than [`MAX_DOCUMENT_BYTES`].
    Size,
    /// The text is not JSON, or is nested too deeply.
    Syntax,
    /// A value has another JSON type than the field takes, for example a number where a decimal string belongs.
    Type,
    /// A field that the contract does not have.
    UnknownField,
    /// A field that the contract requires is absent.
    MissingField,
    /// A field stands twice.
    DuplicateField,
    /// A value of the right JSON type breaks a rule of its value type.
    Value,
    /// A value could not be written as JSON.
    Encoding,
}

impl ContractRule {
    /// The name of the rule in snake case, for codes in logs and exceptions.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Size => "size",
            Self::Syntax => "syntax",
            Self::Type => "type",
            Self::UnknownField => "unknown_field",
            Self::MissingField => "missing_field",
            Self::DuplicateField => "duplicate_field",
            Self::Value => "value",
            Self::Encoding => "encoding",
        }
    }
}

impl fmt::Display for ContractRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How a document is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Contract {
    /// As a producer must write it: fields that the contract does not have are refused.
    Strict,
    /// As a consumer may read it: they are passed over.
    Open,
}

/// Reads one JSON document and nothing after it.
pub(crate) fn decode<T: DeserializeOwned>(bytes: &[u8], contract: Contract) -> Result<T, ContractError> {
    if bytes.len() > MAX_DOCUMENT_BYTES {
        let detail = format!("{} bytes, at most {MAX_DOCUMENT_BYTES} are read", bytes.len());
        return Err(ContractError { path: String::new(), rule: ContractRule::Size, detail });
    }
    // Keeping track of the path costs as much as reading does, so only what is refused is read with it, a second time.
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let Ok(value) = T::deserialize(strict::Strict(&mut json, contract)) else {
        return decode_tracked(bytes, contract);
    };
    json.end().map_err(|error| describe(String::new(), &error))?;
    Ok(value)
}

fn decode_tracked<T: DeserializeOwned>(bytes: &[u8], contract: Contract) -> Result<T, ContractError> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    serde_path_to_error::deserialize(strict::Strict(&mut json, contract)).map_err(|error| {
        let path = pointer(error.path());
        describe(path, error.inner())
    })
}

/// For `#[serde(deserialize_with)]` on `Option` fields: an absent field is `None`, and `null` is refused, so that there
/// is one way to say nothing.
pub(crate) fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

pub(crate) fn describe(path: String, error: &serde_json::Error) -> ContractError {
    let text = error.to_string();
    let rule = match error.classify() {
        serde_json::error::Category::Data => [
            ("unknown field", ContractRule::UnknownField),
            ("missing field", ContractRule::MissingField),
            ("duplicate field", ContractRule::DuplicateField),
            ("invalid type", ContractRule::Type),
        ]
        .into_iter()
        .find(|(start, _)| text.starts_with(start))
        .map_or(ContractRule::Value, |(_, rule)| rule),
        _ => ContractRule::Syntax,
    };
    ContractError { path, rule, detail: in_json_words(&without_values(&text)) }
}

/// Whoever writes documents knows no `struct SalesOrder` and no `u64`.
fn in_json_words(text: &str) -> String {
    let text = &text.replace("expected u64", "expected a whole number, 0 or more");
    let Some((before, after)) = text.split_once("expected struct ") else { return text.to_owned() };
    format!(
        "{before}expected an object{}",
        after.trim_start_matches(|character: char| character.is_ascii_alphanumeric())
    )
}

/// Takes the value out of `invalid type: string "..", expected ..` and its like.
fn without_values(text: &str) -> String {
    let echoes =
        ["invalid type: ", "invalid value: ", "unknown variant "].iter().any(|start| text.starts_with(start));
    let Some(expected) = text.rfind(", expected ").filter(|_| echoes) else {
        return text.to_owned();
    };
    let (found, expected) = text.split_at(expected);
    let kind = found.split(['`', '"']).next().unwrap_or_default().trim_end();
    format!("{kind}{expected}")
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    let mut pointer = String::new();
    for segment in path {
        let name = match segment {
            Segment::Seq { index } => index.to_string(),
            Segment::Map { key } => key.replace('~', "~0").replace('/', "~1"),
            Segment::Enum { variant } => variant.clone(),
            Segment::Unknown => continue,
        };
        // Writing to a String cannot fail.
        let _ = write!(pointer, "/{name}");
    }
    pointer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_not_repeated() {
        let text =
            r#"invalid type: string "jane, expected `@example.org", expected a sequence at line 1 column 2"#;
        assert_eq!(without_values(text), "invalid type: string, expected a sequence at line 1 column 2");
        assert_eq!(
            without_values("unknown variant `jane`, expected `a` or `b`"),
            "unknown variant, expected `a` or `b`"
        );
        assert_eq!(without_values("missing field `key`"), "missing field `key`");
        assert_eq!(
            in_json_words("invalid type: sequence, expected struct SalesOrder at line 1 column 0"),
            "invalid type: sequence, expected an object at line 1 column 0"
        );
        assert_eq!(
            in_json_words("invalid value: integer, expected u64"),
            "invalid value: integer, expected a whole number, 0 or more"
        );
    }

    #[test]
    fn size_and_trailing_text_are_refused() {
        let large = vec![b' '; MAX_DOCUMENT_BYTES + 1];
        assert_eq!(decode::<u8>(&large, Contract::Strict).unwrap_err().rule, ContractRule::Size);
        assert_eq!(decode::<u8>(b"1 2", Contract::Strict).unwrap_err().rule, ContractRule::Syntax);
        assert_eq!(decode::<u8>(b"1 ", Contract::Strict).unwrap(), 1);
    }
}
