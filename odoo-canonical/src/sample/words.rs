//! What samples are made of. Names are made up; e-mail addresses and telephone numbers are of the ranges that are set aside
//! for examples.

pub(super) const COMPANIES: &[&str] = &[
    "Nordlicht Handels GmbH",
    "Al Waha Trading LLC",
    "Brennan & Sons Ltd",
    "Atelier Roussel SARL",
    "Fjord Utstyr AS",
    "Molino Verde Srl",
    "Kestrel Supplies Inc.",
    "Almarai Alkhadra Est.",
    "Hoekstra Groothandel B.V.",
    "Sierra Norte S.L.",
];
pub(super) const PEOPLE: &[&str] = &[
    "Mara Lindqvist",
    "Omar Haddad",
    "Ines Carvalho",
    "Jonas Weber",
    "Priya Nair",
    "Chloé Martin",
    "Sam O'Neill",
];

/// Country, subdivision, city, postal code, street, currency, standard tax rate.
pub(super) type Place =
    (&'static str, &'static str, &'static str, &'static str, &'static str, &'static str, &'static str);

pub(super) const PLACES: &[Place] = &[
    ("DE", "DE-HH", "Hamburg", "20457", "Hafenstraße", "EUR", "19"),
    ("FR", "FR-75", "Paris", "75011", "Rue des Lilas", "EUR", "20"),
    ("GB", "GB-LND", "London", "SE1 9GF", "Tooley Street", "GBP", "20"),
    ("AE", "AE-DU", "Dubai", "00000", "Al Quoz Street", "AED", "5"),
    ("SA", "SA-01", "Riyadh", "11564", "King Fahd Road", "SAR", "15"),
    ("US", "US-CA", "Oakland", "94607", "Market Street", "USD", "9.25"),
    ("CH", "CH-ZH", "Zürich", "8005", "Hardstrasse", "CHF", "8.1"),
    ("KW", "KW-KU", "Kuwait City", "13001", "Fahad Al-Salem Street", "KWD", "0"),
    ("JP", "JP-13", "Tokyo", "150-0002", "Shibuya", "JPY", "10"),
];

/// Article number, name, unit, net price in smallest units of a currency with two decimals.
pub(super) type Article = (&'static str, &'static str, &'static str, u64);

pub(super) const ARTICLES: &[Article] = &[
    ("LAMP-02-BRASS", "Desk lamp, brass", "C62", 1995),
    ("TEA-100", "Tea bags, box of 100", "XBX", 640),
    ("CABLE-3X1.5", "Cable 3 x 1.5 mm²", "MTR", 129),
    ("FLOUR-25", "Wheat flour, sack of 25 kg", "XSA", 1875),
    ("PAINT-W-10", "Wall paint, white", "LTR", 722),
    ("GLOVE-L", "Work gloves, size L", "PR", 345),
    ("BOLT-M8X40", "Bolt M8 x 40, zinc plated", "H87", 11),
    ("PALLET-EUR", "Pallet 1200 x 800", "C62", 1450),
];

pub(super) const TOWNS_OF_STOCK: &[(&str, &str)] =
    &[("HAM", "Hamburg"), ("JED", "Jeddah North"), ("DXB", "Jebel Ali"), ("LYO", "Lyon Sud")];
