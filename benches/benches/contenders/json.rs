//! JSON into partners.

use connector_benches::partners::Partner;
use connector_benches::rounds::Contender;
use odoo_rpc::Call;
use odoo_rpc::field::Decimal;
use odoo_rpc::protocol::{Json2, Protocol as _};
use odoo_rpc::transport::HttpResponse;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::plain::{Plain, Untagged, Visited, assert_same, parse_instant};

/// `odoo-rpc` first. Panics if one of them reads something else.
pub fn contenders(response: &HttpResponse) -> Vec<Contender<'_>> {
    let partners = ours(response);
    assert_same(&partners, &serde_json::from_slice::<Vec<Plain<Untagged>>>(&response.body).unwrap());
    assert_same(&partners, &serde_json::from_slice::<Vec<Plain<Visited>>>(&response.body).unwrap());
    assert_same(&partners, &value_then_serde(&response.body));
    assert_same(&partners, &value_then_by_hand(&response.body));
    let body = &*response.body;
    vec![
        Contender::new("odoo-rpc", move || ours(response)),
        Contender::new("serde_json, untagged enum", move || {
            serde_json::from_slice::<Vec<Plain<Untagged>>>(body).unwrap()
        })
        .at_least(1.4),
        Contender::new("serde_json::Value, then serde", move || value_then_serde(body)).at_least(4.0),
        Contender::new("serde_json::Value, then by hand", move || value_then_by_hand(body)),
        Contender::new("limit: serde_json, hand-written visitors", move || {
            serde_json::from_slice::<Vec<Plain<Visited>>>(body).unwrap()
        }),
        Contender::new("limit: serde_json, nothing kept", move || {
            serde_json::from_slice::<IgnoredAny>(body).unwrap()
        }),
    ]
}

fn ours(response: &HttpResponse) -> Vec<Partner> {
    let call = Call::new("res.partner", "search_read");
    Json2.answer(&call, response).unwrap().read().unwrap()
}

fn value_then_serde(body: &[u8]) -> Vec<Plain<Untagged>> {
    let value: Value = serde_json::from_slice(body).unwrap();
    serde_json::from_value(value).unwrap()
}

fn value_then_by_hand(body: &[u8]) -> Vec<Plain<()>> {
    fn text(value: &Value) -> Option<String> {
        value.as_str().map(str::to_owned)
    }
    fn pair(value: &Value) -> Option<(i64, String)> {
        let [id, name] = value.as_array()?.as_slice() else { return None };
        Some((id.as_i64()?, text(name)?))
    }
    let rows: Value = serde_json::from_slice(body).unwrap();
    let rows = rows.as_array().unwrap().iter();
    let instant = |value: &Value| parse_instant(value.as_str().unwrap()).unwrap();
    rows.map(|row| Plain {
        id: row["id"].as_i64().unwrap(),
        name: text(&row["name"]).unwrap(),
        email: text(&row["email"]),
        phone: text(&row["phone"]),
        vat: text(&row["vat"]),
        country_id: pair(&row["country_id"]),
        state_id: pair(&row["state_id"]),
        category_id: row["category_id"].as_array().unwrap().iter().map(|id| id.as_i64().unwrap()).collect(),
        active: row["active"].as_bool().unwrap(),
        credit_limit: Decimal::try_from(row["credit_limit"].as_f64().unwrap()).unwrap(),
        write_date: instant(&row["write_date"]),
        create_date: instant(&row["create_date"]),
        parent_id: pair(&row["parent_id"]),
        how: std::marker::PhantomData,
    })
    .collect()
}
