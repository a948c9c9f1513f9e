//! Rules for invoices, beyond the arithmetic of every priced document.

use super::{Invoice, InvoiceLine, InvoiceParty, InvoiceStatus, InvoiceType, TaxExemption};
use crate::object::prelude::*;
use std::collections::HashSet;

rules! {
    /// What invoices alone are held to. Drafts are held to the arithmetic only.
    RULES {
        NUMBERED = "BR-02", "An invoice has a number";
        SELLER_NAMED = "BR-06", "An invoice names the seller";
        BUYER_NAMED = "BR-07", "An invoice names the buyer";
        SELLER_COUNTRY = "BR-09", "An invoice says in which country the seller is";
        BUYER_COUNTRY = "BR-11", "An invoice says in which country the buyer is";
        HAS_LINES = "BR-16", "An invoice has at least one line";
        ITEM_NAMED = "BR-25", "Every line names its item";
        LINE_TAXED = "BR-CO-04", "Every line has a tax category";
        SELLER_IDENTIFIED = "BR-CO-26", "The seller has a tax number, a registration, or another identity";
        DUE = "BR-CO-25", "What is to be paid has a day or terms of payment";
        TAX_CURRENCY = "BR-53", "Where tax is accounted for in another currency, its total in that currency is given, and not else";
        ACCOUNT = "BR-61", "A credit transfer names the account that is paid to";
        STANDARD_RATE = "BR-S-05", "The rate of category S is greater than nought";
        ZERO_RATE = "BR-Z-05", "The rate of categories Z, E, AE, K, G and O is nought";
        REVERSE_NUMBERS = "BR-AE-02", "Reverse charge needs a tax number or registration of seller and buyer";
        INTRA_NUMBERS = "BR-IC-02", "Intra-community supply needs a tax number of seller and buyer";
        REASON = "BR-E-10", "Categories E, AE, K, G and O say why they are not taxed (for AE, K, G and O that is BR-AE-10, BR-IC-10, BR-G-10, BR-O-10)";
        NO_REASON = "BR-S-10", "Categories S and Z say no such reason (for Z that is BR-Z-10)";
        EXEMPTION_OF_SUBTOTAL = "IN-01", "A reason belongs to a category of the invoice";
        CORRECTS = "IN-02", "A corrected invoice names the invoice that it corrects";
        DUE_LATER = "IN-03", "An invoice is not due before it is issued";
    }
}

pub(super) fn check(invoice: &Invoice, report: &mut Report) {
    document::check(&document::priced_document!(invoice), report);
    invariant::exchange(report, invoice.exchange.as_ref());
    places(invoice, report);
    if invoice.status == InvoiceStatus::Draft {
        return;
    }
    head(invoice, report);
    for (index, line) in invoice.lines.iter().enumerate() {
        check_line(line, format_args!("/lines/{index}"), report);
    }
    taxes(invoice, report);
    exemptions(invoice, report);
}

fn places(invoice: &Invoice, report: &mut Report) {
    for (path, party) in [("/seller", Some(&invoice.seller)), ("/buyer", Some(&invoice.buyer)), ("/tax_representative", invoice.tax_representative.as_ref())] {
        if let Some(address) = party.and_then(|party| party.address.as_ref()) {
            invariant::address(report, format_args!("{path}/address"), address);
        }
    }
    if let Some(address) = invoice.delivery.as_ref().and_then(|delivery| delivery.address.as_ref()) {
        invariant::address(report, "/delivery/address", address);
    }
    if let Some(period) = &invoice.period {
        invariant::period(report, "/period", period);
    }
    for (index, line) in invoice.lines.iter().enumerate() {
        if let Some(period) = &line.period {
            invariant::period(report, format_args!("/lines/{index}/period"), period);
        }
    }
}

