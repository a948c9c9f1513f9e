//! Who sells and buys, where goods went, and how an invoice is paid.

use crate::object::prelude::*;

record! {
    /// A party as an invoice states it (BG-4, BG-7): the law asks for more than a reference.
    InvoiceParty in Party {
        /// The party; its name is the registered one (BT-27, BT-44).
        party: PartyRef [None],
        /// Name in trade, where it differs (BT-28, BT-45).
        trade_name: optional Label [Contact],
        /// Tax and company registrations (BT-30, BT-31, BT-32, BT-47, BT-48).
        tax_ids: list TaxId [TaxId],
        /// Postal address (BG-5, BG-8).
        address: optional Address [Contact],
        /// Where electronic documents are sent (BT-34, BT-49).
        endpoint: optional Endpoint [None],
        /// Whom to ask (BG-6, BG-9).
        contact: optional Contact [Contact],
    }
}

record! {
    /// Where and when goods were delivered (BG-13).
    #[derive(Default)]
    InvoiceDelivery in Logistics {
        /// The day (BT-72; Odoo `delivery_date`).
        date: optional LocalDate [None],
        /// Who received them (BT-70, BT-71; Odoo `partner_shipping_id`).
        to: optional PartyRef [None Party],
        /// The address (BG-15).
        address: optional Address [Contact],
    }
}

record! {
    /// How an invoice is paid (BG-16).
    InvoicePayment in Finance {
        /// Means (UNTDID 4461; BT-81): `30` and `58` are credit transfers, `59` a direct debit, `48` a card.
        means: Code [None],
        /// The means of payment in words (BT-82).
        text: optional Label [None],
        /// What is to be written on the payment (BT-83; Odoo `payment_reference`).
        reference: optional Label [None],
        /// The account that is paid to (BG-17; Odoo `partner_bank_id`).
        account: optional BankAccount [None],
        /// Mandate of a direct debit (BT-89).
        mandate: optional Label [None],
        /// Who is allowed to debit (BT-90).
        creditor_id: optional Label [Financial],
        /// The account that is debited (BT-91).
        debited_account: optional BankAccount [None],
        /// The last digits of the card, never all of them (BT-87).
        card_digits: optional Label [Financial],
        /// In whose name the card is (BT-88).
        card_holder: optional Label [Contact],
    }
}

record! {
    /// Why a category is not taxed.
    TaxExemption in Finance {
        /// The category.
        category: TaxCategory [None],
        /// Code of the reason (VATEX; BT-121; Odoo `ubl_cii_tax_exemption_reason_code`).
        code: optional Code [None],
        /// The reason in words (BT-120).
        reason: optional Label [None],
    }
}
