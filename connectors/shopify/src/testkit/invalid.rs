//! Orders that must not get through.

use serde_json::{Value, json};

use super::money;
use super::order::Order;

/// What is wrong with an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Invalid {
    /// The total is one unit of the currency more than the lines come to.
    WrongTotal,
    /// A line of minus so many.
    NegativeQuantity,
    /// A currency that ISO 4217 does not have.
    UnknownCurrency,
    /// A price that is no number.
    GarbledPrice,
}

impl Invalid {
    /// All of them.
    pub const ALL: [Invalid; 4] =
        [Invalid::WrongTotal, Invalid::NegativeQuantity, Invalid::UnknownCurrency, Invalid::GarbledPrice];
}

/// The order as a webhook would carry it, with something wrong in it.
pub fn broken(order: &Order, invalid: Invalid) -> Value {
    match invalid {
        Invalid::WrongTotal => {
            let mut value = order.rest();
            let decimals = order.decimals();
            let unit = 10_i64.pow(decimals);
            for (name, sums) in [("total_price", order.original()), ("current_total_price", order.current())]
            {
                let amount = money::rest(sums.total + unit, decimals);
                if let Some(shop) = value.pointer_mut(&format!("/{name}_set/shop_money/amount")) {
                    *shop = json!(amount);
                }
                put(&mut value, name, json!(amount));
            }
            value
        }
        Invalid::NegativeQuantity => {
            let mut value = order.rest();
            let quantity = order.lines.first().map_or(1, |line| line.quantity.max(1));
            if let Some(line) = value.pointer_mut("/line_items/0") {
                put(line, "quantity", json!(-quantity));
                put(line, "current_quantity", json!(-quantity));
            }
            value
        }
        Invalid::UnknownCurrency => {
            let mut order = order.clone();
            order.currency = "QQQ".into();
            order.rest()
        }
        Invalid::GarbledPrice => {
            let mut value = order.rest();
            if let Some(line) = value.pointer_mut("/line_items/0") {
                put(line, "price", json!("12,5O"));
                put(line, "price_set", Value::Null);
            }
            value
        }
    }
}

fn put(object: &mut Value, name: &str, value: Value) {
    if let Some(fields) = object.as_object_mut() {
        fields.insert(name.to_owned(), value);
    }
}
