//! References to resources, as the envelope uses them.

use super::ValueError;
use std::fmt;

/// A URI reference in the characters of RFC 3986 (absolute or relative), at most 2048 of them, for example
/// `//tenant/eu/production/shopify`. Its parts are not taken apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UriReference(String);

impl UriReference {
    fn parse(text: &str) -> Result<Self, ValueError> {
        let mut escape = 0;
        for (position, character) in text.chars().enumerate() {
            let allowed = match escape {
                0 => character.is_ascii_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=%".contains(character),
                _ => character.is_ascii_hexdigit(),
            };
            if !allowed {
                return Err(ValueError::at(
                    "uri",
                    "must use the characters of RFC 3986, others as %XX",
                    position,
                ));
            }
            escape = if character == '%' { 2 } else { escape.max(1) - 1 };
        }
        match text.len() {
            1..=2048 if escape == 0 => Ok(Self(text.to_owned())),
            1..=2048 => Err(ValueError::new("uri", "must not end within a %XX escape")),
            _ => Err(ValueError::new("uri", "must have 1 to 2048 characters")),
        }
    }

    /// The reference as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UriReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

string_value!(UriReference, "URI reference", {
    "examples": ["//acme/eu/production/shop"],
    "description": "A URI reference (RFC 3986).",
    "maxLength": 2048,
    "pattern": "^([A-Za-z0-9._~:/?#\\[\\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+$"
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_uri_characters_pass() {
        for text in ["//acme/eu/prod/shopify", "urn:x:1", "/a%20b?c=d#e", "%C3%A9"] {
            assert_eq!(text.parse::<UriReference>().unwrap().as_str(), text);
        }
        for text in ["", "a b", "é", "%", "%2", "%zz", "a\nb", "a<b"] {
            assert!(text.parse::<UriReference>().is_err(), "{text:?} was accepted");
        }
    }
}
