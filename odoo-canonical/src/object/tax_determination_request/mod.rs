//! What a tax engine is asked.

mod rules;
mod sample;

use super::prelude::*;

object! {
    /// A question to a tax engine: which taxes does this document bear? Asked to know (quote), or to be kept (commit); an
    /// engine that cannot answer is no tax of nought.
    TaxDeterminationRequest in Finance {
        /// The document that the taxes are for. The engine knows a second question on it by this.
        document: DocumentRef [None],
        /// Whether the answer is only looked at, or kept by the engine for the tax return.
        commit: bool [None],
        /// What is done with the goods.
        transaction: TaxTransaction [None],
        /// The day on the document.
        date: LocalDate [None],
        /// The day whose rates hold, where it is another: a return has that of its invoice.
        tax_date: optional LocalDate [None],
        /// Currency of all amounts.
        currency: Currency [None],
        /// Who sells.
        seller: PartyRef [None Party],
        /// Tax numbers of the seller.
        seller_tax_ids: list TaxId [TaxId Party],
        /// Who buys.
        buyer: PartyRef [None Party],
        /// Tax numbers of the buyer.
        buyer_tax_ids: list TaxId [TaxId Party],
        /// Why the buyer pays no tax.
        certificates: list ExemptionCertificate [None],
        /// Where goods leave.
        ship_from: optional Address [Contact Party],
        /// Where goods arrive.
        ship_to: optional Address [Contact Party],
        /// Where the order was taken.
        order_place: optional Address [Contact Party],
        /// What is sold.
        lines: list TaxRequestLine [None],
        /// Documents that it refers to.
        refs: list DocumentRef [None],
    }
}

code_list! {
    /// What is done with goods whose taxes are asked for.
    TaxTransaction, "tax transaction", "What is done with goods whose taxes are asked for." {
        /// They are sold.
        Sale = "sale",
        /// They are bought.
        Purchase = "purchase",
        /// They come back from a customer; amounts are negative.
        Return = "return",
        /// They go from one place of ours to another.
        Transfer = "transfer",
    }
}

record! {
    /// A paper that says that a buyer pays no tax.
    ExemptionCertificate in Finance {
        /// Its number.
        number: Label [TaxId],
        /// Why, in the code of the jurisdiction.
        reason: optional Code [None],
        /// Where it holds.
        jurisdiction: optional Subdivision [None],
        /// How long it holds.
        valid: optional Period [None],
    }
}

record! {
    /// One line that may be taxed.
    TaxRequestLine in Finance {
        /// The line's name in the document that the taxes are for.
        line_id: Label [None],
        /// What is sold.
        item: optional ItemRef [None Product],
        /// What kind of thing it is, in the code of the engine.
        tax_code: optional Code [None],
        /// How much.
        quantity: Quantity [None],
        /// Net amount of the line, discounts taken off.
        amount: Decimal [Financial],
        /// Discount that was taken off, for information.
        discount: optional Decimal [Financial],
        /// False where the seller knows that no tax is due; for the engine to decide when absent.
        taxable: optional bool [None],
        /// The place that goods of this line leave, where it is another.
        ship_from: optional Address [Contact Party],
        /// Where this line goes, where it is not where the document goes.
        ship_to: optional Address [Contact Party],
    }
}

impl CanonicalObject for TaxDeterminationRequest {
    const KIND: ObjectKind = ObjectKind::TaxDeterminationRequest;
    const EXAMPLE: &'static str = include_str!("example.json");
    const RULES: &'static [&'static [Rule]] = &[rule::COMMON, rule::LINED, rule::MONETARY, rules::RULES];

    fn check(&self, report: &mut Report) {
        rules::check(self, report);
    }

    fn sample(sampler: &mut Sampler) -> Result<Self, ContractError> {
        sample::sample(sampler)
    }
}
