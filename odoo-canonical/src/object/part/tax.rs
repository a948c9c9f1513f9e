//! Taxes on lines and their summary.

use crate::value::{Decimal, Label, Percentage};

record! {
    /// One tax on a line, or on an allowance or charge. Several taxes on one line (state and county) are several entries.
    LineTax in Finance {
        /// Category (UNCL5305; BT-151).
        category: TaxCategory [None],
        /// Rate in per cent (BT-152).
        rate: Percentage [None],
        /// What the source calls the tax, for people.
        name: optional Label [None],
        /// The tax on this line in order currency, where the source computes it per line.
        amount: optional Decimal [Financial],
    }
}

record! {
    /// The tax of one category and rate over the whole document (BG-23).
    TaxSubtotal in Finance {
        /// Category (UNCL5305; BT-118).
        category: TaxCategory [None],
        /// Rate in per cent (BT-119).
        rate: Percentage [None],
        /// What is taxed, in order currency (BT-116).
        taxable: Decimal [Financial],
        /// The tax, in order currency (BT-117).
        tax: Decimal [Financial],
    }
}

code_list! {
    /// Tax categories of UNCL5305, as EN 16931 uses them.
    TaxCategory, "tax category", "A tax category of UNCL5305." {
        /// Standard rate; every rate that is not nought, and taxes that are no VAT.
        Standard = "S",
        /// Zero rated.
        ZeroRated = "Z",
        /// Exempt.
        Exempt = "E",
        /// Reverse charge.
        ReverseCharge = "AE",
        /// Supply within the European Economic Area.
        IntraCommunity = "K",
        /// Export.
        Export = "G",
        /// Outside the scope of tax.
        OutOfScope = "O",
        /// Canary Islands (IGIC).
        CanaryIslands = "L",
        /// Ceuta and Melilla (IPSI).
        CeutaMelilla = "M",
        /// Transferred (Italy).
        Transferred = "B",
    }
}
