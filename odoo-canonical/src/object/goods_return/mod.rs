//! Goods that a customer sends back.

mod rules;
mod sample;
mod status;
pub use status::ReturnStatus;

use super::prelude::*;

object! {
    /// A return of goods: asked for, agreed to, received, looked at, made up for (X12 180; Odoo `stock.return.picking` and a
    /// credit note). What comes in and what is paid back are different things and may differ.
    GoodsReturn in Logistics {
        /// Number under which the customer sends it (RMA); for people, not an identity.
        number: Label [None],
        /// Where the return stands.
        status: ReturnStatus [None],
        /// Who sends back.
        customer: PartyRef [None Party],
        /// When it was asked for.
        requested_at: Instant [None],
        /// When goods came in.
        received_at: optional Instant [None],
        /// Where they come to.
        warehouse: optional LocationRef [None],
        /// Where they are fetched, where we fetch them.
        pickup: optional Address [Contact],
        /// Numbers by which the carrier's site knows it.
        tracking: list Label [None],
        /// What comes back.
        lines: list ReturnLine [None],
        /// How much is paid back.
        refund: optional Money [Financial Finance],
        /// Free text of the customer.
        note: optional Text [FreeText],
        /// The order, shipment, and invoice that it is about.
        refs: list DocumentRef [None],
    }
}

code_list! {
    /// Why goods come back.
    ReturnReason, "return reason", "Why goods come back." {
        /// They do not work.
        Defective = "defective",
        /// They were damaged on the way.
        Damaged = "damaged",
        /// Other goods came.
        WrongItem = "wrong_item",
        /// They are not as described.
        NotAsDescribed = "not_as_described",
        /// The customer does not want them any more.
        Unwanted = "unwanted",
        /// Too many came.
        Excess = "excess",
        /// They are called back.
        Recall = "recall",
    }
}

code_list! {
    /// What becomes of goods that came back.
    ReturnDisposition, "return disposition", "What becomes of goods that came back." {
        /// They are sold again.
        Restock = "restock",
        /// They are mended first.
        Refurbish = "refurbish",
        /// They are thrown away.
        Scrap = "scrap",
        /// They go back to the supplier.
        ToSupplier = "to_supplier",
        /// Nobody knows yet.
        Quarantine = "quarantine",
    }
}

code_list! {
    /// How a return is made up for.
    ReturnResolution, "return resolution", "How a return is made up for." {
        /// Money back.
        Refund = "refund",
        /// The same again, or something else.
        Exchange = "exchange",
        /// A credit note for later.
        Credit = "credit",
        /// It is mended and sent back.
        Repair = "repair",
        /// Not at all.
        None = "none",
    }
}

record! {
    /// What comes back of one item.
    ReturnLine in Logistics {
        /// The line's name in its document.
        line_id: Label [None],
        /// What comes back.
        item: ItemRef [None Product],
        /// The line that it was delivered with.
        delivered: optional DocumentRef [None],
        /// How much may come back.
        authorised: Quantity [None],
        /// How much came; nothing yet when absent.
        received: optional Quantity [None],
        /// How much of what came is made up for; nothing yet when absent.
        accepted: optional Quantity [None],
        /// Why.
        reason: ReturnReason [None],
        /// The lot or serial number.
        lot: optional Label [None],
        /// What it was like, in words.
        condition: optional Text [FreeText],
        /// What becomes of it.
        disposition: optional ReturnDisposition [None],
        /// How it is made up for.
        resolution: optional ReturnResolution [None],
    }
}

impl CanonicalObject for GoodsReturn {
    const KIND: ObjectKind = ObjectKind::GoodsReturn;
    const EXAMPLE: &'static str = include_str!("example.json");
    const RULES: &'static [&'static [Rule]] = &[rule::COMMON, rule::LINED, rules::RULES];
    const STATUS: Option<StatusMachine> = Some(ReturnStatus::MACHINE);

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
