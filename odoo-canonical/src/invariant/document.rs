//! The arithmetic of priced documents: lines, totals and taxes of orders, order responses and invoices.

use super::{Report, Rule, decimals, line_ids, rule};
use crate::{
    object::{AllowanceCharge, AllowanceChargeKind, LineTax, Price, TaxCategory, TaxSubtotal, Totals},
    value::{Currency, Decimal, Label, Percentage, Quantity},
};
use std::{collections::BTreeMap, fmt};

/// What of a document the arithmetic is about.
pub(crate) struct Document<'a> {
    pub(crate) currency: Currency,
    pub(crate) lines: Vec<Line<'a>>,
    pub(crate) allowances_charges: &'a [AllowanceCharge],
    pub(crate) tax_subtotals: &'a [TaxSubtotal],
    pub(crate) totals: &'a Totals,
}

/// What of a line the arithmetic is about.
pub(crate) struct Line<'a> {
    pub(crate) line_id: &'a Label,
    pub(crate) quantity: &'a Quantity,
    pub(crate) price: &'a Price,
    pub(crate) allowances_charges: &'a [AllowanceCharge],
    pub(crate) taxes: &'a [LineTax],
    pub(crate) net: Decimal,
}

/// A [`Line`] of a struct that has the fields of one.
macro_rules! priced_line {
    ($line:expr) => {
        $crate::invariant::document::Line {
            line_id: &$line.line_id,
            quantity: &$line.quantity,
            price: &$line.price,
            allowances_charges: &$line.allowances_charges,
            taxes: &$line.taxes,
            net: $line.net,
        }
    };
}
pub(crate) use priced_line;

/// A [`Document`] of a struct that has the fields of one.
macro_rules! priced_document {
    ($document:expr) => {
        $crate::invariant::document::Document {
            currency: $document.currency,
            lines: $document
                .lines
                .iter()
                .map(|line| $crate::invariant::document::priced_line!(line))
                .collect(),
            allowances_charges: &$document.allowances_charges,
            tax_subtotals: &$document.tax_subtotals,
            totals: &$document.totals,
        }
    };
}
pub(crate) use priced_document;

/// Everything at once.
pub(crate) fn check(document: &Document<'_>, report: &mut Report) {
    line_ids(report, document.lines.iter().map(|line| line.line_id));
    let decimals = decimals(report, "/currency", document.currency);
    for (index, line) in document.lines.iter().enumerate() {
        check_line(line, format_args!("/lines/{index}"), decimals, report);
    }
    totals(document, decimals, report);
    taxes(document, decimals, report);
}

/// One line by itself.
pub(crate) fn check_line(
    line: &Line<'_>,
    path: impl fmt::Display,
    decimals: Option<u32>,
    report: &mut Report,
) {
    report.not_negative(rule::PRICE_NOT_NEGATIVE, format_args!("{path}/price/amount"), line.price.amount);
    let base_ok = line.price.base_quantity.is_none_or(|base| base.is_positive());
    if let Some(base) = line.price.base_quantity {
        report.positive(rule::BASE_QUANTITY_POSITIVE, format_args!("{path}/price/base_quantity"), base);
    }
    allowances_charges(line.allowances_charges, &path, decimals, report);
    for (index, entry) in line.allowances_charges.iter().enumerate() {
        if !entry.taxes.is_empty() {
            let path = format_args!("{path}/allowances_charges/{index}/taxes");
            report.violation(rule::NO_TAX_ON_LINE_ALLOWANCE, path, "none", "taxes");
        }
    }
    let Some(decimals) = decimals else { return };
    if base_ok {
        let gross = line.price.times(line.quantity.value).map(|gross| gross.round_half_up(decimals));
        let signed = line.allowances_charges.iter().map(AllowanceCharge::signed);
        let net = gross.and_then(|gross| Decimal::checked_sum(std::iter::once(gross).chain(signed)));
        report.equal(rule::LINE_NET, format_args!("{path}/net"), net, line.net);
    }
    fits(line.net, format_args!("{path}/net"), decimals, report);
    line_taxes(line.taxes, line.net, path, decimals, report);
}

