//! Partners as Odoo answers them to `search_read`, in JSON and in XML-RPC: 13 fields of every kind, a third of them empty now and then.

use std::fmt::Write as _;

use odoo_rpc::field::{Decimal, Timestamp};
use odoo_rpc::{AnyModel, Id, Many2one, OdooModel};
use serde_json::{Value, json};

/// A partner, read by its model.
#[derive(OdooModel, Debug)]
#[odoo(model = "res.partner")]
pub struct Partner {
    /// `id`
    pub id: Id<Self>,
    /// `name`
    pub name: String,
    /// `email`
    pub email: Option<String>,
    /// `phone`
    pub phone: Option<String>,
    /// `vat`
    pub vat: Option<String>,
    /// `country_id`
    pub country_id: Option<Many2one>,
    /// `state_id`
    pub state_id: Option<Many2one>,
    /// `category_id`
    pub category_id: Vec<Id<AnyModel>>,
    /// `active`
    pub active: bool,
    /// `credit_limit`
    pub credit_limit: Decimal,
    /// `write_date`
    #[odoo(readonly)]
    pub write_date: Timestamp,
    /// `create_date`
    #[odoo(readonly)]
    pub create_date: Timestamp,
    /// `parent_id`
    pub parent_id: Option<Many2one<Partner>>,
}

const STREETS: [&str; 8] =
    ["Northgate", "Riverside", "Old Mill", "Harbour", "Sainte-Thérèse", "Lindenhof", "Via Roma", "Kirkegård"];
const TRADES: [&str; 8] = [
    "Timber & Sons",
    "Hardware Trading B.V.",
    "Fine Foods Ltd.",
    "Office Supplies",
    "\"Blue\" Logistics",
    "Möbelhaus GmbH",
    "Textiles",
    "Wholesale Cooperative",
];
const COUNTRIES: [(u64, &str, &str); 5] = [
    (233, "United States", "US"),
    (20, "Belgium", "BE"),
    (57, "Germany", "DE"),
    (75, "France", "FR"),
    (203, "San Marino", "SM"),
];
const STATES: [(u64, &str); 4] =
    [(13, "California (US)"), (45, "Texas (US)"), (35, "New York (US)"), (9, "Ohio (US)")];

fn pick<T: Copy>(from: &[T], seed: u64) -> Option<T> {
    from.iter().cycle().nth((seed % from.len() as u64) as usize).copied()
}

