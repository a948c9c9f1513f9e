//! The engine through its one entry, without a network.

mod attachments;
mod companies;
mod constraints;
mod grouping;
mod keys;
mod loading;
mod searching;
mod selling;
mod taxes;
mod writing;

use serde_json::{Value, json};

use super::{ADMIN, Arguments, Call, Interference, Odoo, OdooError};
use crate::testkit::{Series, Setup};

fn call_in(
    odoo: &Odoo,
    context: Value,
    model: &str,
    method: &str,
    ids: &[i64],
    named: Value,
) -> Result<Value, OdooError> {
    call_as(odoo, ADMIN, context, model, method, ids, named)
}

fn call_as(
    odoo: &Odoo,
    uid: i64,
    context: Value,
    model: &str,
    method: &str,
    ids: &[i64],
    named: Value,
) -> Result<Value, OdooError> {
    let arguments =
        Arguments { named: named.as_object().cloned().unwrap_or_default(), ..Arguments::default() };
    let call = Call {
        uid,
        model: model.to_owned(),
        method: method.to_owned(),
        ids: Some(ids.to_vec()),
        arguments,
        context: Some(context),
        session: None,
    };
    odoo.call(call, Interference::None)
}

fn call(odoo: &Odoo, model: &str, method: &str, ids: &[i64], named: Value) -> Result<Value, OdooError> {
    call_in(odoo, json!({}), model, method, ids, named)
}

fn id(value: Value) -> i64 {
    value.as_i64().expect("an id")
}

fn mug(series: Series, odoo: &Odoo) -> i64 {
    let values = match series {
        Series::V17 => {
            json!({"name": "Mug", "default_code": "MUG", "detailed_type": "product", "lst_price": 10.0})
        }
        Series::V19 => json!({"name": "Mug", "default_code": "MUG", "is_storable": true, "lst_price": 10.0}),
    };
    odoo.create("product.product", values).expect("a product")
}

fn both(test: impl Fn(Series, &Odoo)) {
    for series in [Series::V17, Series::V19] {
        test(series, &Odoo::new(&Setup::new(series)).expect("starts"));
    }
}

fn levels(odoo: &Odoo, product: i64) -> Vec<f64> {
    let row = odoo.row("product.product", product).expect("product");
    ["qty_available", "free_qty", "outgoing_qty", "virtual_available"]
        .iter()
        .map(|name| row[*name].as_f64().expect("number"))
        .collect()
}

fn load(odoo: &Odoo, model: &str, fields: &[&str], data: Value) -> Value {
    call(odoo, model, "load", &[], json!({"fields": fields, "data": data})).expect("answers")
}
