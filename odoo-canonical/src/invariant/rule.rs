//! The numbered rules: those that several kinds of objects share, and how a kind declares its own.

use std::fmt;

/// A rule that a document can break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Its id: that of EN 16931 or Peppol where the rule is theirs, else ours.
    pub id: &'static str,
    /// What it asks for.
    pub text: &'static str,
    /// How far a document may be off.
    pub tolerance: Tolerance,
}

/// How far a computed amount and a stated one may be apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tolerance {
    /// Not at all.
    Exact,
    /// One smallest unit of the currency.
    MinorUnit,
}

impl fmt::Display for Tolerance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Exact => "exact",
            Self::MinorUnit => "one smallest unit of the currency",
        })
    }
}

/// Declares a family of rules: `NAME = "id", "what it asks for";`, and for rules with a tolerance
/// `NAME = "id", "what it asks for", within MinorUnit;`.
macro_rules! rules {
    ($(#[$doc:meta])* $family:ident { $( $name:ident = $id:literal, $text:literal $(, within $tolerance:ident)?; )+ }) => {
        $(
            pub(crate) const $name: $crate::invariant::Rule =
                $crate::invariant::Rule { id: $id, text: $text, tolerance: rules!(@tolerance $($tolerance)?) };
        )+

        $(#[$doc])*
        pub(crate) const $family: &[$crate::invariant::Rule] = &[$( $name, )+];
    };
    (@tolerance) => { $crate::invariant::Tolerance::Exact };
    (@tolerance $tolerance:ident) => { $crate::invariant::Tolerance::$tolerance };
}

rules! {
    /// What every object is held to.
    COMMON {
        IDENTIFIERS_UNIQUE = "OC-01", "No identifier stands twice on one object";
        SUBDIVISION_IN_COUNTRY = "OC-02", "A subdivision belongs to the country of its address";
        CURRENCY_KNOWN = "OC-03", "The currency has a known smallest unit";
        COMPUTABLE = "OC-04", "Numbers are small enough to be added up exactly";
        PERIOD_ORDER = "OC-05", "A period does not end before it begins";
        RATE_POSITIVE = "OC-06", "A rate of exchange is greater than nought";
    }
}

/// What every document with lines is held to.
pub(crate) const LINED: &[Rule] = &[LINE_IDS_UNIQUE];

/// What documents with amounts of one currency are held to.
pub(crate) const MONETARY: &[Rule] = &[DECIMALS];

rules! {
    /// What every priced document is held to: orders, order responses, invoices.
    PRICED {
        LINE_IDS_UNIQUE = "DO-01", "No line id stands twice in one document";
        BASE_QUANTITY_POSITIVE = "DO-02", "A base quantity is greater than nought";
        ALLOWANCE_NOT_NEGATIVE = "DO-03", "The amount of an allowance or charge is not negative";
        NO_TAX_ON_LINE_ALLOWANCE = "DO-04", "An allowance or charge on a line has no taxes of its own";
        LINE_TAX = "DO-05", "A tax stated on a line is line net times rate", within MinorUnit;
        TAX_GROUPS = "DO-06", "There is one tax subtotal for each category and rate that the document uses, and no other";
        PRICE_NOT_NEGATIVE = "BR-27", "A net price is not negative";
        DECIMALS = "BR-DEC", "An amount has no more decimals than its currency";
        LINE_NET = "PEPPOL-EN16931-R120", "Line net is quantity times price by base quantity, rounded, less allowances, plus charges";
        TOTAL_LINES = "BR-CO-10", "Sum of line net amounts";
        TOTAL_ALLOWANCES = "BR-CO-11", "Sum of document allowances";
        TOTAL_CHARGES = "BR-CO-12", "Sum of document charges";
        TOTAL_NET = "BR-CO-13", "Total without tax is lines less allowances plus charges";
        TOTAL_TAX = "BR-CO-14", "Total tax is the sum of the tax subtotals";
        TOTAL_GROSS = "BR-CO-15", "Total with tax is total without tax plus tax";
        PAYABLE = "BR-CO-16", "Payable is total with tax less prepaid plus rounding";
        TAX_SUBTOTAL = "BR-CO-17", "Tax of a subtotal is taxable times rate, or exactly the sum of the taxes that all its lines state", within MinorUnit;
        TAXABLE_STANDARD = "BR-S-08", "Taxable of a subtotal of category S (or one that EN 16931 does not know) is the sum of its lines, allowances and charges";
        TAXABLE_ZERO = "BR-Z-08", "The same for zero rated (Z)";
        TAXABLE_EXEMPT = "BR-E-08", "The same for exempt (E)";
        TAXABLE_REVERSE = "BR-AE-08", "The same for reverse charge (AE)";
        TAXABLE_INTRA = "BR-IC-08", "The same for intra-community supply (K)";
        TAXABLE_EXPORT = "BR-G-08", "The same for export (G)";
        TAXABLE_OUTSIDE = "BR-O-08", "The same for outside the scope of tax (O)";
        TAXABLE_CANARY = "BR-AF-08", "The same for the Canary Islands (L)";
        TAXABLE_CEUTA = "BR-AG-08", "The same for Ceuta and Melilla (M)";
    }
}
