//! Numbers under which offices tax: VAT numbers of the European Union, Great Britain, Switzerland and Norway, the TRN of the
//! Emirates and Saudi Arabia, the EIN of the United States, and the numbers of the one stop shop of the European Union.

mod checks;
mod eu;
mod eu_person;
mod one_stop;
mod other;

use super::ValueError;
use checks::Wrong;
use std::fmt;

/// A tax number in its plain form: the prefix of its country, then capital letters and digits without separators
/// (`DE136695976`, `EL094259216`, `CHE107787577IVA`, `NO995525828MVA`, `SA300000000000003`, `US041234567`).
///
/// Form and check digits are right. Whether the office has given the number out, only its register can tell. Greece writes
/// `EL`, Northern Ireland `XI`; `EU` and `IM` are the one stop shop (`EU372022452`, `IM3720000224`). Countries that this type does not know have their numbers in
/// [`TaxId`](crate::object::TaxId), as words.
///
/// ```
/// use odoo_canonical::value::TaxNumber;
///
/// let number = TaxNumber::from_written("BE 0403.019.261")?;
/// assert_eq!(number.as_str(), "BE0403019261");
/// assert_eq!(TaxNumber::from_written("BE 0403.019.262").unwrap_err().rule(), "must have the right check digits");
/// # Ok::<(), odoo_canonical::value::ValueError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaxNumber(String);

/// What kind of number it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TaxNumberKind {
    /// A value added tax number.
    Vat,
    /// A tax registration number of the Gulf states.
    Trn,
    /// An employer identification number of the United States.
    Ein,
    /// A number of the one stop shop of the European Union, for services (`EU`) or imports (`IM`).
    OneStopShop,
}

/// Prefix, and what must hold of the rest.
type Check = (&'static str, fn(&str) -> Result<(), Wrong>);

const NUMBERS: &[Check] = &[
    ("AE", other::emirates),
    ("AT", eu::austria),
    ("BE", eu::belgium),
    ("BG", eu_person::bulgaria),
    ("CH", other::switzerland),
    ("CY", eu::cyprus),
    ("CZ", eu_person::czechia),
    ("DE", eu::germany),
    ("DK", eu::denmark),
    ("EE", eu::estonia),
    ("EL", eu::greece),
    ("ES", eu_person::spain),
    ("EU", one_stop::services),
    ("FI", eu::finland),
    ("FR", eu::france),
    ("GB", other::great_britain),
    ("HR", eu::croatia),
    ("HU", eu::hungary),
    ("IE", eu::ireland),
    ("IM", one_stop::imports),
    ("IT", eu::italy),
    ("LT", eu::lithuania),
    ("LU", eu::luxembourg),
    ("LV", eu_person::latvia),
    ("MT", eu::malta),
    ("NL", eu::netherlands),
    ("NO", other::norway),
    ("PL", eu::poland),
    ("PT", eu::portugal),
    ("RO", eu_person::romania),
    ("SA", other::saudi_arabia),
    ("SE", eu::sweden),
    ("SI", eu::slovenia),
    ("SK", eu_person::slovakia),
    ("US", other::united_states),
    ("XI", other::great_britain),
];

impl TaxNumber {
    fn parse(text: &str) -> Result<Self, ValueError> {
        const NAME: &str = "tax number";
        let plain = |character: char| character.is_ascii_uppercase() || character.is_ascii_digit();
        // Old Irish numbers may have one of these two as their second character.
        let irish = |character| text.starts_with("IE") && matches!(character, '+' | '*');
        if let Some(position) = text.chars().position(|character| !plain(character) && !irish(character)) {
            return Err(ValueError::at(
                NAME,
                "must be capital letters and digits, without separators",
                position,
            ));
        }
        let (prefix, rest) =
            text.split_at_checked(2).ok_or(ValueError::new(NAME, "must begin with a country"))?;
        let place = NUMBERS.binary_search_by(|(known, _)| known.cmp(&prefix)).ok();
        let (_, check) = place.and_then(|place| NUMBERS.get(place)).ok_or(ValueError::at(
            NAME,
            "must begin with a country whose numbers are known here (Greece is EL)",
            0,
        ))?;
        match check(rest) {
            Ok(()) => Ok(Self(text.to_owned())),
            Err(Wrong::Form) => Err(ValueError::at(NAME, "must have the form of its country's numbers", 2)),
            Err(Wrong::CheckDigits) => Err(ValueError::at(NAME, "must have the right check digits", 2)),
        }
    }

    /// Reads a number as people write it: with spaces, dots, hyphens, slashes and small letters, and with `GR` for Greece.
    ///
    /// # Errors
    /// Like reading the plain form; positions are those in it.
    pub fn from_written(text: &str) -> Result<Self, ValueError> {
        let separator = |character: &char| !matches!(character, ' ' | '.' | '-' | '/' | ',' | ':' | '\u{a0}');
        let plain = text.chars().filter(separator).collect::<String>().to_ascii_uppercase();
        match plain.strip_prefix("GR") {
            Some(rest) => format!("EL{rest}").parse(),
            None => plain.parse(),
        }
    }

    /// The number as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The two letters that the number begins with: not a country of ISO 3166 for `EL`, `XI` and `EU`, and not that country
    /// for `IM`.
    pub fn prefix(&self) -> &str {
        self.0.get(..2).unwrap_or_default()
    }

    /// What kind of number it is.
    pub fn kind(&self) -> TaxNumberKind {
        match self.prefix() {
            "AE" | "SA" => TaxNumberKind::Trn,
            "US" => TaxNumberKind::Ein,
            "EU" | "IM" => TaxNumberKind::OneStopShop,
            _ => TaxNumberKind::Vat,
        }
    }

    /// Whether the number has check digits that were looked at. The Gulf states, the United States and the
    /// one stop shop publish none.
    pub fn has_check_digits(&self) -> bool {
        self.kind() == TaxNumberKind::Vat
    }

    /// The prefixes of all countries whose numbers are known.
    pub fn prefixes() -> impl Iterator<Item = &'static str> {
        NUMBERS.iter().map(|(prefix, _)| *prefix)
    }
}

