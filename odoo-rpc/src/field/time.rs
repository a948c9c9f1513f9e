//! Dates and instants.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;
use serde::Deserializer;
use serde_json::Value;

use super::FieldValue;
use super::scalar::{self, Scalar};

/// Reads an instant as Odoo writes it: `YYYY-MM-DD HH:MM:SS`, UTC without saying so. Parts of a second are read where there are any.
#[must_use]
pub fn parse_datetime(text: &str) -> Option<Timestamp> {
    Offset::UTC.to_timestamp(parse_exact(text.as_bytes()).or_else(|| parse_other(text))?).ok()
}

/// `YYYY-MM-DD HH:MM:SS`, which nearly all are: several times as fast as the general way, and a table has millions of them.
fn parse_exact(text: &[u8]) -> Option<DateTime> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b' ', h1, h2, b':', i1, i2, b':', s1, s2] = text else {
        return None;
    };
    let digit = |byte: &u8| byte.is_ascii_digit().then(|| i16::from(byte - b'0'));
    let two = |tens, ones| Some(digit(tens)? * 10 + digit(ones)?);
    let small = |tens, ones| i8::try_from(two(tens, ones)?).ok();
    let year = two(y1, y2)? * 100 + two(y3, y4)?;
    DateTime::new(year, small(m1, m2)?, small(d1, d2)?, small(h1, h2)?, small(i1, i2)?, small(s1, s2)?, 0)
        .ok()
}

/// With parts of a second, or with a year without its zeros.
fn parse_other(text: &str) -> Option<DateTime> {
    let (date, time) = text.split_once(' ')?;
    // HH:MM:SS, and parts of a second where there are any; a second 60 would be read as 59.
    let plain = |(at, byte): (usize, u8)| match at {
        2 | 5 => byte == b':',
        8 => byte == b'.',
        _ => byte.is_ascii_digit(),
    };
    if time.len() < 8 || !time.bytes().enumerate().all(plain) || time.get(6..8)? > "59" {
        return None;
    }
    Some(parse_date(date)?.to_datetime(time.parse::<Time>().ok()?))
}

/// Writes an instant as Odoo reads it. Parts of a second are cut, as Odoo itself does.
#[must_use]
pub fn format_datetime(instant: Timestamp) -> String {
    let naive = Offset::UTC.to_datetime(instant);
    let (date, time) = (naive.date(), naive.time());
    format!("{} {:02}:{:02}:{:02}", format_date(date), time.hour(), time.minute(), time.second())
}

fn format_date(date: Date) -> String {
    format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day())
}

/// `YYYY-MM-DD`. Python writes years before 1000 without their zeros, and Odoo has such dates: "no limit" is `1-01-01` in some fields.
fn parse_date(text: &str) -> Option<Date> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if parts.next().is_some()
        || year.len() > 4
        || month.len() != 2
        || day.len() != 2
        || ![year, month, day].into_iter().all(digits)
    {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

impl Scalar for Date {
    const EXPECTED: &'static str = "a date (YYYY-MM-DD)";

    fn from_text(text: &str) -> Option<Self> {
        parse_date(text)
    }
}

impl FieldValue for Date {
    const TYPES: &'static [&'static str] = &["date"];
    type Plain = Self;

    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        scalar::decode(deserializer)
    }

    fn encode(&self) -> Value {
        format_date(*self).into()
    }
}

impl Scalar for Timestamp {
    const EXPECTED: &'static str = "an instant (YYYY-MM-DD HH:MM:SS)";

    fn from_text(text: &str) -> Option<Self> {
        parse_datetime(text)
    }
}

impl FieldValue for Timestamp {
    const TYPES: &'static [&'static str] = &["datetime"];
    type Plain = Self;

    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        scalar::decode(deserializer)
    }

    fn encode(&self) -> Value {
        format_datetime(*self).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_utc_in_odoos_form() {
        let instant = parse_datetime("2026-11-23 08:24:06").unwrap();
        assert_eq!(instant.to_string(), "2026-11-23T08:24:06Z");
        assert_eq!(format_datetime(instant), "2026-11-23 08:24:06");
        assert_eq!(
            format_datetime(parse_datetime("2026-11-23 08:24:06.999").unwrap()),
            "2026-11-23 08:24:06"
        );
        for text in
            ["2026-11-23", "2026-11-23T08:24:06", "2026-11-23 08:24:06Z", "2026-11-23 25:00:00", "", "false"]
        {
            assert_eq!(parse_datetime(text), None, "{text}");
        }
        assert_eq!(parse_date("2026-02-30"), None);
        assert_eq!(parse_date("20260201"), None);
        assert_eq!(parse_date("1-01-01"), Some(Date::constant(1, 1, 1)));
        for text in ["-1-01-01", "2026-1-01", "2026-01-01-01", "12026-01-01", "", "2026-+1-01"] {
            assert_eq!(parse_date(text), None, "{text}");
        }
    }
}
