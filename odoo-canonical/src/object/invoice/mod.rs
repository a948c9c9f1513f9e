//! Invoices, credit notes and debit notes, in the terms of EN 16931.

mod line;
pub use line::InvoiceLine;
mod party;
pub use party::{InvoiceDelivery, InvoiceParty, InvoicePayment, TaxExemption};
mod kind;
pub use kind::{InvoiceDirection, InvoiceType};
mod rules;
mod sample;
mod status;
pub use status::InvoiceStatus;

use super::prelude::*;

object! {
    /// An invoice, credit note or debit note (EN 16931; UBL `Invoice`, `CreditNote`; Odoo `account.move`).
    ///
    /// All amounts are in `currency`. Amounts are positive whichever way money flows: a credit note says so by its type. A
    /// posted invoice is corrected by a credit note, never by another version of itself.
    Invoice in Finance {
        /// Number (BT-1; Odoo `name`); a draft has none.
        number: optional Label [None],
        /// What it is (BT-3; Odoo `move_type`).
        doc_type: InvoiceType [None],
        /// Sent by us or to us.
        direction: InvoiceDirection [None],
        /// Where it stands (Odoo `state`, `payment_state`).
        status: InvoiceStatus [None],
        /// The day on its face (BT-2; Odoo `invoice_date`).
        issue_date: LocalDate [None],
        /// The day on which it is to be paid (BT-9; Odoo `invoice_date_due`).
        due_date: optional LocalDate [None],
        /// The day on which tax falls due (BT-7; Odoo `taxable_supply_date`).
        tax_point_date: optional LocalDate [None],
        /// When tax falls due, as a code instead of a day: UNTDID 2005 `3`, `35`, `432` (BT-8).
        tax_point_code: optional Code [None],
        /// The day on which it is booked (Odoo `date`).
        accounting_date: optional LocalDate [None],
        /// Currency of all amounts (BT-5; Odoo `currency_id`).
        currency: Currency [None],
        /// Currency in which tax is accounted for, where it is another (BT-6).
        tax_currency: optional Currency [None],
        /// Total tax in that currency (BT-111).
        tax_in_tax_currency: optional Decimal [Financial],
        /// How amounts become those of the books (Odoo `invoice_currency_rate`).
        exchange: optional Exchange [None],
        /// What the buyer asked to stand on it, for routing (BT-10).
        buyer_reference: optional Label [None],
        /// The buyer's order (BT-13).
        buyer_order_number: optional Label [None Sales],
        /// Account that the buyer books it to (BT-19).
        buyer_accounting: optional Label [None],
        /// Who sells (BG-4).
        seller: InvoiceParty [None Party],
        /// Who buys (BG-7; Odoo `partner_id`).
        buyer: InvoiceParty [None Party],
        /// Who is paid, where it is not the seller (BG-10).
        payee: optional PartyRef [None Party],
        /// Who answers for the seller's tax (BG-11).
        tax_representative: optional InvoiceParty [None Party],
        /// What was delivered where and when (BG-13; Odoo `delivery_date`, `partner_shipping_id`).
        delivery: optional InvoiceDelivery [None Logistics],
        /// The time that it is for (BG-14).
        period: optional Period [None],
        /// Where cost and risk pass (Odoo `invoice_incoterm_id`).
        delivery_terms: optional DeliveryTerms [None Logistics],
        /// How it is paid (BG-16).
        payment: optional InvoicePayment [None],
        /// Terms of payment in words (BT-20; Odoo `invoice_payment_term_id`).
        payment_terms: optional Text [None],
        /// The lines, in the order of the document (BG-25).
        lines: list InvoiceLine [None],
        /// Allowances and charges on the whole (BG-20, BG-21).
        allowances_charges: list AllowanceCharge [None],
        /// Tax by category and rate (BG-23).
        tax_subtotals: list TaxSubtotal [None],
        /// Why categories are not taxed (BT-120, BT-121).
        exemptions: list TaxExemption [None],
        /// Totals (BG-22).
        totals: Totals = (Totals::default()) [None],
        /// Free text (BT-22).
        note: optional Text [FreeText],
        /// Documents that it refers to: orders, deliveries, and the invoices that a credit note corrects (BG-3).
        refs: list DocumentRef [None],
        /// Files that belong to it (BG-24).
        attachments: list Attachment [None],
    }
}


impl CanonicalObject for Invoice {
    const KIND: ObjectKind = ObjectKind::Invoice;
    const EXAMPLE: &'static str = include_str!("example.json");
    const RULES: &'static [&'static [Rule]] = &[rule::COMMON, rule::PRICED, rules::RULES];
    const STATUS: Option<StatusMachine> = Some(InvoiceStatus::MACHINE);

    fn status(&self) -> Option<&'static str> {
        Some(self.status.as_str())
    }

    fn check(&self, report: &mut Report) {
        rules::check(self, report);
    }

    fn sample(sampler: &mut Sampler) -> Result<Self, ContractError> {
        sample::sample(sampler)
    }
}
