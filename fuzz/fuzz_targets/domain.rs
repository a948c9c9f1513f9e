//! Domains as text: nothing panics the reader, and what it reads it shows so that it reads the same again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use odoo_rpc::Domain;

fuzz_target!(|text: &str| {
    if let Ok(domain) = text.parse::<Domain>() {
        assert_eq!(domain.to_string().parse::<Domain>(), Ok(domain.clone()), "{domain}");
        assert_eq!(Domain::from_value(&domain.to_value()), Ok(domain));
    }
});
