//! Bank accounts.

use crate::value::{Bic, Currency, Iban, Label};

record! {
    /// An account at a bank (BG-17; ISO 20022 `CdtrAcct`; Odoo `res.partner.bank`): by IBAN, or else by its national number.
    #[derive(Hash)]
    BankAccount in Finance {
        /// International number (BT-84; Odoo `acc_number`).
        iban: optional Iban [Financial],
        /// National number, where there is no IBAN.
        number: optional Label [Financial],
        /// The bank (BT-86; Odoo `bank_id.bic`).
        bic: optional Bic [None],
        /// Clearing or routing number of the bank, where there is no BIC (Odoo `clearing_number`).
        clearing: optional Label [None],
        /// Currency of the account (Odoo `currency_id`).
        currency: optional Currency [None],
        /// In whose name it is kept (BT-85; Odoo `acc_holder_name`).
        holder: optional Label [Contact],
    }
}
