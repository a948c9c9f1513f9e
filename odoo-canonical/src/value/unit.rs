//! Units of measure (UN/ECE Recommendation 20, and packages of Recommendation 21 with the prefix `X`).

use super::{Decimal, ValueError, table};
use std::{fmt, sync::LazyLock};

/// A unit code of UN/ECE Rec 20, for example `C62` (one), `KGM` (kilogram), or `XBX` (box, Rec 21).
///
/// A code that the tables do not list is carried as it is and has no name. There is no default: a unit that a system cannot
/// express must be refused there, for a pallet that turns into a piece is a thousandfold error.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitCode([u8; 3]);

/// One unit of Rec 20 or package of Rec 21.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit {
    /// The code; those of packages begin with `X`.
    pub code: &'static str,
    /// The English name.
    pub name: &'static str,
    /// Whether the code may be used in new documents.
    pub status: UnitStatus,
    /// How many of which base unit it is, where Rec 20 says so: `(0.3048, "m")`. Never for packages: what a box holds is a
    /// fact about an item.
    pub base: Option<(Decimal, &'static str)>,
}

/// Whether a code may be used in new documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnitStatus {
    /// It may.
    Current,
    /// Another should be used.
    Deprecated,
    /// It was taken out of the list; old documents still have it.
    Deleted,
}

/// Code, status, name, factor, base unit.
static UNITS: LazyLock<Vec<[&'static str; 5]>> =
    LazyLock::new(|| table::rows(include_str!("../../data/units.tsv")));

impl UnitCode {
    fn parse(text: &str) -> Result<Self, ValueError> {
        let rule = "must be 1 to 3 capital letters or digits (UN/ECE Rec 20)";
        let wrong = |character: char| !character.is_ascii_uppercase() && !character.is_ascii_digit();
        if let Some(position) = text.chars().position(wrong) {
            return Err(ValueError::at("unit", rule, position));
        }
        match *text.as_bytes() {
            [a] => Ok(Self([a, 0, 0])),
            [a, b] => Ok(Self([a, b, 0])),
            [a, b, c] => Ok(Self([a, b, c])),
            _ => Err(ValueError::new("unit", rule)),
        }
    }

    /// The code as text.
    pub fn as_str(&self) -> &str {
        let code = self.0.split(|byte| *byte == 0).next().unwrap_or_default();
        // Only capital letters and digits get in, so this is always valid UTF-8.
        std::str::from_utf8(code).unwrap_or_default()
    }

    /// What the tables say of the code.
    pub fn unit(&self) -> Option<Unit> {
        table::find(&UNITS, self.as_str()).map(unit)
    }

    /// The English name, where the tables list the code.
    pub fn name(&self) -> Option<&'static str> {
        table::find(&UNITS, self.as_str()).map(|[_, _, name, ..]| *name)
    }

    /// Whether the code has the form of a package (Rec 21): `X` and two more characters.
    pub fn is_package(&self) -> bool {
        matches!(self.0, [b'X', _, last] if last != 0)
    }

    /// Every unit and package of the tables, in the order of their codes.
    pub fn all() -> impl Iterator<Item = Unit> {
        UNITS.iter().map(unit)
    }
}

fn unit([code, status, name, factor, base]: &[&'static str; 5]) -> Unit {
    let status = match *status {
        "deprecated" => UnitStatus::Deprecated,
        "deleted" => UnitStatus::Deleted,
        _ => UnitStatus::Current,
    };
    Unit { code, name, status, base: factor.parse().ok().map(|factor| (factor, *base)) }
}

impl fmt::Debug for UnitCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("UnitCode").field(&self.as_str()).finish()
    }
}

impl fmt::Display for UnitCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

string_value!(UnitCode, "unit code, for example \"C62\"", {
    "examples": ["C62", "KGM", "XPX"],
    "description": "A unit code of UN/ECE Recommendation 20, or X and a package code of Recommendation 21.",
    "pattern": "^[A-Z0-9]{1,3}$"
});

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
    fn the_tables_hold_both_recommendations() {
        let of = |status| UnitCode::all().filter(|unit| unit.status == status).count();
        assert_eq!(
            [of(UnitStatus::Current), of(UnitStatus::Deprecated), of(UnitStatus::Deleted)],
            [2161, 71, 310]
        );
        assert!(UnitCode::all().all(|unit| unit.code.parse::<UnitCode>().is_ok() && !unit.name.is_empty()));
        let converted = UnitCode::all().filter(|unit| unit.base.is_some());
        assert_eq!(converted.count(), 1421);
        let base = |code: &str| {
            code.parse::<UnitCode>()
                .unwrap()
                .unit()
                .unwrap()
                .base
                .map(|(factor, base)| format!("{factor} {base}"))
        };
        assert_eq!(base("FOT").as_deref(), Some("0.3048 m"));
        assert_eq!(base("DZN").as_deref(), Some("12 1"));
        assert_eq!((base("XBX"), base("CEL"), base("P1"), base("EA")), (None, None, None, None));
    }
}
