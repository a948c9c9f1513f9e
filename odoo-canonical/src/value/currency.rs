//! Currencies (ISO 4217).

use super::ValueError;
use std::fmt;

/// A currency code: three capital letters of ISO 4217.
///
/// Codes that the table does not list can be held, but have no [`minor_units`](Self::minor_units), so nothing can be
/// rounded in them and an order in them does not pass its checks. Note that a system may round otherwise than ISO
/// says (Odoo ships TWD with 0 decimals where ISO has 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    fn parse(text: &str) -> Result<Self, ValueError> {
        let rule = "must be three capital letters (ISO 4217)";
        if let Some(position) = text.chars().position(|character| !character.is_ascii_uppercase()) {
            return Err(ValueError::at("currency", rule, position));
        }
        text.as_bytes().try_into().map(Self).map_err(|_| ValueError::new("currency", rule))
    }

    /// The code as text.
    pub fn as_str(&self) -> &str {
        // Only capital letters get in, so this is always valid UTF-8.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// How many digits the smallest unit has behind the point: 2 for EUR, 0 for JPY, 3 for KWD. `None` for codes that
    /// the table does not list and for those without a unit (gold, test codes).
    pub fn minor_units(&self) -> Option<u8> {
        let code = self.as_str();
        MINOR_UNITS
            .iter()
            .find(|(_, codes)| codes.split(' ').any(|known| known == code))
            .map(|(units, _)| *units)
    }

    /// Whether ISO 4217 lists the code, as far as the table of this version knows.
    pub fn is_known(&self) -> bool {
        self.minor_units().is_some() || NO_MINOR_UNITS.split(' ').any(|known| known == self.as_str())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

string_value!(Currency, "currency, for example \"EUR\"", {
    "examples": ["EUR", "KWD"],
    "description": "A currency code of ISO 4217.",
    "pattern": "^[A-Z]{3}$"
});

/// ISO 4217 list one by number of decimals. Currencies that were withdrawn lately (ANG, BGN, CUC, HRK, SLL, ZWL) stay,
/// because documents in them are still replayed and reconciled.
const MINOR_UNITS: [(u8, &str); 4] = [
    (0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"),
    (
        2,
        "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF \
         CHW CNY COP COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HRK \
         HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR \
         MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP \
         SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG \
         YER ZAR ZMW ZWG ZWL",
    ),
    (3, "BHD IQD JOD KWD LYD OMR TND"),
    (4, "CLF UYW"),
];

/// Listed, but without a smallest unit: metals, bond units, SDR, the test code and "no currency".
const NO_MINOR_UNITS: &str = "XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX";

#[cfg(test)]
mod tests {
    use super::*;

    fn units(code: &str) -> Option<u8> {
        code.parse::<Currency>().unwrap().minor_units()
    }

    #[test]
    fn minor_units_follow_iso_4217() {
        assert_eq!(units("JPY"), Some(0));
        assert_eq!(units("EUR"), Some(2));
        assert_eq!(units("KWD"), Some(3));
        assert_eq!(units("CLF"), Some(4));
        assert_eq!(units("XAU"), None);
        let listed: Vec<&str> = MINOR_UNITS.iter().flat_map(|(_, codes)| codes.split(' ')).collect();
        assert!(listed.iter().all(|code| code.parse::<Currency>().is_ok()), "{listed:?}");
        assert_eq!(listed.len(), listed.iter().collect::<std::collections::BTreeSet<_>>().len());
    }

    #[test]
    fn an_unknown_code_is_held_and_says_so() {
        let unknown: Currency = "QQQ".parse().unwrap();
        assert!(!unknown.is_known());
        assert_eq!(unknown.minor_units(), None);
        assert!("XAU".parse::<Currency>().unwrap().is_known());
        for text in ["eur", "EU", "EURO", "€UR", "E R", ""] {
            assert!(text.parse::<Currency>().is_err(), "{text:?} was accepted");
        }
    }
}
