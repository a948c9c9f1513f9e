//! Synthetic payments, whose parts are shared out as an accountant would.

use super::{Payment, PaymentStatus};
use crate::object::prelude::*;

pub(super) fn sample(sampler: &mut Sampler) -> Result<Payment, ContractError> {
    let (_, _, _, _, _, currency, _) = sampler.place();
    let number = sampler.digits(5);
    let mut payment: Payment = build(json!({
        "key": format!("PAY/{number}"),
        "number": format!("PAY/{number}"),
        "direction": sampler.pick(&["inbound", "outbound"]),
        "method": sampler.pick(&["credit_transfer", "direct_debit", "card", "cash"]),
        "status": sampler.pick(PaymentStatus::NAMES),
        "amount": { "amount": sampler.amount(100, 900_000, minor_units(currency)), "currency": currency },
        "value_date": sampler.day(12, true),
        "payer": sampler.party_ref(),
        "payee": sampler.party_ref(),
        "end_to_end_id": format!("E2E-{}", sampler.digits(8)),
        "remittance": "See allocations.",
        "revision": sampler.below(10),
    }))?;
    let weights: Vec<Decimal> = (0..=sampler.below(3)).map(|_| Decimal::from(i64::try_from(1 + sampler.below(9)).unwrap_or(1))).collect();
    // Nothing is allocated where the amount cannot be shared out, which no sample has.
    for part in payment.amount.allocate(&weights).unwrap_or_default() {
        let document = build(json!({ "kind": "invoice", "number": format!("INV/2026/{}", sampler.digits(6)) }))?;
        payment.allocations.push(Allocation::new(document, part.amount));
    }
    Ok(payment)
}
