//! Currencies (ISO 4217).

use super::{ValueError, table};
use std::{fmt, sync::LazyLock};

/// A currency code: three capital letters of ISO 4217.
///
/// Codes that the table does not list can be held, but have no [`minor_units`](Self::minor_units), so nothing can be
/// rounded in them and an order in them does not pass its checks. Note that a system may round otherwise than ISO
/// says (Odoo ships TWD with 0 decimals where ISO has 2).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
        let [_, _, decimals, _] = table::find(&CURRENCIES, self.as_str())?;
        decimals.parse().ok()
    }

    /// The English name, where the table lists the code.
    pub fn name(&self) -> Option<&'static str> {
        table::find(&CURRENCIES, self.as_str()).map(|[.., name]| *name)
    }

    /// The three digits of ISO 4217, where the table lists the code. A withdrawn currency and the one that took its place may
    /// share them.
    pub fn numeric(&self) -> Option<&'static str> {
        table::find(&CURRENCIES, self.as_str()).map(|[_, numeric, ..]| *numeric)
    }

    /// Whether ISO 4217 lists the code, as far as the table of this version knows. Currencies that were withdrawn lately
    /// (ANG, BGN, CUC, HRK, SLL, ZWL) stay, because documents in them are still replayed and reconciled.
    pub fn is_known(&self) -> bool {
        table::find(&CURRENCIES, self.as_str()).is_some()
    }

    /// All currencies of the table, in the order of their codes.
    pub fn all() -> impl Iterator<Item = Self> {
        CURRENCIES.iter().filter_map(|[code, ..]| code.parse().ok())
    }
}

/// Code, numeric code, decimals (none for metals, funds and test codes), name.
static CURRENCIES: LazyLock<Vec<[&'static str; 4]>> =
    LazyLock::new(|| table::rows(include_str!("../../data/currencies.tsv")));

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Currency").field(&self.as_str()).finish()
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
        let of = |digits| Currency::all().filter(|currency| currency.minor_units() == digits).count();
        assert_eq!([of(Some(0)), of(Some(3)), of(Some(4)), of(None)], [17, 7, 2, 13]);
        assert_eq!(Currency::all().count(), 184);
        let euro: Currency = "EUR".parse().unwrap();
        assert_eq!((euro.name(), euro.numeric()), (Some("Euro"), Some("978")));
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
