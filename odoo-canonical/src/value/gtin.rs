//! Trade item numbers of GS1.

use super::ValueError;
use std::{
    fmt,
    hash::{Hash, Hasher},
};

/// A GTIN-8, -12, -13 or -14 with a right check digit (GS1 General Specifications, 7.9).
///
/// It is kept as it was given and padded to 14 digits; two GTINs are the same when the padded forms are, so that the
/// UPC on one system meets the EAN on another.
#[derive(Debug, Clone, Eq)]
pub struct Gtin {
    given: String,
    padded: String,
}

impl Gtin {
    fn parse(text: &str) -> Result<Self, ValueError> {
        if let Some(position) = text.chars().position(|character| !character.is_ascii_digit()) {
            return Err(ValueError::at("gtin", "must be digits only", position));
        }
        if !matches!(text.len(), 8 | 12 | 13 | 14) {
            return Err(ValueError::new("gtin", "must have 8, 12, 13 or 14 digits"));
        }
        // Weights run 1, 3, 1, 3 from the check digit at the right.
        let sum: u32 = text
            .bytes()
            .rev()
            .zip([1, 3].into_iter().cycle())
            .map(|(digit, weight)| u32::from(digit - b'0') * weight)
            .sum();
        if !sum.is_multiple_of(10) {
            return Err(ValueError::at("gtin", "must end in the right check digit", text.len() - 1));
        }
        Ok(Self { given: text.to_owned(), padded: format!("{text:0>14}") })
    }

    /// The number as it was given.
    pub fn as_str(&self) -> &str {
        &self.given
    }

    /// The number in 14 digits: what to compare and to look up by.
    pub fn padded(&self) -> &str {
        &self.padded
    }
}

impl PartialEq for Gtin {
    fn eq(&self, other: &Self) -> bool {
        self.padded == other.padded
    }
}

impl Hash for Gtin {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.padded.hash(state);
    }
}

impl fmt::Display for Gtin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.given)
    }
}

string_value!(Gtin, "GTIN", {
    "examples": ["4006381333931"],
    "description": "A GTIN of 8, 12, 13 or 14 digits. The check digit must be right, which this schema cannot say.",
    "pattern": "^([0-9]{8}|[0-9]{12,14})$"
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_item_in_two_lengths_is_the_same() {
        let upc: Gtin = "036000291452".parse().unwrap();
        let ean: Gtin = "0036000291452".parse().unwrap();
        assert_eq!(upc, ean);
        assert_eq!(upc.to_string(), "036000291452");
        assert_eq!(upc.padded(), "00036000291452");
        assert!("96385074".parse::<Gtin>().is_ok());
    }

    #[test]
    fn damaged_numbers_are_refused() {
        for text in ["", "036000291453", "36000291452", "4.01E+12", "40123450000 9", "٤٠١٢٣٤٥٠"] {
            assert!(text.parse::<Gtin>().is_err(), "{text:?} was accepted");
        }
    }
}
