//! Account numbers and banks: IBAN (ISO 13616), BIC (ISO 9362), and the LEI (ISO 17442), which has the same check digits.

use super::{Country, ValueError, table};
use std::{fmt, sync::LazyLock};

/// An international bank account number in electronic form: no spaces, capital letters, the length and form of its country's
/// numbers (SWIFT IBAN registry), and right check digits (ISO 7064, mod 97-10).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Iban(String);

/// A bank's identifier (SWIFT code): four letters of the bank, the country, two of the place, and for a branch three more.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bic(String);

/// A legal entity identifier: 18 letters and digits, and two check digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lei(String);

/// Country, and the form of what stands behind its check digits: `8n 16c` is 8 digits, then 16 digits or letters.
static FORMS: LazyLock<Vec<[&'static str; 2]>> =
    LazyLock::new(|| table::rows(include_str!("../../data/iban.tsv")));

impl Iban {
    fn parse(text: &str) -> Result<Self, ValueError> {
        const NAME: &str = "iban";
        let (country, rest) = split(NAME, text, 2)?;
        let (check, account) = split(NAME, rest, 2)?;
        if !check.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(ValueError::at(NAME, "must have two check digits behind the country", 2));
        }
        let [_, form] = table::find(&FORMS, country).ok_or(ValueError::at(
            NAME,
            "must begin with a country of the IBAN registry",
            0,
        ))?;
        let mut position = 4;
        let mut characters = account.bytes();
        for part in form.split(' ') {
            let (count, kind) = part.split_at(part.len().saturating_sub(1));
            for _ in 0..count.parse::<usize>().unwrap_or_default() {
                let right = characters.next().is_some_and(|byte| match kind {
                    "n" => byte.is_ascii_digit(),
                    "a" => byte.is_ascii_uppercase(),
                    _ => byte.is_ascii_digit() || byte.is_ascii_uppercase(),
                });
                if !right {
                    return Err(ValueError::at(
                        NAME,
                        "must have the form of its country's account numbers",
                        position,
                    ));
                }
                position += 1;
            }
        }
        if characters.next().is_some() {
            return Err(ValueError::at(
                NAME,
                "must have the length of its country's account numbers",
                position,
            ));
        }
        // ISO 7064 leaves 02 to 98: 00, 01 and 99 would pass the remainder and are never given out.
        if !matches!(check.parse(), Ok(2..=98_u8))
            || mod_97(account.chars().chain(country.chars()).chain(check.chars())) != Some(1)
        {
            return Err(ValueError::at(NAME, "must have the right check digits", 2));
        }
        Ok(Self(text.to_owned()))
    }

    /// Reads an IBAN as people write it: with spaces, hyphens and small letters.
    ///
    /// # Errors
    /// Like reading the electronic form; positions are those in it.
    pub fn from_written(text: &str) -> Result<Self, ValueError> {
        let compact: String =
            text.chars().filter(|character| !matches!(character, ' ' | '-' | '\u{a0}')).collect();
        compact.to_ascii_uppercase().parse()
    }

    /// The electronic form.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The country of the account.
    pub fn country(&self) -> &str {
        self.0.get(..2).unwrap_or_default()
    }

    /// The national account number, which stands behind the check digits.
    pub fn bban(&self) -> &str {
        self.0.get(4..).unwrap_or_default()
    }
}

