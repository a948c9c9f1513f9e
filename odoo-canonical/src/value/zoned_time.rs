//! A wall-clock time at a place.

use super::{Instant, ValueError};
use std::fmt;

/// A time of day on a day, with the offset from UTC that the clock there showed: `2026-11-23T09:15:00+01:00`. Where a scan
/// or a delivery happened, people ask what the clock said; an [`Instant`] forgets that.
///
/// Read from RFC 3339 text to the second; kept as it was given. `Z` is refused: it says that nobody knows the local time.
/// Two of them are equal when clock and offset are; compare [`instant`](Self::instant)s to know what came first.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ZonedTime {
    text: String,
    instant: Instant,
}

impl ZonedTime {
    fn parse(text: &str) -> Result<Self, ValueError> {
        let rule = "must be like 2026-11-23T09:15:00+01:00 (RFC 3339, to the second, with the local offset)";
        let form = "dddd-dd-ddTdd:dd:dd+dd:dd";
        let mut characters = text.chars();
        for (position, wanted) in form.chars().enumerate() {
            let right = characters.next().is_some_and(|character| match wanted {
                'd' => character.is_ascii_digit(),
                '+' => matches!(character, '+' | '-'),
                _ => character == wanted,
            });
            if !right {
                return Err(ValueError::at("zoned time", rule, position));
            }
        }
        if characters.next().is_some() {
            return Err(ValueError::at("zoned time", rule, form.len()));
        }
        // RFC 3339 keeps -00:00 for "the local offset is not known", which is what this type is not for.
        if text.ends_with("-00:00") {
            return Err(ValueError::at("zoned time", rule, 19));
        }
        let instant = text.parse().map_err(|error: ValueError| match error.position() {
            Some(position) => ValueError::at("zoned time", rule, position),
            None => ValueError::new("zoned time", "must be a moment that exists"),
        })?;
        Ok(Self { text: text.to_owned(), instant })
    }

    /// The time as text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The moment.
    pub fn instant(&self) -> Instant {
        self.instant
    }
}

impl fmt::Display for ZonedTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

string_value!(ZonedTime, "zoned time, for example \"2026-11-23T09:15:00+01:00\"", {
    "description": "A time on a day with the local offset from UTC, to the second.",
    "examples": ["2026-11-23T09:15:00+01:00"],
    "format": "date-time",
    "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9][+-]([01][0-9]|2[0-3]):[0-5][0-9]$",
    "not": { "pattern": "-00:00$" }
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_of_the_place_is_kept() {
        let scan: ZonedTime = "2026-11-23T23:30:00+03:00".parse().unwrap();
        assert_eq!(scan.to_string(), "2026-11-23T23:30:00+03:00");
        assert_eq!(scan.instant().to_string(), "2026-11-23T20:30:00.000000Z");
        for text in [
            "",
            "2026-11-23T23:30:00Z",
            "2026-11-23T23:30:00",
            "2026-11-23T23:30:00.5+03:00",
            "2026-02-30T00:00:00+01:00",
            "2026-11-23T23:30:00-00:00",
            "2026-11-23 23:30:00+03:00",
            "2026-11-23T24:00:00+03:00",
        ] {
            assert!(text.parse::<ZonedTime>().is_err(), "{text:?} was accepted");
        }
    }
}
