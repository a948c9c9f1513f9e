//! Dates in groups: the span that a date falls into, its label and its ends; or a number taken from the date.

use jiff::civil::{Date, DateTime};
use jiff::{Span, ToSpan as _};
use serde_json::{Value, json};

use crate::testkit::Series;
use crate::testkit::engine::clock;
use crate::testkit::engine::error::{OdooError, Result};

/// How dates are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grain {
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
    /// A number in the date, such as `month_number`; 18 and later.
    Number(&'static str),
}

/// The names of the numbers in a date.
const NUMBERS: [&str; 10] = [
    "year_number",
    "quarter_number",
    "month_number",
    "iso_week_number",
    "day_of_year",
    "day_of_month",
    "day_of_week",
    "hour_number",
    "minute_number",
    "second_number",
];

impl Grain {
    pub(super) fn parse(series: Series, name: &str) -> Result<Self> {
        let number = NUMBERS.into_iter().find(|number| *number == name && series == Series::V19);
        Ok(match (name, number) {
            ("hour", _) => Self::Hour,
            ("day", _) => Self::Day,
            ("week", _) => Self::Week,
            ("month", _) => Self::Month,
            ("quarter", _) => Self::Quarter,
            ("year", _) => Self::Year,
            (_, Some(number)) => Self::Number(number),
            _ => {
                return Err(OdooError::value(format!("Granularity specification isn't correct: '{name}'")));
            }
        })
    }
}

/// A span of time that groups share: from when, until before when, and what the reader sees.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Slot {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) label: String,
}

/// The span around a stored date or time (UTC), cut in the given zone.
pub(super) fn slot(text: &str, grain: Grain, zone: &str, is_time: bool) -> Option<Slot> {
    let local = local(text, zone, is_time)?;
    let (start, step) = start(local, grain)?;
    let end = start.checked_add(step).ok()?;
    let shown = |at: DateTime| match is_time {
        true => clock::to_utc(&at.strftime("%Y-%m-%d %H:%M:%S").to_string(), zone),
        false => Some(at.strftime("%Y-%m-%d").to_string()),
    };
    Some(Slot { from: shown(start)?, to: shown(end)?, label: label(start, grain) })
}

/// The number of a date that a part names; also what a condition such as `date_order.month_number` compares.
pub(crate) fn number(text: &str, part: &str, zone: &str, is_time: bool) -> Option<Value> {
    let at = local(text, zone, is_time)?;
    let date = at.date();
    let number = match part {
        "year_number" => date.year(),
        "quarter_number" => i16::from((date.month() - 1) / 3 + 1),
        "month_number" => i16::from(date.month()),
        "iso_week_number" => i16::from(date.iso_week_date().week()),
        "day_of_year" => date.day_of_year(),
        "day_of_month" => i16::from(date.day()),
        // Sunday is 0.
        "day_of_week" => i16::from(date.weekday().to_sunday_zero_offset()),
        "hour_number" => i16::from(at.hour()),
        "minute_number" => i16::from(at.minute()),
        "second_number" => i16::from(at.second()),
        _ => return None,
    };
    Some(json!(f64::from(number)))
}

fn local(text: &str, zone: &str, is_time: bool) -> Option<DateTime> {
    if !is_time {
        return Date::strptime("%Y-%m-%d", text).ok().map(|date| date.at(0, 0, 0, 0));
    }
    clock::parse_datetime(&clock::to_local(text, zone)?)
}

fn start(at: DateTime, grain: Grain) -> Option<(DateTime, Span)> {
    let date = at.date();
    let on = |date: Date| date.at(0, 0, 0, 0);
    Some(match grain {
        Grain::Hour => (date.at(at.hour(), 0, 0, 0), 1.hour()),
        Grain::Day => (on(date), 1.day()),
        Grain::Week => (on(sunday(date)?), 1.week()),
        Grain::Month => (on(date.first_of_month()), 1.month()),
        Grain::Quarter => {
            let month = (date.month() - 1) / 3 * 3 + 1;
            (on(Date::new(date.year(), month, 1).ok()?), 3.months())
        }
        Grain::Year => (on(date.first_of_year()), 1.year()),
        Grain::Number(_) => return None,
    })
}

/// Weeks begin on Sunday, as in American English.
fn sunday(date: Date) -> Option<Date> {
    date.checked_sub(i64::from(date.weekday().to_sunday_zero_offset()).days()).ok()
}

fn label(start: DateTime, grain: Grain) -> String {
    match grain {
        Grain::Hour => start.strftime("%H:00 %d %b").to_string(),
        Grain::Day => start.strftime("%d %b %Y").to_string(),
        Grain::Week => {
            let (year, week) = american_week(start.date()).unwrap_or_default();
            format!("W{week} {year:04}")
        }
        Grain::Month => start.strftime("%B %Y").to_string(),
        Grain::Quarter => format!("Q{} {}", (start.month() - 1) / 3 + 1, start.year()),
        Grain::Year | Grain::Number(_) => start.year().to_string(),
    }
}

/// The first week of a year is the one with its first day.
fn american_week(date: Date) -> Option<(i16, i32)> {
    let first_of = |year: i16| Date::new(year, 1, 1).ok().and_then(sunday);
    if date >= first_of(date.year() + 1)? {
        return Some((date.year() + 1, 1));
    }
    let days = first_of(date.year())?.until(date).ok()?.get_days();
    Some((date.year(), days / 7 + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, grain: Grain, zone: &str) -> (String, String, String) {
        let slot = slot(text, grain, zone, true).expect("a slot");
        (slot.from, slot.to, slot.label)
    }

    #[test]
    fn spans_are_cut_and_named_as_recorded() {
        let utc = |text: &str, grain: Grain| {
            let (from, to, label) = shown(text, grain, "UTC");
            format!("{from} {to} {label}")
        };
        let at = "2026-10-20 08:17:23";
        assert_eq!(utc(at, Grain::Hour), "2026-10-20 08:00:00 2026-10-20 09:00:00 08:00 20 Oct");
        assert_eq!(utc(at, Grain::Day), "2026-10-20 00:00:00 2026-10-21 00:00:00 20 Oct 2026");
        assert_eq!(utc(at, Grain::Week), "2026-10-18 00:00:00 2026-10-25 00:00:00 W43 2026");
        assert_eq!(utc(at, Grain::Month), "2026-10-01 00:00:00 2026-11-01 00:00:00 October 2026");
        assert_eq!(utc(at, Grain::Quarter), "2026-10-01 00:00:00 2027-01-01 00:00:00 Q4 2026");
        assert_eq!(utc(at, Grain::Year), "2026-01-01 00:00:00 2027-01-01 00:00:00 2026");
        assert_eq!(
            utc("2015-12-28 00:00:00", Grain::Week),
            "2015-12-27 00:00:00 2016-01-03 00:00:00 W1 2016"
        );
        // 23:30 in UTC is the next day in Brussels, whose midnight is 22:00 in summer.
        let (from, to, label) = shown("2026-07-01 23:30:00.5", Grain::Day, "Europe/Brussels");
        assert_eq!((from.as_str(), to.as_str()), ("2026-07-01 22:00:00", "2026-07-02 22:00:00"));
        assert_eq!(label, "02 Jul 2026");
        assert_eq!(number(at, "day_of_week", "UTC", true), Some(json!(2.0)));
        assert_eq!(number("2026-10-24", "iso_week_number", "UTC", false), Some(json!(43.0)));
        assert_eq!(slot("never", Grain::Day, "UTC", true), None);
    }
}
