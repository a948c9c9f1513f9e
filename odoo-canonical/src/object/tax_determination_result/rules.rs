//! Rules for answers of tax engines.

use super::TaxDeterminationResult;
use crate::object::prelude::*;

rules! {
    /// What answers of tax engines alone are held to.
    RULES {
        LINE_TAX = "TR-01", "The tax of a line is the sum of its jurisdictions";
        TOTAL_TAX = "TR-02", "All taxes are the sum of the lines";
        JURISDICTION_TAX = "TR-03", "The tax of a jurisdiction is taxable times rate", within MinorUnit;
        JURISDICTIONS_NAMED = "TR-04", "A line that is taxed says by whom";
    }
}

pub(super) fn check(result: &TaxDeterminationResult, report: &mut Report) {
    invariant::line_ids(report, result.lines.iter().map(|line| &line.line_id));
    let decimals = invariant::decimals(report, "/currency", result.currency);
    for (index, line) in result.lines.iter().enumerate() {
        let path = format_args!("/lines/{index}");
        if line.jurisdictions.is_empty() && !line.tax.is_zero() {
            report.violation(JURISDICTIONS_NAMED, format_args!("{path}/jurisdictions"), "a jurisdiction", "none");
        } else {
            let sum = Decimal::checked_sum(line.jurisdictions.iter().map(|jurisdiction| jurisdiction.tax));
            report.equal(LINE_TAX, format_args!("{path}/tax"), sum, line.tax);
        }
        let Some(decimals) = decimals else { continue };
        for (place, jurisdiction) in line.jurisdictions.iter().enumerate() {
            let path = format_args!("{path}/jurisdictions/{place}/tax");
            document::fits(jurisdiction.tax, path, decimals, report);
            let of = (jurisdiction.rate, jurisdiction.taxable);
            report.tax(JURISDICTION_TAX, path, of, jurisdiction.tax, decimals);
        }
    }
    let sum = Decimal::checked_sum(result.lines.iter().map(|line| line.tax));
    report.equal(TOTAL_TAX, "/total_tax", sum, result.total_tax);
}