/// Reports an amount that has more decimals than its currency.
pub(crate) fn fits(amount: Decimal, path: impl fmt::Display, decimals: u32, report: &mut Report) {
    if amount.scale() > decimals && amount.round_half_up(decimals) != amount {
        report.violation(rule::DECIMALS, path, format_args!("at most {decimals} decimals"), amount);
    }
}

fn allowances_charges(
    entries: &[AllowanceCharge],
    path: impl fmt::Display,
    decimals: Option<u32>,
    report: &mut Report,
) {
    for (index, entry) in entries.iter().enumerate() {
        let path = format_args!("{path}/allowances_charges/{index}");
        report.not_negative(rule::ALLOWANCE_NOT_NEGATIVE, format_args!("{path}/amount"), entry.amount);
        if let Some(decimals) = decimals {
            fits(entry.amount, format_args!("{path}/amount"), decimals, report);
            line_taxes(&entry.taxes, entry.amount, path, decimals, report);
        }
    }
}

fn line_taxes(taxes: &[LineTax], base: Decimal, path: impl fmt::Display, decimals: u32, report: &mut Report) {
    for (index, tax) in taxes.iter().enumerate() {
        let Some(amount) = tax.amount else { continue };
        let path = format_args!("{path}/taxes/{index}/amount");
        fits(amount, path, decimals, report);
        report.tax(rule::LINE_TAX, path, (tax.rate, base), amount, decimals);
    }
}

fn totals(document: &Document<'_>, decimals: Option<u32>, report: &mut Report) {
    allowances_charges(document.allowances_charges, "", decimals, report);
    let totals = document.totals;
    let or_zero = |amount: Option<Decimal>| amount.unwrap_or(Decimal::ZERO);
    let of_kind = |kind| {
        let entries = document.allowances_charges.iter().filter(move |entry| entry.kind == kind);
        Decimal::checked_sum(entries.map(|entry| entry.amount))
    };
    let (allowances, charges) = (or_zero(totals.allowances), or_zero(totals.charges));
    let lines = Decimal::checked_sum(document.lines.iter().map(|line| line.net));
    report.equal(rule::TOTAL_LINES, "/totals/lines", lines, totals.lines);
    let stated = of_kind(AllowanceChargeKind::Allowance);
    report.equal(rule::TOTAL_ALLOWANCES, "/totals/allowances", stated, allowances);
    report.equal(rule::TOTAL_CHARGES, "/totals/charges", of_kind(AllowanceChargeKind::Charge), charges);
    let net = Decimal::checked_sum([totals.lines, -allowances, charges]);
    report.equal(rule::TOTAL_NET, "/totals/net", net, totals.net);
    let tax = Decimal::checked_sum(document.tax_subtotals.iter().map(|subtotal| subtotal.tax));
    report.equal(rule::TOTAL_TAX, "/totals/tax", tax, totals.tax);
    report.equal(rule::TOTAL_GROSS, "/totals/gross", totals.net.checked_add(totals.tax), totals.gross);
    if let Some(payable) = totals.payable {
        let expected =
            Decimal::checked_sum([totals.gross, -or_zero(totals.prepaid), or_zero(totals.rounding)]);
        report.equal(rule::PAYABLE, "/totals/payable", expected, payable);
    }
    let Some(decimals) = decimals else { return };
    for (name, amount) in [
        ("lines", Some(totals.lines)),
        ("allowances", totals.allowances),
        ("charges", totals.charges),
        ("net", Some(totals.net)),
        ("tax", Some(totals.tax)),
        ("gross", Some(totals.gross)),
        ("prepaid", totals.prepaid),
        ("rounding", totals.rounding),
        ("payable", totals.payable),
    ] {
        fits(amount.unwrap_or(Decimal::ZERO), format_args!("/totals/{name}"), decimals, report);
    }
}

