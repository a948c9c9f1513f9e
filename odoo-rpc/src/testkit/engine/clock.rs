//! The server's clock: wall time, or whatever a test sets.

use jiff::{Timestamp, ToSpan, civil::DateTime, tz::TimeZone};

/// Where `create_date`, `write_date` and default dates come from.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Clock {
    Wall,
    Fixed(DateTime),
}

impl Clock {
    /// Now in UTC with microseconds, as the database stores it.
    pub(crate) fn now(&self) -> String {
        let now = match self {
            Self::Wall => wall(),
            Self::Fixed(now) => *now,
        };
        now.strftime("%Y-%m-%d %H:%M:%S%.6f").to_string()
    }

    /// Moves a fixed clock on; a wall clock moves by itself.
    pub(crate) fn advance(&mut self, by: std::time::Duration) {
        if let Self::Fixed(now) = self {
            let micros = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
            *now = now.saturating_add(micros.microseconds());
        }
    }
}

/// Reads `YYYY-MM-DD HH:MM:SS[.ffffff]`.
pub(crate) fn parse_datetime(text: &str) -> Option<DateTime> {
    let text = text.trim();
    DateTime::strptime("%Y-%m-%d %H:%M:%S%.f", text).ok()
}

/// A time and a span after it, with microseconds.
pub(crate) fn plus(text: &str, by: std::time::Duration) -> Option<String> {
    let micros = i64::try_from(by.as_micros()).ok()?;
    let later = parse_datetime(text)?.checked_add(micros.microseconds()).ok()?;
    Some(later.strftime("%Y-%m-%d %H:%M:%S%.6f").to_string())
}

/// Whether the text names a time zone.
pub(crate) fn is_zone(text: &str) -> bool {
    text == "UTC" || TimeZone::get(text).is_ok()
}

/// Whether the text is a date as Odoo takes it.
pub(crate) fn is_date(text: &str) -> bool {
    jiff::civil::Date::strptime("%Y-%m-%d", text).is_ok()
}

/// A local time of a zone as UTC text; nothing where the time or the zone is none.
pub(crate) fn to_utc(text: &str, zone: &str) -> Option<String> {
    let local = parse_datetime(text)?;
    let zone = if zone == "UTC" { TimeZone::UTC } else { TimeZone::get(zone).ok()? };
    let utc = zone.to_ambiguous_zoned(local).compatible().ok()?.with_time_zone(TimeZone::UTC);
    Some(utc.datetime().strftime("%Y-%m-%d %H:%M:%S").to_string())
}

/// A UTC text as local time of a zone.
pub(crate) fn to_local(text: &str, zone: &str) -> Option<String> {
    let utc = parse_datetime(text)?;
    let zone = if zone == "UTC" { TimeZone::UTC } else { TimeZone::get(zone).ok()? };
    let local = utc.to_zoned(TimeZone::UTC).ok()?.with_time_zone(zone);
    Some(local.datetime().strftime("%Y-%m-%d %H:%M:%S").to_string())
}

#[expect(
    clippy::disallowed_methods,
    reason = "the in-memory server plays the machine whose clock is not ours"
)]
fn wall() -> DateTime {
    Timestamp::now().to_zoned(TimeZone::UTC).datetime()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_time_becomes_utc() {
        assert_eq!(to_utc("2026-07-01 10:00:00", "Europe/Brussels").as_deref(), Some("2026-07-01 08:00:00"));
        assert_eq!(to_utc("2026-12-01 10:00:00", "Europe/Brussels").as_deref(), Some("2026-12-01 09:00:00"));
        assert_eq!(to_utc("2026-12-01 10:00:00", "UTC").as_deref(), Some("2026-12-01 10:00:00"));
        assert_eq!(to_utc("tomorrow", "UTC"), None);
    }

    #[test]
    fn a_fixed_clock_moves_only_when_told() {
        let mut clock = Clock::Fixed(parse_datetime("2026-01-31 23:59:59").expect("a time"));
        assert_eq!(clock.now(), "2026-01-31 23:59:59.000000");
        clock.advance(std::time::Duration::from_millis(1500));
        assert_eq!(clock.now(), "2026-02-01 00:00:00.500000");
    }
}
