//! How far the sweeps have come. Kept by the runtime as JSON.

use std::collections::BTreeMap;

use connector_core::canonical::value::Instant;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The cursor.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Position {
    /// Newest write dates when the last whole sweep began; `None` before the first.
    pub(super) since: Option<Marks>,
    /// The sweep that is under way.
    pub(super) sweep: Option<Sweep>,
    /// Digests of the levels that the last sweep found, so that those of the overlap don't go out again.
    #[serde(default)]
    pub(super) seen: BTreeMap<String, String>,
}

/// Write dates, as Odoo writes them; empty where there is no row.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Marks {
    pub(super) quant: String,
    pub(super) moved: String,
}

/// One pass over all that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sweep {
    /// What `since` becomes when it ends.
    pub(super) marks: Marks,
    pub(super) stream: Stream,
    /// The last id of the stream that is done. Ids and not dates: one transaction can write thousands of rows at one moment.
    pub(super) after: i64,
    #[serde(default)]
    pub(super) seen: BTreeMap<String, String>,
}

/// What is gone through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Stream {
    /// Every product, once at the beginning.
    Products,
    Quants,
    Moves,
}

impl Position {
    pub(super) fn read(text: &str) -> Result<Self, String> {
        serde_json::from_str(text)
            .map_err(|e| format!("the stored cursor cannot be read: {e}; delete it to begin anew"))
    }

    pub(super) fn write(&self) -> String {
        // Strings, numbers and maps of strings: it cannot fail.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Goes on after a page; whether there is more to fetch at once.
    pub(super) fn advance(&mut self, mut sweep: Sweep, full: bool, last: Option<i64>) -> bool {
        if full {
            sweep.after = last.unwrap_or(sweep.after);
        } else if sweep.stream == Stream::Quants {
            sweep.stream = Stream::Moves;
            sweep.after = 0;
        } else {
            self.since = Some(sweep.marks);
            self.seen = sweep.seen;
            self.sweep = None;
            return false;
        }
        self.sweep = Some(sweep);
        true
    }
}

impl Sweep {
    pub(super) fn begin(position: &Position, marks: Marks) -> Self {
        let stream = if position.since.is_none() { Stream::Products } else { Stream::Quants };
        Sweep { marks, stream, after: 0, seen: BTreeMap::new() }
    }
}

/// `2026-11-23 08:15:00` as a moment.
pub(super) fn instant(date: &str) -> Option<Instant> {
    format!("{}Z", date.replace(' ', "T")).parse().ok()
}

/// So many seconds before a write date; `None` for an empty one.
pub(super) fn earlier(date: &str, seconds: u32) -> Option<String> {
    let micros = instant(date)?.as_microseconds().checked_sub(i64::from(seconds) * 1_000_000)?;
    let text = Instant::from_microseconds(micros)?.to_string();
    Some(text.get(..19)?.replace('T', " "))
}

/// Tells levels apart.
pub(super) fn digest(payload: &[u8]) -> String {
    Sha256::digest(payload).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(quant: &str) -> Marks {
        Marks { quant: quant.into(), moved: String::new() }
    }

    #[test]
    fn a_sweep_goes_through_its_streams_and_then_moves_the_marks() {
        let mut position = Position::default();
        let sweep = Sweep::begin(&position, marks("2026-01-01 00:00:00"));
        assert_eq!(sweep.stream, Stream::Products);
        assert!(position.advance(sweep, true, Some(50)));
        let sweep = position.sweep.clone().unwrap();
        assert_eq!((sweep.after, &position.since), (50, &None));
        assert!(!position.advance(sweep, false, None));
        assert_eq!(position.since, Some(marks("2026-01-01 00:00:00")));

        let sweep = Sweep::begin(&position, marks("2026-01-02 00:00:00"));
        assert_eq!(sweep.stream, Stream::Quants);
        assert!(position.advance(sweep, false, Some(7)));
        let sweep = position.sweep.clone().unwrap();
        assert_eq!((sweep.stream, sweep.after), (Stream::Moves, 0));
        assert_eq!(Position::read(&position.write()).unwrap(), position);
        assert!(!position.advance(sweep, false, None));
        assert_eq!(position.since, Some(marks("2026-01-02 00:00:00")));
    }

    #[test]
    fn overlaps_and_broken_cursors() {
        assert_eq!(earlier("2026-03-01 00:01:00", 120).as_deref(), Some("2026-02-28 23:59:00"));
        assert_eq!(earlier("", 120), None);
        assert!(Position::read("{}x").is_err());
        assert!(Position::read(r#"{"since":null,"sweep":null,"more":1}"#).is_err());
    }
}