/// What the lines, allowances and charges of one category and rate add up to.
struct TaxGroup {
    /// `None` when it cannot be added up.
    taxable: Option<Decimal>,
    /// `None` when not all entries state their tax.
    stated: Option<Decimal>,
}

fn taxes(document: &Document<'_>, decimals: Option<u32>, report: &mut Report) {
    let mut groups = tax_groups(document);
    for (index, subtotal) in document.tax_subtotals.iter().enumerate() {
        let path = format_args!("/tax_subtotals/{index}");
        if let Some(decimals) = decimals {
            fits(subtotal.taxable, format_args!("{path}/taxable"), decimals, report);
            fits(subtotal.tax, format_args!("{path}/tax"), decimals, report);
        }
        // Removed, so that a second subtotal of the same category and rate finds nothing.
        let Some(group) = groups.remove(&(&subtotal.category, subtotal.rate)) else {
            let found = format_args!("{} {} %", subtotal.category, subtotal.rate);
            report.violation(rule::TAX_GROUPS, path, "a category and rate of the lines, once", found);
            continue;
        };
        let rule = taxable_rule(&subtotal.category);
        report.equal(rule, format_args!("{path}/taxable"), group.taxable, subtotal.taxable);
        let Some(decimals) = decimals else { continue };
        if group.stated != Some(subtotal.tax) || subtotal.rate == Percentage::ZERO {
            let of = (subtotal.rate, subtotal.taxable);
            report.tax(rule::TAX_SUBTOTAL, format_args!("{path}/tax"), of, subtotal.tax, decimals);
        }
    }
    for (category, rate) in groups.into_keys() {
        let expected = format_args!("a subtotal for {category} {rate} %");
        report.violation(rule::TAX_GROUPS, "/tax_subtotals", expected, "none");
    }
}

/// A tax that an entry bears twice counts twice, so that taxable times rate still is the tax.
fn tax_groups<'a>(document: &'a Document<'_>) -> BTreeMap<(&'a TaxCategory, Percentage), TaxGroup> {
    let lines = document.lines.iter().map(|line| (line.taxes, line.net, Decimal::ONE));
    let whole = document.allowances_charges.iter().map(|entry| {
        let sign = if entry.kind == AllowanceChargeKind::Allowance { -Decimal::ONE } else { Decimal::ONE };
        (entry.taxes.as_slice(), entry.signed(), sign)
    });
    let mut groups = BTreeMap::new();
    for (taxes, base, sign) in lines.chain(whole) {
        for tax in taxes {
            let empty = TaxGroup { taxable: Some(Decimal::ZERO), stated: Some(Decimal::ZERO) };
            let group: &mut TaxGroup = groups.entry((&tax.category, tax.rate)).or_insert(empty);
            group.taxable = group.taxable.and_then(|sum| sum.checked_add(base));
            let amount = tax.amount.and_then(|amount| amount.checked_mul(sign));
            group.stated = group.stated.zip(amount).and_then(|(sum, amount)| sum.checked_add(amount));
        }
    }
    groups
}

/// EN 16931 numbers the same rule once for each category.
fn taxable_rule(category: &TaxCategory) -> Rule {
    match category {
        TaxCategory::ZeroRated => rule::TAXABLE_ZERO,
        TaxCategory::Exempt => rule::TAXABLE_EXEMPT,
        TaxCategory::ReverseCharge => rule::TAXABLE_REVERSE,
        TaxCategory::IntraCommunity => rule::TAXABLE_INTRA,
        TaxCategory::Export => rule::TAXABLE_EXPORT,
        TaxCategory::OutOfScope => rule::TAXABLE_OUTSIDE,
        TaxCategory::CanaryIslands => rule::TAXABLE_CANARY,
        TaxCategory::CeutaMelilla => rule::TAXABLE_CEUTA,
        _ => rule::TAXABLE_STANDARD,
    }
}
