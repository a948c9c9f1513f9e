//! To how many decimals a database keeps the numbers of an order line: what it rounded is no change, and every other difference is.

use connector_core::canonical::value::Decimal;
use odoo_rpc::{Call, Error};
use serde_json::{Map, Value, json};

use crate::session::Odoo;

/// Decimals by field; `None` keeps them all, as prices do from 19.0 on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Precision {
    pub(crate) price: Option<u32>,
    pub(crate) quantity: Option<u32>,
}

impl Precision {
    /// Asks the fields. The setting itself, `decimal.precision`, is open to administrators alone.
    pub(crate) async fn read(odoo: &Odoo) -> Result<Self, Error> {
        let call = Call::new("sale.order.line", "fields_get")
            .kwarg("allfields", json!(["price_unit", "product_uom_qty"]))
            .kwarg("attributes", json!(["digits"]));
        let fields: Map<String, Value> = odoo.client.call_as(call).await?;
        Ok(Precision::of(&fields))
    }

    /// `digits` is `[16, 2]`: all of them, and those behind the point.
    fn of(fields: &Map<String, Value>) -> Self {
        let decimals = |field: &str| {
            let digits = fields.get(field)?.get("digits")?.get(1)?.as_u64()?;
            u32::try_from(digits).ok()
        };
        Precision { price: decimals("price_unit"), quantity: decimals("product_uom_qty") }
    }
}

/// Whether `found` is what Odoo keeps of `wanted`.
pub(crate) fn kept(wanted: Decimal, found: Option<Decimal>, decimals: Option<u32>) -> bool {
    let Some(found) = found else { return false };
    if found == wanted || decimals.is_some_and(|decimals| wanted.round_half_up(decimals) == found) {
        return true;
    }
    // Odoo's numbers are binary and faithful to fifteen digits; the price of one of three pieces has more.
    let whole = wanted.abs().to_string().split('.').next().map_or(0, str::len);
    let last = 15_u32.saturating_sub(u32::try_from(whole).unwrap_or(15));
    let difference = wanted.checked_sub(found).map(|difference| difference.abs());
    difference.zip(Decimal::new(1, last)).is_some_and(|(difference, last)| difference <= last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_of_odoo_is_no_change_and_every_other_difference_is() {
        let holds = |wanted: &str, found: &str, decimals| {
            kept(wanted.parse().unwrap(), Some(found.parse().unwrap()), decimals)
        };
        assert!(holds("1.23456", "1.23", Some(2)));
        assert!(holds("10.125", "10.13", Some(2)));
        assert!(holds("2", "2.0", Some(2)) && holds("2", "2.0", None));
        assert!(holds("3.33333333333333", "3.33333333333333", None));
        assert!(holds("3333.33333333333333", "3333.3333333333335", None));
        assert!(!holds("3333.33333333333333", "3333.3333333334", None));
        // A finer price is another price, unless the database cannot keep it.
        assert!(!holds("0.104", "0.10", None) && !holds("0.104", "0.10", Some(3)));
        assert!(!holds("1.235", "1.234", Some(3)));
        assert!(!holds("2", "3", Some(0)));
        assert!(!kept("2".parse().unwrap(), None, Some(2)));
    }

    #[test]
    fn digits_are_two_numbers_or_false() {
        let fields = json!({"price_unit": {"digits": false}, "product_uom_qty": {"digits": [16, 2]}});
        let precision = Precision::of(fields.as_object().unwrap());
        assert_eq!(precision, Precision { price: None, quantity: Some(2) });
        assert_eq!(Precision::of(&Map::new()), Precision::default());
    }
}
