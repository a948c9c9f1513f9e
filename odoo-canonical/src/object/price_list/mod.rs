//! Prices as they are asked for: resolved, one for each item, unit and quantity.

mod rules;
mod sample;
mod status;
pub use status::PriceListStatus;

use super::prelude::*;

object! {
    /// A list of prices for one customer, one group of customers, or everybody (UBL `Catalogue`, X12 832, EDIFACT `PRICAT`).
    ///
    /// Prices are resolved: what rules a system makes them by (Odoo `product.pricelist.item`) stays there.
    PriceList in Sales {
        /// Name (Odoo `name`).
        name: Label [None],
        /// Where the list stands.
        status: PriceListStatus [None],
        /// Currency of all prices (Odoo `currency_id`).
        currency: Currency [None Finance],
        /// The customer whom the prices are for.
        customer: optional PartyRef [None Party],
        /// The group of customers whom the prices are for.
        customer_group: optional Label [None Party],
        /// The supplier whose prices these are; then they are what we pay (Odoo `product.supplierinfo`).
        supplier: optional PartyRef [None Party],
        /// The countries in which they hold; everywhere when empty (Odoo `country_group_ids`).
        countries: list Country [None],
        /// When the list holds; always when absent.
        valid: optional Period [None],
        /// The prices.
        entries: list PriceEntry [None],
        /// Documents that the list refers to.
        refs: list DocumentRef [None],
    }
}

record! {
    /// One price: that of an item, in a unit, from a quantity on, for a time.
    PriceEntry in Sales {
        /// What it is the price of.
        item: ItemRef [None Product],
        /// The unit that is priced.
        unit: UnitCode [None Product],
        /// The least quantity for which the price holds, in that unit; any when absent (Odoo `min_quantity`).
        min_quantity: optional Decimal [None],
        /// Net price; its base quantity is in that unit (BT-146, BT-149).
        price: Price [Financial],
        /// When the price holds; as long as the list when absent (Odoo `date_start`, `date_end`).
        valid: optional Period [None],
        /// Price before discount, for people (BT-148).
        list_amount: optional Decimal [Financial],
        /// What the supplier calls the item (Odoo `product_code`).
        supplier_item: optional Label [None Product],
        /// Days from order to receipt (Odoo `delay`).
        lead_time_days: optional Decimal [None Logistics],
    }
}

impl CanonicalObject for PriceList {
    const KIND: ObjectKind = ObjectKind::PriceList;
    const EXAMPLE: &'static str = include_str!("example.json");
    const RULES: &'static [&'static [Rule]] = &[rule::COMMON, rules::RULES];
    const STATUS: Option<StatusMachine> = Some(PriceListStatus::MACHINE);

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