/// The fields of row `n`, in the order in which they are asked for.
fn row(n: u64) -> [(&'static str, Value); 13] {
    // What depends on it is spread over the rows and the same in every run.
    let spread = |salt: u64| (n + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(17 + salt as u32) >> 40;
    let or_false = |salt: u64, percent: u64, value: Value| match spread(salt) % 100 < percent {
        true => value,
        false => Value::Bool(false),
    };
    let name = format!(
        "{} {}",
        pick(&STREETS, spread(1)).unwrap_or_default(),
        pick(&TRADES, spread(2)).unwrap_or_default()
    );
    let (country, country_name, code) = pick(&COUNTRIES, spread(3)).unwrap_or_default();
    let (state, state_name) = pick(&STATES, spread(4)).unwrap_or_default();
    let categories: Vec<u64> = (0..spread(5) % 4).map(|at| 1 + (spread(6) + 3 * at) % 9).collect();
    let credit = match spread(7) % 10 {
        0..=5 => 0.0,
        whole @ 6..=7 => whole as f64 * 2500.0,
        _ => spread(8) as f64 / 100.0,
    };
    let date = |salt: u64| {
        let s = spread(salt);
        format!(
            "2026-{:02}-{:02} {:02}:{:02}:{:02}",
            1 + s % 12,
            1 + s / 12 % 28,
            s / 400 % 24,
            s / 7 % 60,
            s % 60
        )
    };
    [
        ("id", json!(n + 8)),
        ("name", json!(name)),
        ("email", or_false(9, 90, json!(format!("office{n}@client{}.example.com", spread(9) % 5000)))),
        (
            "phone",
            or_false(
                10,
                75,
                json!(format!("+1 {:03}-{:03}-{:04}", spread(10) % 900 + 100, spread(11) % 1000, n % 10_000)),
            ),
        ),
        ("vat", or_false(12, 45, json!(format!("{code}{:09}", spread(12) * 37 % 1_000_000_000)))),
        ("country_id", or_false(13, 95, json!([country, country_name]))),
        ("state_id", or_false(14, 50, json!([state, state_name]))),
        ("category_id", json!(categories)),
        ("active", json!(spread(15) % 50 != 0)),
        ("credit_limit", json!(credit)),
        ("write_date", json!(date(16))),
        ("create_date", json!(date(18))),
        ("parent_id", or_false(20, 30, json!([8 + spread(20) % 20_000, name]))),
    ]
}

/// What partner `n` is created with: the fields that lead nowhere.
#[must_use]
pub fn values(n: u64) -> Value {
    let plain = ["name", "email", "phone", "vat", "active", "credit_limit"];
    row(n)
        .into_iter()
        .filter(|(name, _)| plain.contains(name))
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// The body of an answer of JSON-2 with that many partners, spaced as Python does it.
#[must_use]
pub fn json_body(rows: u64) -> String {
    let mut out = String::from("[");
    for n in 0..rows {
        out.push_str(if n == 0 { "{" } else { ", {" });
        for (at, (name, value)) in row(n).iter().enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            let _infallible = write!(out, "{comma}\"{name}\": ");
            json_value(value, &mut out);
        }
        out.push('}');
    }
    out.push(']');
    out
}

fn json_value(value: &Value, out: &mut String) {
    let Value::Array(items) = value else {
        out.push_str(&value.to_string());
        return;
    };
    out.push('[');
    for (at, item) in items.iter().enumerate() {
        out.push_str(if at == 0 { "" } else { ", " });
        json_value(item, out);
    }
    out.push(']');
}

/// The body of an answer of XML-RPC with that many partners, broken into lines as Python does it.
#[must_use]
pub fn xml_body(rows: u64) -> String {
    let mut out =
        String::from("<?xml version=\"1.0\"?>\n<methodResponse>\n<params>\n<param>\n<value><array><data>\n");
    for n in 0..rows {
        out.push_str("<value><struct>\n");
        for (name, value) in row(n) {
            let _infallible = writeln!(out, "<member>\n<name>{name}</name>");
            xml_value(&value, &mut out);
            out.push_str("</member>\n");
        }
        out.push_str("</struct></value>\n");
    }
    out.push_str("</data></array></value>\n</param>\n</params>\n</methodResponse>\n");
    out
}

fn xml_value(value: &Value, out: &mut String) {
    match value {
        Value::Array(items) => {
            out.push_str("<value><array><data>\n");
            items.iter().for_each(|item| xml_value(item, out));
            out.push_str("</data></array></value>\n");
        }
        Value::Bool(value) => {
            let _infallible = writeln!(out, "<value><boolean>{}</boolean></value>", u8::from(*value));
        }
        Value::Number(number) => {
            let kind = if number.is_f64() { "double" } else { "int" };
            let _infallible = writeln!(out, "<value><{kind}>{number}</{kind}></value>");
        }
        other => {
            let text = other.as_str().unwrap_or_default();
            let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            let _infallible = writeln!(out, "<value><string>{text}</string></value>");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_bodies_say_the_same() {
        let json: Value = serde_json::from_str(&json_body(500)).unwrap();
        let xml = odoo_rpc::xmlrpc::decode_response(xml_body(500).as_bytes()).unwrap();
        assert_eq!(odoo_rpc::xmlrpc::MethodResponse::Value(json), xml);
    }

    #[test]
    fn every_field_that_can_be_empty_is_so_in_its_share_of_the_rows() {
        let rows: Vec<Partner> = serde_json::from_str(&json_body(2000)).unwrap();
        let share = |is: &dyn Fn(&Partner) -> bool| rows.iter().filter(|row| is(row)).count() / 20;
        assert!(
            (3..=17).contains(&share(&|row| row.email.is_none())),
            "{}",
            share(&|row| row.email.is_none())
        );
        assert!((45..=65).contains(&share(&|row| row.vat.is_none())), "{}", share(&|row| row.vat.is_none()));
        assert!((60..=80).contains(&share(&|row| row.parent_id.is_none())));
        assert!((15..=35).contains(&share(&|row| row.category_id.is_empty())));
        assert!((50..=70).contains(&share(&|row| row.credit_limit.is_zero())));
        assert!(rows.iter().any(|row| !row.active));
    }
}
