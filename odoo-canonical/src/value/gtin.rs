//! Trade item numbers of GS1.

use super::{ValueError, gs1::check_gs1};
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

/// What a GTIN names (GS1 General Specifications, 7.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GtinLevel {
    /// The item itself.
    Item,
    /// A pack of items, with its indicator digit (1 to 8).
    Pack(u8),
    /// An item of variable measure.
    VariableMeasure,
}

impl Gtin {
    fn parse(text: &str) -> Result<Self, ValueError> {
        check_gs1("gtin", text, &[8, 12, 13, 14], "must have 8, 12, 13 or 14 digits")?;
        Ok(Self { given: text.to_owned(), padded: format!("{text:0>14}") })
    }

    /// The number as it was given.
    pub fn as_str(&self) -> &str {
        &self.given
    }

    /// What the number names: the indicator digit of a GTIN-14 tells a level of packing (1 to 8) or a variable measure (9)
    /// from the item itself (0, and all shorter numbers).
    pub fn level(&self) -> GtinLevel {
        match self.padded.bytes().next() {
            Some(digit @ b'1'..=b'8') => GtinLevel::Pack(digit - b'0'),
            Some(b'9') => GtinLevel::VariableMeasure,
            _ => GtinLevel::Item,
        }
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
        assert_eq!(upc.level(), GtinLevel::Item);
        assert_eq!("10036000291459".parse::<Gtin>().unwrap().level(), GtinLevel::Pack(1));
        assert!("96385074".parse::<Gtin>().is_ok());
    }

    #[test]
    fn damaged_numbers_are_refused() {
        for text in ["", "036000291453", "36000291452", "4.01E+12", "40123450000 9", "٤٠١٢٣٤٥٠"] {
            assert!(text.parse::<Gtin>().is_err(), "{text:?} was accepted");
        }
    }
}
