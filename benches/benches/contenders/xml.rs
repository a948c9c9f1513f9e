//! XML-RPC into partners.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use connector_benches::partners::Partner;
use connector_benches::rounds::Contender;
use dxr::{MethodResponse, TryFromValue, Value};
use odoo_rpc::field::Decimal;
use odoo_rpc::xmlrpc::decode_response_as;
use quick_xml::Reader;
use quick_xml::events::Event;

use super::plain::{Plain, assert_same, parse_instant};

/// `odoo-rpc` first. Panics if one of them reads something else.
pub fn contenders(body: &str) -> Vec<Contender<'_>> {
    assert_same(&ours(body), &by_dxr(body));
    vec![
        Contender::new("odoo-rpc", move || ours(body)),
        Contender::new("dxr", move || by_dxr(body)).at_least(1.3),
        Contender::new("limit: quick-xml, events alone", move || events(body)),
    ]
}

fn ours(body: &str) -> Vec<Partner> {
    decode_response_as(body.as_bytes()).unwrap().unwrap()
}

fn by_dxr(body: &str) -> Vec<Plain<()>> {
    let response = MethodResponse::from_xml(body).unwrap();
    Vec::try_from_value(&response.value).unwrap()
}

/// As its derive writes it; a value or `false` is what a program has to add.
impl TryFromValue for Plain<()> {
    fn try_from_value(value: &Value) -> Result<Self, dxr::Error> {
        let map: BTreeMap<String, Value> = BTreeMap::try_from_value(value)?;
        let instant = |name| parse_instant(&read::<String>(&map, name).unwrap()).unwrap();
        Ok(Self {
            id: read::<i32>(&map, "id")?.into(),
            name: read(&map, "name")?,
            email: or_false(&map, "email")?,
            phone: or_false(&map, "phone")?,
            vat: or_false(&map, "vat")?,
            country_id: pair(&map, "country_id")?,
            state_id: pair(&map, "state_id")?,
            category_id: read::<Vec<i32>>(&map, "category_id")?.into_iter().map(i64::from).collect(),
            active: read(&map, "active")?,
            credit_limit: Decimal::try_from(read::<f64>(&map, "credit_limit")?).unwrap(),
            write_date: instant("write_date"),
            create_date: instant("create_date"),
            parent_id: pair(&map, "parent_id")?,
            how: PhantomData,
        })
    }
}

fn read<T: TryFromValue>(map: &BTreeMap<String, Value>, name: &'static str) -> Result<T, dxr::Error> {
    T::try_from_value(map.get(name).ok_or_else(|| dxr::Error::missing_field("Plain", name))?)
}

fn or_false<T: TryFromValue>(
    map: &BTreeMap<String, Value>,
    name: &'static str,
) -> Result<Option<T>, dxr::Error> {
    match map.get(name) {
        Some(Value::Boolean(false)) => Ok(None),
        _ => read(map, name).map(Some),
    }
}

fn pair(map: &BTreeMap<String, Value>, name: &'static str) -> Result<Option<(i64, String)>, dxr::Error> {
    Ok(or_false::<(i32, String)>(map, name)?.map(|(id, name)| (id.into(), name)))
}

/// How many bytes of text there are, and nothing else.
fn events(body: &str) -> usize {
    let mut reader = Reader::from_str(body);
    let mut bytes = 0;
    loop {
        match reader.read_event().unwrap() {
            Event::Eof => return bytes,
            Event::Text(text) => bytes += text.len(),
            _ => {}
        }
    }
}
