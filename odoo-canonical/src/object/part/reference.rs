//! References from one object to another: enough to find it, and to say to a person what was meant.

use crate::value::{Identifier, Key, Label, LocalDate};

record! {
    /// A reference to a party.
    PartyRef in Party {
        /// The party's natural key in the source system of the referring document.
        key: Key [None],
        /// Other identities of the party.
        ids: list Identifier [None],
        /// The name, for people; never used to find the party.
        name: optional Label [Contact],
    }
}

record! {
    /// A reference to an item: always to what can be sold and stocked (Odoo `product.product`), not to a template.
    ItemRef in Product {
        /// The item's natural key in the source system of the referring document.
        key: Key [None],
        /// Other identities of the item, for example its GTIN.
        ids: list Identifier [None],
        /// Seller's article number (BT-155; Odoo `default_code`); not unique everywhere.
        sku: optional Label [None],
        /// The name, for people (BT-153).
        name: optional Label [None],
    }
}

record! {
    /// A reference to a place where stock lies (Odoo `stock.location` or `stock.warehouse`).
    LocationRef in Logistics {
        /// The location's natural key in the source system of the referring document.
        key: Key [None],
        /// Other identities of the location, for example its GLN.
        ids: list Identifier [None],
        /// The name, for people.
        name: optional Label [None],
    }
}

record! {
    /// A reference to another document, inside or outside of the source system.
    DocumentRef in Sales {
        /// What kind of document.
        kind: DocumentRefKind [None],
        /// Its number, as it stands on it.
        number: Label [None],
        /// Its natural key in the source system of the referring document.
        key: optional Key [None],
        /// Its date, as it stands on it.
        date: optional LocalDate [None],
        /// The line in it, where one line is meant.
        line_id: optional Label [None],
    }
}

code_list! {
    /// Kinds of documents that others refer to.
    DocumentRefKind, "document kind", "What kind of document is referred to." {
        /// A quotation.
        Quotation = "quotation",
        /// A contract.
        Contract = "contract",
        /// An order of a customer.
        Order = "order",
        /// An order to a supplier.
        PurchaseOrder = "purchase_order",
        /// What a supplier answered to an order.
        OrderAcknowledgement = "order_acknowledgement",
        /// A delivery.
        Shipment = "shipment",
        /// A receipt of goods.
        Receipt = "receipt",
        /// An invoice.
        Invoice = "invoice",
        /// A credit note.
        CreditNote = "credit_note",
        /// A payment.
        Payment = "payment",
        /// A statement of a bank.
        BankStatement = "bank_statement",
        /// A return of goods.
        Return = "return",
        /// A request for taxes.
        TaxDetermination = "tax_determination",
        /// A project.
        Project = "project",
    }
}

code_list! {
    /// What a message does with a document (UNTDID 1225). A change that is processed as a new order orders everything twice.
    DocumentFunction, "document function", "What a message does with a document (UNTDID 1225)." {
        /// It is called off.
        Cancellation = "1",
        /// It is changed.
        Change = "4",
        /// It takes the place of an earlier one.
        Replace = "5",
        /// It was sent before; nothing is to be done.
        Duplicate = "7",
        /// It is new.
        Original = "9",
    }
}
