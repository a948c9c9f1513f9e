//! Orders of customers.

use super::{
    Address, AllowanceCharge, CanonicalObject, DocumentRef, ItemRef, LineTax, ObjectKind, OrderStatus,
    PartyRef, Price, TaxSubtotal, Totals,
};
use crate::{
    contract::present,
    ext::Ext,
    invariant::{self, Report},
    value::{
        Code, Currency, Decimal, Identifier, Instant, Key, Label, LocalDate, Quantity, RecordId, Revision,
        Text,
    },
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An order of a customer (UBL `Order`, Odoo `sale.order`).
///
/// All amounts are in `currency` and without tax unless their name says otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SalesOrder {
    /// The id that the host assigned, where it assigns ids.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "sales"))]
    pub id: Option<RecordId>,
    /// Natural key in the source system; with the system it is the identity.
    #[schemars(extend("x-data-class" = "none", "x-domain" = "sales"))]
    pub key: Key,
    /// Other identities.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "sales"))]
    pub ids: Vec<Identifier>,
    /// The seller's number (Odoo `name`); for people, not an identity.
    #[schemars(extend("x-data-class" = "none", "x-domain" = "sales"))]
    pub number: Label,
    /// The buyer's own number (BT-13; Odoo `client_order_ref`).
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "sales"))]
    pub buyer_order_number: Option<Label>,
    /// Where the order came in: `web`, `pos`, `edi` and so on (Odoo `team_id`).
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "sales"))]
    pub channel: Option<Code>,
    /// Where the order stands (Odoo `state`).
    #[schemars(extend("x-data-class" = "none", "x-domain" = "sales"))]
    pub status: OrderStatus,
    /// When it was placed (Odoo `date_order`).
    #[schemars(extend("x-data-class" = "none", "x-domain" = "sales"))]
    pub ordered_at: Instant,
    /// The day on which the buyer wants the goods (Odoo `commitment_date`).
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "logistics"))]
    pub requested_date: Option<LocalDate>,
    /// Currency of all amounts (BT-5; Odoo `currency_id`).
    #[schemars(extend("x-data-class" = "none", "x-domain" = "finance"))]
    pub currency: Currency,
    /// Who buys (BG-7; Odoo `partner_id`).
    #[schemars(extend("x-data-class" = "none", "x-domain" = "party"))]
    pub buyer: PartyRef,
    /// Who is billed, where it is not the buyer (Odoo `partner_invoice_id`).
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "party"))]
    pub bill_to_party: Option<PartyRef>,
    /// Address of the bill.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "contact", "x-domain" = "party"))]
    pub bill_to: Option<Address>,
    /// Who receives the goods, where it is not the buyer (BT-70; Odoo `partner_shipping_id`).
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "party"))]
    pub ship_to_party: Option<PartyRef>,
    /// Address of the delivery (BG-15).
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "contact", "x-domain" = "logistics"))]
    pub ship_to: Option<Address>,
    /// The lines, in the order of the document.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "sales"))]
    pub lines: Vec<SalesOrderLine>,
    /// Allowances and charges on the whole order; shipping is a charge (BG-20, BG-21).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "sales"))]
    pub allowances_charges: Vec<AllowanceCharge>,
    /// Tax by category and rate (BG-23).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "finance"))]
    pub tax_subtotals: Vec<TaxSubtotal>,
    /// Totals (BG-22).
    #[schemars(extend("x-data-class" = "none", "x-domain" = "finance"))]
    pub totals: Totals,
    /// Whether prices include tax. Always false once an order is mapped: see [`Price`].
    #[serde(default)]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "finance"))]
    pub prices_include_tax: bool,
    /// Free text of buyer or seller (BT-22; Odoo `note`).
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "free-text", "x-domain" = "sales"))]
    pub note: Option<Text>,
    /// Documents that the order refers to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "sales"))]
    pub refs: Vec<DocumentRef>,
    /// How new this state is in its source.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "sales"))]
    pub revision: Option<Revision>,
    /// Vendor data under keys like `vendor:key`.
    #[serde(default, skip_serializing_if = "Ext::is_empty")]
    #[schemars(extend("x-data-class" = "free-text", "x-domain" = "sales"))]
    pub ext: Ext,
}

/// One line of a sales order (Odoo `sale.order.line`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SalesOrderLine {
    /// The line's name in its document, kept as it is: `10` and `00010` are different (BT-126).
    #[schemars(extend("x-data-class" = "none", "x-domain" = "sales"))]
    pub line_id: Label,
    /// What is ordered.
    #[schemars(extend("x-data-class" = "none", "x-domain" = "product"))]
    pub item: ItemRef,
    /// What stands on the line, for people (BT-154; Odoo `name`).
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "sales"))]
    pub description: Option<Text>,
    /// How much (BT-129, BT-130; Odoo `product_uom_qty`, `product_uom_id`).
    #[schemars(extend("x-data-class" = "none", "x-domain" = "sales"))]
    pub quantity: Quantity,
    /// Net price (BT-146; Odoo `price_unit` without tax).
    #[schemars(extend("x-data-class" = "financial", "x-domain" = "sales"))]
    pub price: Price,
    /// Allowances and charges on this line, for the line as a whole (BG-27, BG-28).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "sales"))]
    pub allowances_charges: Vec<AllowanceCharge>,
    /// The taxes on this line.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "finance"))]
    pub taxes: Vec<LineTax>,
    /// Net amount of the line: quantity times price, rounded, less allowances, plus charges (BT-131;
    /// Odoo `price_subtotal`).
    #[schemars(extend("x-data-class" = "financial", "x-domain" = "sales"))]
    pub net: Decimal,
}

impl SalesOrder {
    /// An order without lines, in which all totals are nought.
    pub fn new(
        key: Key,
        number: Label,
        status: OrderStatus,
        ordered_at: Instant,
        currency: Currency,
        buyer: PartyRef,
    ) -> Self {
        Self {
            id: None,
            key,
            ids: Vec::new(),
            number,
            buyer_order_number: None,
            channel: None,
            status,
            ordered_at,
            requested_date: None,
            currency,
            buyer,
            bill_to_party: None,
            bill_to: None,
            ship_to_party: None,
            ship_to: None,
            lines: Vec::new(),
            allowances_charges: Vec::new(),
            tax_subtotals: Vec::new(),
            totals: Totals::default(),
            prices_include_tax: false,
            note: None,
            refs: Vec::new(),
            revision: None,
            ext: Ext::default(),
        }
    }
}

impl SalesOrderLine {
    /// A line without allowances, charges and taxes.
    pub fn new(line_id: Label, item: ItemRef, quantity: Quantity, price: Price, net: Decimal) -> Self {
        Self {
            line_id,
            item,
            description: None,
            quantity,
            price,
            allowances_charges: Vec::new(),
            taxes: Vec::new(),
            net,
        }
    }
}

impl CanonicalObject for SalesOrder {
    const KIND: ObjectKind = ObjectKind::SalesOrder;
    const EXAMPLE: &'static str = include_str!("sales_order.example.json");

    fn key(&self) -> &Key {
        &self.key
    }

    fn revision(&self) -> Option<Revision> {
        self.revision
    }

    fn check(&self, report: &mut Report) {
        invariant::sales_order::check(self, report);
    }
}
