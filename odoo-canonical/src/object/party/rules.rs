//! Rules for parties.

use super::Party;
use crate::object::prelude::*;

rules! {
    /// What parties alone are held to.
    RULES {
        TAX_IDS_UNIQUE = "PA-01", "No tax number stands twice on one party";
        TAX_ID_CHECKED = "PA-02", "A tax number that is said to have right check digits, or to be registered, has the form and check digits of its country, where they are known";
        ACCOUNTS_UNIQUE = "PA-03", "No bank account stands twice on one party";
        ACCOUNT_NUMBERED = "PA-04", "A bank account has an IBAN or a national number";
        CREDIT_LIMIT_NOT_NEGATIVE = "PA-05", "A credit limit is not negative";
    }
}

pub(super) fn check(party: &Party, report: &mut Report) {
    let tax_ids = party.tax_ids.iter().map(|tax_id| (&tax_id.scheme, tax_id.country, &tax_id.value));
    invariant::unique(report, TAX_IDS_UNIQUE, "/tax_ids", tax_ids);
    for (index, tax_id) in party.tax_ids.iter().enumerate() {
        let claimed = matches!(tax_id.status, Some(TaxIdStatus::ChecksumOk | TaxIdStatus::RegistryValid));
        if let Some(Err(error)) = tax_number(tax_id).filter(|_| claimed) {
            report.violation(TAX_ID_CHECKED, format_args!("/tax_ids/{index}/value"), error.rule(), "another number");
        }
    }
    for (index, place) in party.addresses.iter().enumerate() {
        invariant::address(report, format_args!("/addresses/{index}"), place);
    }
    let accounts = party.bank_accounts.iter().map(|account| (&account.iban, &account.number, &account.bic));
    invariant::unique(report, ACCOUNTS_UNIQUE, "/bank_accounts", accounts);
    for (index, account) in party.bank_accounts.iter().enumerate() {
        if account.iban.is_none() && account.number.is_none() {
            report.violation(ACCOUNT_NUMBERED, format_args!("/bank_accounts/{index}"), "iban or number", "neither");
        }
    }
    if let Some(limit) = party.commercial.as_ref().and_then(|commercial| commercial.credit_limit) {
        invariant::decimals(report, "/commercial/credit_limit/currency", limit.currency);
        report.not_negative(CREDIT_LIMIT_NOT_NEGATIVE, "/commercial/credit_limit/amount", limit.amount);
    }
}

/// The number as that of a country whose numbers are known; `None` where they are not.
fn tax_number(tax_id: &TaxId) -> Option<Result<TaxNumber, ValueError>> {
    if !matches!(tax_id.scheme.as_str(), "vat" | "trn" | "ein") {
        return None;
    }
    let country = tax_id.country?;
    let prefix = match country.as_str() {
        "GR" => "EL",
        // The Isle of Man has numbers of Great Britain; IM before a number is the one stop shop.
        "IM" => "GB",
        prefix => prefix,
    };
    TaxNumber::prefixes().find(|known| *known == prefix)?;
    let with_prefix = TaxNumber::from_written(&format!("{prefix}{}", tax_id.value));
    // Numbers of the one stop shop begin with EU or IM, whichever country has given them out; those
    // of Northern Ireland have XI before them and belong to GB.
    Some(TaxNumber::from_written(tax_id.value.as_str()).or(with_prefix))
}
