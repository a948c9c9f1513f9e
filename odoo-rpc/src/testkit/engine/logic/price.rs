//! Money: line and order amounts with taxes, in decimals.

use rust_decimal::prelude::{Decimal, FromPrimitive, RoundingStrategy, ToPrimitive};

use crate::testkit::Series;
use crate::testkit::engine::env::Env;
use crate::testkit::engine::error::{OdooError, Result};
use serde_json::{Map, Value};

/// Amounts of a line or an order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Amounts {
    pub(super) untaxed: Decimal,
    pub(super) tax: Decimal,
    pub(super) total: Decimal,
}

/// A line before rounding: its untaxed amount and what each tax adds.
struct Raw {
    untaxed: Decimal,
    taxes: Vec<(i64, Decimal)>,
    all_included: bool,
}

/// A decimal as the wire shows it.
pub(super) fn to_float(value: Decimal) -> f64 {
    value.to_f64().unwrap_or_default()
}

/// How many digits a currency has, by its rounding.
pub(super) fn decimals(env: &Env<'_>, currency: i64) -> u32 {
    let rounding = env.number("res.currency", currency, "rounding");
    (0..8)
        .find(|digits| rounding * 10_f64.powi(i32::try_from(*digits).unwrap_or(0)) >= 0.999_999)
        .unwrap_or(2)
}

/// Whether a tax's amount is part of the price.
pub(super) fn included(env: &Env<'_>, tax: i64) -> bool {
    let stored = env.db.row("account.tax", tax);
    if env.series == Series::V17 {
        return stored.and_then(|row| row.get("price_include")?.as_bool()).unwrap_or(false);
    }
    match env.text("account.tax", tax, "price_include_override").as_str() {
        "tax_included" => true,
        "tax_excluded" => false,
        _ => env.link("account.tax", tax, "company_id").is_some_and(|company| {
            env.text("res.company", company, "account_price_include") == "tax_included"
        }),
    }
}

/// Refuses what is not computed here, so that no order has a wrong amount.
pub(super) fn check_tax(vals: &Map<String, Value>) -> Result<()> {
    if vals.get("amount_type").and_then(Value::as_str) == Some("division") {
        return Err(OdooError::value("the in-memory Odoo does not compute taxes of type 'division'"));
    }
    Ok(())
}

/// One line, rounded to the currency.
pub(super) fn line(env: &Env<'_>, line: i64) -> Amounts {
    let digits = digits_of(env, line);
    let raw = raw(env, line);
    let tax: Decimal = raw.taxes.iter().map(|(_, amount)| round(*amount, digits)).sum();
    let total_raw = raw.untaxed + raw.taxes.iter().map(|(_, amount)| *amount).sum::<Decimal>();
    let untaxed = if raw.all_included { round(total_raw, digits) - tax } else { round(raw.untaxed, digits) };
    Amounts { untaxed, tax, total: untaxed + tax }
}

/// A whole order: globally rounded per tax, or the sum of its rounded lines, as its company says.
pub(super) fn order(env: &Env<'_>, order: i64) -> Amounts {
    let lines = env.db.pointing("sale.order.line", "order_id", order);
    let company = env.link("sale.order", order, "company_id").unwrap_or(1);
    if env.text("res.company", company, "tax_calculation_rounding_method") != "round_globally" {
        return lines.into_iter().map(|id| line(env, id)).fold(Amounts::default(), add);
    }
    let digits = lines.first().map_or(2, |id| digits_of(env, *id));
    let (mut untaxed, mut included_total) = (Decimal::ZERO, Decimal::ZERO);
    let mut included_taxes: Vec<(i64, Decimal)> = Vec::new();
    let mut taxes: Vec<(i64, Decimal)> = Vec::new();
    for id in lines {
        let raw = raw(env, id);
        if raw.all_included {
            included_total += raw.untaxed + raw.taxes.iter().map(|(_, amount)| *amount).sum::<Decimal>();
            raw.taxes.into_iter().for_each(|tax| collect(&mut included_taxes, tax));
        } else {
            untaxed += raw.untaxed;
            raw.taxes.into_iter().for_each(|tax| collect(&mut taxes, tax));
        }
    }
    let sum =
        |taxes: &[(i64, Decimal)]| taxes.iter().map(|(_, amount)| round(*amount, digits)).sum::<Decimal>();
    // A price that includes its tax stays what it is; the tax comes out of it.
    let inside = sum(&included_taxes);
    let untaxed = round(untaxed, digits) + round(included_total, digits) - inside;
    let tax = sum(&taxes) + inside;
    Amounts { untaxed, tax, total: untaxed + tax }
}

