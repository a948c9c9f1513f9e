//! Parts of samples: parties, items, places, moments, priced lines.

use super::{
    Sampler,
    words::{ARTICLES, COMPANIES, PEOPLE, PLACES, Place, TOWNS_OF_STOCK},
};
use crate::value::Decimal;
use serde_json::{Value, json};

impl Sampler {
    /// A made-up company.
    pub(crate) fn company(&mut self) -> &'static str {
        self.pick(COMPANIES)
    }

    /// A made-up person.
    pub(crate) fn person(&mut self) -> &'static str {
        self.pick(PEOPLE)
    }

    /// A place with the currency and standard tax rate of its country.
    pub(crate) fn place(&mut self) -> Place {
        self.pick(PLACES)
    }

    /// An address at a place.
    pub(crate) fn address(&mut self, place: Place) -> Value {
        let (country, subdivision, city, postal_code, street, ..) = place;
        let number = 1 + self.below(180);
        json!({
            "lines": [format!("{street} {number}")], "city": city, "postal_code": postal_code,
            "subdivision": subdivision, "country": country
        })
    }

    /// A reference to a party, its name with it.
    pub(crate) fn party_ref(&mut self) -> Value {
        json!({ "key": format!("PARTY/{}", self.digits(5)), "name": self.company() })
    }

    /// A reference to an item.
    pub(crate) fn item_ref(&mut self) -> Value {
        let (sku, name, ..) = self.pick(ARTICLES);
        json!({ "key": format!("ITEM/{sku}"), "sku": sku, "name": name })
    }

    /// A reference to a place where stock lies.
    pub(crate) fn location_ref(&mut self) -> Value {
        let (code, name) = self.pick(TOWNS_OF_STOCK);
        json!({ "key": format!("{code}/Stock"), "name": name })
    }

    /// A moment in the year 2026, to the second.
    pub(crate) fn instant(&mut self) -> String {
        let (month, day) = (1 + self.below(12), 1 + self.below(28));
        let (hour, minute, second) = (self.below(24), self.below(60), self.below(60));
        format!("2026-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }

    /// A day of a month of the year 2026; the first ten days for `early`, the last ten for the rest.
    pub(crate) fn day(&mut self, month: u64, early: bool) -> String {
        let day = 1 + self.below(10) + if early { 0 } else { 18 };
        format!("2026-{month:02}-{day:02}")
    }

    /// A whole number from `low` to `high`, as a decimal string.
    pub(crate) fn whole(&mut self, low: u64, high: u64) -> String {
        (low + self.below(high.saturating_sub(low) + 1)).to_string()
    }

    /// A quantity of pieces.
    pub(crate) fn pieces(&mut self, low: u64, high: u64) -> Value {
        json!({ "value": self.whole(low, high), "unit": "C62" })
    }

    /// Digits with the check digit of GS1 behind them (GTIN, GLN, SSCC).
    pub(crate) fn gs1(&mut self, body: usize) -> String {
        let body = self.digits(body);
        let sum: u32 = body
            .bytes()
            .rev()
            .zip([3, 1].into_iter().cycle())
            .map(|(digit, weight)| u32::from(digit - b'0') * weight)
            .sum();
        format!("{body}{}", (10 - sum % 10) % 10)
    }

    /// An amount of smallest units (of a currency with so many decimals) as a decimal string.
    pub(crate) fn amount(&mut self, low: u64, high: u64, decimals: u32) -> String {
        let units = low + self.below(high.saturating_sub(low) + 1);
        let units = i64::try_from(units).unwrap_or(i64::MAX);
        Decimal::new(units, decimals).unwrap_or_default().to_string()
    }

    /// One to five lines with price, sometimes a base quantity or an allowance, one tax, and the net amount that they come to.
    pub(crate) fn priced_lines(&mut self, decimals: u32, rate: &str) -> Vec<Value> {
        let count = 1 + self.below(5);
        (1..=count).map(|number| self.priced_line(number * 10, decimals, rate)).collect()
    }

    fn priced_line(&mut self, number: u64, decimals: u32, rate: &str) -> Value {
        let (sku, name, unit, units) = self.pick(ARTICLES);
        let hundredfold = if self.chance(20) { 100 } else { 1 };
        let price =
            Decimal::new(i64::try_from(units * hundredfold).unwrap_or(1), decimals).unwrap_or_default();
        let quantity = Decimal::from(i64::try_from(1 + self.below(48)).unwrap_or(1));
        let base = Decimal::from(i64::try_from(hundredfold).unwrap_or(1));
        let gross =
            price.checked_mul(quantity).and_then(|product| product.checked_div(base)).unwrap_or_default();
        let gross = gross.round_half_up(decimals);
        let mut line = json!({
            "line_id": format!("{number:05}"),
            "item": { "key": format!("ITEM/{sku}"), "sku": sku, "name": name },
            "quantity": { "value": quantity.to_string(), "unit": unit },
            "price": { "amount": price.to_string() },
            "taxes": [{ "category": if rate == "0" { "Z" } else { "S" }, "rate": rate }],
            "net": gross.to_string(),
        });
        if let Some(price) = line.get_mut("price").and_then(Value::as_object_mut).filter(|_| hundredfold > 1)
        {
            price.insert("base_quantity".into(), json!("100"));
        }
        if self.chance(30) {
            let tenth = gross.checked_div(Decimal::from(10)).unwrap_or_default().round_half_up(decimals);
            let net = gross.checked_sub(tenth).unwrap_or_default();
            if let Some(line) = line.as_object_mut() {
                let entry = json!({ "kind": "allowance", "amount": tenth.to_string(), "percentage": "10", "reason": "Campaign" });
                line.insert("allowances_charges".into(), json!([entry]));
                line.insert("net".into(), json!(net.to_string()));
            }
        }
        line
    }
}