impl fmt::Display for TaxNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

string_value!(TaxNumber, "tax number, for example \"DE136695976\"", {
    "description": "A tax number with the prefix of its country, without separators. The form and check digits must be those of its country, which this schema cannot say.",
    "examples": ["DE136695976", "EL094259216"],
    "pattern": "^[A-Z]{2}[A-Z0-9+*]{2,15}$"
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_of_each_country_is_right_and_no_neighbour_of_it() {
        for text in [
            "AE100000000000003",
            "ATU13585627",
            "BE0403019261",
            "BG175074752",
            "CHE107787577IVA",
            "CY10259033P",
            "CZ25123891",
            "DE136695976",
            "DK13585628",
            "EE100931558",
            "EL094259216",
            "ESB64717838",
            "EU372022452",
            "FI20774740",
            "FR40303265045",
            "GB980780684",
            "HR33392005961",
            "HU12892312",
            "IE6433435F",
            "IM3720000224",
            "IT00743110157",
            "LT119511515",
            "LU15027442",
            "LV40003521600",
            "MT11679112",
            "NL004495445B01",
            "NO995525828MVA",
            "PL8567346215",
            "PT501964843",
            "RO18547290",
            "SA300000000000003",
            "SE123456789701",
            "SI50223054",
            "SK2022749619",
            "US041234567",
            "XI980780684",
        ] {
            let number: TaxNumber = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(TaxNumber::from_written(&text.to_lowercase()).unwrap(), number);
            if number.has_check_digits() {
                // The last digit is part of what is checked everywhere, though not always the check digit.
                let last = text.rfind(|character: char| character.is_ascii_digit()).unwrap();
                let right = (b'0'..=b'9').filter(|digit| {
                    let mut bytes = text.as_bytes().to_vec();
                    bytes[last] = *digit;
                    std::str::from_utf8(&bytes).unwrap().parse::<TaxNumber>().is_ok()
                });
                let most = match number.prefix() {
                    // Behind the check digits: the number of the branch, or nothing but a fixed ending.
                    "NL" => 9,
                    // One letter for several numbers.
                    "ES" | "CY" | "IE" => 2,
                    _ => 2,
                };
                assert!((1..=most).contains(&right.count()), "{text}");
            }
            for end in 0..text.len() - 1 {
                let short = &text[..end];
                assert!(
                    short.parse::<TaxNumber>().is_err() || text.starts_with("RO"),
                    "{short} was accepted"
                );
            }
        }
        assert!(NUMBERS.is_sorted_by_key(|(prefix, _)| prefix));
        assert_eq!(TaxNumber::prefixes().count(), 36);
    }

    #[test]
    fn the_one_stop_shop_has_numbers_of_its_own() {
        for text in ["EU372022452", "EU900000000", "IM3720000224", "IM0400000001"] {
            let number: TaxNumber = text.parse().unwrap();
            assert_eq!(
                (number.kind(), number.has_check_digits()),
                (TaxNumberKind::OneStopShop, false),
                "{text}"
            );
        }
        // Switzerland registers nobody; EU has nine digits and IM ten; an intermediary's number (IN) taxes nothing.
        for text in [
            "EU756022452",
            "EU37202245",
            "EU3720224521",
            "IM372000022",
            "IM37200002245",
            "IM756000022",
            "IN3720000224",
            "EU37202245X",
        ] {
            assert!(text.parse::<TaxNumber>().is_err(), "{text} was accepted");
        }
        assert_eq!(TaxNumber::from_written("eu 372 022 452").unwrap().as_str(), "EU372022452");
    }

    #[test]
    fn errors_name_the_rule_and_the_place() {
        for (text, position) in
            [("de136695976", 0), ("DE136 695976", 5), ("XX123", 0), ("GR094259216", 0), ("DE136695975", 2)]
        {
            assert_eq!(text.parse::<TaxNumber>().unwrap_err().position(), Some(position), "{text}");
        }
        assert_eq!(TaxNumber::from_written("GR 094259216").unwrap().as_str(), "EL094259216");
        for text in ["", "D", "é", "DEé", "FR", "ES", "GB", "IE+", "ATU", "CHE"] {
            assert!(text.parse::<TaxNumber>().is_err(), "{text:?} was accepted");
        }
    }
}