fn add(left: Amounts, right: Amounts) -> Amounts {
    Amounts {
        untaxed: left.untaxed + right.untaxed,
        tax: left.tax + right.tax,
        total: left.total + right.total,
    }
}

fn collect(taxes: &mut Vec<(i64, Decimal)>, (id, amount): (i64, Decimal)) {
    match taxes.iter_mut().find(|(known, _)| *known == id) {
        Some((_, sum)) => *sum += amount,
        None => taxes.push((id, amount)),
    }
}

fn round(value: Decimal, digits: u32) -> Decimal {
    value.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero)
}

fn digits_of(env: &Env<'_>, line: i64) -> u32 {
    env.link("sale.order.line", line, "currency_id").map_or(2, |currency| decimals(env, currency))
}

fn decimal(env: &Env<'_>, model: &str, id: i64, name: &str) -> Decimal {
    within(Decimal::from_f64(env.number(model, id, name)).unwrap_or_default())
}

/// Amounts stay in a range in which sums cannot overflow.
fn within(value: Decimal) -> Decimal {
    let limit = Decimal::from(1_000_000_000_000_000_i64);
    value.clamp(-limit, limit)
}

fn times(left: Decimal, right: Decimal) -> Decimal {
    within(left.checked_mul(right).unwrap_or_default())
}

fn raw(env: &Env<'_>, line: i64) -> Raw {
    let model = "sale.order.line";
    if env.flag(model, line, "display_type") {
        return Raw { untaxed: Decimal::ZERO, taxes: Vec::new(), all_included: false };
    }
    let hundred = Decimal::ONE_HUNDRED;
    let quantity = decimal(env, model, line, "product_uom_qty");
    let discount = decimal(env, model, line, "discount");
    let full = times(decimal(env, model, line, "price_unit"), quantity);
    let amount = times(full, Decimal::ONE - discount / hundred);
    let field = if env.series == Series::V17 { "tax_id" } else { "tax_ids" };
    let taxes = flatten(env, &env.stored_ids(model, line, field));
    let (inside, outside): (Vec<i64>, Vec<i64>) = taxes.into_iter().partition(|tax| included(env, *tax));
    let percent = |tax: i64| decimal(env, "account.tax", tax, "amount") / hundred;
    let is_fixed = |tax: i64| env.text("account.tax", tax, "amount_type") == "fixed";
    let fixed: Decimal = inside
        .iter()
        .filter(|tax| is_fixed(**tax))
        .map(|tax| times(decimal(env, "account.tax", *tax, "amount"), quantity))
        .sum();
    let rate: Decimal = inside.iter().filter(|tax| !is_fixed(**tax)).map(|tax| percent(*tax)).sum();
    let untaxed = within((amount - fixed).checked_div(Decimal::ONE + rate).unwrap_or_default());
    let value = |tax: i64| {
        if is_fixed(tax) {
            times(decimal(env, "account.tax", tax, "amount"), quantity)
        } else {
            times(untaxed, percent(tax))
        }
    };
    let all_included = !inside.is_empty() && outside.is_empty();
    let taxes = inside.iter().chain(&outside).map(|tax| (*tax, value(*tax))).collect();
    Raw { untaxed, taxes, all_included }
}

/// Groups stand for their children.
fn flatten(env: &Env<'_>, taxes: &[i64]) -> Vec<i64> {
    let mut out = Vec::new();
    for tax in taxes {
        match env.text("account.tax", *tax, "amount_type").as_str() {
            "group" => out.extend(env.stored_ids("account.tax", *tax, "children_tax_ids")),
            _ => out.push(*tax),
        }
    }
    out
}
