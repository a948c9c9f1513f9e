//! Addresses.

use connector_core::canonical::object::{Address, AddressRole};
use connector_core::canonical::value::Subdivision;

use crate::wire;

/// Countries in which Shopify's province codes are those of ISO 3166-2. Elsewhere they are Shopify's own (`MX` has `AGS` where ISO has
/// `AGU`), and the province goes into the address in words.
const ISO_PROVINCES: [&str; 6] = ["AU", "BR", "CA", "IT", "JP", "US"];

pub(super) fn address(from: &wire::Address, role: AddressRole) -> Address {
    let subdivision = subdivision(from);
    let province = from.province.clone().filter(|_| subdivision.is_none());
    let lines = [&from.company, &from.address1, &from.address2, &province];
    Address {
        role: Some(role),
        name: from.name.clone(),
        lines: lines.into_iter().flatten().cloned().collect(),
        city: from.city.clone(),
        postal_code: from.zip.clone(),
        subdivision,
        country: from.country,
        phone: from.phone.clone(),
    }
}

fn subdivision(from: &wire::Address) -> Option<Subdivision> {
    let (country, code) = (from.country?, from.province_code.as_deref()?);
    // Japan's come with the country in them already.
    let code = code.strip_prefix(&format!("{country}-")).unwrap_or(code);
    ISO_PROVINCES.contains(&country.as_str()).then(|| format!("{country}-{code}").parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(country: &str, province: &str, code: &str) -> Address {
        let from = wire::Address {
            name: None,
            company: None,
            address1: "1 Main St".parse().ok(),
            address2: None,
            city: None,
            zip: None,
            province: province.parse().ok(),
            province_code: Some(code.to_owned()),
            country: country.parse().ok(),
            phone: None,
        };
        address(&from, AddressRole::Delivery)
    }

    #[test]
    fn provinces_are_codes_where_they_are_iso_and_words_elsewhere() {
        let kentucky = given("US", "Kentucky", "KY");
        assert_eq!((kentucky.subdivision.unwrap().to_string().as_str(), kentucky.lines.len()), ("US-KY", 1));
        assert_eq!(given("JP", "Hokkaido", "JP-01").subdivision.unwrap().to_string(), "JP-01");
        let mexico = given("MX", "Aguascalientes", "AGS");
        assert_eq!(mexico.subdivision, None);
        assert_eq!(mexico.lines[1].as_str(), "Aguascalientes");
    }
}
