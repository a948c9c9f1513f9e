//! Orders of customers.

mod rules;
mod sample;
mod status;
pub use status::OrderStatus;

use super::prelude::*;

object! {
    /// An order of a customer (UBL `Order`, Odoo `sale.order`).
    ///
    /// All amounts are in `currency` and without tax unless their name says otherwise.
    SalesOrder in Sales {
        /// The seller's number (Odoo `name`); for people, not an identity.
        number: Label [None],
        /// The buyer's own number (BT-13; Odoo `client_order_ref`).
        buyer_order_number: optional Label [None],
        /// What the message does with the order; new when absent.
        function: optional DocumentFunction [None],
        /// Where the order came in: `web`, `pos`, `edi` and so on (Odoo `team_id`).
        channel: optional Code [None],
        /// Where the order stands (Odoo `state`).
        status: OrderStatus [None],
        /// When it was placed (Odoo `date_order`).
        ordered_at: Instant [None],
        /// The day on which the buyer wants the goods (Odoo `commitment_date`).
        requested_date: optional LocalDate [None Logistics],
        /// The last day on which the offer holds, or on which the buyer still takes the goods (Odoo `validity_date`).
        valid_until: optional LocalDate [None],
        /// Currency of all amounts (BT-5; Odoo `currency_id`).
        currency: Currency [None Finance],
        /// What amounts are in the seller's own currency (Odoo `currency_rate`).
        exchange: optional Exchange [None Finance],
        /// Who buys (BG-7; Odoo `partner_id`).
        buyer: PartyRef [None Party],
        /// Who sells: which of our companies (BG-4; Odoo `company_id`).
        seller: optional PartyRef [None Party],
        /// Who is billed, where it is not the buyer (Odoo `partner_invoice_id`).
        bill_to_party: optional PartyRef [None Party],
        /// Address of the bill.
        bill_to: optional Address [Contact Party],
        /// Who receives the goods, where it is not the buyer (BT-70; Odoo `partner_shipping_id`).
        ship_to_party: optional PartyRef [None Party],
        /// Address of the delivery (BG-15).
        ship_to: optional Address [Contact Logistics],
        /// Where the goods are to leave from (Odoo `warehouse_id`).
        warehouse: optional LocationRef [None Logistics],
        /// Who is to carry them (Odoo `carrier_id`).
        carrier: optional PartyRef [None Party],
        /// The carrier's service.
        service: optional Label [None Logistics],
        /// Whether goods may leave in parts (Odoo `picking_policy`).
        partial_delivery: optional bool [None Logistics],
        /// Where cost and risk pass (Odoo `incoterm`, `incoterm_location`).
        delivery_terms: optional DeliveryTerms [None Logistics],
        /// Terms of payment, by the name that both sides know (BT-20; Odoo `payment_term_id`).
        payment_terms: optional Label [None Finance],
        /// The price list that the prices are from (Odoo `pricelist_id`).
        price_list: optional Label [None],
        /// How taxes of the source are mapped for this buyer (Odoo `fiscal_position_id`).
        fiscal_position: optional Label [None Finance],
        /// Who looks after the order (Odoo `user_id`).
        salesperson: optional Label [Contact],
        /// The lines, in the order of the document.
        lines: list SalesOrderLine [None],
        /// Allowances and charges on the whole order; shipping is a charge (BG-20, BG-21).
        allowances_charges: list AllowanceCharge [None],
        /// Tax by category and rate (BG-23).
        tax_subtotals: list TaxSubtotal [None Finance],
        /// Totals (BG-22).
        totals: Totals = (Totals::default()) [None Finance],
        /// Whether prices include tax. Always false once an order is mapped: see [`Price`].
        prices_include_tax: default bool [None Finance],
        /// Free text of buyer or seller (BT-22; Odoo `note`).
        note: optional Text [FreeText],
        /// Documents that the order refers to.
        refs: list DocumentRef [None],
    }
}

record! {
    /// One line of a sales order (Odoo `sale.order.line`).
    SalesOrderLine in Sales {
        /// The line's name in its document, kept as it is: `10` and `00010` are different (BT-126).
        line_id: Label [None],
        /// What is ordered.
        item: ItemRef [None Product],
        /// What the buyer calls the item (BT-156).
        buyer_item: optional Label [None Product],
        /// What stands on the line, for people (BT-154; Odoo `name`).
        description: optional Text [None],
        /// How much (BT-129, BT-130; Odoo `product_uom_qty`, `product_uom_id`).
        quantity: Quantity [None],
        /// Net price (BT-146; Odoo `price_unit` without tax).
        price: Price [Financial],
        /// Allowances and charges on this line, for the line as a whole (BG-27, BG-28).
        allowances_charges: list AllowanceCharge [None],
        /// The taxes on this line.
        taxes: list LineTax [None Finance],
        /// Net amount of the line: quantity times price, rounded, less allowances, plus charges (BT-131;
        /// Odoo `price_subtotal`).
        net: Decimal [Financial],
        /// The day on which the buyer wants this line, where it is not that of the order.
        requested_date: optional LocalDate [None Logistics],
        /// How much has been delivered so far, in the unit of the line (Odoo `qty_delivered`).
        delivered: optional Decimal [None Logistics],
        /// How much has been invoiced so far, in the unit of the line (Odoo `qty_invoiced`).
        invoiced: optional Decimal [None Finance],
    }
}

impl CanonicalObject for SalesOrder {
    const KIND: ObjectKind = ObjectKind::SalesOrder;
    const EXAMPLE: &'static str = include_str!("example.json");
    const RULES: &'static [&'static [Rule]] = &[rule::COMMON, rule::PRICED, rules::RULES];
    const STATUS: Option<StatusMachine> = Some(OrderStatus::MACHINE);

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
