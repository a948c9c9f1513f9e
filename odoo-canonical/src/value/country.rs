//! Countries and their parts (ISO 3166).

use super::ValueError;
use std::fmt;

/// A country code: two capital letters of ISO 3166-1.
///
/// Codes outside the table can be held (`XK` is in wide use, and `EL` or `XI` appear in tax numbers);
/// [`is_known`](Self::is_known) tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
        COUNTRIES.split(' ').any(|known| known == self.as_str())
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

const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS \
    BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ \
    FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT \
    JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP \
    MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE \
    RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV \
    TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_the_249_countries() {
        assert_eq!(COUNTRIES.split(' ').count(), 249);
        assert!(COUNTRIES.split(' ').is_sorted());
        assert!("DE".parse::<Country>().unwrap().is_known());
        assert!(!"XK".parse::<Country>().unwrap().is_known());
        assert!("de".parse::<Country>().is_err());
    }

    #[test]
    fn a_subdivision_names_its_country() {
        let california: Subdivision = "US-CA".parse().unwrap();
        assert_eq!(california.country().as_str(), "US");
        assert_eq!(california.to_string(), "US-CA");
        for text in ["US", "US-", "US-CALI", "us-ca", "US_CA", "PL-DŚ"] {
            assert!(text.parse::<Subdivision>().is_err(), "{text:?} was accepted");
        }
    }
}