impl Bic {
    fn parse(text: &str) -> Result<Self, ValueError> {
        const NAME: &str = "bic";
        let rule = "must be four letters, a country, two letters or digits, and for a branch three more";
        for (position, character) in text.chars().enumerate() {
            let letters = position < 6;
            if !(character.is_ascii_uppercase() || (!letters && character.is_ascii_digit())) {
                return Err(ValueError::at(NAME, rule, position));
            }
        }
        if !matches!(text.len(), 8 | 11) {
            return Err(ValueError::new(NAME, "must have 8 or 11 characters"));
        }
        let known = |country: Country| country.is_known() || country.as_str() == "XK";
        match text.get(4..6).and_then(|country| country.parse().ok()) {
            Some(country) if known(country) => Ok(Self(text.to_owned())),
            _ => Err(ValueError::at(NAME, "must have a country (ISO 3166-1, or XK) behind the bank", 4)),
        }
    }

    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Lei {
    fn parse(text: &str) -> Result<Self, ValueError> {
        const NAME: &str = "lei";
        let rule = "must be 18 capital letters or digits and two digits";
        for (position, character) in text.chars().enumerate() {
            if !(character.is_ascii_digit() || (position < 18 && character.is_ascii_uppercase())) {
                return Err(ValueError::at(NAME, rule, position));
            }
        }
        if text.len() != 20 {
            return Err(ValueError::new(NAME, rule));
        }
        match mod_97(text.chars()) {
            Some(1) => Ok(Self(text.to_owned())),
            _ => Err(ValueError::at(NAME, "must end in the right check digits", 18)),
        }
    }

    /// The identifier as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn split<'t>(name: &'static str, text: &'t str, at: usize) -> Result<(&'t str, &'t str), ValueError> {
    text.split_at_checked(at).ok_or(ValueError::new(name, "must be longer"))
}

/// The remainder by 97, letters counted from A = 10; `None` when a character is neither digit nor capital letter.
pub(super) fn mod_97(characters: impl Iterator<Item = char>) -> Option<u32> {
    let mut remainder = 0;
    for character in characters {
        let value = character.to_digit(36).filter(|_| !character.is_ascii_lowercase())?;
        remainder = (remainder * if value < 10 { 10 } else { 100 } + value) % 97;
    }
    Some(remainder)
}

macro_rules! display_text {
    ($($type:ident)+) => {$(
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

display_text!(Iban Bic Lei);

string_value!(Iban, "IBAN", {
    "description": "An IBAN in electronic form. The form of its country and the check digits must be right, which this schema cannot say.",
    "examples": ["DE89370400440532013000"],
    "pattern": "^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$"
});
string_value!(Bic, "BIC", {
    "description": "A BIC (ISO 9362) of 8 or 11 characters. The country must be known, which this schema does not say.",
    "examples": ["DEUTDEFF", "DEUTDEFF500"],
    "pattern": "^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$"
});
string_value!(Lei, "LEI", {
    "description": "A LEI (ISO 17442) of 20 characters. The check digits must be right, which this schema cannot say.",
    "examples": ["5493001KJTIIGC8Y1R12"],
    "pattern": "^[A-Z0-9]{18}[0-9]{2}$"
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ibans_have_the_form_of_their_country_and_right_check_digits() {
        let iban = Iban::from_written("de89 3704 0044 0532 0130 00").unwrap();
        assert_eq!(
            (iban.as_str(), iban.country(), iban.bban()),
            ("DE89370400440532013000", "DE", "370400440532013000")
        );
        for (text, position) in [
            ("DE88370400440532013000", Some(2)),
            ("DE8937040044053201300", Some(21)),
            ("DE893704004405320130000", Some(22)),
            ("DE8937040044053201300A", Some(21)),
            ("XX431234", Some(0)),
            ("de89370400440532013000", Some(0)),
            ("DE89 3704 0044 0532 0130 00", Some(4)),
        ] {
            assert_eq!(text.parse::<Iban>().unwrap_err().position(), position, "{text}");
        }
        for text in ["", "D", "DE", "DE8", "ÄÖ", "DEÄ9", "DE8é"] {
            assert!(text.parse::<Iban>().is_err(), "{text:?} was accepted");
        }
    }

    #[test]
    fn bics_and_leis_are_read_strictly() {
        assert!("ABNABEBR".parse::<Bic>().is_ok() && "NICAKXPR".parse::<Bic>().is_err());
        for text in ["", "DEUTDEF", "DEUTDEFF5", "deutdeff", "DEUT1EFF", "DEUTDEFF5_0"] {
            assert!(text.parse::<Bic>().is_err(), "{text:?} was accepted");
        }
        assert!("213800KUD8LAJWSQ9D15".parse::<Lei>().is_ok());
        assert_eq!("213800KUD8LXJWSQ9D15".parse::<Lei>().unwrap_err().position(), Some(18));
        assert!("213800kud8lajwsq9d15".parse::<Lei>().is_err());
    }
}
