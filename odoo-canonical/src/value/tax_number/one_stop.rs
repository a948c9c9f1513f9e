//! Numbers of the one stop shop of the European Union, under which sellers from elsewhere declare the tax of all its countries
//! in one (Directive 2006/112/EC, Title XII, Chapter 6; Council Implementing Regulation 282/2011, Articles 57b to 63d).

use super::checks::{Checked, digits, formed};

/// The numeric codes (ISO 3166-1) of the countries that give numbers out; 900 is Northern Ireland.
const COUNTRIES: &[&str] = &[
    "040", "056", "100", "191", "196", "203", "208", "233", "246", "250", "276", "300", "348", "372", "380",
    "428", "440", "442", "470", "528", "616", "620", "642", "703", "705", "724", "752", "900",
];

/// Services from sellers outside of the Union: `EU`, the country that registers, six digits. Which digit checks which is not
/// published.
pub(super) fn services(text: &str) -> Checked {
    digits::<9>(text)?;
    registered(text)
}

/// Imports of low value (IOSS): `IM`, the country that registers, seven digits.
pub(super) fn imports(text: &str) -> Checked {
    digits::<10>(text)?;
    registered(text)
}

fn registered(text: &str) -> Checked {
    formed(text.get(..3).is_some_and(|country| COUNTRIES.contains(&country)))
}
