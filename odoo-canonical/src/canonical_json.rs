//! One text for one document, and its digest.

use crate::{
    contract::{ContractError, ContractRule},
    value::ValueError,
};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use std::fmt;

/// A SHA-256 digest; 64 lower-case hexadecimal digits as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The digest of parts, each with its length (8 bytes, big endian) before it, so that no two lists of parts have
    /// the same digest.
    pub fn of_parts<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        Self(hash.finalize().into())
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    fn parse(text: &str) -> Result<Self, ValueError> {
        let rule = "must be 64 lower-case hexadecimal digits";
        let mut bytes = [0; 32];
        let mut digits = text.chars().enumerate();
        for byte in &mut bytes {
            for _ in 0..2 {
                let (position, digit) = digits.next().ok_or(ValueError::new("digest", rule))?;
                let value = digit.to_digit(16).filter(|_| !digit.is_ascii_uppercase());
                let value = value.and_then(|value| u8::try_from(value).ok());
                *byte = *byte << 4 | value.ok_or(ValueError::at("digest", rule, position))?;
            }
        }
        match digits.next() {
            None => Ok(Self(bytes)),
            Some((position, _)) => Err(ValueError::at("digest", rule, position)),
        }
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

string_value!(Digest, "SHA-256 digest", {
    "description": "A SHA-256 digest in lower-case hexadecimal.",
    "pattern": "^[0-9a-f]{64}$"
});

/// Writes a value as JSON in its one canonical form: no white space, keys sorted by their code points, absent fields
/// left out. The same value gives the same bytes in every version of the program.
///
/// # Errors
/// When the value has a map with keys that are not text; no type of this crate has.
pub fn canonical_json<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, ContractError> {
    let encoding = |error: serde_json::Error| ContractError {
        path: String::new(),
        rule: ContractRule::Encoding,
        detail: error.to_string(),
    };
    let mut value = serde_json::to_value(value).map_err(encoding)?;
    // Sorted here and not by the map type, which another crate's feature may switch to insertion order.
    value.sort_all_objects();
    serde_json::to_vec(&value).map_err(encoding)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_of_known_bytes() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(Digest::of(b"").to_string(), empty);
        assert_eq!(empty.parse::<Digest>().unwrap(), Digest::of(b""));
        assert!(empty.to_uppercase().parse::<Digest>().is_err());
        assert!(format!("{empty}0").parse::<Digest>().is_err());
        assert!("e3".parse::<Digest>().is_err());
    }

    #[test]
    fn parts_cannot_run_into_each_other() {
        assert_ne!(Digest::of_parts([&b"ab"[..], b"c"]), Digest::of_parts([&b"a"[..], b"bc"]));
        assert_ne!(Digest::of_parts([&b""[..]]), Digest::of_parts([]));
    }

    #[test]
    fn keys_are_sorted_at_every_depth() {
        let value: serde_json::Value =
            serde_json::from_str(r#"{ "b": [{"d": 1, "c": 2}], "a": "é" }"#).unwrap();
        assert_eq!(canonical_json(&value).unwrap(), r#"{"a":"é","b":[{"c":2,"d":1}]}"#.as_bytes());
    }
}
