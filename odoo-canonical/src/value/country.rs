//! Countries and their parts (ISO 3166).

use super::{ValueError, table};
use std::{fmt, sync::LazyLock};

/// A country code: two capital letters of ISO 3166-1.
///
/// Codes outside the table can be held (`XK` is in wide use, and `EL` or `XI` appear in tax numbers);
/// [`is_known`](Self::is_known) tells.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country([u8; 2]);

impl Country {
    fn parse(text: &str) -> Result<Self, ValueError> {
        let rule = "must be two capital letters (ISO 3166-1)";
        if let Some(position) = text.chars().position(|character| !character.is_ascii_uppercase()) {
            return Err(ValueError::at("country", rule, position));
        }
        text.as_bytes().try_into().map(Self).map_err(|_| ValueError::new("country", rule))
    }

    /// The code as text.
    pub fn as_str(&self) -> &str {
        // Only capital letters get in, so this is always valid UTF-8.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Whether ISO 3166-1 assigns the code to a country.
    pub fn is_known(&self) -> bool {
        table::find(&COUNTRIES, self.as_str()).is_some()
    }

    /// The English name, where the code is known.
    pub fn name(&self) -> Option<&'static str> {
        table::find(&COUNTRIES, self.as_str()).map(|[.., name]| *name)
    }

    /// The three-letter code, where the code is known.
    pub fn alpha3(&self) -> Option<&'static str> {
        table::find(&COUNTRIES, self.as_str()).map(|[_, alpha3, ..]| *alpha3)
    }

    /// All countries of the table, in the order of their codes.
    pub fn all() -> impl Iterator<Item = Self> {
        COUNTRIES.iter().filter_map(|[code, ..]| code.parse().ok())
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Country").field(&self.as_str()).finish()
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A part of a country: country, hyphen, one to three letters or digits, as in ISO 3166-2 (`US-CA`).
///
/// The codes that systems use for states are often their own; map them, do not glue them together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subdivision(Country, String);

impl Subdivision {
    fn parse(text: &str) -> Result<Self, ValueError> {
        let rule = "must be like US-CA (ISO 3166-2)";
        let (country, part) = text.split_once('-').ok_or(ValueError::new("subdivision", rule))?;
        let country = Country::parse(country).map_err(|_| ValueError::at("subdivision", rule, 0))?;
        let wrong = |byte: u8| !byte.is_ascii_uppercase() && !byte.is_ascii_digit();
        if !matches!(part.len(), 1..=3) || part.bytes().any(wrong) {
            return Err(ValueError::at("subdivision", rule, 3));
        }
        Ok(Self(country, part.to_owned()))
    }

    /// The country that it is a part of.
    pub fn country(&self) -> Country {
        self.0
    }

    /// Whether ISO 3166-2 lists the code, as far as the table of this version knows.
    pub fn is_known(&self) -> bool {
        table::find(&SUBDIVISIONS, self.0.as_str())
            .is_some_and(|[_, parts]| parts.split(' ').any(|part| part == self.1))
    }

    /// The code without the country: `CA`.
    pub fn local_code(&self) -> &str {
        &self.1
    }
}

impl fmt::Display for Subdivision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.0, self.1)
    }
}

string_value!(Country, "country, for example \"DE\"", {
    "examples": ["DE", "SA"],
    "description": "A country code of ISO 3166-1 alpha-2.",
    "pattern": "^[A-Z]{2}$"
});
string_value!(Subdivision, "subdivision, for example \"US-CA\"", {
    "examples": ["US-CA"],
    "description": "A country subdivision code of ISO 3166-2.",
    "pattern": "^[A-Z]{2}-[A-Z0-9]{1,3}$"
});

/// Alpha-2, alpha-3, numeric code, name.
static COUNTRIES: LazyLock<Vec<[&'static str; 4]>> =
    LazyLock::new(|| table::rows(include_str!("../../data/countries.tsv")));

/// Country, and the codes of its parts.
static SUBDIVISIONS: LazyLock<Vec<[&'static str; 2]>> =
    LazyLock::new(|| table::rows(include_str!("../../data/subdivisions.tsv")));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_the_249_countries() {
        assert_eq!(Country::all().count(), 249);
        assert!("DE".parse::<Country>().unwrap().is_known());
        assert!(!"XK".parse::<Country>().unwrap().is_known());
        assert!("de".parse::<Country>().is_err());
    }

    #[test]
    fn a_subdivision_names_its_country() {
        let california: Subdivision = "US-CA".parse().unwrap();
        assert_eq!(california.country().as_str(), "US");
        assert_eq!(california.to_string(), "US-CA");
        assert!(california.is_known() && !"US-XX".parse::<Subdivision>().unwrap().is_known());
        let germany: Country = "DE".parse().unwrap();
        assert_eq!((germany.name(), germany.alpha3()), (Some("Germany"), Some("DEU")));
        for text in ["US", "US-", "US-CALI", "us-ca", "US_CA", "PL-DŚ"] {
            assert!(text.parse::<Subdivision>().is_err(), "{text:?} was accepted");
        }
    }
}
