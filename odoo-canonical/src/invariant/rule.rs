//! The numbered rules.

/// A rule that a document can break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Its id: that of EN 16931 or Peppol where the rule is theirs, else ours.
    pub id: &'static str,
    /// What it asks for.
    pub text: &'static str,
}

macro_rules! rules {
    ($( $name:ident = $id:literal, $text:literal; )+) => {
        $( pub(crate) const $name: Rule = Rule { id: $id, text: $text }; )+

        /// All rules, in the order of their ids within their family.
        pub const RULES: &[Rule] = &[$( $name, )+];
    };
}

rules! {
    IDENTIFIERS_UNIQUE = "OC-01", "No identifier stands twice on one object";
    SUBDIVISION_IN_COUNTRY = "OC-02", "A subdivision belongs to the country of its address";
    CURRENCY_KNOWN = "OC-03", "The currency has a known smallest unit";
    COMPUTABLE = "OC-04", "Amounts are small enough to be added up exactly";

    TAX_IDS_UNIQUE = "PA-01", "No tax number stands twice on one party";

    SERVICE_NOT_STOCKED = "IT-01", "A service has no stock";
    GTINS_UNIQUE = "IT-02", "No GTIN stands twice on one item";
    LIST_PRICE_NOT_NEGATIVE = "IT-03", "A list price is not negative";
    WEIGHT_NOT_NEGATIVE = "IT-04", "A weight is not negative";

    QUANTITY_GIVEN = "IL-01", "At least one quantity is given";
    ONE_UNIT = "IL-02", "All quantities are in one unit";
    AVAILABLE = "IL-03", "Available is on hand less reserved, where all three are given";
    RESERVED_NOT_NEGATIVE = "IL-04", "Reserved, incoming and outgoing of a snapshot are not negative";

    HAS_LINES = "BR-16", "An order that is not a draft has at least one line";
    PRICE_NOT_NEGATIVE = "BR-27", "A net price is not negative";
    LINE_IDS_UNIQUE = "SO-01", "No line id stands twice in one order";
    QUANTITY_POSITIVE = "SO-02", "A quantity ordered is greater than nought";
    BASE_QUANTITY_POSITIVE = "SO-03", "A base quantity is greater than nought";
    ALLOWANCE_NOT_NEGATIVE = "SO-04", "The amount of an allowance or charge is not negative";
    PRICES_WITHOUT_TAX = "SO-05", "Prices are without tax";
    NO_TAX_ON_LINE_ALLOWANCE = "SO-06", "An allowance or charge on a line has no taxes of its own";
    DECIMALS = "BR-DEC", "An amount has no more decimals than its currency";
    LINE_NET = "PEPPOL-EN16931-R120", "Line net is quantity times price by base quantity, rounded, less allowances, plus charges";
    TOTAL_LINES = "BR-CO-10", "Sum of line net amounts";
    TOTAL_ALLOWANCES = "BR-CO-11", "Sum of document allowances";
    TOTAL_CHARGES = "BR-CO-12", "Sum of document charges";
    TOTAL_NET = "BR-CO-13", "Total without tax is lines less allowances plus charges";
    TOTAL_TAX = "BR-CO-14", "Total tax is the sum of the tax subtotals";
    TOTAL_GROSS = "BR-CO-15", "Total with tax is total without tax plus tax";
    PAYABLE = "BR-CO-16", "Payable is total with tax less prepaid plus rounding";
    TAX_SUBTOTAL = "BR-CO-17", "Tax of a subtotal is taxable times rate to within one smallest unit, or the sum of the taxes that all its lines state";
    LINE_TAX = "SO-07", "A tax stated on a line is line net times rate to within one smallest unit";
    TAXABLE = "BR-S-08", "Taxable of a subtotal is the sum of the lines, allowances and charges of its category and rate";
    TAX_GROUPS = "SO-08", "There is one tax subtotal for each category and rate that the order uses, and no other";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique() {
        let ids: std::collections::BTreeSet<_> = RULES.iter().map(|rule| rule.id).collect();
        assert_eq!(ids.len(), RULES.len());
    }
}
