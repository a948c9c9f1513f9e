//! What a payer says that a payment is for.

mod rules;
mod sample;
mod status;
pub use status::RemittanceStatus;

use super::prelude::*;

object! {
    /// The payer's list of what a payment pays (UBL `RemittanceAdvice`, EDIFACT `REMADV`, X12 820).
    RemittanceAdvice in Finance {
        /// Number; for people, not an identity.
        number: Label [None],
        /// Where the advice stands.
        status: RemittanceStatus [None],
        /// The day on its face.
        issue_date: LocalDate [None],
        /// Who pays.
        payer: PartyRef [None Party],
        /// Who is paid.
        payee: PartyRef [None Party],
        /// The payment, where it has a number already.
        payment: optional DocumentRef [None],
        /// The payer's reference on the payment (`EndToEndId`).
        end_to_end_id: optional Label [None],
        /// How much is paid in all.
        amount: Money [Financial],
        /// The day on which it is paid.
        value_date: optional LocalDate [None],
        /// What is paid, document by document.
        lines: list RemittanceLine [None],
        /// Free text to the payee.
        note: optional Text [FreeText],
        /// Other documents that the advice refers to.
        refs: list DocumentRef [None],
    }
}

record! {
    /// What is paid of one document, in the currency of the advice. Amounts of credit notes are negative.
    RemittanceLine in Finance {
        /// The line's name in its document.
        line_id: Label [None],
        /// The invoice or credit note.
        document: DocumentRef [None],
        /// What the document asks for.
        due: Decimal [Financial],
        /// Discount that is taken; nought when absent.
        discount: optional Decimal [Financial],
        /// What else is taken off (positive) or added (negative): shortages, damages; nought when absent.
        adjustment: optional Decimal [Financial],
        /// Why.
        adjustment_reason: optional Label [None],
        /// What is paid.
        paid: Decimal [Financial],
    }
}

impl CanonicalObject for RemittanceAdvice {
    const KIND: ObjectKind = ObjectKind::RemittanceAdvice;
    const EXAMPLE: &'static str = include_str!("example.json");
    const RULES: &'static [&'static [Rule]] = &[rule::COMMON, rule::LINED, rule::MONETARY, rules::RULES];
    const STATUS: Option<StatusMachine> = Some(RemittanceStatus::MACHINE);

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
