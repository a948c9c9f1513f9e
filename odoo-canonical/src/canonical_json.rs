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
    let text = serde_json::to_vec(value).map_err(encoding)?;
    let mut sorted = Vec::with_capacity(text.len());
    match (Sorter { text: &text, at: 0 }).value(&mut sorted) {
        Some(()) => Ok(sorted),
        None => by_value(value).map_err(encoding),
    }
}

/// The slow way, for what the quick one does not take.
fn by_value<T: Serialize + ?Sized>(value: &T) -> serde_json::Result<Vec<u8>> {
    let mut value = serde_json::to_value(value)?;
    // Sorted here and not by the map type, which another crate's feature may switch to insertion order.
    value.sort_all_objects();
    serde_json::to_vec(&value)
}

/// Copies compact JSON with the members of each object in order. Gives up on a key that is escaped or stands twice.
struct Sorter<'t> {
    text: &'t [u8],
    at: usize,
}

impl<'t> Sorter<'t> {
    fn value(&mut self, out: &mut Vec<u8>) -> Option<()> {
        match *self.text.get(self.at)? {
            b'{' => self.object(out),
            b'[' => {
                self.copy(1, out)?;
                while *self.text.get(self.at)? != b']' {
                    self.value(out)?;
                    if *self.text.get(self.at)? == b',' {
                        self.copy(1, out)?;
                    }
                }
                self.copy(1, out)
            }
            b'"' => {
                let length = self.string()?;
                self.copy(length, out)
            }
            _ => {
                let rest = self.text.get(self.at..)?;
                let length = rest.iter().position(|b| matches!(b, b',' | b']' | b'}')).unwrap_or(rest.len());
                self.copy(length, out)
            }
        }
    }

    fn object(&mut self, out: &mut Vec<u8>) -> Option<()> {
        self.copy(1, out)?;
        let begin = out.len();
        // The key, and where the member stands in what is copied.
        let mut members: Vec<(&'t [u8], usize, usize)> = Vec::new();
        while *self.text.get(self.at)? != b'}' {
            let start = out.len();
            let length = self.string()?;
            let key = self.text.get(self.at + 1..self.at + length - 1)?;
            self.copy(length + 1, out)?;
            self.value(out)?;
            members.push((key, start, out.len()));
            if *self.text.get(self.at)? == b',' {
                self.at += 1;
            }
        }
        self.at += 1;
        members.sort_unstable_by_key(|(key, ..)| *key);
        let twice = members.windows(2).any(|pair| matches!(pair, [(a, ..), (b, ..)] if a == b));
        if twice || members.iter().any(|(key, ..)| key.contains(&b'\\')) {
            return None;
        }
        let copied = out.split_off(begin);
        for (number, (_, start, end)) in members.iter().enumerate() {
            if number > 0 {
                out.push(b',');
            }
            out.extend_from_slice(copied.get(start - begin..end - begin)?);
        }
        out.push(b'}');
        Some(())
    }

    /// The length of the string that stands here, with its quotes.
    fn string(&self) -> Option<usize> {
        let rest = self.text.get(self.at + 1..)?;
        let mut escaped = false;
        let end = rest.iter().position(|b| {
            let ends = *b == b'"' && !escaped;
            escaped = *b == b'\\' && !escaped;
            ends
        })?;
        Some(end + 2)
    }

    fn copy(&mut self, length: usize, out: &mut Vec<u8>) -> Option<()> {
        out.extend_from_slice(self.text.get(self.at..self.at + length)?);
        self.at += length;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

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

    fn json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            any::<f64>().prop_map(Into::into),
            any::<String>().prop_map(Into::into),
        ];
        leaf.prop_recursive(4, 64, 8, |inner| {
            let key = prop_oneof![3 => "[a-z_]{0,4}", 1 => any::<String>()];
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
                prop::collection::vec((key, inner), 0..6).prop_map(|members| members.into_iter().collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn the_quick_way_says_the_same_as_the_slow_one(value in json()) {
            let slow = by_value(&value).unwrap();
            prop_assert_eq!(canonical_json(&value).unwrap(), slow);
        }
    }

    #[test]
    fn a_key_that_stands_twice_holds_its_last_value() {
        struct Twice;
        impl Serialize for Twice {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_map([("b", 1), ("a", 2), ("b", 3)])
            }
        }
        assert_eq!(canonical_json(&Twice).unwrap(), br#"{"a":2,"b":3}"#);
    }
}
