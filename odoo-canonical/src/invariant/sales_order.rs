//! Rules for sales orders: lines, totals and taxes.

use super::{Report, rule, shared};
use crate::{
    object::{
        AllowanceCharge, AllowanceChargeKind, LineTax, OrderStatus, SalesOrder, SalesOrderLine, TaxCategory,
    },
    value::{Decimal, Percentage},
};
use std::collections::BTreeMap;

pub(crate) fn check(order: &SalesOrder, report: &mut Report) {
    head(order, report);
    let decimals = shared::decimals(report, "/currency", order.currency);
    for (index, line) in order.lines.iter().enumerate() {
        check_line(line, &format!("/lines/{index}"), decimals, report);
    }
    totals(order, decimals, report);
    taxes(order, decimals, report);
}

fn head(order: &SalesOrder, report: &mut Report) {
    shared::identifiers(report, &order.ids);
    for (path, address) in [("/bill_to", &order.bill_to), ("/ship_to", &order.ship_to)] {
        if let Some(address) = address {
            shared::address(report, path, address);
        }
    }
    if order.prices_include_tax {
        report.violation(rule::PRICES_WITHOUT_TAX, "/prices_include_tax", false, true);
    }
    if order.lines.is_empty() && order.status != OrderStatus::Draft {
        report.violation(rule::HAS_LINES, "/lines", "at least one line", "none");
    }
    shared::unique(report, rule::LINE_IDS_UNIQUE, "/lines", order.lines.iter().map(|line| &line.line_id));
}

fn check_line(line: &SalesOrderLine, path: &str, decimals: Option<u32>, report: &mut Report) {
    report.positive(rule::QUANTITY_POSITIVE, format!("{path}/quantity/value"), line.quantity.value);
    report.not_negative(rule::PRICE_NOT_NEGATIVE, format!("{path}/price/amount"), line.price.amount);
    let base_ok = line.price.base_quantity.is_none_or(|base| base.is_positive());
    if let Some(base) = line.price.base_quantity {
        report.positive(rule::BASE_QUANTITY_POSITIVE, format!("{path}/price/base_quantity"), base);
    }
    allowances_charges(&line.allowances_charges, path, decimals, report);
    for (index, entry) in line.allowances_charges.iter().enumerate() {
        if !entry.taxes.is_empty() {
            let path = format!("{path}/allowances_charges/{index}/taxes");
            report.violation(rule::NO_TAX_ON_LINE_ALLOWANCE, path, "none", "taxes");
        }
    }
    let Some(decimals) = decimals else { return };
    if base_ok {
        let gross = line.price.times(line.quantity.value).map(|gross| gross.round_half_up(decimals));
        let signed = line.allowances_charges.iter().map(AllowanceCharge::signed);
        let net = gross.and_then(|gross| Decimal::checked_sum(std::iter::once(gross).chain(signed)));
        report.equal(rule::LINE_NET, format!("{path}/net"), net, line.net);
    }
    fits(line.net, &format!("{path}/net"), decimals, report);
    line_taxes(&line.taxes, line.net, path, decimals, report);
}

fn allowances_charges(entries: &[AllowanceCharge], path: &str, decimals: Option<u32>, report: &mut Report) {
    for (index, entry) in entries.iter().enumerate() {
        let path = format!("{path}/allowances_charges/{index}");
        report.not_negative(rule::ALLOWANCE_NOT_NEGATIVE, format!("{path}/amount"), entry.amount);
        if let Some(decimals) = decimals {
            fits(entry.amount, &format!("{path}/amount"), decimals, report);
            line_taxes(&entry.taxes, entry.amount, &path, decimals, report);
        }
    }
}

fn line_taxes(taxes: &[LineTax], base: Decimal, path: &str, decimals: u32, report: &mut Report) {
    for (index, tax) in taxes.iter().enumerate() {
        let Some(amount) = tax.amount else { continue };
        let path = format!("{path}/taxes/{index}/amount");
        fits(amount, &path, decimals, report);
        let expected = tax.rate.of(base).map(|expected| expected.round_half_up(decimals));
        if !expected.is_some_and(|expected| within_one_unit(expected, amount, decimals)) {
            report.equal(rule::LINE_TAX, path, expected, amount);
        }
    }
}

