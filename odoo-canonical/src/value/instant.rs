//! A moment in time.

use super::ValueError;
use jiff::Timestamp;
use std::fmt;

/// A moment, in UTC, to the microsecond.
///
/// Read from RFC 3339 text, which must carry an offset (a time without a zone is not a moment); always written as
/// `2026-11-23T08:15:00.000000Z`, so that texts sort as the moments do. Digits finer than a microsecond are dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(Timestamp);

impl Instant {
    fn parse(text: &str) -> Result<Self, ValueError> {
        if let Some(position) = malformed(text) {
            return Err(ValueError::at(
                "instant",
                "must be like 2026-11-23T08:15:00Z (RFC 3339 with an offset)",
                position,
            ));
        }
        let moment: Timestamp =
            text.parse().map_err(|_| ValueError::new("instant", "must be a moment that exists"))?;
        Self::try_from(moment)
    }

    /// The moment so many microseconds after 1970-01-01T00:00:00Z; `None` outside the years 0 to 9999.
    pub fn from_microseconds(microseconds: i64) -> Option<Self> {
        Timestamp::from_microsecond(microseconds).ok().and_then(|moment| Self::try_from(moment).ok())
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    pub fn as_microseconds(&self) -> i64 {
        self.0.as_microsecond()
    }
}

impl TryFrom<Timestamp> for Instant {
    type Error = ValueError;

    fn try_from(moment: Timestamp) -> Result<Self, ValueError> {
        // Floor, not truncation towards zero: moments before 1970 keep their order.
        let microseconds = moment.as_nanosecond().div_euclid(1_000);
        let outside = ValueError::new("instant", "must be in the years 0 to 9999");
        let moment =
            i64::try_from(microseconds).ok().and_then(|value| Timestamp::from_microsecond(value).ok());
        match moment {
            Some(moment) if jiff::tz::TimeZone::UTC.to_datetime(moment).year() >= 0 => Ok(Self(moment)),
            _ => Err(outside),
        }
    }
}

impl From<Instant> for Timestamp {
    fn from(instant: Instant) -> Timestamp {
        instant.0
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.6}", self.0)
    }
}

/// Where the text leaves the form `YYYY-MM-DDThh:mm:ss[.f]Z` or `..+hh:mm`; `None` when it does not.
fn malformed(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let at_most =
        |from: usize, most: &[u8; 2]| bytes.get(from..from + 2).is_some_and(|digits| digits <= most);
    let digit = |position: usize| bytes.get(position).is_some_and(u8::is_ascii_digit);
    let follows = |from: usize, form: &str| {
        form.bytes().enumerate().find_map(|(offset, wanted)| {
            let position = from + offset;
            let right = if wanted == b'd' { digit(position) } else { bytes.get(position) == Some(&wanted) };
            (!right).then_some(position)
        })
    };
    if let Some(position) = follows(0, "dddd-dd-ddTdd:dd:dd") {
        return Some(position);
    }
    // A leap second is refused: what counts time in steps of a second cannot hold it, and would move it silently.
    if !at_most(17, b"59") {
        return Some(17);
    }
    let mut position = 19;
    if bytes.get(position) == Some(&b'.') {
        position += 1;
        let fraction = (position..).take_while(|position| digit(*position)).count();
        if !matches!(fraction, 1..=9) {
            return Some(position);
        }
        position += fraction;
    }
    let end = match bytes.get(position) {
        Some(b'Z') => position + 1,
        Some(b'+' | b'-') => match follows(position + 1, "dd:dd") {
            Some(wrong) => return Some(wrong),
            None if !at_most(position + 1, b"23") || !at_most(position + 4, b"59") => {
                return Some(position + 1);
            }
            None => position + 6,
        },
        _ => return Some(position),
    };
    (end != bytes.len()).then_some(end)
}

string_value!(Instant, "instant, for example \"2026-11-23T08:15:00Z\"", {
    "examples": ["2026-11-23T08:15:00.000000Z"],
    "description": "A moment in RFC 3339 with an offset; written in UTC to the microsecond.",
    "format": "date-time",
    "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_offset_comes_out_as_utc() {
        for (text, written) in [
            ("2026-11-23T08:15:00Z", "2026-11-23T08:15:00.000000Z"),
            ("2026-11-23T08:15:00.5+03:00", "2026-11-23T05:15:00.500000Z"),
            ("2026-11-23T08:15:00.123456789-05:30", "2026-11-23T13:45:00.123456Z"),
            ("1969-12-31T23:59:59.9999999Z", "1969-12-31T23:59:59.999999Z"),
        ] {
            assert_eq!(text.parse::<Instant>().unwrap().to_string(), written);
        }
    }

    #[test]
    fn a_time_without_offset_is_not_a_moment() {
        for text in [
            "2026-11-23T08:15:00",
            "2026-11-23 08:15:00Z",
            "2026-11-23",
            "2026-11-23t08:15:00z",
            "2026-02-30T00:00:00Z",
            "2026-11-23T25:00:00Z",
            "2016-12-31T23:59:60Z",
            "2026-11-23T08:15:00+24:00",
            "2026-11-23T08:15:00+03:60",
            "2026-11-23T08:15Z",
            "2026-11-23T08:15:00.Z",
            "2026-11-23T08:15:00+03",
            "2026-11-23T08:15:00Z[UTC]",
            "0000-01-01T00:00:00+01:00",
            "1732348800",
            "",
        ] {
            assert!(text.parse::<Instant>().is_err(), "{text:?} was accepted");
        }
        assert_eq!("2026-11-23T08:15:00".parse::<Instant>().unwrap_err().position(), Some(19));
    }
}
