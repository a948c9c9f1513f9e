//! The total that Odoo computes, held against the one that the source says.

use connector_core::canonical::object::SalesOrder;
use connector_core::canonical::value::Decimal;
use connector_core::contract::Rejection;

use super::order_state::After;
use crate::error::refuse;

/// Whether both come to the same: by `tolerance` smallest units for each tax rate they may differ, for taxes are rounded at different
/// places.
pub(super) fn total(order: &SalesOrder, found: &After, tolerance: u32) -> Result<(), Rejection> {
    let currency = order.currency;
    if found.currency != currency.as_str() {
        let message = format!("the order is in {currency}, but Odoo put it into {}", found.currency);
        return Err(refuse("currency_mismatch", "/currency", message));
    }
    let wanted = order.totals.gross;
    let digits = u32::from(currency.minor_units().unwrap_or(2));
    let groups = i64::try_from(order.tax_subtotals.len().max(1)).unwrap_or(1);
    let allowed = Decimal::new(groups.saturating_mul(i64::from(tolerance)), digits);
    let difference = found.total.and_then(|total| total.checked_sub(wanted));
    if let (Some(difference), Some(allowed)) = (difference, allowed)
        && difference.round_half_up(digits).abs() <= allowed
    {
        return Ok(());
    }
    let found = found.total.map_or_else(|| "no number".to_owned(), |total| total.to_string());
    let message = format!("the source says {wanted} {currency}, Odoo computes {found} {currency}");
    Err(refuse("total_mismatch", "/totals/gross", message))
}

/// The rejection of an order whose total is another, with what that means and where to look.
pub(super) fn mismatch(mut rejection: Rejection, found: &After, link: &str) -> Rejection {
    let state = if found.is_open() { "it was not confirmed" } else { "it is confirmed already" };
    rejection.message = format!("{}; {state}; compare taxes, rounding and lines: {link}", rejection.message);
    rejection
}

#[cfg(test)]
mod tests {
    use connector_core::canonical::{Object, ObjectKind};

    use super::*;

    fn order(edit: impl FnOnce(&mut SalesOrder)) -> SalesOrder {
        let example =
            Object::from_json(ObjectKind::SalesOrder, ObjectKind::SalesOrder.example().as_bytes()).unwrap();
        let Object::SalesOrder(mut order) = example else { panic!("not an order") };
        edit(&mut order);
        *order
    }

    #[test]
    fn totals_may_differ_by_a_cent_for_each_tax_and_no_more() {
        let order = order(|order| order.totals.gross = "100.00".parse().unwrap());
        let rates = i64::try_from(order.tax_subtotals.len().max(1)).unwrap();
        let ask = |total: Option<&str>, currency: &str| {
            let found = After {
                state: "draft".into(),
                total: total.map(|total| total.parse().unwrap()),
                currency: currency.into(),
                lines: 1,
            };
            super::total(&order, &found, 1).map_err(|rejection| rejection.code)
        };
        let own = order.currency.to_string();
        assert_eq!(ask(Some("100.0"), &own), Ok(()));
        assert_eq!(ask(Some(&format!("100.0{rates}")), &own), Ok(()));
        assert_eq!(ask(Some(&format!("99.{}", 100 - rates)), &own), Ok(()));
        assert_eq!(ask(Some(&format!("100.0{}", rates + 1)), &own), Err("total_mismatch".into()));
        assert_eq!(ask(None, &own), Err("total_mismatch".into()));
        assert_eq!(ask(Some("100.0"), "XXX"), Err("currency_mismatch".into()));
    }
}
