//! Units of measure (UN/ECE Recommendation 20, and packages of Recommendation 21 with the prefix `X`).

use super::ValueError;
use std::fmt;

/// A unit code of UN/ECE Rec 20, for example `C62` (one), `KGM` (kilogram), or `XBX` (box, Rec 21).
///
/// The published list has more than two thousand codes; only the common ones have a [`name`](Self::name) here. A code
/// without a name is carried as it is. There is no default: a unit that a system cannot express must be refused there,
/// for a pallet that turns into a piece is a thousandfold error.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitCode(String);

impl UnitCode {
    fn parse(text: &str) -> Result<Self, ValueError> {
        let rule = "must be 1 to 3 capital letters or digits (UN/ECE Rec 20)";
        let wrong = |character: char| !character.is_ascii_uppercase() && !character.is_ascii_digit();
        if let Some(position) = text.chars().position(wrong) {
            return Err(ValueError::at("unit", rule, position));
        }
        match text.len() {
            1..=3 => Ok(Self(text.to_owned())),
            _ => Err(ValueError::new("unit", rule)),
        }
    }

    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The English name, where the code is one of the common ones.
    pub fn name(&self) -> Option<&'static str> {
        COMMON.iter().find(|(code, _)| *code == self.0).map(|(_, name)| *name)
    }

    /// Whether the code has the form of a package (Rec 21): `X` and two more characters.
    pub fn is_package(&self) -> bool {
        self.0.len() == 3 && self.0.starts_with('X')
    }

    /// The common codes with their names, in code order.
    pub fn common() -> &'static [(&'static str, &'static str)] {
        &COMMON
    }
}

impl fmt::Display for UnitCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

string_value!(UnitCode, "unit code, for example \"C62\"", {
    "examples": ["C62", "KGM", "XPX"],
    "description": "A unit code of UN/ECE Recommendation 20, or X and a package code of Recommendation 21.",
    "pattern": "^[A-Z0-9]{1,3}$"
});

const COMMON: [(&str, &str); 51] = [
    ("ANN", "year"),
    ("BLL", "barrel (US)"),
    ("C62", "one"),
    ("CEL", "degree Celsius"),
    ("CLT", "centilitre"),
    ("CMK", "square centimetre"),
    ("CMQ", "cubic centimetre"),
    ("CMT", "centimetre"),
    ("DAY", "day"),
    ("DMQ", "cubic decimetre"),
    ("DMT", "decimetre"),
    ("DZN", "dozen"),
    ("E48", "service unit"),
    ("EA", "each"),
    ("FOT", "foot"),
    ("FTK", "square foot"),
    ("FTQ", "cubic foot"),
    ("GLI", "gallon (UK)"),
    ("GLL", "gallon (US)"),
    ("GRM", "gram"),
    ("H87", "piece"),
    ("HUR", "hour"),
    ("INH", "inch"),
    ("INQ", "cubic inch"),
    ("KGM", "kilogram"),
    ("KMT", "kilometre"),
    ("KWH", "kilowatt hour"),
    ("LBR", "pound"),
    ("LTR", "litre"),
    ("MGM", "milligram"),
    ("MIN", "minute"),
    ("MLT", "millilitre"),
    ("MMT", "millimetre"),
    ("MON", "month"),
    ("MTK", "square metre"),
    ("MTQ", "cubic metre"),
    ("MTR", "metre"),
    ("ONZ", "ounce"),
    ("OZA", "fluid ounce (US)"),
    ("PR", "pair"),
    ("QTI", "quart (UK)"),
    ("QTL", "quart (US)"),
    ("SEC", "second"),
    ("SET", "set"),
    ("SMI", "mile"),
    ("TNE", "tonne"),
    ("WEE", "week"),
    ("XBX", "box"),
    ("XCT", "carton"),
    ("XPX", "pallet"),
    ("YRD", "yard"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_unit_is_held_and_never_becomes_another() {
        let unknown: UnitCode = "ZZ9".parse().unwrap();
        assert_eq!(unknown.name(), None);
        assert_eq!(unknown.as_str(), "ZZ9");
        assert_eq!("C62".parse::<UnitCode>().unwrap().name(), Some("one"));
        for text in ["", "kgm", "KGMX", "K M", "Stück"] {
            assert!(text.parse::<UnitCode>().is_err(), "{text:?} was accepted");
        }
    }

    #[test]
    fn the_table_is_sorted_and_well_formed() {
        assert!(COMMON.is_sorted());
        assert!(COMMON.iter().all(|(code, _)| code.parse::<UnitCode>().is_ok()));
    }
}
