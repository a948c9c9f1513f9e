//! A partner as a struct of plain serde, in the two ways to read Odoo's `false` for a field without a value.

use std::fmt;
use std::marker::PhantomData;

use connector_benches::partners::Partner;
use jiff::civil::DateTime;
use jiff::tz::Offset;
use odoo_rpc::Many2one;
use odoo_rpc::field::{Decimal, Timestamp};
use serde::de::value::{BorrowedStrDeserializer, SeqAccessDeserializer, StrDeserializer, StringDeserializer};
use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};

/// The fields of [`Partner`] without `odoo-rpc`.
#[derive(serde::Deserialize, Debug, PartialEq)]
#[serde(bound(deserialize = "E: OrFalse"))]
pub struct Plain<E> {
    pub id: i64,
    pub name: String,
    #[serde(deserialize_with = "E::read")]
    pub email: Option<String>,
    #[serde(deserialize_with = "E::read")]
    pub phone: Option<String>,
    #[serde(deserialize_with = "E::read")]
    pub vat: Option<String>,
    #[serde(deserialize_with = "E::read")]
    pub country_id: Option<(i64, String)>,
    #[serde(deserialize_with = "E::read")]
    pub state_id: Option<(i64, String)>,
    pub category_id: Vec<i64>,
    pub active: bool,
    #[serde(deserialize_with = "decimal")]
    pub credit_limit: Decimal,
    #[serde(deserialize_with = "instant")]
    pub write_date: Timestamp,
    #[serde(deserialize_with = "instant")]
    pub create_date: Timestamp,
    #[serde(deserialize_with = "E::read")]
    pub parent_id: Option<(i64, String)>,
    #[serde(skip)]
    pub how: PhantomData<E>,
}

/// How a value or `false` is read.
pub trait OrFalse {
    fn read<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error>;
}

/// With an untagged enum, as programs do it.
#[derive(Debug, PartialEq)]
pub struct Untagged;

#[derive(serde::Deserialize)]
#[serde(untagged)]
enum ValueOrFalse<T> {
    Value(T),
    False(bool),
}

impl OrFalse for Untagged {
    fn read<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
        match ValueOrFalse::deserialize(deserializer)? {
            ValueOrFalse::Value(value) => Ok(Some(value)),
            ValueOrFalse::False(false) => Ok(None),
            ValueOrFalse::False(true) => Err(D::Error::custom("true")),
        }
    }
}

/// With a visitor, the fastest that serde has.
#[derive(Debug, PartialEq)]
pub struct Visited;

impl OrFalse for Visited {
    fn read<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
        deserializer.deserialize_any(OrFalseVisitor(PhantomData))
    }
}

struct OrFalseVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for OrFalseVisitor<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value or false")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Option<T>, E> {
        if value { Err(E::custom("true")) } else { Ok(None) }
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Option<T>, E> {
        T::deserialize(StrDeserializer::new(text)).map(Some)
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Option<T>, E> {
        T::deserialize(BorrowedStrDeserializer::new(text)).map(Some)
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Option<T>, E> {
        T::deserialize(StringDeserializer::new(text)).map(Some)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Option<T>, A::Error> {
        T::deserialize(SeqAccessDeserializer::new(items)).map(Some)
    }
}

fn decimal<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
    Decimal::try_from(f64::deserialize(deserializer)?).map_err(D::Error::custom)
}

fn instant<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
    deserializer.deserialize_str(InstantVisitor)
}

struct InstantVisitor;

impl Visitor<'_> for InstantVisitor {
    type Value = Timestamp;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an instant")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Timestamp, E> {
        parse_instant(text).ok_or_else(|| E::custom("not an instant"))
    }
}

/// As a program does it that has jiff.
pub fn parse_instant(text: &str) -> Option<Timestamp> {
    Offset::UTC.to_timestamp(text.parse::<DateTime>().ok()?).ok()
}

/// That a contender read what `odoo-rpc` reads.
pub fn assert_same<E: fmt::Debug + PartialEq>(ours: &[Partner], theirs: &[Plain<E>]) {
    assert_eq!(ours.len(), theirs.len());
    for (ours, theirs) in ours.iter().zip(theirs) {
        assert_eq!(&plain(ours), theirs);
    }
}

fn plain<E>(partner: &Partner) -> Plain<E> {
    fn pair<M>(record: Option<&Many2one<M>>) -> Option<(i64, String)> {
        record.map(|record| (record.id.get(), record.name.clone().unwrap_or_default()))
    }
    Plain {
        id: partner.id.get(),
        name: partner.name.clone(),
        email: partner.email.clone(),
        phone: partner.phone.clone(),
        vat: partner.vat.clone(),
        country_id: pair(partner.country_id.as_ref()),
        state_id: pair(partner.state_id.as_ref()),
        category_id: partner.category_id.iter().map(|id| id.get()).collect(),
        active: partner.active,
        credit_limit: partner.credit_limit,
        write_date: partner.write_date,
        create_date: partner.create_date,
        parent_id: pair(partner.parent_id.as_ref()),
        how: PhantomData,
    }
}
