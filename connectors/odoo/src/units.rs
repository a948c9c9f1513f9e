//! Units: UN/ECE codes and the external ids of the units in Odoo's own data (`addons/uom/data/uom_data.xml`).

use std::collections::BTreeMap;

/// Code and external id; of several codes for one unit the first is the one that comes back.
const UNITS: [(&str, &str); 24] = [
    ("C62", "uom.product_uom_unit"),
    ("H87", "uom.product_uom_unit"),
    ("EA", "uom.product_uom_unit"),
    ("DZN", "uom.product_uom_dozen"),
    ("KGM", "uom.product_uom_kgm"),
    ("GRM", "uom.product_uom_gram"),
    ("TNE", "uom.product_uom_ton"),
    ("LBR", "uom.product_uom_lb"),
    ("ONZ", "uom.product_uom_oz"),
    ("HUR", "uom.product_uom_hour"),
    ("DAY", "uom.product_uom_day"),
    ("MTR", "uom.product_uom_meter"),
    ("CMT", "uom.product_uom_cm"),
    ("KMT", "uom.product_uom_km"),
    ("MMT", "uom.product_uom_millimeter"),
    ("INH", "uom.product_uom_inch"),
    ("FOT", "uom.product_uom_foot"),
    ("YRD", "uom.product_uom_yard"),
    ("SMI", "uom.product_uom_mile"),
    ("LTR", "uom.product_uom_litre"),
    ("MTQ", "uom.product_uom_cubic_meter"),
    ("GLL", "uom.product_uom_gal"),
    ("QTL", "uom.product_uom_qt"),
    ("OZA", "uom.product_uom_floz"),
];

/// The external id of a unit.
pub(crate) fn external_id<'a>(configured: &'a BTreeMap<String, String>, code: &str) -> Option<&'a str> {
    let own = configured.get(code).map(String::as_str);
    own.or_else(|| UNITS.iter().find(|(known, _)| *known == code).map(|(_, unit)| *unit))
}

/// The code of a unit that has one of these external ids.
pub(crate) fn code<'a>(configured: &'a BTreeMap<String, String>, external_ids: &[String]) -> Option<&'a str> {
    let own = configured.iter().find(|(_, unit)| external_ids.contains(unit)).map(|(code, _)| code.as_str());
    own.or_else(|| {
        UNITS.iter().find(|(_, unit)| external_ids.iter().any(|id| id == unit)).map(|(code, _)| *code)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_go_there_and_back_and_unknown_ones_nowhere() {
        let none = BTreeMap::new();
        assert_eq!(external_id(&none, "EA"), Some("uom.product_uom_unit"));
        assert_eq!(code(&none, &["uom.product_uom_unit".into()]), Some("C62"));
        assert_eq!(external_id(&none, "XPX"), None);
        let own = BTreeMap::from([("XPX".to_owned(), "acme.pallet".to_owned())]);
        assert_eq!(external_id(&own, "XPX"), Some("acme.pallet"));
        assert_eq!(code(&own, &["x.y".into(), "acme.pallet".into()]), Some("XPX"));
    }
}
