//! Synthetic statements of banks.

use super::{BankStatement, EntryDirection, StatementStatus};
use crate::object::prelude::*;

pub(super) fn sample(sampler: &mut Sampler) -> Result<BankStatement, ContractError> {
    let (_, _, _, _, _, currency, _) = sampler.place();
    let decimals = minor_units(currency);
    let (account, day) = (sampler.digits(10), sampler.day(12, true));
    let count = 1 + sampler.below(6);
    let entries: Vec<_> = (0..count)
        .map(|_| {
            json!({
                "entry_id": sampler.digits(12),
                "status": "booked",
                "direction": sampler.pick(&["credit", "debit"]),
                "amount": sampler.amount(1, 400_000, decimals),
                "booked_on": day,
                "counterparty": sampler.company(),
                "end_to_end_id": format!("E2E-{}", sampler.digits(8)),
                "remittance": "Thank you.",
            })
        })
        .collect();
    let sequence = 1 + sampler.below(300);
    let mut statement: BankStatement = build(json!({
        "key": format!("{account}/{sequence}"),
        "number": sequence.to_string(),
        "status": sampler.pick(StatementStatus::NAMES),
        "account": { "number": account, "currency": currency },
        "currency": currency,
        "period": { "start": day, "end": day },
        "sequence": sequence,
        "opening": { "amount": sampler.amount(0, 9_000_000, decimals) },
        "closing": { "amount": "0" },
        "entries": entries,
        "revision": 1,
    }))?;
    let signed = statement.entries.iter().map(|entry| match entry.direction {
        EntryDirection::Debit => -entry.amount,
        _ => entry.amount,
    });
    let closing = Decimal::checked_sum(std::iter::once(statement.opening.amount).chain(signed));
    statement.closing.amount = closing.unwrap_or_default();
    Ok(statement)
}
