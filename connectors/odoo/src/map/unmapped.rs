//! What an order can say and this connector does not write yet. It is refused: an order that is delivered from elsewhere, by someone else or on other
//! terms than it says is no order that landed.

use connector_core::canonical::object::{DocumentFunction, SalesOrder};
use connector_core::contract::Rejection;

use crate::error::refuse;

pub(super) fn refuse_unmapped(order: &SalesOrder) -> Result<(), Rejection> {
    if order.function == Some(DocumentFunction::Duplicate) {
        let message = "the message says that it is a copy for which nothing is to be done; discard it, or send the order itself";
        return Err(refuse("copy", "/function", message));
    }
    let said = [
        ("/partial_delivery", order.partial_delivery == Some(false)),
        ("/seller", order.seller.is_some()),
        ("/warehouse", order.warehouse.is_some()),
        ("/carrier", order.carrier.is_some()),
        ("/service", order.service.is_some()),
        ("/delivery_terms", order.delivery_terms.is_some()),
        ("/payment_terms", order.payment_terms.is_some()),
        ("/price_list", order.price_list.is_some()),
        ("/fiscal_position", order.fiscal_position.is_some()),
    ];
    let lines = order.lines.iter().enumerate();
    let dated =
        lines.filter(|(_, line)| line.requested_date.is_some_and(|day| Some(day) != order.requested_date));
    let dated = dated.map(|(index, _)| format!("/lines/{index}/requested_date"));
    let paths = said.iter().filter(|(_, said)| *said).map(|(path, _)| (*path).to_owned());
    match paths.chain(dated).next() {
        None => Ok(()),
        Some(path) => Err(refuse(
            "not_supported",
            path,
            "the connector does not write this to Odoo yet, and without it the order would be another; leave it out in the source's mapping, or set it \
             in Odoo for the customer",
        )),
    }
}

#[cfg(test)]
mod tests {
    use connector_core::canonical::{Object, ObjectKind};
    use serde_json::{Value, json};

    use super::*;

    fn refused(edit: impl Fn(&mut Value)) -> Option<(String, String)> {
        let mut order = json!({
            "key": "1", "number": "1", "status": "submitted", "ordered_at": "2026-11-24T08:00:00Z", "currency": "EUR",
            "buyer": {"key": "b"},
            "lines": [{"line_id": "1", "item": {"key": "i"}, "quantity": {"value": "1", "unit": "C62"},
                "price": {"amount": "2.00"}, "net": "2.00", "requested_date": "2026-12-01"}],
            "prices_include_tax": false, "totals": {"lines": "2.00", "net": "2.00", "tax": "0.00", "gross": "2.00", "payable": "2.00"},
            "requested_date": "2026-12-01",
        });
        edit(&mut order);
        let object = Object::from_json(ObjectKind::SalesOrder, order.to_string().as_bytes()).unwrap();
        let Object::SalesOrder(order) = object else { unreachable!() };
        refuse_unmapped(&order).err().map(|rejection| (rejection.code, rejection.path.unwrap()))
    }

    #[test]
    fn what_would_make_it_another_order_is_refused() {
        let said = |path: &str, code: &str| Some((code.to_owned(), path.to_owned()));
        assert_eq!(refused(|_| {}), None);
        assert_eq!(refused(|o| o["partial_delivery"] = json!(true)), None);
        assert_eq!(refused(|o| o["function"] = json!("9")), None);
        assert_eq!(refused(|o| o["function"] = json!("7")), said("/function", "copy"));
        assert_eq!(
            refused(|o| o["partial_delivery"] = json!(false)),
            said("/partial_delivery", "not_supported")
        );
        assert_eq!(
            refused(|o| o["payment_terms"] = json!("30 days")),
            said("/payment_terms", "not_supported")
        );
        assert_eq!(refused(|o| o["warehouse"] = json!({"key": "WH2"})), said("/warehouse", "not_supported"));
        assert_eq!(
            refused(|o| o["lines"][0]["requested_date"] = json!("2026-12-02")),
            said("/lines/0/requested_date", "not_supported")
        );
    }
}
