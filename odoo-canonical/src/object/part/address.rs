//! Postal addresses.

use crate::value::{Country, Label, Subdivision};

record! {
    /// A postal address (UBL `PostalAddress`, Odoo `res.partner`).
    #[derive(Default)]
    Address in Party {
        /// What the address is for (Odoo `type`).
        role: optional AddressRole [None],
        /// Who is there, where it is not the party itself (Odoo `name`).
        name: optional Label [Contact],
        /// Street and what else stands above the city, line by line (BT-50, BT-51, BT-163; Odoo `street`, `street2`).
        lines: list Label [Contact],
        /// City (BT-52; Odoo `city`).
        city: optional Label [Contact],
        /// Postal code as the country writes it (BT-53; Odoo `zip`).
        postal_code: optional Label [Contact],
        /// State or province (ISO 3166-2; BT-54; Odoo `state_id`).
        subdivision: optional Subdivision [Contact],
        /// Country (ISO 3166-1; BT-55; Odoo `country_id`).
        country: optional Country [None],
        /// Telephone at this address, as it was given (Odoo `phone`).
        phone: optional Label [Contact],
    }
}

code_list! {
    /// What an address is for (Odoo `res.partner.type`).
    AddressRole, "address role", "What an address is for." {
        /// Where the party is reached in general.
        Contact = "contact",
        /// Where invoices go.
        Invoice = "invoice",
        /// Where goods go.
        Delivery = "delivery",
    }
}