fn head(invoice: &Invoice, report: &mut Report) {
    let mut need = |rule: Rule, path: &str, there: bool| {
        if !there {
            report.violation(rule, path, "a value", "none");
        }
    };
    need(NUMBERED, "/number", invoice.number.is_some());
    need(SELLER_NAMED, "/seller/party/name", invoice.seller.party.name.is_some());
    need(BUYER_NAMED, "/buyer/party/name", invoice.buyer.party.name.is_some());
    let country = |party: &InvoiceParty| party.address.as_ref().and_then(|address| address.country).is_some();
    need(SELLER_COUNTRY, "/seller/address/country", country(&invoice.seller));
    need(BUYER_COUNTRY, "/buyer/address/country", country(&invoice.buyer));
    need(HAS_LINES, "/lines", !invoice.lines.is_empty());
    need(SELLER_IDENTIFIED, "/seller/tax_ids", !invoice.seller.tax_ids.is_empty() || !invoice.seller.party.ids.is_empty());
    let open = invoice.totals.payable.unwrap_or(invoice.totals.gross).is_positive();
    let is_due = invoice.due_date.is_some() || invoice.payment_terms.is_some();
    need(DUE, "/due_date", !open || is_due || invoice.doc_type == InvoiceType::CreditNote);
    let transfer = invoice.payment.as_ref().filter(|payment| matches!(payment.means.as_str(), "30" | "58"));
    need(ACCOUNT, "/payment/account", transfer.is_none_or(|payment| payment.account.is_some()));
    let corrects = invoice.refs.iter().any(|document| document.kind == DocumentRefKind::Invoice);
    need(CORRECTS, "/refs", invoice.doc_type != InvoiceType::Corrected || corrects);
    let other = invoice.tax_currency.is_some_and(|currency| currency != invoice.currency);
    if other != invoice.tax_in_tax_currency.is_some() {
        let (expected, found) = if other { ("an amount", "none") } else { ("none", "an amount") };
        report.violation(TAX_CURRENCY, "/tax_in_tax_currency", expected, found);
    }
    if let Some(due) = invoice.due_date.filter(|due| *due < invoice.issue_date) {
        report.violation(DUE_LATER, "/due_date", format_args!("{} or later", invoice.issue_date), due);
    }
}

fn check_line(line: &InvoiceLine, path: impl std::fmt::Display, report: &mut Report) {
    if line.item.name.is_none() && line.description.is_none() {
        report.violation(ITEM_NAMED, format_args!("{path}/item/name"), "a name", "none");
    }
    if line.taxes.is_empty() {
        report.violation(LINE_TAXED, format_args!("{path}/taxes"), "a category", "none");
    }
}

fn taxes(invoice: &Invoice, report: &mut Report) {
    let has = |party: &InvoiceParty, vat_only: bool| {
        party.tax_ids.iter().any(|tax_id| !vat_only || tax_id.scheme.as_str() == "vat")
    };
    let both = |vat_only| has(&invoice.seller, vat_only) && has(&invoice.buyer, vat_only);
    let (both_known, both_vat) = (both(false), both(true));
    for (index, subtotal) in invoice.tax_subtotals.iter().enumerate() {
        let path = format_args!("/tax_subtotals/{index}/rate");
        let nought = subtotal.rate == Percentage::ZERO;
        match subtotal.category {
            TaxCategory::Standard if nought => report.violation(STANDARD_RATE, path, "more than 0", subtotal.rate),
            TaxCategory::Standard => {}
            _ if untaxed(&subtotal.category) && !nought => report.violation(ZERO_RATE, path, 0, subtotal.rate),
            _ => {}
        }
        if subtotal.category == TaxCategory::ReverseCharge && !both_known {
            report.violation(REVERSE_NUMBERS, "/buyer/tax_ids", "a number on both sides", "none");
        }
        if subtotal.category == TaxCategory::IntraCommunity && !both_vat {
            report.violation(INTRA_NUMBERS, "/buyer/tax_ids", "a VAT number on both sides", "none");
        }
    }
}

fn untaxed(category: &TaxCategory) -> bool {
    needs_reason(category) || *category == TaxCategory::ZeroRated
}

fn needs_reason(category: &TaxCategory) -> bool {
    matches!(
        category,
        TaxCategory::Exempt | TaxCategory::ReverseCharge | TaxCategory::IntraCommunity | TaxCategory::Export | TaxCategory::OutOfScope
    )
}

fn exemptions(invoice: &Invoice, report: &mut Report) {
    let told = |exemption: &&TaxExemption| exemption.code.is_some() || exemption.reason.is_some();
    let reasons: HashSet<&TaxCategory> = invoice.exemptions.iter().filter(told).map(|exemption| &exemption.category).collect();
    let categories: HashSet<&TaxCategory> = invoice.tax_subtotals.iter().map(|subtotal| &subtotal.category).collect();
    for (index, subtotal) in invoice.tax_subtotals.iter().enumerate() {
        if needs_reason(&subtotal.category) && !reasons.contains(&subtotal.category) {
            report.violation(REASON, format_args!("/tax_subtotals/{index}/category"), "a reason", "none");
        }
    }
    for (index, exemption) in invoice.exemptions.iter().enumerate() {
        let path = format_args!("/exemptions/{index}/category");
        if matches!(exemption.category, TaxCategory::Standard | TaxCategory::ZeroRated) {
            report.violation(NO_REASON, path, "another category", &exemption.category);
        } else if !categories.contains(&exemption.category) {
            report.violation(EXEMPTION_OF_SUBTOTAL, path, "a category of the subtotals", &exemption.category);
        }
    }
}
