//! Lines of invoices.

use crate::object::{Attribute, prelude::*};

record! {
    /// One line of an invoice (BG-25; Odoo `account.move.line` of display type `product`).
    InvoiceLine in Finance {
        /// The line's name in its document, kept as it is: `10` and `00010` are different (BT-126).
        line_id: Label [None],
        /// What is invoiced.
        item: ItemRef [None Product],
        /// What stands on the line, for people (BT-154; Odoo `name`).
        description: optional Text [None],
        /// How much (BT-129, BT-130). Negative on a line that gives back.
        quantity: Quantity [None],
        /// Net price (BT-146; Odoo `price_unit` without tax).
        price: Price [Financial],
        /// What was taken off the price before, for people (BT-147).
        price_discount: optional Decimal [Financial],
        /// Allowances and charges on this line (BG-27, BG-28).
        allowances_charges: list AllowanceCharge [None],
        /// The taxes on this line (BG-30).
        taxes: list LineTax [None],
        /// Net amount: quantity times price, rounded, less allowances, plus charges (BT-131; Odoo `price_subtotal`).
        net: Decimal [Financial],
        /// The line of the order (BT-132).
        order_line_id: optional Label [None Sales],
        /// The time that the line is for (BG-26).
        period: optional Period [None],
        /// Account that the buyer books the line to (BT-133).
        buyer_accounting: optional Label [None],
        /// Where the item was made (BT-159).
        origin: optional Country [None Product],
        /// What sets the item apart: colour, size (BG-32).
        attributes: list Attribute [None Product],
        /// Free text on the line (BT-127).
        note: optional Text [FreeText],
    }
}
