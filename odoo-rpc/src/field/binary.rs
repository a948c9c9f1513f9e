//! Files and images in fields.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserializer;
use serde_json::Value;

use super::FieldValue;
use super::scalar::{self, Scalar};

/// The bytes of a `binary` or `image` field. `Debug` shows how many.
///
/// With `bin_size` in the context, Odoo answers a size ("12.00 Kb") in place of the content. That is refused here, so that it is never
/// written back as if it were a file.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Binary(pub Vec<u8>);

impl fmt::Debug for Binary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Binary({} bytes)", self.0.len())
    }
}

impl Scalar for Binary {
    const EXPECTED: &'static str = "base64 (with bin_size in the context Odoo answers a size in its place)";

    fn from_text(text: &str) -> Option<Self> {
        // Odoo's own encoder breaks lines in some places.
        match text.contains(|c: char| c.is_ascii_whitespace()) {
            false => STANDARD.decode(text).ok().map(Self),
            true if text.ends_with("ytes") || text.ends_with('b') => None,
            true => {
                let packed: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
                STANDARD.decode(packed).ok().map(Self)
            }
        }
    }
}

impl FieldValue for Binary {
    const TYPES: &'static [&'static str] = &["binary", "image"];
    type Plain = Self;

    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        scalar::decode(deserializer)
    }

    fn encode(&self) -> Value {
        STANDARD.encode(&self.0).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_no_content() {
        assert_eq!(Binary::from_text("aGVs\nbG8="), Some(Binary(b"hello".to_vec())));
        assert_eq!(Binary(b"hello".to_vec()).encode(), "aGVsbG8=");
        for size in ["12.00 Kb", "5.00 bytes", "1.50 Mb", "0.00 bytes"] {
            assert_eq!(Binary::from_text(size), None, "{size}");
        }
        assert_eq!(format!("{:?}", Binary(vec![1, 2, 3])), "Binary(3 bytes)");
    }
}