fn totals(order: &SalesOrder, decimals: Option<u32>, report: &mut Report) {
    allowances_charges(&order.allowances_charges, "", decimals, report);
    let totals = &order.totals;
    let or_zero = |amount: Option<Decimal>| amount.unwrap_or(Decimal::ZERO);
    let of_kind = |kind| {
        let entries = order.allowances_charges.iter().filter(move |entry| entry.kind == kind);
        Decimal::checked_sum(entries.map(|entry| entry.amount))
    };
    let (allowances, charges) = (or_zero(totals.allowances), or_zero(totals.charges));
    let lines = Decimal::checked_sum(order.lines.iter().map(|line| line.net));
    report.equal(rule::TOTAL_LINES, "/totals/lines", lines, totals.lines);
    report.equal(
        rule::TOTAL_ALLOWANCES,
        "/totals/allowances",
        of_kind(AllowanceChargeKind::Allowance),
        allowances,
    );
    report.equal(rule::TOTAL_CHARGES, "/totals/charges", of_kind(AllowanceChargeKind::Charge), charges);
    let net = Decimal::checked_sum([totals.lines, -allowances, charges]);
    report.equal(rule::TOTAL_NET, "/totals/net", net, totals.net);
    let tax = Decimal::checked_sum(order.tax_subtotals.iter().map(|subtotal| subtotal.tax));
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
        fits(amount.unwrap_or(Decimal::ZERO), &format!("/totals/{name}"), decimals, report);
    }
}

/// What the lines, allowances and charges of one category and rate add up to.
struct TaxGroup {
    /// `None` when it cannot be added up.
    taxable: Option<Decimal>,
    /// `None` when not all entries state their tax.
    stated: Option<Decimal>,
}

fn taxes(order: &SalesOrder, decimals: Option<u32>, report: &mut Report) {
    let mut groups = tax_groups(order);
    for (index, subtotal) in order.tax_subtotals.iter().enumerate() {
        let path = format!("/tax_subtotals/{index}");
        if let Some(decimals) = decimals {
            fits(subtotal.taxable, &format!("{path}/taxable"), decimals, report);
            fits(subtotal.tax, &format!("{path}/tax"), decimals, report);
        }
        // Removed, so that a second subtotal of the same category and rate finds nothing.
        let Some(group) = groups.remove(&(&subtotal.category, subtotal.rate)) else {
            let found = format!("{} {} %", subtotal.category, subtotal.rate);
            report.violation(rule::TAX_GROUPS, path, "a category and rate of the lines, once", found);
            continue;
        };
        report.equal(rule::TAXABLE, format!("{path}/taxable"), group.taxable, subtotal.taxable);
        let Some(decimals) = decimals else { continue };
        let computed = subtotal.rate.of(subtotal.taxable).map(|tax| tax.round_half_up(decimals));
        let agrees = group.stated == Some(subtotal.tax)
            || computed.is_some_and(|computed| within_one_unit(computed, subtotal.tax, decimals));
        if !agrees {
            report.equal(rule::TAX_SUBTOTAL, format!("{path}/tax"), computed, subtotal.tax);
        }
    }
    for (category, rate) in groups.into_keys() {
        let expected = format!("a subtotal for {category} {rate} %");
        report.violation(rule::TAX_GROUPS, "/tax_subtotals", expected, "none");
    }
}

/// A tax that an entry bears twice counts twice, so that taxable times rate still is the tax.
fn tax_groups(order: &SalesOrder) -> BTreeMap<(&TaxCategory, Percentage), TaxGroup> {
    let lines = order.lines.iter().map(|line| (&line.taxes, line.net, Decimal::ONE));
    let document = order.allowances_charges.iter().map(|entry| {
        let sign = if entry.kind == AllowanceChargeKind::Allowance { -Decimal::ONE } else { Decimal::ONE };
        (&entry.taxes, entry.signed(), sign)
    });
    let mut groups = BTreeMap::new();
    for (taxes, base, sign) in lines.chain(document) {
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

fn fits(amount: Decimal, path: &str, decimals: u32, report: &mut Report) {
    if amount.round_half_up(decimals) != amount {
        report.violation(rule::DECIMALS, path, format!("at most {decimals} decimals"), amount);
    }
}

fn within_one_unit(expected: Decimal, found: Decimal, decimals: u32) -> bool {
    let unit = Decimal::new(1, decimals);
    expected.checked_sub(found).zip(unit).is_some_and(|(difference, unit)| difference.abs() <= unit)
}
