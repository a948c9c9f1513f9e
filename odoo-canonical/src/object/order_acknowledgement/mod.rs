//! What a seller answers to an order, line by line.

mod rules;
mod sample;
mod status;
pub use status::AcknowledgementStatus;

use super::prelude::*;

object! {
    /// The answer of a seller to an order (UBL `OrderResponse`, EDIFACT `ORDRSP`, X12 855).
    ///
    /// It is no order: it says which lines of one the seller takes, changes, has later, refuses, or takes with another item.
    OrderAcknowledgement in Sales {
        /// The seller's number of it; for people, not an identity.
        number: Label [None],
        /// The order that is answered.
        order: DocumentRef [None],
        /// Where the answer stands.
        status: AcknowledgementStatus [None],
        /// When it was given.
        issued_at: Instant [None],
        /// Who answers.
        seller: PartyRef [None Party],
        /// Who ordered.
        buyer: PartyRef [None Party],
        /// Currency of prices, where there are any.
        currency: optional Currency [None Finance],
        /// The answer to each line.
        lines: list AcknowledgementLine [None],
        /// Free text to the buyer.
        note: optional Text [FreeText],
        /// Other documents that the answer refers to.
        refs: list DocumentRef [None],
    }
}

code_list! {
    /// What a seller answers to a line (UNTDID 1229, X12 668).
    LineAnswer, "line answer", "What a seller answers to a line." {
        /// Taken as ordered (1229 `5`, ACK `IA`).
        Accepted = "accepted",
        /// Taken with another quantity, price or date (1229 `3`, ACK `IC`).
        Changed = "changed",
        /// Taken, but some or all of it comes later (ACK `IB`).
        BackOrdered = "back_ordered",
        /// Not taken (1229 `7`, ACK `IR`).
        Rejected = "rejected",
        /// Taken with another item in its place (ACK `IS`).
        Substituted = "substituted",
    }
}

record! {
    /// The answer to one line of an order.
    AcknowledgementLine in Sales {
        /// The line's name in this document.
        line_id: Label [None],
        /// The line of the order that is answered.
        order_line_id: Label [None],
        /// What was ordered.
        item: ItemRef [None Product],
        /// The answer.
        answer: LineAnswer [None],
        /// How much was ordered.
        ordered: Quantity [None],
        /// How much the seller commits to for the promised date; nought when absent.
        confirmed: optional Quantity [None],
        /// How much comes later; nought when absent.
        back_ordered: optional Quantity [None],
        /// Net price that the seller asks, where it is said.
        price: optional Price [Financial],
        /// The day on which what is confirmed comes.
        promised_date: optional LocalDate [None Logistics],
        /// The day on which what is back-ordered comes.
        back_order_date: optional LocalDate [None Logistics],
        /// The item that comes instead.
        substitute: optional ItemRef [None Product],
        /// Reason code of the source.
        reason_code: optional Code [None],
        /// Reason in words.
        reason: optional Label [None],
    }
}

impl CanonicalObject for OrderAcknowledgement {
    const KIND: ObjectKind = ObjectKind::OrderAcknowledgement;
    const EXAMPLE: &'static str = include_str!("example.json");
    const RULES: &'static [&'static [Rule]] = &[rule::COMMON, rule::LINED, rules::RULES];
    const STATUS: Option<StatusMachine> = Some(AcknowledgementStatus::MACHINE);

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
