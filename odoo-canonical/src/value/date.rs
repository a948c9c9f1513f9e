//! A day on the calendar.

use super::ValueError;
use jiff::civil::Date;
use std::fmt;

/// A calendar day without time or zone (`2026-11-23`), such as a requested delivery date.
///
/// It is not the day of an [`Instant`](super::Instant): which day a moment falls on depends on a zone, and a mapper
/// that takes midnight somewhere for a day shifts it by one elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalDate(Date);

impl LocalDate {
    fn parse(text: &str) -> Result<Self, ValueError> {
        let form = "must be like 2026-11-23 (YYYY-MM-DD)";
        let mut characters = text.chars();
        for (position, wanted) in "dddd-dd-dd".chars().enumerate() {
            let right = match characters.next() {
                Some(character) if wanted == 'd' => character.is_ascii_digit(),
                other => other == Some(wanted),
            };
            if !right {
                return Err(ValueError::at("date", form, position));
            }
        }
        if characters.next().is_some() {
            return Err(ValueError::at("date", form, 10));
        }
        text.parse().map(Self).map_err(|_| ValueError::new("date", "must be a day that exists"))
    }

    /// The day of a year, month and day; `None` when there is no such day in the years 0 to 9999.
    pub fn from_ymd(year: i16, month: i8, day: i8) -> Option<Self> {
        Date::new(year, month, day).ok().filter(|date| date.year() >= 0).map(Self)
    }

    /// The year.
    pub fn year(&self) -> i16 {
        self.0.year()
    }

    /// The month, 1 to 12.
    pub fn month(&self) -> i8 {
        self.0.month()
    }

    /// The day of the month, 1 to 31.
    pub fn day(&self) -> i8 {
        self.0.day()
    }
}

impl fmt::Display for LocalDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

string_value!(LocalDate, "date, for example \"2026-11-23\"", {
    "examples": ["2026-11-23"],
    "description": "A calendar day without time or zone.",
    "format": "date",
    "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_days_that_exist_are_read() {
        assert_eq!("2024-02-29".parse::<LocalDate>().unwrap().to_string(), "2024-02-29");
        for text in ["2026-02-29", "2026-13-01", "20261123", "2026-1-1", "2026-11-23T00:00", "23.11.2026", ""]
        {
            assert!(text.parse::<LocalDate>().is_err(), "{text:?} was accepted");
        }
        assert_eq!("2026/11-23".parse::<LocalDate>().unwrap_err().position(), Some(4));
        assert_eq!(LocalDate::from_ymd(-1, 1, 1), None);
    }
}
