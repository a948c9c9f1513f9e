//! Payments, and what they pay.

mod rules;
mod sample;
mod status;
pub use status::PaymentStatus;

use super::prelude::*;

object! {
    /// Money that goes or went from one party to another (ISO 20022 `pain.001`, `camt.054`; Odoo `account.payment`).
    Payment in Finance {
        /// Number, where there is one (Odoo `name`).
        number: optional Label [None],
        /// Out or in (Odoo `payment_type`).
        direction: PaymentDirection [None],
        /// How (Odoo `payment_method_line_id`).
        method: PaymentMethod [None],
        /// Where it stands (Odoo `state`).
        status: PaymentStatus [None],
        /// How much; always positive, the direction says which way.
        amount: Money [Financial],
        /// The day on which it is to be, or was, executed (Odoo `date`).
        value_date: optional LocalDate [None],
        /// Who pays.
        payer: PartyRef [None Party],
        /// Who is paid.
        payee: PartyRef [None Party],
        /// The account that is paid from.
        payer_account: optional BankAccount [None],
        /// The account that is paid to (Odoo `partner_bank_id`).
        payee_account: optional BankAccount [None],
        /// The payer's reference, which travels to the payee unchanged (`EndToEndId`). A second try of one payment has the
        /// same one, or money goes out twice.
        end_to_end_id: optional Label [None],
        /// The message in which the bank was told (ISO 20022 `MsgId`): the same again when it is sent again, for another one pays twice.
        message_id: optional Label [None],
        /// The bank's reference (`AcctSvcrRef`).
        bank_reference: optional Label [None],
        /// Creditor reference (ISO 11649 or a national one), where the payee asked for it (Odoo `payment_reference`).
        structured_reference: optional Label [None],
        /// What it is for, in words (Odoo `memo`).
        remittance: optional Text [FreeText],
        /// What it pays, in the currency of the amount (Odoo `invoice_ids`).
        allocations: list Allocation [None],
        /// What the bank took.
        fee: optional Money [Financial],
        /// How the amount became one in the other currency.
        exchange: optional Exchange [None],
        /// Why it was rejected or came back: the bank's code.
        reason_code: optional Code [None],
        /// Documents that it refers to.
        refs: list DocumentRef [None],
    }
}

code_list! {
    /// Which way money goes, seen from us.
    PaymentDirection, "payment direction", "Which way money goes, seen from us." {
        /// To us (Odoo `inbound`).
        Inbound = "inbound",
        /// From us (Odoo `outbound`).
        Outbound = "outbound",
    }
}

code_list! {
    /// How money goes.
    PaymentMethod, "payment method", "How money goes." {
        /// From account to account, by the payer.
        CreditTransfer = "credit_transfer",
        /// From account to account, by the payee.
        DirectDebit = "direct_debit",
        /// By card.
        Card = "card",
        /// In notes and coins.
        Cash = "cash",
        /// By cheque.
        Cheque = "cheque",
        /// Through a payment service.
        Wallet = "wallet",
        /// Against a debt the other way.
        Netting = "netting",
    }
}

impl CanonicalObject for Payment {
    const KIND: ObjectKind = ObjectKind::Payment;
    const EXAMPLE: &'static str = include_str!("example.json");
    const RULES: &'static [&'static [Rule]] = &[rule::COMMON, rule::MONETARY, rules::RULES];
    const STATUS: Option<StatusMachine> = Some(PaymentStatus::MACHINE);

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
