//! Orders to suppliers.

mod rules;
mod sample;
mod status;
pub use status::PurchaseOrderStatus;

use super::prelude::*;

object! {
    /// An order to a supplier (UBL `Order`, Odoo `purchase.order`).
    ///
    /// All amounts are in `currency` and without tax unless their name says otherwise.
    PurchaseOrder in Sales {
        /// Our number (Odoo `name`); for people, not an identity.
        number: Label [None],
        /// The supplier's number of it (Odoo `partner_ref`).
        supplier_order_number: optional Label [None],
        /// Whether this is a new order, a change, or a cancellation.
        function: optional DocumentFunction [None],
        /// Where the order stands (Odoo `state`, `receipt_status`).
        status: PurchaseOrderStatus [None],
        /// When it was given (Odoo `date_order`).
        ordered_at: Instant [None],
        /// The day on which we want the goods (Odoo `date_planned`).
        requested_date: optional LocalDate [None Logistics],
        /// Currency of all amounts (Odoo `currency_id`).
        currency: Currency [None Finance],
        /// What amounts are in the buyer's own currency (Odoo `currency_rate`).
        exchange: optional Exchange [None Finance],
        /// Who sells (Odoo `partner_id`).
        supplier: PartyRef [None Party],
        /// Who buys, where the source has several companies (Odoo `company_id`).
        buyer: optional PartyRef [None Party],
        /// Where the goods go (Odoo `picking_type_id`).
        warehouse: optional LocationRef [None Logistics],
        /// Where the goods go when not to a warehouse of ours (Odoo `dest_address_id`).
        ship_to: optional Address [Contact Logistics],
        /// Where cost and risk pass.
        delivery_terms: optional DeliveryTerms [None Logistics],
        /// Payment terms, by the name that both sides know (Odoo `payment_term_id`).
        payment_terms: optional Label [None Finance],
        /// How taxes of the source are mapped for this supplier (Odoo `fiscal_position_id`).
        fiscal_position: optional Label [None Finance],
        /// The lines, in the order of the document.
        lines: list PurchaseOrderLine [None],
        /// Allowances and charges on the whole order.
        allowances_charges: list AllowanceCharge [None],
        /// Tax by category and rate.
        tax_subtotals: list TaxSubtotal [None Finance],
        /// Totals.
        totals: Totals = (Totals::default()) [None Finance],
        /// Free text to the supplier (Odoo `note`).
        note: optional Text [FreeText],
        /// Documents that the order refers to.
        refs: list DocumentRef [None],
    }
}

record! {
    /// One line of an order to a supplier (Odoo `purchase.order.line`).
    PurchaseOrderLine in Sales {
        /// The line's name in its document, kept as it is.
        line_id: Label [None],
        /// What is ordered.
        item: ItemRef [None Product],
        /// The supplier's article number.
        supplier_item: optional Label [None Product],
        /// What stands on the line, for people (Odoo `name`).
        description: optional Text [None],
        /// How much (Odoo `product_qty`, `product_uom_id`).
        quantity: Quantity [None],
        /// Net price (Odoo `price_unit`).
        price: Price [Financial],
        /// Allowances and charges on this line.
        allowances_charges: list AllowanceCharge [None],
        /// The taxes on this line.
        taxes: list LineTax [None Finance],
        /// Net amount of the line: quantity times price, rounded, less allowances, plus charges (Odoo `price_subtotal`).
        net: Decimal [Financial],
        /// The day on which we want this line, where it differs.
        requested_date: optional LocalDate [None Logistics],
        /// How much has come in, in the unit of the line (Odoo `qty_received`).
        received: optional Decimal [None Logistics],
        /// How much has been invoiced, in the unit of the line (Odoo `qty_invoiced`).
        invoiced: optional Decimal [None Finance],
    }
}

impl CanonicalObject for PurchaseOrder {
    const KIND: ObjectKind = ObjectKind::PurchaseOrder;
    const EXAMPLE: &'static str = include_str!("example.json");
    const RULES: &'static [&'static [Rule]] = &[rule::COMMON, rule::PRICED, rules::RULES];
    const STATUS: Option<StatusMachine> = Some(PurchaseOrderStatus::MACHINE);

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
